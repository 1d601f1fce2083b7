"""Servers and watchers for the tests of the intakes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.ingest.imap import FolderState, FolderStatus, ImapAccount, ImapWatcher
from tests.helpers import dovecot as dovecot_helper
from tests.helpers.dovecot import Dovecot
from tests.helpers.memory_spool import MemoryCursors, MemorySpool
from tests.helpers.waiting import PATIENCE

LATER = datetime(2040, 1, 1, tzinfo=UTC)
"""A clock that stands after everything a real server dates now."""


@pytest.fixture(scope="session")
def running_dovecot() -> Iterator[Dovecot]:
    if why := dovecot_helper.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    server = Dovecot()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def dovecot(running_dovecot: Dovecot) -> Dovecot:
    return running_dovecot


@pytest.fixture
def spool() -> MemorySpool:
    return MemorySpool()


@pytest.fixture
def cursors() -> MemoryCursors:
    return MemoryCursors()


class Watch:
    """A watcher at work: it asks for the time after a good look and sleeps after a failure, so we hear of both."""

    def __init__(self, account: ImapAccount, spool: MemorySpool, cursors: MemoryCursors, now: datetime) -> None:
        self._now = now
        self._changed = asyncio.Event()
        self.delays: list[float] = []
        """How long it wanted to wait after each failure; here it goes on at once."""
        self.watcher = ImapWatcher(account, spool, cursors, clock=self._clock, sleep=self._sleep, rng=random.Random(1))

    def _clock(self) -> datetime:
        self._changed.set()
        return self._now

    async def _sleep(self, seconds: float) -> None:
        self.delays.append(seconds)
        self._changed.set()
        await asyncio.sleep(0)

    @property
    def status(self) -> FolderStatus:
        return self.watcher.status[0]

    async def until(self, condition: Callable[[FolderStatus], bool]) -> None:
        """Wait until the first folder is so."""
        async with asyncio.timeout(PATIENCE):
            while not condition(self.status):
                self._changed.clear()
                await self._changed.wait()

    async def at_rest(self) -> None:
        """Wait until the folder was looked through and the watcher waits for more."""
        await self.until(lambda status: status.state is FolderState.WAITING)

    async def failed(self, times: int) -> None:
        """Wait until connections failed so often since the start."""
        await self.until(lambda _: len(self.delays) >= times)


Watching = Callable[..., AbstractAsyncContextManager[Watch]]


@pytest.fixture
def watching(spool: MemorySpool, cursors: MemoryCursors) -> Watching:
    """`async with watching(account) as watch:` runs a watcher."""

    @contextlib.asynccontextmanager
    async def watch(account: ImapAccount, now: datetime = LATER) -> AsyncIterator[Watch]:
        made = Watch(account, spool, cursors, now)
        stop = asyncio.Event()
        task = asyncio.create_task(made.watcher.run(stop))
        try:
            yield made
        finally:
            stop.set()
            async with asyncio.timeout(PATIENCE):
                await task

    return watch


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate for localhost in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    where = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(["openssl", "req", "-x509", *kind, *names, *where], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return both


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
