"""Service levels: timers reckoned from what happened to a ticket.

`reckon` is a pure function of moments, policies and calendars, so replaying a history gives the same due times as
living it. It never reads a clock. The words themselves are in `promise`, the clocks in `one_clock`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

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
    "Moment",
    "MomentKind",
    "Segment",
    "SlaMetric",
    "SlaPolicy",
    "SlaStage",
    "SlaTimer",
    "TimerState",
    "choose_policy",
    "ledger",
    "reckon",
    "stages_due",
]


def reckon(
    moments: Sequence[Moment], policy_by_name: Mapping[str, SlaPolicy], *, previous: Sequence[SlaTimer] = ()
) -> tuple[SlaTimer, ...]:
    """All timers of a ticket from its whole history.

    Of the `previous` timers only what was raised is kept, so that nothing is raised twice; one that the history no
    longer explains comes back CANCELLED. First response: opened to first answer. Next response: from the oldest
    unanswered words of the customer. Solution: opened to closed, going on when reopened. While a ticket is closed
    nothing runs; closing unanswered cancels a response clock, and only the first one goes on when reopened. A change
    of priority or policy keeps what was used.
    """
    before = {(timer.metric, timer.cycle): timer for timer in previous}
    history = History(policy_by_name, moments)
    timers = [
        clock.timer(before.pop((clock.metric, clock.cycle), None), history.last)
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


def stages_due(
    moments: Sequence[Moment],
    policy_by_name: Mapping[str, SlaPolicy],
    *,
    previous: Sequence[SlaTimer],
    now: datetime,
) -> tuple[tuple[SlaMetric, int, SlaStage], ...]:
    """What must be raised now: for each running clock the highest stage reached and not raised, as (metric, cycle,
    stage). After an outage in which a clock turned yellow, red and breached this is one alarm, not three."""
    raised = {(timer.metric, timer.cycle): timer.stage for timer in previous}
    due = []
    for clock in History(policy_by_name, moments).clocks:
        if clock.state is TimerState.RUNNING:
            ahead = clock.stages_after(raised.get((clock.metric, clock.cycle), SlaStage.GREEN))
            reached = [stage for stage, at in ahead if at <= now]
            if reached:
                due.append((clock.metric, clock.cycle, reached[-1]))
    return tuple(due)


def ledger(moments: Sequence[Moment], policy_by_name: Mapping[str, SlaPolicy], *, now: datetime) -> tuple[Segment, ...]:
    """Every segment of every clock of a ticket up to `now`, clock by clock, each in order of time."""
    history = History(policy_by_name, moments)
    return tuple(s for clock in history.clocks for s in clock.ledger(max(now, history.last or now)))
