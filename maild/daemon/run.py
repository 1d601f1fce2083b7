"""The daemon: one process, one loop, lanes that live and end together.

A lane that fails is started again after a pause and never takes another one down. On the way out the doors close
first, then what is in hand is finished, then the store is let go. Holds no rule of mail or tickets.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from flask import Blueprint

from maild.app import App
from maild.clock.schedule import Schedule
from maild.config.versions import collect, digest
from maild.daemon.clock import schedule_of
from maild.daemon.doors import open_listener, watchers_of
from maild.daemon.pages import open_web
from maild.daemon.sending import relay_of
from maild.health import Health
from maild.ingest.imap import ImapWatcher
from maild.ingest.smtp import Listener
from maild.ingest.spool import SpoolLane
from maild.oddities import oddities
from maild.outbound.outbox import Relay
from maild.reading import lane_of, reader_of
from maild.reload import ConfigurationWatch
from maild.renewal import Renewal, catch_up, put_in_force, read_anew, refuse

log = logging.getLogger(__name__)

PARTS = ("smtp", "imap", "outbox", "clock", "web")
"""What `maild run --with` and `--without` choose among; mail from the spool is processed in any case."""

LONGEST_PAUSE_SECONDS = 60.0
"""A lane that keeps failing is started again at least so often."""


class Daemon:
    """Runs an opened house until it is told to stop."""

    def __init__(self, app: App, *, parts: frozenset[str] = frozenset(PARTS), pages: Sequence[Blueprint] = ()) -> None:
        self._app = app
        self._parts = parts
        self._pages = pages
        self._stop = asyncio.Event()
        self._down: dict[str, str] = {}
        self.ready = asyncio.Event()
        """Set when every door is open."""
        self.ports: dict[str, int] = {}
        """The ports that doors really opened at, by part."""
        self.health = Health(app.store.lanes, now=app.now)
        self.health.lanes_down = lambda: self._down
        self._files = self._watch_files()

    def stop(self) -> None:
        """Ask to end; `run` returns when everything in hand is finished. May be called twice."""
        self._stop.set()

    def reload(self) -> None:
        """Read the configuration anew, changed or not; with a fault in it the old one stays in force."""
        if self._files is not None:
            self._files.ask()

    async def run(self) -> None:
        """Open the doors, run the lanes, and on `stop` close down in order."""
        app = self._app
        if app.config.trust.mode == "none":
            log.warning(
                "nobody checks who sends mail ([trust] mode): who has the reply address of an agent's notification"
                " is taken for that agent; see docs/trust.md"
            )
        if app.place is not None:
            await app.store.versions.answered(digest(await asyncio.to_thread(collect, app.place)), "", now=app.now())
        for odd in await asyncio.to_thread(oddities, app.config, app.rulebook):
            log.warning("odd in the configuration: %s", odd)
        await app.store.spool.recover()
        await app.store.outbox.recover(now=app.now())
        await catch_up(app)
        async with reader_of(app) as reader:
            relay = relay_of(app)
            self.health.servers = relay.trouble
            spool = lane_of(app, reader, on_settled=relay.wake)
            lanes: dict[str, Callable[[], Awaitable[None]]] = {"spool": lambda: spool.run(self._stop)}
            if self._files is not None:
                lanes["configuration"] = partial(self._files.run, self._stop)
            if "outbox" in self._parts:
                lanes["outbox"] = lambda: relay.run(self._stop)
            if "imap" in self._parts:
                for watcher in self._watchers(spool):
                    lanes[f"imap {watcher.mailbox}"] = partial(watcher.run, self._stop)
            listener = await self._open_listener(spool)
            schedule = self._open_schedule(relay)
            web = self._open_web(relay)
            try:
                async with asyncio.TaskGroup() as group:
                    for name, lane in lanes.items():
                        group.create_task(self._keep(name, lane), name=name)
                    self.ready.set()
                    log.info("ready: %s", ", ".join(f"{k} on port {v}" for k, v in self.ports.items()) or "no doors")
                    await self._stop.wait()
                    if listener is not None:
                        await listener.stop()
            finally:
                if schedule is not None:
                    await schedule.stop()
                if web is not None:
                    await asyncio.to_thread(web)
                log.info("ended")

    def _watchers(self, spool: SpoolLane) -> list[ImapWatcher]:
        watchers = watchers_of(self._app, spool)
        self.health.mailboxes = lambda: {
            f"{status.mailbox} {status.folder}": status for watcher in watchers for status in watcher.status
        }
        return watchers

    async def _open_listener(self, spool: SpoolLane) -> Listener | None:
        if "smtp" not in self._parts:
            return None
        listener, ports = await open_listener(self._app, spool)
        self.ports |= ports
        return listener

    def _open_schedule(self, relay: Relay) -> Schedule | None:
        if "clock" not in self._parts:
            return None
        schedule = schedule_of(self._app, self.health, relay.wake, sends="outbox" in self._parts)
        schedule.start()
        return schedule

    def _open_web(self, relay: Relay) -> Callable[[], None] | None:
        if "web" not in self._parts:
            return None
        loop = asyncio.get_running_loop()
        opened = open_web(self._app, self.health, lambda: loop.call_soon_threadsafe(relay.wake), self._pages)
        if opened is None:
            return None
        close, self.ports["web"] = opened
        return close

    def _watch_files(self) -> ConfigurationWatch[Renewal] | None:
        app = self._app
        if app.place is None:
            return None
        watch = ConfigurationWatch(
            app.place, read=partial(read_anew, app), use=partial(put_in_force, app), refused=partial(refuse, app),
            seen=app.seen,
        )  # fmt: skip
        self.health.refused = lambda: watch.faults
        return watch

    async def _keep(self, name: str, lane: Callable[[], Awaitable[None]]) -> None:
        """Run a lane until the end, starting it again when it fails."""
        pause = 1.0
        while not self._stop.is_set():
            try:
                await lane()
                self._down.pop(name, None)
                return
            except Exception as error:
                self._down[name] = f"failed: {type(error).__name__}"
                log.exception("lane %s failed and is started again", name)
            try:
                async with asyncio.timeout(pause * random.uniform(0.5, 1)):  # noqa: S311 - jitter, not a secret
                    await self._stop.wait()
            except TimeoutError:
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                self._down.pop(name, None)
