"""The clocks of the tickets that a cause has touched: reduces their events to moments and reckons anew.

The due times it writes are rows that the clock tick looks for. Never raises an alarm itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from maild.desk.moments import moment_of, moments
from maild.desk.ports import UnitOfWork
from maild.desk.work import Work
from maild.domain.calendar import Calendar
from maild.domain.events import (
    Event,
    FieldChanged,
    MergeReleased,
    PromiseMoved,
    SlaStageReached,
    SlaStepRaised,
    TicketOpened,
)
from maild.domain.lifecycle import ENDED
from maild.domain.policy_versions import NO_VERSIONS, PolicyVersions
from maild.domain.sla import (
    Due,
    Moment,
    SlaMetric,
    SlaPolicy,
    SlaTimer,
    TimerState,
    alarms_due,
    choose_policy,
    reckon,
)
from maild.domain.ticket import Ticket

_OTHERS = (MergeReleased, FieldChanged, SlaStageReached, SlaStepRaised)
"""No moments of a clock, and yet something to reckon: another policy may fit, another alarm comes next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clockwork:
    """The policies of the desk, in the order of the configuration."""

    policies: Sequence[SlaPolicy] = ()
    hours: Mapping[str, Calendar] = field(default_factory=dict)
    """Working hours of mailboxes, for tickets that no policy fits."""

    versions: PolicyVersions = NO_VERSIONS
    """What the policies promised before they were edited."""

    @property
    def by_name(self) -> Mapping[str, SlaPolicy]:
        """The policies by their names, and older versions of them as `lived` names them."""
        return {policy.name: policy for policy in self.policies} | dict(self.versions.by_key)

    def lived(self, history: Iterable[tuple[datetime, Event]]) -> list[Moment]:
        """What of a ticket's history matters to its clocks, under the policies as they were then."""
        return self.versions.timeline(moments(history))

    def wind(self, work: Work) -> None:
        """Choose the policy and reckon the timers of every ticket that something happened to."""
        if not self.policies and not self.versions.known:
            return
        happened = dict.fromkeys(event.ticket for event, _ in work.events if event.ticket)
        for number in happened | dict.fromkeys(sorted(work.reckoned_anew)):
            fresh = [event for event, _ in work.events if event.ticket == number]
            heeded = (moment_of(event, work.at) or isinstance(event, _OTHERS) for event in fresh)
            if number not in work.reckoned_anew and not any(heeded):
                continue
            ticket = work.ticket(number)
            if fresh or ticket.state not in ENDED:
                ticket = self._with_policy(work, ticket)
            fresh = [event for event, _ in work.events if event.ticket == number]
            self._reckon(work, ticket, fresh)

    def working_time(self, work: Work, ticket: Ticket) -> bool | None:
        """Whether the calendar of the ticket is open; None when it has none."""
        calendar = self.calendar(work, ticket)
        return calendar.is_open(work.at) if calendar else None

    def calendar(self, work: Work, ticket: Ticket) -> Calendar | None:
        """The calendar of the policy that fits the ticket, else that of its mailbox; None when there is neither."""
        policy = self._policy_for(work, ticket)
        return policy.calendar if policy else self.hours.get(ticket.mailbox)

    def _policy_for(self, work: Work, ticket: Ticket) -> SlaPolicy | None:
        if ticket.chosen_policy in self.by_name:
            return self.by_name[ticket.chosen_policy]
        return choose_policy(
            self.policies,
            team=ticket.team,
            category=ticket.category,
            request_type=ticket.request_type,
            priority=ticket.priority,
            organisation=work.organisation(ticket),
            contract=work.contract(ticket),
            mailbox=ticket.mailbox,
        )

    def _with_policy(self, work: Work, ticket: Ticket) -> Ticket:
        policy = self._policy_for(work, ticket)
        name = policy.name if policy else ""
        if name == ticket.policy:
            return ticket
        work.emit(FieldChanged(ticket=ticket.number, name="policy", old=ticket.policy, new=name))
        return work.change(ticket, policy=name)

    def _reckon(self, work: Work, ticket: Ticket, fresh: Sequence[Event]) -> None:
        is_new = ticket.number == work.opened
        stored = [] if is_new else work.uow.events.of(ticket.number)
        history = [(e.at, e.event) for e in stored] + [(work.at, event) for event in fresh]
        previous = [] if is_new else work.uow.timers.of(ticket.number)
        # an alarm that cannot be told now waits for the opening
        now = work.now if ticket.number in work.reckoned_anew else None
        timers = reckon(self.lived(history), self.by_name, previous=previous, now=now)
        changed = [timer for timer in timers if timer not in previous]
        if changed:
            work.uow.timers.put(ticket.number, changed)
            if not is_new:
                # of two processes that have read the same timers, one finds the ticket changed and begins again
                work.hold(ticket)
        first = next((t for t in timers if t.metric is SlaMetric.FIRST_RESPONSE), None)
        if first is None:
            return
        if is_new and first.due_at != ticket.promised_at:
            work.change(ticket, promised_at=first.due_at)
        elif not is_new:
            self._correct(work, ticket, first, [event for _, event in history])

    @staticmethod
    def _correct(work: Work, ticket: Ticket, first: SlaTimer, history: Sequence[Event]) -> None:
        """Put a later time in place of the promised one, once. A promise that can be kept early stands as it is.

        More moves leave it alone too: who is told a third time believes nothing, and reports measure what was said.
        """
        old, new = ticket.promised_at, first.due_at
        if first.state is not TimerState.RUNNING or old is None or new is None or new <= old:
            return
        if any(isinstance(event, PromiseMoved) for event in history):
            return
        told = any(isinstance(event, TicketOpened) and event.acknowledge for event in history)
        work.change(ticket, promised_at=new)
        work.emit(PromiseMoved(ticket=ticket.number, old=old, new=new, told=told))

    def due(self, uow: UnitOfWork, number: int, now: datetime) -> tuple[Due, ...]:
        """What clocks of the ticket have to say and have not said."""
        # the ticket before its clocks: if another process raises them in between, its version tells when it is saved
        uow.tickets.get(number)
        history = [(e.at, e.event) for e in uow.events.of(number)]
        return alarms_due(self.lived(history), self.by_name, previous=uow.timers.of(number), now=now)
