"""One clock of a ticket: a metric in one cycle, with everything it has used and when.

Told by `history` what happens to it. Never looks at moments and never knows another clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from maild.domain.promise import Segment, SlaMetric, SlaStage, SlaTimer, TimerState
from maild.domain.sla_policy import SlaPolicy

_MINUTE = timedelta(minutes=1)
ENDED = (TimerState.MET, TimerState.CANCELLED)
"""States in which a clock stands still for good, unless its ticket is reopened."""


@dataclass(slots=True)
class _Stretch:
    """A segment in the making, with exact amounts. `used` is what the clock had used before it began."""

    start: datetime
    end: datetime
    policy: SlaPolicy | None
    running: bool
    cause: str
    used: timedelta
    amount: timedelta


@dataclass(slots=True)
class Clock:
    """One metric in one cycle, as far as its history has been told."""

    metric: SlaMetric
    cycle: int
    started_at: datetime
    state: TimerState = TimerState.CANCELLED
    policy: SlaPolicy | None = None
    """The last one that promised anything."""
    target: int = 0
    used: timedelta = timedelta(0)
    since: datetime = field(init=False)
    cause: str = ""
    met_at: datetime | None = None
    paused_at: datetime | None = None
    due_at: datetime | None = None
    breached_at: datetime | None = None
    dropped: bool = False
    """A next response that closing made pointless: never runs again."""
    stretches: list[_Stretch] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.since = self.started_at

    def turn(self, at: datetime, state: TimerState, policy: SlaPolicy | None, target: int | None, cause: str) -> None:
        """From `at` on the clock is in this state, under this policy; does nothing when both are so already."""
        ends = state in ENDED
        same_terms = ends or (policy is self.policy and target == self.target)
        if state is self.state and same_terms and self.cause:
            return
        self._cut(at, cause)
        if self.due_at is not None and self.due_at < at and self.state is TimerState.RUNNING:
            self.breached_at = self.due_at
        self.state = state
        self.paused_at = at if state is TimerState.PAUSED else None
        if not ends and policy is not None and target is not None:
            self.policy, self.target = policy, target
            self.due_at = self.instant(target * _MINUTE)
            self.breached_at = self.due_at if self.due_at is not None and self.due_at < at else None
        elif state is TimerState.CANCELLED:
            self.due_at = self.breached_at

    def _cut(self, at: datetime, cause: str) -> None:
        """End the present stretch; one without length only lends its cause to the next."""
        if at > self.since:
            stretch = self._present(at)
            self.stretches.append(stretch)
            self.used += stretch.amount
            self.since, self.cause = at, cause
        else:
            self.cause = f"{self.cause}, {cause}" if self.cause else cause

    def _present(self, at: datetime) -> _Stretch:
        running = self.state is TimerState.RUNNING and self.policy is not None
        amount = self.policy.calendar.measure(self.since, at) if running and self.policy else timedelta(0)
        return _Stretch(self.since, at, self.policy, running, self.cause, self.used, amount)

    def instant(self, amount: timedelta) -> datetime | None:
        """When the clock had, or will have, used this much; None when it will not as things stand."""
        for stretch in self.stretches:
            if stretch.policy and stretch.running and stretch.used + stretch.amount >= amount:
                return stretch.policy.calendar.advance(stretch.start, amount - stretch.used)
        if self.state is TimerState.RUNNING and self.policy is not None:
            return self.policy.calendar.advance(self.since, amount - self.used)
        return None

    def stages_after(self, raised: SlaStage) -> list[tuple[SlaStage, datetime]]:
        """The stages not raised yet, each with its instant, past or to come."""
        if self.policy is None:
            return []
        per_cent = {SlaStage.YELLOW: self.policy.yellow, SlaStage.RED: self.policy.red, SlaStage.BREACHED: 100}
        stages = list(SlaStage)
        ahead = []
        for stage in stages[stages.index(raised) + 1 :]:
            at = self.instant(self.target * _MINUTE * per_cent[stage] / 100)
            if at is not None:
                ahead.append((stage, at))
        return ahead

    def timer(self, previous: SlaTimer | None, last: datetime | None) -> SlaTimer:
        """The clock as it is kept. `last` is the latest moment known: what is due before it is past."""
        assert self.policy is not None
        stage = previous.stage if previous else SlaStage.GREEN
        running = self.state is TimerState.RUNNING
        ahead = self.stages_after(stage) if running else []
        breached_at = self.breached_at
        if running and self.due_at is not None:
            told = previous.breached_at if previous else None
            known = max((t for t in (last, told) if t is not None), default=self.started_at)
            if self.due_at < known or self.due_at == told:
                breached_at = self.due_at
        return SlaTimer(
            metric=self.metric,
            cycle=self.cycle,
            policy=self.policy.name,
            state=self.state,
            stage=stage,
            started_at=self.started_at,
            due_at=self.due_at,
            next_alarm_at=ahead[0][1] if ahead else None,
            target=self.target,
            used=self.used // _MINUTE,
            paused_at=self.paused_at,
            met_at=self.met_at if self.state is TimerState.MET else None,
            breached_at=breached_at,
        )

    def ledger(self, now: datetime) -> list[Segment]:
        """The stretches as segments, the present one up to `now` unless the clock has ended."""
        stretches = list(self.stretches)
        if self.state in (TimerState.RUNNING, TimerState.PAUSED) and now > self.since:
            stretches.append(self._present(now))
        return [
            Segment(
                metric=self.metric,
                cycle=self.cycle,
                start=s.start,
                end=s.end,
                running=s.running,
                cause=s.cause,
                policy=s.policy.name if s.policy else "",
                minutes=(s.used + s.amount) // _MINUTE - s.used // _MINUTE,
            )
            for s in stretches
        ]
