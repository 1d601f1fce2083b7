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

END_SECONDS = 10
"""So long a tick in hand may go on when the daemon ends; then it is cut."""


class Schedule:
    """Starts ticks at their intervals and remembers when each last ended well."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._in_hand: set[asyncio.Task[object]] = set()
        self.last_good: dict[str, datetime] = {}
        """When each tick last ended well; the start counts, so that one that never does is seen too."""

    def every(self, seconds: float, name: str, tick: Callable[[], Awaitable[object]]) -> None:
        """Run `tick` every so many seconds, never twice at once, late ones included once."""

        async def guarded() -> None:
            ticking = asyncio.current_task()
            assert ticking is not None
            self._in_hand.add(ticking)
            try:
                async with asyncio.timeout(TICK_LIMIT_SECONDS):
                    await tick()
            except asyncio.CancelledError:
                # only `stop` does that; the scheduler would tell it as a fault of the tick
                log.warning("tick %s was cut by the end: what it had not done is due at the next start", name)
            except Exception:
                log.exception("tick %s failed", name)
            else:
                self.last_good[name] = self._now()
            finally:
                self._in_hand.discard(ticking)

        self._scheduler.add_job(
            guarded, "interval", seconds=seconds, id=name, max_instances=1, coalesce=True, misfire_grace_time=None
        )

    def start(self) -> None:
        """Begin; must be called in the running loop."""
        self.last_good = {job.id: self._now() for job in self._scheduler.get_jobs()}
        self._scheduler.start()

    async def stop(self, *, within: float = END_SECONDS) -> None:
        """End: no tick begins any more, those in hand have `within` seconds to finish.

        Then they are cut; a transaction that has begun is committed all the same.
        """
        self._scheduler.pause()
        await asyncio.sleep(0)  # a tick that the scheduler has just begun comes in hand
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=within)
            for ticking in late:
                ticking.cancel()
            await asyncio.gather(*late)
        self._scheduler.shutdown(wait=False)
