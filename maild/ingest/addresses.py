"""Address lists of RFC 5322 section 3.4 with the obsolete and broken forms that mailers send.

One linear scan on octets-made-text before any encoded word is decoded, so that no name can turn into an address
(RFC 2047 section 5). Never decides whether an address is who it says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from maild.domain.address import Mailbox

Decoder = Callable[[str], str]


@dataclass(slots=True)
class _Item:
    """One member of the list while it is read."""

    phrase: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressList:
    """The mailboxes in order; `doubtful` when the text allows another reading than ours."""

    mailboxes: tuple[Mailbox, ...]
    doubtful: bool = False


def parse_addresses(text: str, decode: Decoder, most: int = 1000) -> AddressList:
    """Mailboxes of an address field whose octets were mapped one to one to characters (Latin-1).

    `decode` turns such characters into readable text; it is applied to names and to addresses with raw octets only.
    """
    mailboxes: list[Mailbox] = []
    doubtful = False
    carried = ""
    for item in _items(text):
        mailbox, doubt, left = _mailbox(item, carried, decode)
        carried = left
        doubtful |= doubt
        if mailbox is not None:
            mailboxes.append(mailbox)
            if len(mailboxes) >= most:
                break
    if carried and not mailboxes:
        mailboxes.append(Mailbox(decode(carried), ""))
        doubtful = True
    return AddressList(mailboxes=tuple(mailboxes), doubtful=doubtful)


def _items(text: str) -> list[_Item]:
    items: list[_Item] = []
    item = _Item()
    position, end = 0, len(text)
    while position < end:
        c = text[position]
        if c == '"':
            word, position = _quoted(text, position)
            (item.after if item.angles else item.phrase).append(word)
        elif c == "(":
            comment, position = _comment(text, position)
            item.comments.append(comment)
        elif c == "<":
            angle, position = _angle(text, position)
            item.angles.append(angle)
        elif c in ",;":
            items.append(item)
            item = _Item()
            position += 1
        elif c == ":" and not item.angles and "@" not in "".join(item.phrase):
            # a group name (RFC 5322 section 3.4) is no mailbox; "mailto:" and source routes neither
            item = _Item()
            position += 1
        else:
            stop = position + 1
            while stop < end and text[stop] not in '"(<,;:':
                stop += 1
            (item.after if item.angles else item.phrase).append(text[position:stop])
            position = stop
    items.append(item)
    return items


def _quoted(text: str, start: int) -> tuple[str, int]:
    """A quoted string with its quotes and what follows it; an unclosed one ends before an angle bracket."""
    position = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        if text[position] == '"':
            return text[start : position + 1], position + 1
        position += 1
    bracket = text.find("<", start)
    stop = bracket if bracket >= 0 else len(text)
    return text[start + 1 : stop], stop


def _comment(text: str, start: int) -> tuple[str, int]:
    depth, position = 1, start + 1
    while position < len(text):
        c = text[position]
        if c == "\\":
            position += 2
            continue
        depth += (c == "(") - (c == ")")
        if not depth:
            return text[start + 1 : position], position + 1
        position += 1
    bracket = text.find("<", start)
    stop = bracket if bracket >= 0 else len(text)
    return text[start + 1 : stop], stop


def _angle(text: str, start: int) -> tuple[str, int]:
    close = text.find(">", start)
    if close < 0:
        stop = len(text)
        for mark in ",;":
            found = text.find(mark, start)
            stop = min(stop, found) if found >= 0 else stop
        return text[start + 1 : stop], stop
    inner = text[start + 1 : close]
    return inner.rpartition("<")[2] if "<" in inner else inner, close + 1


def _mailbox(item: _Item, carried: str, decode: Decoder) -> tuple[Mailbox | None, bool, str]:
    """The mailbox of one item, whether it is doubtful, and words that belong to the next item's name."""
    phrase = "".join(item.phrase).strip()
    if item.angles:
        address = _address(item.angles[-1], decode)
        doubtful = len([a for a in item.angles if "@" in a]) > 1
        name = f"{carried}, {phrase}" if carried and phrase else carried or phrase
        doubtful |= _holds_address(item.phrase) or any("@" in word for word in item.after)
        if not address and "@" in phrase:
            return Mailbox("", _address(phrase, decode)), True, ""
        shown = _name(name, decode) or _name(" ".join(item.comments), decode)
        return Mailbox(shown, address), doubtful or "@" not in address, ""
    if "@" in phrase:
        words = phrase.split()
        addresses = [w for w in words if "@" in w]
        if len(addresses) == 1 and len(words) > 1 and not phrase.startswith('"'):
            name = " ".join(w for w in words if "@" not in w)
            return Mailbox(_name(name, decode), _address(addresses[0], decode)), True, ""
        shown = _name(" ".join(item.comments), decode)
        return Mailbox(shown, _address(phrase, decode)), False, ""
    if phrase:
        return None, False, f"{carried}, {phrase}" if carried else phrase
    return None, False, carried


def _holds_address(words: list[str]) -> bool:
    return any("@" in word for word in words if not word.startswith('"'))


def _address(text: str, decode: Decoder) -> str:
    """An addr-spec without route, blanks and quotes that are not its own."""
    address = text.strip().strip("'")
    if address.startswith("@") and ":" in address:
        address = address.partition(":")[2]
    if address.lower().startswith("mailto:"):
        address = address[7:]
    if '"' not in address:
        address = "".join(address.split())
    if not address.isascii():
        address = decode(address)
    return "".join(c for c in address if c.isprintable())


def _name(text: str, decode: Decoder) -> str:
    """A display name with quotes taken away and encoded words decoded, for showing only."""
    pieces: list[str] = []
    position = 0
    while position < len(text):
        c = text[position]
        if c == '"':
            quoted, position = _quoted(text, position)
            inner = quoted[1:-1] if quoted.endswith('"') and len(quoted) > 1 else quoted
            pieces.append(_unescaped(inner))
        else:
            stop = text.find('"', position)
            stop = stop if stop >= 0 else len(text)
            pieces.append(text[position:stop])
            position = stop
    name = decode("".join(pieces))
    name = "".join(c if c.isprintable() else " " for c in name)
    name = " ".join(name.split())
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name


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
