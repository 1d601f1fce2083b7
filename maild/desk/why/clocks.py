"""A ticket's clocks as they stand now, each with the segments that it ran and waited.

Reckons them from the events by the code of the live clocks; winds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from maild.desk.clockwork import Clockwork
from maild.desk.ports import StoredEvent
from maild.desk.why.telling import ClockStory
from maild.domain.sla import SlaPolicy, SlaStage, SlaTimer, TimerState, ledger, reckon


def clock_stories(
    history: Sequence[StoredEvent], timers: Sequence[SlaTimer], clockwork: Clockwork, now: datetime
) -> Iterator[ClockStory]:
    lived = clockwork.lived((stored.at, stored.event) for stored in history)
    policies = clockwork.by_name
    segments = ledger(lived, policies, now=now)
    for timer in reckon(lived, policies, previous=timers):
        mine = tuple(s for s in segments if (s.metric, s.cycle) == (timer.metric, timer.cycle))
        used = sum(segment.minutes for segment in mine)
        late = timer.state is TimerState.RUNNING and timer.due_at is not None and timer.due_at < now
        yield ClockStory(
            metric=timer.metric,
            cycle=timer.cycle,
            policy=timer.policy,
            state=timer.state,
            stage=_stage(used, timer, policies.get(timer.policy), breached=late or timer.breached_at is not None),
            used=used,
            target=timer.target,
            due_at=timer.due_at,
            met_at=timer.met_at,
            breached_at=timer.breached_at or (timer.due_at if late else None),
            segments=mine,
        )


def _stage(used: int, timer: SlaTimer, policy: SlaPolicy | None, *, breached: bool) -> SlaStage:
    if breached:
        return SlaStage.BREACHED
    if policy is None:
        return timer.stage
    if 100 * used >= policy.red * timer.target:
        return SlaStage.RED
    return SlaStage.YELLOW if 100 * used >= policy.yellow * timer.target else SlaStage.GREEN
