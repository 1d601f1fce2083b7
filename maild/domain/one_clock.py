"""One clock of a ticket: a metric in one cycle, with everything it has used and when.

Told by `history` what happens to it. Never looks at moments and never knows another clock.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from maild.domain.escalation import EscalationStep
from maild.domain.promise import Segment, SlaMetric, SlaStage, SlaTimer, TimerState
from maild.domain.sla_policy import Terms

_MINUTE = timedelta(minutes=1)
_INSTANT = timedelta(microseconds=1)
"""The closing instant is no working time any more, the one before it is."""
ENDED = (TimerState.MET, TimerState.CANCELLED)
"""States in which a clock stands still for good, unless its ticket is reopened."""

GRACE = timedelta(minutes=10)
"""So long after the desk has closed it may still hear of what came up as it closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that a clock has to say when it has run so far: a stage, or a step of its policy."""

    at: datetime
    stage: SlaStage | None = None
    step: EscalationStep | None = None


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

    def alarms_after(self, stage: SlaStage, raised: Collection[str]) -> list[Alarm]:
        """What is not raised yet, past or to come: stages beyond this one, and steps of other levels than these."""
        if self.terms is None:
            return []
        policy, target = self.terms.policy, self.terms.target
        per_cent = {SlaStage.YELLOW: policy.yellow, SlaStage.RED: policy.red, SlaStage.BREACHED: 100}
        stages = list(SlaStage)
        ahead = []
        for one in stages[stages.index(stage) + 1 :]:
            at = self.instant(target * _MINUTE * per_cent[one] / 100)
            if at is not None:
                ahead.append(Alarm(at=at, stage=one))
        for step in policy.steps:
            if self.metric in step.metrics and step.level not in raised:
                at = self.instant(step.when.used(target))
                if at is not None:
                    ahead.append(Alarm(at=at, step=step))
        return sorted(ahead, key=lambda alarm: alarm.at)

    def due(self, previous: SlaTimer | None, now: datetime) -> list[Alarm]:
        """What is to be raised now. Outside of its hours a clock only says what has just come up: people are leaving,
        and nobody comes back before it opens."""
        if self.state is not TimerState.RUNNING or self.terms is None:
            return []
        reached = [alarm for alarm in self._ahead(previous) if alarm.at <= now]
        calendar = self.terms.calendar
        if not reached or calendar.is_open(now):
            return reached
        return [alarm for alarm in reached if now - alarm.at <= GRACE and calendar.is_open(alarm.at - _INSTANT)]

    def _ahead(self, previous: SlaTimer | None) -> list[Alarm]:
        if previous is None:
            return self.alarms_after(SlaStage.GREEN, ())
        return self.alarms_after(previous.stage, previous.raised)

    def timer(self, previous: SlaTimer | None, last: datetime | None, now: datetime | None = None) -> SlaTimer:
        """The clock as it is kept. `last` is the latest moment known: what is due before it is past.

        With `now`, an alarm that has to wait for the opening is put there.
        """
        assert self.terms is not None
        stage = previous.stage if previous else SlaStage.GREEN
        running = self.state is TimerState.RUNNING
        ahead = self._ahead(previous) if running else []
        alarm_at = ahead[0].at if ahead else None
        if alarm_at is not None and now is not None and alarm_at <= now and not self.due(previous, now):
            opening = self.terms.calendar.next_open(now)
            alarm_at = min([opening, *(alarm.at for alarm in ahead if alarm.at > now)])
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
            next_alarm_at=alarm_at,
            target=self.terms.target,
            used=self.used // _MINUTE,
            paused_at=self.paused_at,
            met_at=self.met_at if self.state is TimerState.MET else None,
            breached_at=breached_at,
            raised=previous.raised if previous else frozenset(),
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
