"""The octets between DATA and the lone dot, taken in large pieces.

aiosmtpd keeps one object per line, which stops the loop for a second on a large mail. Never decides on size: the
session bounds what it lets in.
"""

from __future__ import annotations

import asyncio

_END = b"\r\n.\r\n"  # RFC 5321 section 4.1.1.4; nothing else ends a mail, so that nothing can be smuggled in behind it
_PIECE = 1 << 24  # far more than a reader ever holds: a piece is always all there is


async def receive(reader: asyncio.StreamReader) -> bytes:
    """One mail with its stuffed dots taken off; what follows it in the stream stays there.

    Errors: ConnectionResetError when the stream ends first.
    """
    held = bytearray(_END[:2])  # the end of the DATA line: a mail may consist of nothing but the dot
    while True:
        piece = await reader.read(_PIECE)
        if not piece:
            raise ConnectionResetError("the client left in the middle of a mail")
        start = max(0, len(held) - len(_END) + 1)
        held += piece
        end = held.find(_END, start)
        if end >= 0:
            break
    rest = held[end + len(_END) :]
    if rest and not reader.at_eof():
        reader.feed_data(rest)  # the reader is empty, for each piece is all it has: so this comes first again
    with memoryview(held) as view:
        octets = bytes(view[2 : end + 2])
    del held
    if octets.startswith(b"."):
        octets = octets[1:]
    return octets.replace(b"\r\n.", b"\r\n")  # RFC 5321 section 4.5.2


def has_longer_line(octets: bytes, limit: int) -> bool:
    """A line of more than `limit` octets, its CR LF not counted."""
    start = 0  # leaps to the last line end within reach, so that a mail of short lines costs little
    while len(octets) - start > limit:
        end = octets.rfind(b"\r\n", start, start + limit + 2)
        if end < 0:
            return True
        start = end + 2
    return False


def has_bare_newline(octets: bytes) -> bool:
    """A CR or LF that is not part of a pair."""
    pairs = octets.count(b"\r\n")
    return octets.count(b"\n") != pairs or octets.count(b"\r") != pairs
