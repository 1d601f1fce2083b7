"""The scheduler: APScheduler says "look now" and nothing else.

Due times are rows of the store, never jobs. One job a kind of tick, in UTC, in memory, with a time limit inside, so
that a hung tick is cut and seen (libraries: an APScheduler job that hangs is never started again).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

TICK_LIMIT_SECONDS = 120
"""A tick that takes longer is cut; what it had not done is due still."""


class Schedule:
    """Starts ticks at their intervals and remembers when each last ended well."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self.last_good: dict[str, datetime] = {}
        """When each tick last ended well; the start counts, so that one that never does is seen too."""

    def every(self, seconds: float, name: str, tick: Callable[[], Awaitable[object]]) -> None:
        """Run `tick` every so many seconds, never twice at once, late ones included once."""

        async def guarded() -> None:
            try:
                async with asyncio.timeout(TICK_LIMIT_SECONDS):
                    await tick()
            except Exception:
                log.exception("tick %s failed", name)
            else:
                self.last_good[name] = self._now()

        self._scheduler.add_job(
            guarded, "interval", seconds=seconds, id=name, max_instances=1, coalesce=True, misfire_grace_time=None
        )

    def start(self) -> None:
        """Begin; must be called in the running loop."""
        self.last_good = {job.id: self._now() for job in self._scheduler.get_jobs()}
        self._scheduler.start()

    def stop(self) -> None:
        """End; a running tick is cancelled, its transaction is not."""
        self._scheduler.shutdown(wait=False)
