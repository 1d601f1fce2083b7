"""A daemon as a process of its own, with a sink for what it sends; for tests that end and restart it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import aiosmtplib

from maild.app import App, open_app
from maild.demo.sink import Sink
from maild.demo.world import write_world
from tests.helpers.waiting import PATIENCE


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class Running:
    """One desk: its folder, ports, sink, and the process while there is one."""

    folder: Path
    sink: Sink = field(default_factory=Sink)
    smtp: int = field(default_factory=free_port)
    lmtp: int = field(default_factory=free_port)
    web: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    async def prepare(self) -> None:
        """Start the sink and write the configuration."""
        port = await self.sink.start()
        write_world(self.folder, smtp=self.smtp, lmtp=self.lmtp, web=self.web, sink=port)

    async def start(self, *, kill_at: str = "") -> None:
        """Start the daemon and wait until it greets, or until it is gone."""
        env = {**os.environ, "MAILD_KILL_AT": kill_at} if kill_at else {**os.environ}
        with (self.folder / "daemon.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "maild", "-c", str(self.folder / "maild.toml"), "run", env=env,
                stdout=asyncio.subprocess.DEVNULL, stderr=log,
            )  # fmt: skip
        async with asyncio.timeout(PATIENCE):
            while self.process.returncode is None:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.smtp)
                except OSError:
                    await asyncio.sleep(0.05)  # until the port is open: there is nothing to wait on
                else:
                    writer.close()
                    return

    async def ended(self) -> int:
        """Wait for the process to end by itself; returns its code, negative for a signal."""
        assert self.process is not None
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def stop(self) -> int:
        """Ask it to end, as a service manager would."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def send(self, mail: bytes, *, reverse_path: str, to: str) -> None:
        """Hand a mail over as a mail server does: again and again until it is taken."""
        await aiosmtplib.send(
            mail, sender=reverse_path, recipients=[to], hostname="127.0.0.1", port=self.smtp, start_tls=False
        )

    async def settled(self, mails: int) -> None:
        """Wait until so many mails are processed and everything planned has left."""
        async with asyncio.timeout(PATIENCE):
            while True:
                app = self.look()
                try:
                    book = app.store.lanes.book()
                    waiting = [age for age in app.store.lanes.lane_ages(app.now()) if age.lane != "clock"]
                    states = {row["state"] for row in app.store.queries.outbox_rows(limit=1000)}
                finally:
                    app.close()
                done = book["accepted"] - book["waiting"] >= mails and not any(age.waiting for age in waiting)
                if done and states <= {"sent", "suppressed", "failed"}:
                    return
                await asyncio.sleep(0.1)  # another process works: its database is all there is to look at

    def look(self) -> App:
        """The house beside the running daemon, for questions."""
        return open_app(self.folder / "maild.toml")
