"""Content-Transfer-Encoding undone (RFC 2045 section 6), and uuencoded files found in text.

Repairs what gateways break: missing padding, junk, text after the last line. Never fails: what cannot be decoded is
given as it stands.
"""

from __future__ import annotations

import binascii

from maild.ingest.entity import Entity

_NOT_B64 = bytes(c for c in range(256) if c not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")


def encoding_of(entity: Entity) -> str:
    """`base64`, `quoted-printable`, `uuencode` or "" for everything that is carried as it is."""
    raw = entity.first("content-transfer-encoding").strip().strip(b"\"'").lower()
    if not raw:
        return ""
    if raw.startswith((b"base64", b"base-64", b"b64")):
        return "base64"
    if raw.startswith((b"quoted", b"qp")):
        return "quoted-printable"
    if raw.startswith((b"x-uu", b"uu")):
        return "uuencode"
    return ""


def content_of(entity: Entity) -> bytes:
    """The decoded octets of a leaf."""
    body = entity.body
    match encoding_of(entity):
        case "base64":
            return base64_octets(body)
        case "quoted-printable":
            return binascii.a2b_qp(body)
        case "uuencode":
            return _uudecoded(body)
        case _:
            return body


def base64_octets(body: bytes) -> bytes:
    """Base64 with junk, line ends, missing or inner padding."""
    try:
        return binascii.a2b_base64(body, strict_mode=True)
    except ValueError:
        pass
    clean = body.translate(None, _NOT_B64)
    decoded = b""
    for piece in clean.split(b"="):
        if len(piece) % 4 == 1:
            piece = piece[:-1]
        decoded += binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))
    return decoded


def _uudecoded(body: bytes) -> bytes:
    found = uu_files(body)
    return found[0][1] if found else body


def uu_files(body: bytes) -> list[tuple[str, bytes, int, int]]:
    """uuencoded files in text: name, content, offsets of the block."""
    files: list[tuple[str, bytes, int, int]] = []
    position = 0
    while (begin := body.find(b"begin ", position)) >= 0:
        position = begin + 6
        if begin and body[begin - 1] not in b"\r\n":
            continue
        newline = body.find(b"\n", begin)
        if newline < 0:
            break
        mode, _, name = body[begin + 6 : newline].strip().partition(b" ")
        if not (3 <= len(mode) <= 4 and mode.isdigit()):
            continue
        content, after = _uu_lines(body, newline + 1)
        if after < 0:
            continue
        files.append((name.strip().decode("utf-8", "replace"), content, begin, after))
        position = after
    return files


def _uu_lines(body: bytes, position: int) -> tuple[bytes, int]:
    """Content and where the line `end` ends; -1 when the block is none."""
    lines: list[bytes] = []
    while position < len(body):
        newline = body.find(b"\n", position)
        stop = newline if newline >= 0 else len(body)
        line = body[position:stop].rstrip(b"\r")
        position = stop + 1
        if line.strip() == b"end":
            return b"".join(lines), min(position, len(body))
        if not line:
            continue
        length = (line[0] - 32) & 63
        need = (length + 2) // 3 * 4
        try:
            lines.append(binascii.a2b_uu(line[: need + 1]))
        except ValueError:
            return b"", -1
    return (b"".join(lines), len(body)) if lines else (b"", -1)
