"""The nursery as the daemon holds it: started when it is needed, started again when it is gone, told what to do.

Starts processes and passes on orders; which worker reads what is the reader's. Never gives the nursery anything of the
daemon's environment.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import sys

from maild.ingest.gate import Limits
from maild.ingest.workers.wire import FORK, ORDER


class ReaderUnavailable(RuntimeError):
    """No worker can be started: nothing is wrong with the mail, try again later."""


class Nursery:
    """The process that forks workers, started when it is needed and again when it is gone."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._one_at_a_time = asyncio.Lock()
        self.number = 0
        """Counts the nurseries; 0 before the first."""

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    async def fork(self, connection: socket.socket) -> int:
        """Fork a worker that serves `connection`; its process number."""
        async with self._one_at_a_time:
            for _ in range(2):
                try:
                    control = self._control or self._start()
                    socket.send_fds(control, [ORDER.pack(FORK, 0)], [connection.fileno()])
                    told = b""
                    while len(told) < ORDER.size:
                        more = await asyncio.get_running_loop().sock_recv(control, ORDER.size - len(told))
                        if not more:
                            raise ConnectionError
                        told += more
                    return int(ORDER.unpack(told)[1])
                except OSError:
                    if self._process is not None:
                        self._process.kill()  # it does not obey; `close` must not wait for it
                    self.close()
            raise ReaderUnavailable("no process for reading mail can be started")

    def order(self, what: bytes, process: int) -> None:
        """Tell the nursery what to do with a worker; when it is gone, so are its workers."""
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.send(ORDER.pack(what, process))

    def _start(self) -> socket.socket:
        control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "maild.ingest.workers.nursery", json.dumps(dataclasses.asdict(self._limits))],
                stdin=theirs.fileno(),
                # Nothing of the daemon's environment: it may hold passwords.
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
            )
        control.setblocking(False)
        self.number += 1
        self._control = control
        return control

    def close(self) -> None:
        """End the nursery, and with it all workers. Blocks until it is gone."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            process, self._process = self._process, None
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
