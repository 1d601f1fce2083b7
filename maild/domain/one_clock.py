"""One clock of a ticket: a metric in one cycle, with everything it has used and when.

Told by `history` what happens to it. Never looks at moments and never knows another clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from maild.domain.promise import Segment, SlaMetric, SlaStage, SlaTimer, TimerState
from maild.domain.sla_policy import Terms

_MINUTE = timedelta(minutes=1)
ENDED = (TimerState.MET, TimerState.CANCELLED)
"""States in which a clock stands still for good, unless its ticket is reopened."""


@dataclass(slots=True)
class Stretch:
    """A segment in the making, with exact amounts. `used` is what the clock had used before it began."""

    start: datetime
    end: datetime
    terms: Terms | None
    running: bool
    cause: str
    used: timedelta
    amount: timedelta

    @property
    def minutes(self) -> int:
        """Whole minutes that it adds to what was used before it."""
        return (self.used + self.amount) // _MINUTE - self.used // _MINUTE


@dataclass(slots=True)
class Clock:
    """One metric in one cycle, as far as its history has been told."""

    metric: SlaMetric
    cycle: int
    started_at: datetime
    state: TimerState = TimerState.CANCELLED
    terms: Terms | None = None
    """The last ones there were."""
    used: timedelta = timedelta(0)
    since: datetime = field(init=False)
    cause: str = ""
    met_at: datetime | None = None
    paused_at: datetime | None = None
    due_at: datetime | None = None
    breached_at: datetime | None = None
    dropped: bool = False
    """Closing made it pointless: never runs again."""
    stretches: list[Stretch] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.since = self.started_at

    def turn(self, at: datetime, state: TimerState, terms: Terms | None, cause: str) -> None:
        """From `at` on the clock is in this state, under these terms; what is so already changes nothing."""
        ends = state in ENDED
        if state is self.state and self.cause and (ends or _alike(terms, self.terms)):
            if not ends:
                self.terms = terms
            return
        self._cut(at, cause)
        if self.due_at is not None and self.due_at < at and self.state is TimerState.RUNNING:
            self.breached_at = self.due_at
        self.state = state
        self.paused_at = at if state is TimerState.PAUSED else None
        if not ends and terms is not None:
            self.terms = terms
            self.due_at = self.instant(terms.target * _MINUTE)
            self.breached_at = self.due_at if self.due_at is not None and self.due_at < at else None
        elif state is TimerState.CANCELLED:
            self.due_at = self.breached_at

    def _cut(self, at: datetime, cause: str) -> None:
        """End the present stretch; one without length only lends its cause to the next."""
        if at > self.since:
            stretch = self.present(at)
            self.stretches.append(stretch)
            self.used += stretch.amount
            self.since, self.cause = at, cause
        else:
            self.cause = f"{self.cause}, {cause}" if self.cause else cause

    def present(self, at: datetime) -> Stretch:
        """What the clock has done since it last changed, up to `at`."""
        running = self.state is TimerState.RUNNING and self.terms is not None
        amount = self.terms.calendar.measure(self.since, at) if running and self.terms else timedelta(0)
        return Stretch(self.since, at, self.terms, running, self.cause, self.used, amount)

    def instant(self, amount: timedelta) -> datetime | None:
        """When the clock had, or will have, used this much; None when it will not as things stand."""
        for stretch in self.stretches:
            if stretch.terms and stretch.running and stretch.used + stretch.amount >= amount:
                return stretch.terms.calendar.advance(stretch.start, amount - stretch.used)
        if self.state is TimerState.RUNNING and self.terms is not None:
            return self.terms.calendar.advance(self.since, amount - self.used)
        return None

    def stages_after(self, raised: SlaStage) -> list[tuple[SlaStage, datetime]]:
        """The stages not raised yet, each with its instant, past or to come."""
        if self.terms is None:
            return []
        policy = self.terms.policy
        per_cent = {SlaStage.YELLOW: policy.yellow, SlaStage.RED: policy.red, SlaStage.BREACHED: 100}
        stages = list(SlaStage)
        ahead = []
        for stage in stages[stages.index(raised) + 1 :]:
            at = self.instant(self.terms.target * _MINUTE * per_cent[stage] / 100)
            if at is not None:
                ahead.append((stage, at))
        return ahead

    def timer(self, previous: SlaTimer | None, last: datetime | None) -> SlaTimer:
        """The clock as it is kept. `last` is the latest moment known: what is due before it is past."""
        assert self.terms is not None
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
            policy=self.terms.policy.name,
            state=self.state,
            stage=stage,
            started_at=self.started_at,
            due_at=self.due_at,
            next_alarm_at=ahead[0][1] if ahead else None,
            target=self.terms.target,
            used=self.used // _MINUTE,
            paused_at=self.paused_at,
            met_at=self.met_at if self.state is TimerState.MET else None,
            breached_at=breached_at,
        )

    def told(self, now: datetime) -> list[Stretch]:
        """Every stretch in order, the present one up to `now` unless the clock has ended."""
        if self.state in (TimerState.RUNNING, TimerState.PAUSED) and now > self.since:
            return [*self.stretches, self.present(now)]
        return list(self.stretches)

    def ledger(self, now: datetime) -> list[Segment]:
        """The same as segments."""
        return [
            Segment(
                metric=self.metric,
                cycle=self.cycle,
                start=s.start,
                end=s.end,
                running=s.running,
                cause=s.cause,
                policy=s.terms.policy.name if s.terms else "",
                target=s.terms.target if s.terms else 0,
                minutes=s.minutes,
            )
            for s in self.told(now)
        ]


def _alike(terms: Terms | None, other: Terms | None) -> bool:
    if terms is None or other is None:
        return terms is other
    return terms.policy.name == other.policy.name and terms.same_count(other)
