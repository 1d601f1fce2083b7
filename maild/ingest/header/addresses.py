"""Address lists of RFC 5322 section 3.4 with the obsolete and broken forms that mailers send.

One linear scan before any encoded word is decoded, so that no name can turn into an address (RFC 2047 section 5). Never
decides whether an address is who it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from maild.domain.address import Mailbox, fold
from maild.ingest.header.address_tokens import tokens

Decoder = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressList:
    """The mailboxes in order; `doubtful` when the text allows another reading than ours."""

    mailboxes: tuple[Mailbox, ...] = ()
    doubtful: bool = False


@dataclass(slots=True)
class _Mailbox:
    """One mailbox while it is read: words and quoted strings before the angle, comments anywhere."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None


def parse_addresses(text: str, decode: Decoder, most: int = 1000) -> AddressList:
    """Mailboxes of an address field whose octets were mapped one to one to characters (Latin-1).

    `decode` turns such characters into readable text; it is applied to names, and to addresses only when they hold
    octets beyond ASCII (RFC 6532).
    """
    if "," not in text and (simple := _simple(text, decode)) is not None:
        return AddressList(mailboxes=(simple,))
    found: list[Mailbox] = []
    doubtful = False
    carried: list[str] = []
    for item in _members(text):
        if not any(one.angle is not None or _has_at(one.words) for one in item):
            # "Silva, Ana <ana@example.org>": words without an address belong to the next name
            words = [w for one in item for w in one.words]
            if any(w.strip() for w in words):
                carried += [", ", *words] if carried else words
            continue
        doubtful |= len([one for one in item if one.angle is not None]) > 1
        for one in item:
            if one.angle is None:
                if _has_at(one.words):
                    mailboxes, doubt = _bare(one, decode)
                    found += mailboxes
                    # words with an @ behind an angle are a second sender to some readers
                    doubtful |= doubt or len(item) > 1
                continue
            if carried:
                one.words = [*carried, ", ", *one.words]
                carried = []
            mailbox, doubt = _angled(one, decode)
            found.append(mailbox)
            doubtful |= doubt
        carried = []
        if len(found) >= most:
            break
    if carried and not found:
        name = _name(carried, decode)
        local = _PLAIN.issuperset(name)  # "MAILER-DAEMON": a user of the machine itself, as cron and old MTAs write
        found.append(Mailbox("", name) if local else Mailbox(name, ""))
        doubtful = True
    with_address = [m for m in found if m.address]
    return AddressList(mailboxes=tuple((with_address or found)[:most]), doubtful=doubtful)


def _simple(text: str, decode: Decoder) -> Mailbox | None:
    """The two forms of nearly all fields, `a@b` and `Name <a@b>`, without the full grammar."""
    if not text.isascii():
        return None
    phrase, angle, rest = text.partition("<")
    address, close, after = rest.partition(">")
    if not angle:
        address, phrase = phrase.strip(), ""
    elif not close or after.strip():
        return None
    phrase = phrase.strip()
    if len(phrase) > 1 and phrase[0] == phrase[-1] == '"':
        phrase = phrase[1:-1]
    if not _PLAIN.issuperset(address) or address.count("@") != 1 or address[0] == "@" or address[-1] == "@":
        return None
    if phrase and not _PLAIN_NAME.issuperset(phrase):
        return None
    return Mailbox(_shown(decode(phrase)) if phrase else "", address)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&*+/=?^_`{|}~@-")
_PLAIN_NAME = (_PLAIN - {"@"}) | {" "}


def _members(text: str) -> Iterator[list[_Mailbox]]:
    """The members of the list; one with several angles has lost its commas and gives several mailboxes."""
    member = [_Mailbox()]
    for kind, token in tokens(text):
        current = member[-1]
        if kind == ",":
            yield member
            member = [_Mailbox()]
        elif kind == ":":
            if current.angle is None and not _has_at(current.words):
                current.words.clear()  # a group name (RFC 5322 section 3.4) or "mailto:" is no part of a mailbox
            else:
                current.words.append(":")
        elif kind == "(":
            current.comments.append(token)
        elif kind == "<":
            if current.angle is not None:
                member.append(_Mailbox(angle=token))
            else:
                current.angle = token
        elif current.angle is not None and token.strip():
            member.append(_Mailbox(words=[token]))
        else:
            current.words.append(token)
    yield member


def _has_at(words: list[str]) -> bool:
    return any("@" in word for word in words)


def _angled(one: _Mailbox, decode: Decoder) -> tuple[Mailbox, bool]:
    """A mailbox with an angle address: the angle is the address whatever the name says (SEC-01)."""
    address, doubtful = _address(one.angle or "", decode)
    if "@" not in address and _has_at(one.words):
        bare, _ = _bare(one, decode)
        return bare[0] if bare else Mailbox("", ""), True
    unquoted = "".join(w for w in one.words if not w.startswith('"'))
    others = " ".join([unquoted, *one.comments])
    if "@" in others:
        doubtful |= any("@" in w and fold(w.strip("'<>()[],;")) != fold(address) for w in others.split())
    name = _name(one.words, decode) or _name(one.comments, decode)
    return Mailbox(name, address), doubtful or "@" not in address


def _bare(one: _Mailbox, decode: Decoder) -> tuple[list[Mailbox], bool]:
    """Words without an angle: an address, an address with loose words around it, or several addresses."""
    words = _joined(one.words)
    addresses = [w for w in words if "@" in w and not (w.startswith('"') and w.endswith('"'))]
    if not addresses:  # `"ana@example.org"`
        addresses = [w.strip('"') for w in words if "@" in w]
        words, doubtful = [], True
    else:
        doubtful = len(addresses) > 1 or len(words) > 1
    name = _name([w if w.startswith('"') else w + " " for w in words if "@" not in w], decode)
    name = name or _name(one.comments, decode)
    mailboxes = []
    for text in addresses:
        address, doubt = _address(text, decode)
        doubtful |= doubt
        mailboxes.append(Mailbox(name if len(addresses) == 1 else "", address))
    return mailboxes, doubtful


def _joined(tokens: list[str]) -> list[str]:
    """Words between blanks, with the blanks of the obsolete form `ana @ example . org` taken out."""
    words: list[str] = []
    glue = False
    for token in tokens:
        if token.startswith('"'):
            if glue and words:
                words[-1] += token
            else:
                words.append(token)
            glue = True
            continue
        if token[:1].isspace():
            glue = False
        for word in token.split():
            after_at = bool(words) and (words[-1].endswith("@") or ("@" in words[-1] and words[-1].endswith(".")))
            before_at = word.startswith("@") or (word.startswith(".") and bool(words) and "@" in words[-1])
            if words and (glue or after_at or before_at):
                words[-1] += word
            else:
                words.append(word)
            glue = False
        glue = not token[-1:].isspace()
    return words


def _address(text: str, decode: Decoder) -> tuple[str, bool]:
    """An addr-spec without route, blanks and quotes that are not its own, and whether something was wrong with it."""
    address = text.strip().strip("'")
    if address[:1] == "[" and address[-1:] == "]":
        address = address[1:-1]
    if address.startswith("@") and ":" in address:
        address = address.partition(":")[2]  # a source route (RFC 5321 appendix C)
    if fold(address[:7]) == "mailto:":
        address = address[7:]
    if '"' not in address:
        address = "".join(address.split())
    if not address.isascii():
        address = decode(address)
    clean = "".join(c for c in address if c.isprintable())
    local_part, at, domain = clean.rpartition("@")
    quoted = local_part.startswith('"') and local_part.endswith('"')
    doubtful = clean != address or (bool(at) and not (local_part and domain)) or ("@" in local_part and not quoted)
    return clean, doubtful


def _name(words: list[str], decode: Decoder) -> str:
    """A display name without quotes, with encoded words decoded, for showing only."""
    pieces = (_unescaped(w[1:-1]) if len(w) > 1 and w[0] == w[-1] == '"' else w for w in words)
    return _shown(decode("".join(pieces)))


def _shown(name: str) -> str:
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    while len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name.strip('"') if name.count('"') == 1 else name


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    letters: list[str] = []
    escaped = False
    for c in text:
        if c == "\\" and not escaped:
            escaped = True
            continue
        letters.append(c)
        escaped = False
    return "".join(letters)
