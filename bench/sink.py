"""An SMTP server that takes every mail and writes it to a file with the time it was there; a process of its own.

    python bench/sink.py FILE        prints its port

As cheap as it can be made, so that what is measured is what sends to it. Checks nothing and delivers nothing.
"""

from __future__ import annotations

import asyncio
import os
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEAD = struct.Struct("!dHI")
_END = b"\r\n.\r\n"
_CAPABILITIES = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 60000000\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """One mail. `at` is by the monotonic clock, which all processes of a machine share."""

    at: float
    recipient: str
    octets: bytes


class Session(asyncio.Protocol):
    """As much of RFC 5321 as a client with good manners needs, PIPELINING included."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._held = b""
        self._recipient = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ready\r\n")

    def data_received(self, data: bytes) -> None:
        held = self._held + data
        said = []
        while held:
            if self._in_data:
                end = held.find(_END)
                if end < 0:
                    break
                self._keep(held[:end].replace(b"\r\n..", b"\r\n.") + b"\r\n")
                held = held[end + len(_END) :]
                self._in_data = False
                said.append(b"250 kept\r\n")
                continue
            line, end_of_line, rest = held.partition(b"\r\n")
            if not end_of_line:
                break
            held = rest
            said.append(self._obey(line))
        self._held = held
        if said:
            self._transport.write(b"".join(said))

    def _obey(self, line: bytes) -> bytes:
        word = line[:4].upper()
        if word == b"DATA":
            self._in_data = True
            return b"354 go on\r\n"
        if word == b"RCPT":
            self._recipient = line[line.find(b"<") + 1 : line.rfind(b">")]
        if word == b"EHLO":
            return _CAPABILITIES
        return b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n"

    def _keep(self, octets: bytes) -> None:
        head = _HEAD.pack(time.monotonic(), len(self._recipient), len(octets))
        os.write(self._descriptor, head + self._recipient + octets)


class Basket:
    """The file as another process reads it, while it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self.mails: list[Caught] = []

    def look(self) -> int:
        """Read what has come since; returns how many mails there are in all."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            self.mails += self._parse(file.read())
        return len(self.mails)

    def _parse(self, octets: bytes) -> Iterator[Caught]:
        at = 0
        while len(octets) - at >= _HEAD.size:
            moment, recipient, size = _HEAD.unpack_from(octets, at)
            end = at + _HEAD.size + recipient + size
            if end > len(octets):
                break
            begin = at + _HEAD.size
            yield Caught(
                at=moment,
                recipient=octets[begin : begin + recipient].decode("ascii", "replace"),
                octets=octets[begin + recipient : end],
            )
            at = end
        self._read += at


async def serve(path: Path) -> None:
    """Take mail until the process is ended."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    server = await asyncio.get_running_loop().create_server(lambda: Session(descriptor), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
