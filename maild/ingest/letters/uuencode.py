"""uuencoded files within text, as old mailers send them (POSIX uuencode).

Cuts the files out and leaves the words around them. Never takes a line for a file unless its first data line fits.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

_MOST = 100  # files in one text
_MOST_TRIES = 10_000  # words "begin " looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class UuFile:
    """A file found in text: its name as octets, its content, and the offsets of the block."""

    name: bytes
    content: bytes
    start: int
    stop: int


def first_file(body: bytes) -> bytes:
    """The content of a body that is uuencoded as a whole; the body itself when it is not."""
    found = find_files(body)
    return found[0].content if found else body


def find_files(body: bytes) -> list[UuFile]:
    """All files between `begin MODE NAME` and `end` lines."""
    files: list[UuFile] = []
    position = tries = 0
    while len(files) < _MOST and tries < _MOST_TRIES and (begin := body.find(b"begin ", position)) >= 0:
        position = begin + 6
        tries += 1
        if begin and body[begin - 1] not in b"\r\n":
            continue
        newline = body.find(b"\n", begin)
        if newline < 0 or newline - begin > 300:
            continue
        mode, _, name = body[begin + 6 : newline].strip().partition(b" ")
        if not (3 <= len(mode) <= 4 and mode.isdigit() and name.strip()):
            continue
        content, stop = _lines(body, newline + 1)
        if stop < 0:
            continue
        files.append(UuFile(name=name.strip(), content=content, start=begin, stop=stop))
        position = stop
    return files


def without_files(body: bytes, files: list[UuFile]) -> bytes:
    """The text around the files."""
    pieces = []
    position = 0
    for file in files:
        pieces.append(body[position : file.start])
        position = file.stop
    pieces.append(body[position:])
    return b"".join(pieces)


def _lines(body: bytes, position: int) -> tuple[bytes, int]:
    """Content and where the line after `end` begins; -1 when the first line is no data. A missing end is forgiven."""
    data: list[bytes] = []
    while position < len(body):
        newline = body.find(b"\n", position)
        stop = newline if newline >= 0 else len(body)
        line = body[position:stop].rstrip(b"\r")
        following = min(stop + 1, len(body))
        if line.rstrip() == b"end":
            return b"".join(data), following
        decoded = _line(line)
        if decoded is None:
            break
        data.append(decoded)
        position = following
    return (b"".join(data), position) if data else (b"", -1)


def _line(line: bytes) -> bytes | None:
    """One data line; trailing blanks that a gateway took away are put back, checksums ignored."""
    if not line.strip(b" `"):
        return b""
    length = (line[0] - 32) & 63
    need = (length + 2) // 3 * 4
    coded = line[1:]
    # a data line is as long as its first letter says, give or take lost blanks and a checksum
    if not 32 <= line[0] <= 96 or len(coded) > need + 3 or len(coded.rstrip(b" ")) + 12 < need * 0.5:
        return None
    for size in (length, need // 4 * 3):  # the second where the last letters hold more than the length says
        try:
            return binascii.a2b_uu(bytes((32 + size,)) + coded[:need].ljust(need))[:length]
        except ValueError:
            continue
    return None
