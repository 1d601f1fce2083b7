"""Service levels: timers reckoned from what happened to a ticket.

`reckon` is a pure function of moments, policies and calendars, so replaying a history gives the same due times as
living it. It never reads a clock. The words themselves are in `promise`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from maild.domain.promise import (
    Moment,
    MomentKind,
    Segment,
    SlaMetric,
    SlaPolicy,
    SlaStage,
    SlaTimer,
    TimerState,
    choose_policy,
)
from maild.domain.ticket import Priority

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

_MINUTE = timedelta(minutes=1)
_PRIORITIES = {priority.value: priority for priority in Priority}
_ENDED = (TimerState.MET, TimerState.CANCELLED)


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
    history = _History(policy_by_name, moments)
    timers = [
        clock.timer(before.pop((clock.metric, clock.cycle), None), history.last)
        for clock in history.clocks
        if clock.policy is not None
    ]
    timers.extend(
        timer
        if timer.state in _ENDED
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
    for clock in _History(policy_by_name, moments).clocks:
        if clock.state is TimerState.RUNNING:
            ahead = clock.stages_after(raised.get((clock.metric, clock.cycle), SlaStage.GREEN))
            reached = [stage for stage, at in ahead if at <= now]
            if reached:
                due.append((clock.metric, clock.cycle, reached[-1]))
    return tuple(due)


def ledger(moments: Sequence[Moment], policy_by_name: Mapping[str, SlaPolicy], *, now: datetime) -> tuple[Segment, ...]:
    """Every segment of every clock of a ticket up to `now`, clock by clock, each in order of time."""
    history = _History(policy_by_name, moments)
    return tuple(s for clock in history.clocks for s in clock.ledger(max(now, history.last or now)))


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
class _Clock:
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
        ends = state in _ENDED
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


class _History:
    """Feeds moments, one by one and in order, to the clocks they concern."""

    def __init__(self, policies: Mapping[str, SlaPolicy], moments: Iterable[Moment]) -> None:
        self.clocks: list[_Clock] = []
        self.last: datetime | None = None
        self._policies = policies
        self._policy: SlaPolicy | None = None
        self._priority = Priority.NORMAL
        self._first: _Clock | None = None
        self._next: _Clock | None = None
        self._cycles = 0
        self._paused = self._closed = self._words_while_closed = False
        moments = list(moments)
        bounced = {moment.value for moment in moments if moment.kind is MomentKind.ANSWER_BOUNCED}
        for moment in moments:
            # a machine whose clock stepped back has written an earlier time: it counts as the time before it
            at = moment.at if self.last is None else max(moment.at, self.last)
            self.last = at
            if moment.kind is MomentKind.AGENT_ANSWERED and moment.value and moment.value in bounced:
                continue  # the customer never got it: he has been waiting all the time
            self._feed(moment, at)
            self._settle(at, _cause(moment))

    def _feed(self, moment: Moment, at: datetime) -> None:
        match moment.kind:
            case MomentKind.POLICY:
                self._policy = self._policies.get(moment.value)
            case MomentKind.PRIORITY:
                # a word that no release of ours knows any more changes nothing
                self._priority = _PRIORITIES.get(moment.value, self._priority)
            case MomentKind.PAUSED:
                self._paused = not self._closed
            case MomentKind.RESUMED:
                self._paused = False
            case MomentKind.OPENED:
                if self._first is None:
                    self._first = _Clock(SlaMetric.FIRST_RESPONSE, 1, at)
                    self.clocks += [self._first, _Clock(SlaMetric.SOLUTION, 1, at)]
            case MomentKind.CUSTOMER_WROTE:
                if self._closed:
                    self._words_while_closed = True
                else:
                    # whoever waits for the customer has what he waited for
                    self._paused = False
                    self._await_answer(at)
            case MomentKind.AGENT_ANSWERED:
                self._answered(at)
            case MomentKind.ANSWER_BOUNCED:
                pass  # its answer was left out
            case MomentKind.CLOSED:
                self._closed, self._paused = True, False
                if self._next is not None:
                    self._next.dropped, self._next = True, None
                for clock in self.clocks:
                    if clock.metric is SlaMetric.SOLUTION and clock.state is not TimerState.MET:
                        clock.met_at = at
            case MomentKind.REOPENED:
                self._closed = self._paused = False
                if self._words_while_closed:
                    self._await_answer(at)
                self._words_while_closed = False
            case _:
                assert_never(moment.kind)

    def _await_answer(self, at: datetime) -> None:
        """The customer waits since now, unless he has been waiting already."""
        if self._first is not None and self._first.met_at is not None and self._next is None:
            self._cycles += 1
            self._next = _Clock(SlaMetric.NEXT_RESPONSE, self._cycles, at)
            self.clocks.append(self._next)

    def _answered(self, at: datetime) -> None:
        self._words_while_closed = False
        if self._first is not None and self._first.met_at is None:
            self._first.met_at = at
        elif self._next is not None:
            self._next.met_at, self._next = at, None

    def _settle(self, at: datetime, cause: str) -> None:
        for clock in self.clocks:
            target = self._policy.target(clock.metric, self._priority) if self._policy else None
            clock.turn(at, self._state_of(clock, target), self._policy, target, cause)

    def _state_of(self, clock: _Clock, target: int | None) -> TimerState:
        if clock.metric is SlaMetric.SOLUTION:
            if self._closed:
                return TimerState.MET if clock.state is not TimerState.CANCELLED else TimerState.CANCELLED
        elif clock.met_at is not None:
            return TimerState.MET
        if target is None or clock.dropped or self._closed:
            return TimerState.CANCELLED
        if self._paused and self._policy is not None and clock.metric in self._policy.pauses:
            return TimerState.PAUSED
        return TimerState.RUNNING


def _cause(moment: Moment) -> str:
    """What a segment says began it; which answer it was is of no interest there."""
    names_an_answer = moment.kind in (MomentKind.AGENT_ANSWERED, MomentKind.ANSWER_BOUNCED)
    return f"{moment.kind.value.replace('-', ' ')} {'' if names_an_answer else moment.value}".rstrip()
