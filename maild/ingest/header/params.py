"""Structured MIME fields: a value and its parameters (RFC 2045 section 5.1, RFC 2231).

Takes what mailers really write: unquoted blanks, raw octets, encoded words, continuations in any order. Never spends
more than linear time on a field and never reads more than a bounded number of parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from maild.ingest.header.words import decode_words
from maild.ingest.letters.charset import decode

_MOST = 64  # L2: parameters of one field
_LITERAL = (b"filename", b"name", b"boundary")  # parentheses in these are letters, quoted or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured:
    """`value` in lower case, without comments; `parameters` by lower-case name, as octets before any decoding."""

    value: str
    parameters: dict[str, bytes] = field(default_factory=dict)
    contradictory: bool = False
    """A parameter stands there twice with different values; the first is taken (SEC-44)."""

    def get(self, name: str) -> str:
        """A parameter that is a token (charset, boundary, format): ASCII, stripped."""
        return self.parameters.get(name, b"").strip().decode("latin_1")

    def text(self, name: str, hint: str | None = None) -> str:
        """A parameter for people to read (file name): continuations joined, every form of encoding undone."""
        return _readable(self.parameters, name, hint)


def parse(raw: bytes) -> Structured:
    """Split a field at its semicolons, with regard to quotes and comments."""
    head, *rest = _split(raw)
    parameters: dict[str, bytes] = {}
    contradictory = False
    for piece in rest[:_MOST]:
        name, equals, value = piece.partition(b"=")
        if equals:
            given = _unquote(value.strip())
            contradictory |= parameters.setdefault(name.strip().decode("latin_1").lower(), given) != given
    words = head.split()
    if len(words) > 1 and b"=" in head and not parameters:
        # "text/plain charset=utf-8": the semicolons are missing
        for word in words[1:_MOST]:
            name, _, value = word.partition(b"=")
            parameters.setdefault(name.decode("latin_1").lower(), _unquote(value))
        head = words[0]
    value = b"".join(head.split()) if b"/" not in head else head.split(b",")[0].strip()
    return Structured(value=value.decode("latin_1").lower(), parameters=parameters, contradictory=contradictory)


def _split(raw: bytes) -> list[bytes]:
    """The pieces between semicolons outside quotes; comments are left out."""
    if b'"' not in raw and b"(" not in raw:
        return raw.split(b";")
    pieces: list[bytes] = []
    piece = bytearray()
    quoted = False
    comment = 0
    position, end = 0, len(raw)
    while position < end:
        octet = raw[position]
        if octet == 0x5C and (quoted or comment) and position + 1 < end:
            if not comment:
                piece += raw[position : position + 2]
            position += 2
            continue
        if comment:
            comment += (octet == 0x28) - (octet == 0x29)
        elif octet == 0x22:
            quoted = not quoted
            piece.append(octet)
        elif quoted:
            piece.append(octet)
        elif octet == 0x28 and not piece[:30].lstrip().lower().startswith(_LITERAL):
            # in an unquoted file name "copy (1).pdf" they are letters
            comment = 1
        elif octet == 0x3B:
            pieces.append(bytes(piece))
            piece = bytearray()
        else:
            piece.append(octet)
        position += 1
    pieces.append(bytes(piece))
    return pieces


def _unquote(value: bytes) -> bytes:
    if value[:1] == b'"':
        end = len(value) - 1 if len(value) > 1 and value.endswith(b'"') else len(value)
        inner = value[1:end]
        if b"\\" not in inner:
            return inner
        # only quotes and backslashes are ever escaped; a Windows path is written without escapes
        return inner.replace(b"\\\\", b"\x00").replace(b'\\"', b'"').replace(b"\x00", b"\\")
    return value


def _readable(parameters: dict[str, bytes], name: str, hint: str | None) -> str:
    extended = parameters.get(name + "*")
    if extended is not None:
        return _extended(extended, hint)
    pieces = _continuations(parameters, name)
    if pieces:
        return _join(pieces, hint)
    plain = parameters.get(name)
    return decode_words(plain, hint) if plain is not None else ""


def _continuations(parameters: dict[str, bytes], name: str) -> list[tuple[bytes, bool]]:
    """RFC 2231 section 3: `name*0`, `name*1*` ... in the order of their numbers, whatever the order in the field."""
    found: dict[int, tuple[bytes, bool]] = {}
    prefix = name + "*"
    for key, value in parameters.items():
        if key.startswith(prefix):
            number = key[len(prefix) :].rstrip("*").strip()
            if number.isascii() and number.isdigit() and len(number) < 4:
                found.setdefault(int(number), (value, key.endswith("*")))
    return [found[n] for n in sorted(found)]


def _extended(value: bytes, hint: str | None) -> str:
    charset, apostrophe, rest = value.partition(b"'")
    if apostrophe and b"'" in rest and len(charset) < 40 and b"%" not in charset:
        rest = rest.partition(b"'")[2]
        return decode(unquote_to_bytes(rest), charset.decode("latin_1"), hint=hint)
    if b"=?" in value:
        return decode_words(value, hint)
    return decode(unquote_to_bytes(value), None, hint=hint)


def _join(pieces: list[tuple[bytes, bool]], hint: str | None) -> str:
    first, starred = pieces[0]
    label = None
    if starred and first.count(b"'") >= 2:
        charset, _, rest = first.partition(b"'")
        label = charset.decode("latin_1")
        first = rest.partition(b"'")[2]
    octets = b"".join(
        unquote_to_bytes(value) if percent else value for value, percent in [(first, starred), *pieces[1:]]
    )
    if label is None and b"=?" in octets:
        return decode_words(octets, hint)
    return decode(octets, label, hint=hint)
