"""The daemon's way to read a mail: in one of a few worker processes, without holding up the loop or other mails.

A mail that takes long loses its place and its priority, a mail that takes too long its worker; it then comes back in
quarantine with what its header says. Never reads a mail in the daemon's own process and never raises because of one.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import socket
from typing import Final, Self

import msgspec

from maild.domain.mail import InboundMessage, Verdict
from maild.ingest.gate import Limits
from maild.ingest.workers.supervisor import Nursery, ReaderUnavailable
from maild.ingest.workers.wire import (
    FAILED,
    HEAD,
    KILL,
    READ,
    TAIL,
    YIELD,
    Request,
    header_of,
    too_long,
)

WALL_SECONDS: Final = 60.0
"""By the clock on the wall. A slow mail runs at the lowest priority, so this is far more than its CPU time."""
SLOW_SECONDS: Final = 0.4
"""From here on a mail no longer counts as one of the readings at a time: the next may begin beside it."""
SLOW_AT_ONCE: Final = 8
"""Slow mails beside the ordinary ones; each may hold 512 MiB. More than that wait for their place."""
MAILS_PER_WORKER: Final = 2_000
"""Then a fresh worker takes over: memory that a library loses cannot add up."""
_CHUNK: Final = 1 << 18
_JOINED: Final = 1 << 16
"""Up to this size one system call for request and octets is cheaper than not copying them."""


class _Gone(Exception):
    """The worker ended before it answered."""


@dataclasses.dataclass(slots=True, eq=False)
class _Worker:
    """One worker process, the socket to it, and what became of the mail it reads."""

    process: int
    connection: socket.socket
    mails: int = 0
    timer: asyncio.TimerHandle | None = None
    slow: bool = False
    """Its mail takes long: the worker runs at the lowest priority and ends after it."""
    overdue: bool = False
    """It was ended because its time was up."""
    gone: bool = False


class Reader:
    """Reads mails in `processes` workers at a time (default: one a core). Use as `async with Reader() as reader:`."""

    def __init__(
        self,
        *,
        processes: int | None = None,
        limits: Limits | None = None,
        wall_seconds: float = WALL_SECONDS,
        slow_seconds: float = SLOW_SECONDS,
    ) -> None:
        self._limits = limits or Limits()
        self._wall_seconds = wall_seconds
        self._slow_seconds = slow_seconds
        self._places = asyncio.Semaphore(processes or os.cpu_count() or 1)
        self._slow_places = SLOW_AT_ONCE
        self._idle: list[_Worker] = []
        self._nursery = Nursery(self._limits)
        self._closed = False
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(InboundMessage).decode

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the nursery and a first worker, so that the first mail need not wait for them."""
        self._idle.append(await self._new_worker())

    async def close(self) -> None:
        """End all workers. Who waits for a mail now gets `ReaderUnavailable`: it is not the mail's fault."""
        self._closed = True
        while self._idle:
            self._end(self._idle.pop())
        await asyncio.to_thread(self._nursery.close)

    async def read(
        self, octets: bytes, *, own: frozenset[str] = frozenset(), reverse_path: str | None = None
    ) -> InboundMessage:
        """The mail as read. `own` are our addresses, `reverse_path` is "" for the null path and None when unknown.

        Raises `ReaderUnavailable` when no worker can be started, and nothing else.
        """
        request = Request(own=own, reverse_path=reverse_path)
        reason = too_long(octets, self._limits)
        if not reason:
            message, reason = await self._read_safely(octets, request)
            if message is not None:
                return message
        request = dataclasses.replace(request, quarantined=reason)
        message, _ = await self._read_safely(header_of(octets, self._limits), request)
        return message or InboundMessage(verdict=Verdict.QUARANTINE, verdict_reason=reason)

    async def _read_safely(self, octets: bytes, request: Request) -> tuple[InboundMessage | None, str]:
        """The same as `_read_once`, once more when somebody else ended all workers: that says nothing of the mail."""
        for _ in range(2):
            if self._closed:
                break
            nursery = self._nursery.number
            message, reason = await self._read_once(octets, request)
            if message is not None or (nursery in (0, self._nursery.number) and self._nursery.is_alive()):
                return message, reason
        raise ReaderUnavailable("the workers are stopping")

    async def _read_once(self, octets: bytes, request: Request) -> tuple[InboundMessage | None, str]:
        """The message, or None and why there is none."""
        place = _Place(self._places)
        await place.take()
        worker: _Worker | None = None
        try:
            worker = self._idle.pop() if self._idle else await self._new_worker()
            worker.timer = asyncio.get_running_loop().call_later(self._slow_seconds, self._becomes_slow, worker, place)
            kind, told = await self._ask(worker, octets, request)
            worker.mails += 1
            if kind == READ:
                message = self._decode(told)
                self._rest(worker)
                return message, ""
            if kind == FAILED:
                self._rest(worker)
            return None, bytes(told).decode("utf-8", "replace")
        except (OSError, _Gone, msgspec.MsgspecError):
            if worker is not None and worker.overdue:
                return None, f"reading took longer than {self._wall_seconds:g} s"
            return None, f"reading exceeded {self._limits.cpu_seconds:g} s of CPU or broke the reader"
        finally:
            place.leave()
            if worker is not None:
                if worker.timer is not None:
                    worker.timer.cancel()
                if worker.slow:
                    self._slow_places += 1
                if worker not in self._idle:  # also when the caller gave up: its answer would be the next mail's
                    self._end(worker)

    def _rest(self, worker: _Worker) -> None:
        """Keep the worker for the next mail, unless it has lost its priority or done its share."""
        if not worker.slow and worker.mails < MAILS_PER_WORKER:
            self._idle.append(worker)

    def _becomes_slow(self, worker: _Worker, place: _Place) -> None:
        loop = asyncio.get_running_loop()
        if not self._slow_places:
            worker.timer = loop.call_later(self._slow_seconds, self._becomes_slow, worker, place)
            return
        self._slow_places -= 1
        worker.slow = True
        worker.timer = loop.call_later(self._wall_seconds, self._becomes_overdue, worker)
        self._nursery.order(YIELD, worker.process)
        place.leave()

    def _becomes_overdue(self, worker: _Worker) -> None:
        worker.overdue = True
        self._nursery.order(KILL, worker.process)
        with contextlib.suppress(OSError):
            worker.connection.shutdown(socket.SHUT_RDWR)  # also when nobody is left who could end it

    async def _new_worker(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await self._nursery.fork(theirs)
            except BaseException:
                ours.close()
                raise
        ours.setblocking(False)
        return _Worker(process, ours)

    def _end(self, worker: _Worker) -> None:
        if not worker.gone:
            worker.gone = True
            worker.connection.close()
            self._nursery.order(KILL, worker.process)

    async def _ask(self, worker: _Worker, octets: bytes, request: Request) -> tuple[bytes, bytes | bytearray]:
        loop = asyncio.get_running_loop()
        asked = self._encode(request)
        head = HEAD.pack(len(asked), len(octets)) + asked
        if len(octets) <= _JOINED:
            await loop.sock_sendall(worker.connection, head + octets)
        else:
            await loop.sock_sendall(worker.connection, head)
            await loop.sock_sendall(worker.connection, octets)
        first = await loop.sock_recv(worker.connection, _CHUNK)
        while len(first) < TAIL.size:
            more = await loop.sock_recv(worker.connection, _CHUNK)
            if not more:
                raise _Gone
            first += more
        kind, size = TAIL.unpack_from(first)
        if len(first) - TAIL.size == size:
            return kind, first[TAIL.size :]
        told = bytearray(size)
        told[: len(first) - TAIL.size] = first[TAIL.size :]
        rest = memoryview(told)[len(first) - TAIL.size :]
        while rest:
            count = await loop.sock_recv_into(worker.connection, rest)
            if not count:
                raise _Gone
            rest = rest[count:]
        return kind, told


class _Place:
    """One of the readings at a time; given back once, whoever does it first."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._taken = False

    async def take(self) -> None:
        await self._places.acquire()
        self._taken = True

    def leave(self) -> None:
        if self._taken:
            self._taken = False
            self._places.release()
