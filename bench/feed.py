"""Brings mails to the listener as mail servers do: over several kept connections, with PIPELINING.

Waits for every 250 before the next mail of its connection. Counts what was refused; never tries again.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator, Sequence

from letters import Mail

CONNECTIONS = 10


class _Line:
    """One connection to the listener."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._held = b""

    async def ask(self, octets: bytes, replies: int) -> list[bytes]:
        """Send, and wait for so many replies, each of one line or several; returns their last lines."""
        loop = asyncio.get_running_loop()
        if octets:
            await loop.sock_sendall(self._connection, octets)
        last: list[bytes] = []
        while len(last) < replies:
            line, end, rest = self._held.partition(b"\r\n")
            if end:
                self._held = rest
                if line[3:4] != b"-":
                    last.append(line)
                continue
            more = await loop.sock_recv(self._connection, 65536)
            if not more:
                raise ConnectionError("the listener has hung up")
            self._held += more
        return last


async def _open(port: int) -> _Line:
    connection = socket.socket()
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line = _Line(connection)
    await line.ask(b"", 1)
    await line.ask(b"EHLO mx.desk.example\r\n", 1)
    return line


async def _bring(line: _Line, mail: Mail) -> bool:
    said = f"MAIL FROM:<{mail.reverse_path}>\r\nRCPT TO:<{mail.forward_path}>\r\nDATA\r\n".encode("ascii")
    replies = await line.ask(said, 3)
    if not replies[2].startswith(b"354"):
        return False
    body = mail.octets.replace(b"\r\n.", b"\r\n..")
    return (await line.ask(body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"), 1))[0].startswith(b"250")


async def feed(port: int, mails: Sequence[Mail], *, connections: int = CONNECTIONS) -> int:
    """Bring all mails as fast as they are taken; how many were taken."""
    waiting: Iterator[Mail] = iter(mails)

    async def lane() -> int:
        line = await _open(port)
        return sum([await _bring(line, mail) for mail in waiting])

    return sum(await asyncio.gather(*(lane() for _ in range(min(connections, len(mails))))))


async def drip(port: int, mails: Sequence[Mail], *, each_second: float) -> dict[str, float]:
    """Bring one mail after another in an even beat; when each was begun, by its sender."""
    line = await _open(port)
    begun: dict[str, float] = {}
    start = time.monotonic()
    for number, mail in enumerate(mails):
        await asyncio.sleep(max(0.0, start + number / each_second - time.monotonic()))
        begun[mail.sender] = time.monotonic()
        await _bring(line, mail)
    return begun
