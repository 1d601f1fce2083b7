"""Wakes tickets that wait until a time that has come, and has whoever is in charge told.

The cost of a tick is what is due. Each ticket is a transaction of its own; never ends a wait before its time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from maild.desk.executor import Desk
from maild.desk.ports import UnitOfWork, Writer
from maild.desk.queues import TimerQueue
from maild.domain.commands import EndWait
from maild.domain.intent import Actor, ActorKind, Cause, Intent

log = logging.getLogger(__name__)

DUE_AT_A_TIME = 200
"""Tickets looked at in one go; the next go follows at once while there are more."""


class WaitTick:
    """Ends each wait once. After an outage the clocks go on from when it was over, not from when it was seen."""

    def __init__(self, *, timers: TimerQueue, writer: Writer, desk: Desk, now: Callable[[], datetime]) -> None:
        self._timers = timers
        self._writer = writer
        self._desk = desk
        self._now = now

    async def __call__(self) -> int:
        """End every wait that is over; returns how many."""
        ended = 0
        looked_at: set[int] = set()
        while True:
            # each ticket once, so that one that fails neither spins nor hides those behind it
            due = await self._timers.waits_over(now=self._now(), limit=DUE_AT_A_TIME + len(looked_at))
            fresh = [(number, until) for number, until in due if number not in looked_at]
            if not fresh:
                return ended
            for number, until in fresh:
                looked_at.add(number)
                try:
                    await self._writer.run_async(partial(self._end, number=number, until=until))
                    ended += 1
                except Exception:
                    log.exception("the wait of ticket %d could not be ended", number)

    def _end(self, uow: UnitOfWork, *, number: int, until: datetime) -> None:
        intent = Intent(actor=Actor(kind=ActorKind.CLOCK, name="wait", via="clock"), commands=(EndWait(ticket=number),))
        self._desk.run(uow, intent, cause=Cause(key=f"wait:{number}:{until.isoformat()}"), now=self._now(), at=until)
