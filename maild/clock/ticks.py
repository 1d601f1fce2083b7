"""What the scheduler wakes: looks for clocks that are due and has the desk raise their alarms.

The cost of a tick is what is due, not what exists. Each ticket is a transaction of its own, so that one that fails
never holds up the others. Never computes business time: the desk's clockwork does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from maild.desk.executor import Desk
from maild.desk.ports import UnitOfWork, Writer
from maild.desk.queues import TimerQueue
from maild.domain.commands import RaiseSlaAlarm
from maild.domain.intent import Actor, ActorKind, Cause, Intent

log = logging.getLogger(__name__)

DUE_AT_A_TIME = 200
"""Clocks looked at in one go; the next go follows at once while there are more."""


class SlaTick:
    """Raises each stage of each clock once."""

    def __init__(self, *, timers: TimerQueue, writer: Writer, desk: Desk, now: Callable[[], datetime]) -> None:
        self._timers = timers
        self._writer = writer
        self._desk = desk
        self._now = now

    async def __call__(self) -> int:
        """Raise everything that is due now; returns how many alarms were raised."""
        raised = 0
        failed: set[int] = set()
        while True:
            due = await self._timers.due(now=self._now(), limit=DUE_AT_A_TIME)
            tickets = [number for number in dict.fromkeys(number for number, _, _ in due) if number not in failed]
            if not tickets:
                return raised
            for number in tickets:
                try:
                    raised += await self._writer.run_async(partial(self._raise, number=number))
                except Exception:
                    failed.add(number)
                    log.exception("the clocks of ticket %d could not be advanced", number)

    def _raise(self, uow: UnitOfWork, *, number: int) -> int:
        now = self._now()
        due = self._desk.clockwork.due(uow, number, now)
        for metric, cycle, stage in due:
            command = RaiseSlaAlarm(ticket=number, metric=metric, cycle=cycle, stage=stage)
            actor = Actor(kind=ActorKind.CLOCK, name=metric, via="clock")
            cause = Cause(key=f"clock:{number}:{metric}:{cycle}:{stage}")
            self._desk.run(uow, Intent(actor=actor, commands=(command,)), cause=cause, now=now)
        if not due:
            self._desk.clockwork.rewind(uow, number)
        return len(due)
