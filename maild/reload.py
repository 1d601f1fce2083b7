"""The configuration read anew while the daemon runs: on SIGHUP, and whenever one of its files has changed.

A new one comes into force whole or not at all, between two causes: with a fault in any file the old one stays. Never
touches a mail in hand.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Generic, TypeVar

from maild.config.rule_files import Stamp, stamp
from maild.config.versions import paths_of
from maild.errors import ConfigError

log = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_SECONDS = 2.0
"""How often the files are looked at: costs a few `stat` calls, and whoever writes a rule can try it at once."""

Refusal = Callable[[tuple[str, ...]], Awaitable[None]]


class ConfigurationWatch(Generic[T]):
    """Keeps what is in force equal to what is in the files.

    `read` reads and checks them, off the event loop, and raises ConfigError with every fault; `use` puts in force what
    it returned. `refused` is called once for each state of the files that cannot be used, with every fault. `seen` is
    how the files looked before those in force were read.
    """

    def __init__(
        self,
        place: Path,
        *,
        read: Callable[[], T],
        use: Callable[[T], Awaitable[None]],
        refused: Refusal | None = None,
        seen: Stamp | None = None,
    ) -> None:
        self._place = place
        self._read = read
        self._use = use
        self._refused = refused
        self._seen = self._stamp() if seen is None else seen
        self._asked = asyncio.Event()
        self.faults: tuple[str, ...] = ()
        """Why what is in the files is not in force; empty when it is."""
        self._told: tuple[str, ...] = ()

    def ask(self) -> None:
        """Read the files at the next opportunity, changed or not."""
        self._asked.set()

    async def look(self) -> bool:
        """Read the files if they have changed or somebody asked; whether they came into force."""
        found = await asyncio.to_thread(self._stamp)
        if found == self._seen and not self._asked.is_set():
            return False
        self._asked.clear()
        # The stamp from before reading: what is written meanwhile is found at the next look
        self._seen = found
        try:
            return await self._take_up()
        except Exception:
            self._asked.set()  # it was the store that failed, not the files: they are read again
            raise

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until `stop`."""
        while not stop.is_set():
            await self.look()
            waiting = [asyncio.ensure_future(event.wait()) for event in (stop, self._asked)]
            try:
                await asyncio.wait(waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for waiter in waiting:
                    waiter.cancel()

    async def _take_up(self) -> bool:
        try:
            fresh = await asyncio.to_thread(self._read)
        except ConfigError as error:
            await self._refuse(tuple(error.problems))
            return False
        await self._use(fresh)
        self.faults = self._told = ()
        log.info("the configuration was read anew and is in force")
        return True

    async def _refuse(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        if faults == self._told:
            return
        for fault in faults:
            log.error("configuration refused, the old one stays in force: %s", fault)
        if self._refused is not None:
            await self._refused(faults)
        self._told = faults

    def _stamp(self) -> Stamp:
        try:
            return stamp(paths_of(self._place))
        except ConfigError:
            return stamp([self._place])
