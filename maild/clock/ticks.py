"""What the scheduler wakes: looks for clocks that are due and has the desk raise their alarms.

The cost of a tick is what is due, not what exists. Each ticket is a transaction of its own, so that one that fails
never holds up the others. Never computes business time: the desk's clockwork does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from maild.desk.executor import Desk
from maild.desk.ports import UnitOfWork, Writer
from maild.desk.queues import TimerQueue
from maild.domain.commands import RaiseSlaAlarm, RaiseSlaStep, ReckonClocks
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent
from maild.domain.sla import Due
from maild.points import reach

log = logging.getLogger(__name__)

DUE_AT_A_TIME = 200
"""Clocks looked at in one go; the next go follows at once while there are more."""

LATE = timedelta(minutes=15)
"""An alarm so long after its time comes out of an outage or a night: what such has for one person is one mail (P29)."""


class SlaTick:
    """Raises each stage and each step of each clock once."""

    def __init__(self, *, timers: TimerQueue, writer: Writer, desk: Desk, now: Callable[[], datetime]) -> None:
        self._timers = timers
        self._writer = writer
        self._desk = desk
        self._now = now

    async def __call__(self) -> int:
        """Raise everything that is due now; returns how many alarms were raised."""
        raised = 0
        looked_at: set[int] = set()
        while True:
            # each ticket once, so that one that fails, or stays due, neither spins nor hides those behind it
            due = await self._timers.due(now=self._now(), limit=DUE_AT_A_TIME + len(looked_at))
            fresh = [number for number in dict.fromkeys(number for number, _, _ in due) if number not in looked_at]
            if not fresh:
                return raised
            for number in fresh:
                looked_at.add(number)
                try:
                    raised += await self._writer.run_async(partial(self._raise, number=number))
                    reach("alarm-raised")
                except Exception:
                    log.exception("the clocks of ticket %d could not be advanced", number)

    def _raise(self, uow: UnitOfWork, *, number: int) -> int:
        now = self._now()
        due = self._desk.clockwork.due(uow, number, now)
        for clock in due:
            commands = _commands(number, clock, late=now - clock.since > LATE)
            actor = Actor(kind=ActorKind.CLOCK, name=clock.metric, via="clock")
            levels = "+".join([*filter(None, (clock.stage,)), *(step.level for step in clock.steps)])
            cause = Cause(key=f"clock:{number}:{clock.metric}:{clock.cycle}:{levels}")
            self._desk.run(uow, Intent(actor=actor, commands=commands), cause=cause, now=now)
        if not due:
            # a row that says due when nothing is, or when it has to wait for the desk to open
            intent = Intent(actor=Actor(kind=ActorKind.CLOCK, via="clock"), commands=(ReckonClocks(ticket=number),))
            self._desk.run(uow, intent, cause=Cause(key=f"clock:{number}:{now.isoformat()}"), now=now)
        reach("alarm-decided")
        return len(due)


def _commands(number: int, due: Due, *, late: bool) -> tuple[Command, ...]:
    metric, cycle = due.metric, due.cycle
    alarm = RaiseSlaAlarm(ticket=number, metric=metric, cycle=cycle, stage=due.stage, late=late) if due.stage else None
    steps = [RaiseSlaStep(ticket=number, metric=metric, cycle=cycle, step=step, late=late) for step in due.steps]
    return (alarm, *steps) if alarm else tuple(steps)
