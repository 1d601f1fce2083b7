"""Service levels: timers reckoned from what happened to a ticket.

`reckon` is a pure function of moments, policies and calendars, so replaying a history gives the same due times as
living it. It never reads a clock. The words themselves are in `promise`, the clocks in `one_clock`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from maild.domain.escalation import EscalationStep
from maild.domain.history import History
from maild.domain.one_clock import ENDED
from maild.domain.promise import (
    Moment,
    MomentKind,
    Segment,
    SlaMetric,
    SlaStage,
    SlaTimer,
    TimerState,
)
from maild.domain.sla_policy import SlaPolicy, choose_policy

__all__ = [
    "Due",
    "Moment",
    "MomentKind",
    "Segment",
    "SlaMetric",
    "SlaPolicy",
    "SlaStage",
    "SlaTimer",
    "TimerState",
    "alarms_due",
    "choose_policy",
    "ledger",
    "reckon",
]


def reckon(
    moments: Sequence[Moment],
    policy_by_name: Mapping[str, SlaPolicy],
    *,
    previous: Sequence[SlaTimer] = (),
    now: datetime | None = None,
) -> tuple[SlaTimer, ...]:
    """All timers of a ticket from its whole history.

    Of the `previous` timers only what was raised is kept, so that nothing is raised twice; one that the history no
    longer explains comes back CANCELLED. First response: opened to first answer. Next response: from the oldest
    unanswered words of the customer. Solution: opened to closed, going on when reopened. While a ticket is closed
    nothing runs; closing unanswered cancels a response clock, and only the first one goes on when reopened. A change
    of priority or policy keeps what was used. With `now`, alarms that have to wait for an opening are put there.
    """
    before = {(timer.metric, timer.cycle): timer for timer in previous}
    history = History(policy_by_name, moments)
    timers = [
        clock.timer(before.pop((clock.metric, clock.cycle), None), history.last, now)
        for clock in history.clocks
        if clock.terms is not None
    ]
    timers.extend(
        timer
        if timer.state in ENDED
        else replace(timer, state=TimerState.CANCELLED, next_alarm_at=None, paused_at=None)
        for timer in before.values()
    )
    return tuple(timers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What one clock has to say now: the highest stage reached and not raised, if any, and its steps in order.

    After an outage in which a clock turned yellow, red and breached it is one stage, not three.
    """

    metric: SlaMetric
    cycle: int
    stage: SlaStage | None
    steps: tuple[EscalationStep, ...]
    since: datetime
    """When the last of it came up."""


def alarms_due(
    moments: Sequence[Moment],
    policy_by_name: Mapping[str, SlaPolicy],
    *,
    previous: Sequence[SlaTimer],
    now: datetime,
) -> tuple[Due, ...]:
    """What must be raised now, clock by clock. Outside of its calendar's hours an alarm waits for the opening."""
    raised = {(timer.metric, timer.cycle): timer for timer in previous}
    due = []
    for clock in History(policy_by_name, moments).clocks:
        alarms = clock.due(raised.get((clock.metric, clock.cycle)), now)
        if alarms:
            stages = [alarm.stage for alarm in alarms if alarm.stage]
            due.append(
                Due(
                    metric=clock.metric,
                    cycle=clock.cycle,
                    stage=stages[-1] if stages else None,
                    steps=tuple(alarm.step for alarm in alarms if alarm.step),
                    since=alarms[-1].at,
                )
            )
    return tuple(due)


def ledger(moments: Sequence[Moment], policy_by_name: Mapping[str, SlaPolicy], *, now: datetime) -> tuple[Segment, ...]:
    """Every segment of every clock of a ticket up to `now`, clock by clock, each in order of time."""
    history = History(policy_by_name, moments)
    return tuple(s for clock in history.clocks for s in clock.ledger(max(now, history.last or now)))
