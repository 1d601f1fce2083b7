"""What happened to a ticket, told to its clocks moment by moment.

Opens the clocks and says in which state each is and under which policy. Never reckons time: each clock does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import assert_never

from maild.domain.lifecycle import Waiting
from maild.domain.one_clock import Clock
from maild.domain.promise import Moment, MomentKind, SlaMetric, TimerState
from maild.domain.sla_policy import SlaPolicy, Terms
from maild.domain.ticket import Priority

_PRIORITIES = {priority.value: priority for priority in Priority}
_WAITING = {waiting.value: waiting for waiting in Waiting}
_WAITS = {
    "customer": "waits for the customer",
    "third-party": "waits for a third party",
    "hold": "on hold",
}


class History:
    """Feeds moments, one by one and in order, to the clocks they concern."""

    def __init__(self, policies: Mapping[str, SlaPolicy], moments: Iterable[Moment]) -> None:
        self.clocks: list[Clock] = []
        self.last: datetime | None = None
        self._policies = policies
        self._policy: SlaPolicy | None = None
        self._priority = Priority.NORMAL
        self._first: Clock | None = None
        self._next: Clock | None = None
        self._update: Clock | None = None
        self._cycles = self._updates = 0
        self._waiting: Waiting | None = None
        self._closed = self._words_while_closed = False
        moments = list(moments)
        bounced = {moment.value for moment in moments if moment.kind is MomentKind.ANSWER_BOUNCED}
        for moment in moments:
            # a machine whose clock stepped back has written an earlier time: it counts as the time before it
            at = moment.at if self.last is None else max(moment.at, self.last)
            self.last = at
            if moment.kind is MomentKind.AGENT_ANSWERED and moment.value and moment.value in bounced:
                continue  # the customer never got it: he has been waiting all the time
            self._feed(moment, at)
            self._settle(at, self._cause(moment))

    def _feed(self, moment: Moment, at: datetime) -> None:
        match moment.kind:
            case MomentKind.POLICY | MomentKind.REVISED:
                self._policy = self._policies.get(moment.value)
            case MomentKind.PRIORITY:
                # a word that no release of ours knows any more changes nothing
                self._priority = _PRIORITIES.get(moment.value, self._priority)
            case MomentKind.PAUSED:
                self._waiting = None if self._closed else _WAITING.get(moment.value, Waiting.CUSTOMER)
            case MomentKind.RESUMED:
                self._waiting = None
            case MomentKind.OPENED:
                if self._first is None:
                    self._first = Clock(SlaMetric.FIRST_RESPONSE, 1, at)
                    self.clocks += [self._first, Clock(SlaMetric.SOLUTION, 1, at)]
            case MomentKind.CUSTOMER_WROTE:
                if self._closed:
                    self._words_while_closed = True
                else:
                    # whoever waits for the customer has what he waited for
                    self._waiting = None
                    self._await_answer(at)
            case MomentKind.AGENT_ANSWERED:
                self._answered(at)
            case MomentKind.ANSWER_BOUNCED:
                pass  # its answer was left out
            case MomentKind.CLOSED:
                self._closed, self._waiting = True, None
                for open_clock in (self._next, self._update):
                    if open_clock is not None:
                        open_clock.dropped = True
                self._next = self._update = None
                for clock in self.clocks:
                    if clock.metric is SlaMetric.SOLUTION and clock.state is not TimerState.MET:
                        clock.met_at = at
            case MomentKind.REOPENED:
                self._closed, self._waiting = False, None
                if self._first is not None and self._first.met_at is not None:
                    self._await_update(at)
                if self._words_while_closed:
                    self._await_answer(at)
                self._words_while_closed = False
            case _:
                assert_never(moment.kind)

    def _await_answer(self, at: datetime) -> None:
        """The customer waits since now, unless he has been waiting already."""
        if self._first is not None and self._first.met_at is not None and self._next is None:
            self._cycles += 1
            self._next = Clock(SlaMetric.NEXT_RESPONSE, self._cycles, at)
            self.clocks.append(self._next)

    def _await_update(self, at: datetime) -> None:
        """From now on the customer is to hear from us again in time."""
        if self._update is None:
            self._updates += 1
            self._update = Clock(SlaMetric.PERIODIC_UPDATE, self._updates, at)
            self.clocks.append(self._update)

    def _answered(self, at: datetime) -> None:
        self._words_while_closed = False
        if self._first is not None and self._first.met_at is None:
            self._first.met_at = at
        elif self._next is not None:
            self._next.met_at, self._next = at, None
        if self._update is not None:
            self._update.met_at, self._update = at, None
        if not self._closed:
            self._await_update(at)

    def _settle(self, at: datetime, cause: str) -> None:
        for clock in self.clocks:
            terms = self._terms_of(clock)
            clock.turn(at, self._state_of(clock, terms), terms, cause)

    def _terms_of(self, clock: Clock) -> Terms | None:
        policy = self._policy
        if policy is None:
            return None
        began_closed = bool(policy.out_of_hours) and not policy.calendar.is_open(clock.started_at)
        return policy.terms(clock.metric, self._priority, began_closed=began_closed)

    def _state_of(self, clock: Clock, terms: Terms | None) -> TimerState:
        if clock.metric is SlaMetric.SOLUTION:
            if self._closed:
                return TimerState.MET if clock.state is not TimerState.CANCELLED else TimerState.CANCELLED
        elif clock.met_at is not None:
            return TimerState.MET
        if terms is None or clock.dropped or self._closed:
            return TimerState.CANCELLED
        if self._waiting is not None and terms.policy.waits(clock.metric, self._waiting):
            return TimerState.PAUSED
        return TimerState.RUNNING

    def _cause(self, moment: Moment) -> str:
        """What a segment says began it; which answer it was is of no interest there."""
        if moment.kind is MomentKind.PAUSED and moment.value in _WAITS:
            return _WAITS[moment.value]
        if moment.kind in (MomentKind.POLICY, MomentKind.REVISED) and self._policy is not None:
            return f"policy {self._policy.name}" + (" edited" if moment.kind is MomentKind.REVISED else "")
        names_an_answer = moment.kind in (MomentKind.AGENT_ANSWERED, MomentKind.ANSWER_BOUNCED)
        return f"{moment.kind.value.replace('-', ' ')} {'' if names_an_answer else moment.value}".rstrip()
