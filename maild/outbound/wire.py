"""Text made fit for a header line, an address, or a body: the one place where strangers' words become octets.

Never lets a control character, a line break or a bidirectional override into a header (SEC-29), and refuses an
address rather than shorten it (SEC-30).
"""

from __future__ import annotations

import base64
import binascii
import string

from maild.domain.address import AddrSpec, Mailbox

LINE = 76
"""Octets of a line before it is folded: RFC 5322 section 2.1.1 asks for 78 at most, without CRLF."""

HARD_LINE = 900
"""A word longer than this is encoded even in ASCII: 998 octets is the limit of a line (RFC 5322 section 2.1.1)."""

_WORD_OCTETS = 39
"""UTF-8 octets in one encoded word: 52 in base64, 64 with its marks, so that a line with `Reply-To: ` before it stays
within the 76 of RFC 2047 section 2."""

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HEADER_BAD = {ord(c): " " for c in "\u2028\u2029\ufeff" + _BIDI} | dict.fromkeys((*range(32), *range(127, 160)), " ")
_BODY_BAD = bytes((*range(9), 11, *range(14, 32), 127))

_ATOM = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.")
_DOMAIN = frozenset(string.ascii_letters + string.digits + "-._")
_PLAIN_ASCII = frozenset(chr(n) for n in range(32, 127))


class Unsendable(ValueError):
    """The address cannot be written to as it stands; nothing is guessed in its place."""


def header_text(text: str) -> str:
    """`text` as one line that is safe in a header: controls, line ends and direction marks become single spaces."""
    return " ".join(_mended(text).translate(_HEADER_BAD).split())


def body_text(text: str) -> str:
    """`text` with `\\n` as its only line end and without controls but the tabulator."""
    return _body_octets(text).decode("utf-8")


def wire_address(address: str) -> str:
    """The address in ASCII with its domain as A-labels (RFC 5891), or Unsendable.

    An address is never shortened, quoted or repaired: what is not plainly an address is refused.
    """
    spec = AddrSpec.parse(address)
    if spec is None or address != address.strip():
        raise Unsendable(f"{header_text(address)[:200]!r} is not a mail address")
    domain = spec.domain
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            raise Unsendable(f"the domain of {header_text(address)[:200]!r} cannot be written in ASCII") from None
    if not _DOMAIN.issuperset(domain) and not (domain.startswith("[") and domain.endswith("]")):
        raise Unsendable(f"{header_text(address)[:200]!r} is not a mail address")
    if domain.startswith("[") and not (_DOMAIN | {":"}).issuperset(domain[1:-1]):
        raise Unsendable(f"{header_text(address)[:200]!r} is not a mail address")
    if not _ATOM.issuperset(spec.local_part) and not _is_quoted(spec.local_part):
        raise Unsendable(f"{header_text(address)[:200]!r} needs SMTPUTF8 or is not a mail address")
    if len(spec.local_part) > 64 + 190 or len(domain) > 255:  # beyond any server's limit (RFC 5321 section 4.5.3.1)
        raise Unsendable("the address is too long")
    return f"{spec.local_part}@{domain}"


def unstructured(name: str, text: str) -> str:
    """A header field with free text, folded, with its CRLF."""
    return _fold(name, _words(header_text(text)))


def addresses(name: str, mailboxes: list[Mailbox]) -> str:
    """A header field with mailboxes, each name quoted or encoded; raises Unsendable."""
    words: list[str] = []
    for index, mailbox in enumerate(mailboxes):
        comma = "," if index < len(mailboxes) - 1 else ""
        display_name = header_text(mailbox.display_name)
        address = wire_address(mailbox.address)
        words += [*_phrase(display_name), f"<{address}>{comma}"] if display_name else [address + comma]
    return _fold(name, words)


def list_id(mailbox: Mailbox) -> str:
    """A List-Id field for the mails of a mailbox (RFC 2919 section 3); "" where its address makes no such name."""
    local_part, _, domain = wire_address(mailbox.address).partition("@")
    if not _DOMAIN.issuperset(local_part):
        return ""
    return _fold("List-Id", [*_phrase(header_text(mailbox.display_name)), f"<{local_part}.{domain}>"])


def message_ids(name: str, ids: list[str] | tuple[str, ...]) -> str:
    """Message-IDs one a line, never encoded however long: encoded ones lose the thread in Outlook (CPython #100991)."""
    kept = [i for i in ids if is_message_id(i)]
    return f"{name}: " + "\r\n ".join(kept) + "\r\n" if kept else ""


def is_message_id(text: str) -> bool:
    """Whether the id of a stranger may stand in a header of ours: `<…>` in printable ASCII, of a bearable length."""
    inner = text[1:-1]
    return (
        2 < len(text) <= HARD_LINE
        and text[0] == "<"
        and text[-1] == ">"
        and "<" not in inner
        and ">" not in inner
        and " " not in inner
        and _PLAIN_ASCII.issuperset(inner)
    )


def parameter(name: str, value: str) -> str:
    """`; name="value"`, or by RFC 2231 when the value is not plain; at most 200 characters of it."""
    value = header_text(value)[:200]
    if _PLAIN_ASCII.issuperset(value) and len(value) <= 60:
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n {name}="{quoted}"'
    octets = value.encode("utf-8", "replace")
    encoded = [chr(o) if chr(o) in _TOKEN else f"%{o:02X}" for o in octets]
    pieces, line = [], ""
    for piece in encoded:
        if len(line) + len(piece) > 60:
            pieces.append(line)
            line = ""
        line += piece
    pieces.append(line)
    if len(pieces) == 1:
        return f";\r\n {name}*=utf-8''{pieces[0]}"
    return "".join(f";\r\n {name}*{n}*={'utf-8' + chr(39) * 2 if n == 0 else ''}{p}" for n, p in enumerate(pieces))


def encode_body(text: str) -> tuple[str, bytes]:
    """(Content-Transfer-Encoding, octets with CRLF) of a text; always 7 bits wide and with short lines.

    Neither encoding can contain `=_`, so a boundary that begins so is safe whatever the text says.
    """
    octets = _body_octets(text).replace(b"\n", b"\r\n")
    if not octets.endswith(b"\r\n"):
        octets += b"\r\n"  # also makes b2a_qp see CRLF, and use it for its own soft breaks
    if len(octets.translate(None, _ASCII)) * 3 > len(octets):
        return "base64", encode_octets(octets)
    return "quoted-printable", binascii.b2a_qp(octets, istext=True)


def encode_octets(octets: bytes) -> bytes:
    """Base64 in lines of 76 (RFC 2045 section 6.8)."""
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")


_ASCII = bytes(range(128))

_TOKEN = frozenset(string.ascii_letters + string.digits + "!#$&+-.^_`{}~")
"""What may stand unencoded in an extended parameter (RFC 8187 section 3.2.1)."""


def is_token(text: str) -> bool:
    """Whether it may stand as a MIME type or subtype without quotes, at a bearable length (RFC 6838 section 4.2)."""
    return 0 < len(text) <= 127 and _TOKEN.issuperset(text)


def _body_octets(text: str) -> bytes:
    """In octets, because `str.translate` is ten times slower than this on anything but ASCII."""
    octets = text.encode("utf-8", "replace")
    return octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").translate(None, _BODY_BAD)


def _mended(text: str) -> str:
    """Without lone surrogates: they cannot be encoded."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _is_quoted(local_part: str) -> bool:
    """Whether it is a quoted string without escapes (RFC 5321 section 4.1.2); others are not worth their risk."""
    inner = local_part[1:-1]
    return (
        len(local_part) > 2
        and local_part[0] == local_part[-1] == '"'
        and _PLAIN_ASCII.issuperset(inner)
        and not set(inner) & set('"\\<>')
    )


def _words(text: str) -> list[str]:
    plain = _PLAIN_ASCII.issuperset(text) and "=?" not in text
    words = text.split(" ") if text else []
    if plain and all(len(word) <= HARD_LINE for word in words):
        return words
    return _encoded_words(text)


def _phrase(display_name: str) -> list[str]:
    if not _PLAIN_ASCII.issuperset(display_name) or "=?" in display_name or len(display_name) > 200:
        return _encoded_words(display_name[:500])
    return ['"' + display_name.replace("\\", "\\\\").replace('"', '\\"') + '"']


def _encoded_words(text: str) -> list[str]:
    """RFC 2047 words that each hold whole characters (section 5)."""
    words: list[bytes] = []
    chunk: list[bytes] = []
    size = 0
    for character in text:
        octets = character.encode("utf-8")
        if size + len(octets) > _WORD_OCTETS:
            words.append(b"".join(chunk))
            chunk, size = [], 0
        chunk.append(octets)
        size += len(octets)
    words.append(b"".join(chunk))
    return [f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words]


def _fold(name: str, words: list[str]) -> str:
    """Words behind the name, a new line before whatever would cross the limit; a fold stands for one space."""
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > LINE and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += " " + word
    lines.append(line)
    return "\r\n".join(lines) + "\r\n"
