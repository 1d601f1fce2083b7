"""The inside of a worker process: takes octets, answers what was read, and may do nothing else.

Has no secrets in its environment, opens no connection, writes no file and is stopped by the kernel when a mail costs
too much. Never talks to anybody but the process that started it.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import resource
import sys
from collections.abc import Callable
from typing import Final

from maild.domain.mail import InboundMessage, Verdict
from maild.ingest.gate import Limits
from maild.ingest.parse import read
from maild.ingest.workers.wire import ENDED, FAILED, HEAD, READ, TAIL, Request

HEADER_SECONDS: Final = 2.0
"""CPU for the second try, which reads the header only."""
_CHUNK: Final = 1 << 20


Answer = Callable[[InboundMessage, Request], bytes]
"""Turns what was read into the octets that go back."""


def serve(source: int, sink: int, limits: Limits, decode: Callable[[bytes], Request], answer: Answer) -> None:
    """Answer requests from descriptor `source` on `sink` until it ends or the memory was not enough."""
    while (head := _receive(source, HEAD.size)) is not None:
        request_size, octets_size = HEAD.unpack(head)
        asked = _receive(source, request_size)
        octets = _receive(source, octets_size)
        if asked is None or octets is None:
            return
        request = decode(asked)
        _allow_cpu(HEADER_SECONDS if request.quarantined else limits.cpu_seconds)
        try:
            told = answer(read_mail(octets, request, limits), request)
        except MemoryError:
            del octets
            _send(sink, ENDED, f"reading needs more than {limits.memory >> 20} MiB".encode())
            return
        except Exception as error:  # whatever a mail can break must not leave it unanswered
            _send(sink, FAILED, f"the reader failed ({type(error).__name__})".encode())
            continue
        _send(sink, READ, told)
        del octets, told


def read_mail(octets: bytes, request: Request, limits: Limits) -> InboundMessage:
    """The mail as read; with `quarantined` set it is only a header, and has that verdict."""
    if not request.quarantined:
        return read(octets, own=request.own, reverse_path=request.reverse_path, limits=limits)
    message = read(octets, own=request.own, reverse_path=request.reverse_path, limits=limits)
    return dataclasses.replace(
        message,
        attachments=(),  # a file without its body is no file
        parts=(),
        verdict=Verdict.QUARANTINE,
        verdict_reason=request.quarantined,
        may_reply=False,
    )


def confine(limits: Limits) -> None:
    """Give up what reading a mail does not need. Cannot be undone in this process."""
    os.environ.clear()
    logging.disable()  # libraries log what they cannot read: words of the mail, and many lines of them
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    sys.addaudithook(_refuse)


_REFUSED: Final = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.remove",
    "shutil.",
)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(f"a worker may not {event}")


def _allow_cpu(seconds: float) -> None:
    # The limit counts over the life of the process, so each mail gets its share on top of what was used; the kernel
    # rounds to whole seconds. SIGXCPU ends the process.
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _receive(source: int, size: int) -> bytes | None:
    first = os.read(source, min(size, _CHUNK)) if size else b""
    if len(first) == size:
        return first
    if not first:
        return None
    received = bytearray(first)
    while len(received) < size:
        more = os.read(source, min(size - len(received), _CHUNK))
        if not more:
            return None
        received += more
    return bytes(received)


def _send(sink: int, kind: bytes, octets: bytes) -> None:
    if len(octets) < _CHUNK:
        octets = TAIL.pack(kind, len(octets)) + octets
    else:
        os.write(sink, TAIL.pack(kind, len(octets)))
    rest = memoryview(octets)
    while rest:
        rest = rest[os.write(sink, rest) :]
