"""When rules with a time are to be asked for a ticket: reckoned whenever something happened to it, kept as rows.

A row fires once for a ticket and the moment it waits from. Never asks a rule: the tick calls it when the row is due.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from maild.desk.clockwork import Clockwork
from maild.desk.ports import UnitOfWork
from maild.desk.queues import RuleAlarm
from maild.desk.work import Work
from maild.domain.lifecycle import ENDED
from maild.domain.sla import TimerState
from maild.domain.ticket import Ticket
from maild.rules.rulebook import Rulebook
from maild.rules.timing import Instant, Wait


def wind_alarms(work: Work, rulebook: Rulebook, clockwork: Clockwork) -> None:
    """Reckon the alarms of every ticket that something happened to."""
    if not rulebook.waiting:
        return
    for number in dict.fromkeys(event.ticket for event, _ in work.events if event.ticket):
        put_alarms(work, work.ticket(number), rulebook, clockwork)


def put_alarms(
    work: Work, ticket: Ticket, rulebook: Rulebook, clockwork: Clockwork, *, since: datetime | None = None
) -> None:
    """Write the alarms of a ticket anew. Those that were due before `since` are taken as if they had fired."""
    known = {alarm.rule: alarm for alarm in work.uow.alarms.of(ticket.number)}
    for rule, wait in rulebook.waiting:
        old = known.get(rule.name)
        moment = _moment(work.uow, ticket, wait.instant)
        if old is not None and old.moment_at == moment and old.due_at is None:
            continue
        due = None if moment is None else _due(work, moment, wait, ticket, clockwork)
        if due is not None and since is not None and due < since:
            due = None
        new = RuleAlarm(ticket=ticket.number, rule=rule.name, moment_at=moment, due_at=due)
        if new != old and (old is not None or moment is not None):
            work.uow.alarms.put(new)


def _moment(uow: UnitOfWork, ticket: Ticket, instant: Instant) -> datetime | None:
    """When it was, or will be; None when it has not come. What has ended waits for nothing but its own end."""
    if ticket.state in ENDED and instant is not Instant.CLOSED:
        return None
    match instant:
        case Instant.OPENED:
            return ticket.created_at
        case Instant.CUSTOMER:
            return ticket.last_customer_at
        case Instant.ANSWER:
            return ticket.last_agent_at
        case Instant.CLOSED:
            return ticket.closed_at if ticket.state in ENDED else None
        case Instant.DUE:
            timers = uow.timers.of(ticket.number)
            return min((t.due_at for t in timers if t.state is TimerState.RUNNING and t.due_at), default=None)


def _due(work: Work, moment: datetime, wait: Wait, ticket: Ticket, clockwork: Clockwork) -> datetime:
    if wait.working and (calendar := clockwork.calendar(work, ticket)) is not None:
        return calendar.add(moment, wait.minutes)
    return moment + timedelta(minutes=wait.minutes)
