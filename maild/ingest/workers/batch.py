"""Reading mails one after another in a child process that can be killed: for the command line and for tools.

Never reads a mail in its own process, so whatever a mail does, the next one is read.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import time
from dataclasses import dataclass
from typing import Final, Self

from maild.domain.mail import InboundMessage, Verdict
from maild.ingest.gate import Limits
from maild.ingest.workers.wire import ENDED, HEAD, READ, TAIL, Request, header_of, too_long
from maild.ingest.workers.worker import Answer, confine, serve

WALL_SECONDS: Final = 30.0
"""By the clock on the wall: three times the CPU time, for a machine that is busy with other things."""
_CHUNK: Final = 1 << 20


@dataclass(slots=True)
class _Child:
    pid: int
    source: int
    """Answers are read here."""
    sink: int
    """Requests are written here."""


class BatchReader:
    """One child at a time, forked when it is needed; not for programs with threads.

    `answer` turns a message into the octets that `read` returns. It runs in the child, and here only for a mail of
    which not even the header could be read.
    """

    def __init__(
        self,
        answer: Answer,
        *,
        own: frozenset[str] = frozenset(),
        reverse_path: str | None = None,
        limits: Limits | None = None,
        wall_seconds: float = WALL_SECONDS,
    ) -> None:
        self._answer = answer
        self._own = own
        self._reverse_path = reverse_path
        self._limits = limits or Limits()
        self._wall_seconds = wall_seconds
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            child, self._child = self._child, None
            os.close(child.source)
            os.close(child.sink)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child.pid, 0)

    def read(self, octets: bytes, *, label: str = "", reverse_path: str | None = None) -> bytes:
        """What `answer` makes of the mail: read whole, else its header only with the reason, else the reason alone.

        `reverse_path` is that of this mail, where they did not all come with the same.
        """
        came_with = self._reverse_path if reverse_path is None else reverse_path
        reason = too_long(octets, self._limits)
        if not reason:
            told, reason = self._ask(octets, Request(label=label, reverse_path=came_with))
            if told is not None:
                return told
        request = Request(label=label, reverse_path=came_with, quarantined=reason)
        told, _ = self._ask(header_of(octets, self._limits), request)
        if told is not None:
            return told
        return self._answer(InboundMessage(verdict=Verdict.QUARANTINE, verdict_reason=reason), request)

    def _ask(self, octets: bytes, request: Request) -> tuple[bytes | None, str]:
        """The answer, or None and why there is none."""
        child = self._child or self._fork()
        asked = json.dumps([request.quarantined, request.label, request.reverse_path]).encode()
        end = time.monotonic() + self._wall_seconds
        try:
            self._send(child, HEAD.pack(len(asked), len(octets)) + asked)
            self._send(child, octets)
            kind, size = TAIL.unpack(self._receive(child, TAIL.size, end))
            told = self._receive(child, size, end)
        except TimeoutError:
            self.close()
            return None, f"reading took longer than {self._wall_seconds:g} s"
        except (OSError, EOFError):
            self.close()
            return None, f"reading exceeded {self._limits.cpu_seconds:g} s of CPU or broke the reader"
        if kind == READ:
            return told, ""
        if kind == ENDED:
            self.close()
        return None, told.decode()

    def _fork(self) -> _Child:
        source, their_sink = os.pipe()
        their_source, sink = os.pipe()
        gc.freeze()  # what both processes share stays shared
        pid = os.fork()
        if pid == 0:
            try:
                os.close(source)
                os.close(sink)
                confine(self._limits)
                serve(their_source, their_sink, self._limits, self._decoded, self._answer)
            finally:
                os._exit(0)  # nothing of the parent's is flushed or closed twice
        os.close(their_source)
        os.close(their_sink)
        self._child = _Child(pid, source, sink)
        return self._child

    def _decoded(self, asked: bytes) -> Request:
        quarantined, label, reverse_path = json.loads(asked)
        return Request(own=self._own, reverse_path=reverse_path, quarantined=quarantined, label=label)

    def _send(self, child: _Child, octets: bytes) -> None:
        rest = memoryview(octets)
        while rest:
            rest = rest[os.write(child.sink, rest) :]

    def _receive(self, child: _Child, size: int, end: float) -> bytes:
        received = bytearray()
        poll = select.poll()
        poll.register(child.source, select.POLLIN)
        while len(received) < size:
            if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
                raise TimeoutError
            more = os.read(child.source, min(size - len(received), _CHUNK))
            if not more:
                raise EOFError
            received += more
        return bytes(received)
