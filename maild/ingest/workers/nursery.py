"""The process that workers are forked from: small, single-threaded, without secrets and without network.

Imports the reader once, so that a new worker costs a few milliseconds. Never reads a mail itself; ends its workers and
itself when the daemon is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import signal
import socket
import sys
from typing import Final

import msgspec

from maild.domain.mail import InboundMessage
from maild.ingest.gate import Limits
from maild.ingest.parse import read
from maild.ingest.workers.wire import FORK, KILL, ORDER, YIELD, Request
from maild.ingest.workers.worker import confine, serve

_LOWEST_PRIORITY: Final = 19
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_PR_SET_PDEATHSIG: Final = 1

_SAMPLE: Final = (
    b"From: a@b.example\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\nDate: Mon, 2 Nov 2026 09:00:00 +0000\r\n"
    b'Content-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\n\r\nHello,\r\nwe are here.\r\n--x\r\n'
    b"Content-Type: text/html; charset=iso-8859-1\r\n\r\n<p>Hello, we <b>are</b> here.</p>\r\n--x--\r\n"
)
"""Read once before the first fork, so that workers need not import or compile anything for an ordinary mail."""


def main() -> None:
    """Serve orders on standard input, which is a socket; the limits come as JSON in the first argument."""
    control = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    limits = Limits(**json.loads(sys.argv[1]))
    # Ctrl-C and the service manager mean the daemon, which finishes the mails under way and then closes the socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    leave_network()
    read(_SAMPLE, limits=limits)
    gc.collect()
    gc.freeze()
    workers: set[int] = set()
    try:
        while (order := _next_order(control)) is not None:
            _reap(workers)
            _obey(order, control, workers, limits)
    finally:
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)


def leave_network() -> bool:
    """Move into a network namespace of our own, which has no way out; False where the system does not allow it."""
    if not sys.platform.startswith("linux"):
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    # An ordinary user needs a user namespace for it.
    return any(unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def _die_with_parent() -> None:
    """Let the kernel end this process when the nursery ends, in whatever way."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


Order = tuple[bytes, int, int]
"""What, which process, and the descriptor that came with it or -1."""


def _next_order(control: socket.socket) -> Order | None:
    received, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
    while received and len(received) < ORDER.size:
        more = control.recv(ORDER.size - len(received))
        if not more:
            return None
        received += more
    if not received:
        return None
    what, process = ORDER.unpack(received)
    return what, process, descriptors[0] if descriptors else -1


def _obey(order: Order, control: socket.socket, workers: set[int], limits: Limits) -> None:
    what, process, descriptor = order
    if what == FORK:
        worker = os.fork()
        if worker == 0:
            try:
                control.close()
                _die_with_parent()
                confine(limits)
                serve(descriptor, descriptor, limits, msgspec.msgpack.Decoder(Request).decode, encode)
            finally:
                os._exit(0)
        os.close(descriptor)
        workers.add(worker)
        control.sendall(ORDER.pack(FORK, worker))
    elif process in workers:  # not yet reaped, so the number cannot belong to somebody else
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if what == KILL:
                os.kill(process, signal.SIGKILL)
            elif what == YIELD:
                os.setpriority(os.PRIO_PROCESS, process, _LOWEST_PRIORITY)


def _reap(workers: set[int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while ended := os.waitpid(-1, os.WNOHANG)[0]:
            workers.discard(ended)


def encode(message: InboundMessage, request: Request) -> bytes:
    """The message as MessagePack; letters that no encoding knows are replaced."""
    return msgspec.msgpack.encode(message)


if __name__ == "__main__":
    main()
