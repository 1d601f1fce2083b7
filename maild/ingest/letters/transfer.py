"""Content-Transfer-Encoding undone (RFC 2045 section 6).

Repairs what gateways break: missing padding, junk, text after the last line, a label that is not true. Never fails:
what cannot be decoded is given as it stands.
"""

from __future__ import annotations

import binascii

from maild.ingest.letters.uuencode import first_file
from maild.ingest.parts.entity import Entity

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_ALPHABET = bytes(c for c in range(256) if c not in _ALPHABET and c != 0x3D)
_MOST_PIECES = 200_000  # files encoded one after the other in one part; real mails have a few
_LINE_ENDS = b"\r\n \t"


def encoding_of(entity: Entity) -> str:
    """`base64`, `quoted-printable`, `uuencode` or "" for everything that is carried as it is."""
    raw = entity.first("content-transfer-encoding").strip(b" \t\"';").lower().removeprefix(b"x-")
    if not raw:
        return ""
    if raw.startswith((b"base64", b"base-64", b"base 64", b"b64")):
        return "base64"
    if raw.startswith((b"quoted", b"qp", b"quote-", b"printable")):
        return "quoted-printable"
    if raw.startswith(b"uu"):
        return "uuencode"
    return ""


def content_of(entity: Entity) -> bytes:
    """The decoded octets of a leaf."""
    body = entity.body
    match encoding_of(entity):
        case "base64":
            return base64_octets(body, text=entity.content_type.startswith(("text/", "message/")))
        case "quoted-printable":
            return quoted_printable_octets(body)
        case "uuencode":
            return first_file(body)
        case _:
            return body


def base64_octets(body: bytes, *, text: bool = False) -> bytes:
    """Base64 with junk, odd line ends, missing or inner padding (RFC 2045 section 6.8: other characters are ignored).

    `text` allows that the label lies or that a list server put plain lines after the end.
    """
    tail = b""
    if text:
        body, tail = _plain_tail(body)
        if not body:
            return tail
    clean = body.translate(None, _NOT_ALPHABET)
    padding = clean.find(b"=")
    if padding < 0 or not clean[padding:].strip(b"="):
        return _quads(clean if padding < 0 else clean[:padding]) + tail
    pieces = clean.split(b"=", _MOST_PIECES)
    pieces[-1] = pieces[-1].replace(b"=", b"")
    return b"".join(_quads(piece) for piece in pieces if piece) + tail


def _quads(clean: bytes) -> bytes:
    if len(clean) % 4 == 1:
        clean = clean[:-1]  # six bits are no octet
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def _plain_tail(body: bytes) -> tuple[bytes, bytes]:
    """Where lines stop being base64: a footer after the padding, or everything when the label is a lie."""
    if not body.translate(None, _ALPHABET + b"=\r\n\t "):
        words = body.split(None, 8)
        if len(words) < 8 or any(len(w) > 20 for w in words[:8]):
            return body, b""
    lines = body.split(b"\n")
    for number, line in enumerate(lines):
        word = line.strip(_LINE_ENDS)
        if word and (b" " in word or word.translate(None, _ALPHABET + b"=")):
            head = b"\n".join(lines[:number])
            tail = b"\n".join(lines[number:])
            if not head.strip():
                # the first line is no base64: rubbish within base64, or plain text under a wrong label
                letters = len(body.translate(None, _NOT_ALPHABET))
                return (b"", body) if letters < len(body) * 0.9 or body.count(b" ") * 12 > len(body) else (body, b"")
            if head.rstrip(_LINE_ENDS).endswith(b"=") or b" " in word:
                return head, b"\n" + tail
            return body, b""
    return body, b""


def quoted_printable_octets(body: bytes) -> bytes:
    """Quoted-printable; blanks after a soft line break are transport padding (RFC 2045 section 6.7, rule 3)."""
    if b"=" not in body:
        return body
    if b"= " in body or b"=\t" in body:
        lines = body.split(b"\n")
        for number, line in enumerate(lines):
            bare = line.rstrip(b" \t\r")
            if bare.endswith(b"=") and len(bare) < len(line):
                lines[number] = bare + (b"\r" if line.endswith(b"\r") else b"")
        body = b"\n".join(lines)
    return binascii.a2b_qp(body)
