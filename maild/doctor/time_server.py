"""How far our clock is from a time server's, by one question (SNTP, RFC 4330).

Asks once. Never sets a clock.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

SECONDS = 3.0
"""A time server answers within milliseconds or not at all."""

_TO_1970 = 2_208_988_800
"""Seconds from 1900, where NTP begins, to 1970."""

_ASK = bytes([0x23]) + bytes(47)
"""Version 4, client, and nothing else (RFC 4330 section 5)."""


async def offset_to(server: str, *, now: Callable[[], datetime], port: int = 123) -> float | None:
    """Seconds that we are behind; negative when ahead. None when there is no answer, or none that can be used."""
    loop = asyncio.get_running_loop()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(SECONDS):
            transport, asking = await loop.create_datagram_endpoint(_Asking, remote_addr=(server, port))
            try:
                asked = now().timestamp()
                transport.sendto(_ASK)
                answer = await asking.answer
                heard = now().timestamp()
            finally:
                transport.close()
            return _offset(answer, asked, heard)
    return None


def _offset(answer: bytes, asked: float, heard: float) -> float | None:
    if len(answer) < 48 or answer[0] & 7 != 4 or not 1 <= answer[1] <= 15:
        return None  # no server's answer, or of one that does not know the time itself
    in_seconds, in_parts, out_seconds, out_parts = struct.unpack("!IIII", answer[32:48])
    received: float = in_seconds - _TO_1970 + in_parts / 2**32
    sent: float = out_seconds - _TO_1970 + out_parts / 2**32
    return ((received - asked) + (sent - heard)) / 2


class _Asking(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self.answer.done():
            self.answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)
