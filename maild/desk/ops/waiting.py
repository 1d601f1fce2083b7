"""What a ticket waits for: the customer, somebody else, or nothing but our own leave; and until when.

Which clocks stand still meanwhile is for the SLA policy to say. Words of the customer end every wait by themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.calendar import zone_named
from maild.domain.commands import EndWait, ResumeTicket, WaitFor
from maild.domain.events import ClockPaused, ClockResumed, WaitOver
from maild.domain.lifecycle import StateType, Step
from maild.errors import InvalidInput

LONGEST = timedelta(days=750)
"""Two years and some days: a wait beyond is a typing error, and nobody would know of it when it is over."""

_WAYS = Surface.MAIL | Surface.CLI | Surface.RULE


@operation("wait", WaitFor, needs=Act.ROUTE, surfaces=_WAYS)
def wait(work: Work, command: WaitFor) -> None:
    """Say what the ticket waits for, and until when; waiting for the same as before states nothing."""
    ticket, until = work.ticket(command.ticket), command.until
    if until is not None and until <= work.now:
        raise InvalidInput("wait-over", "{until} has passed", until=_told(work, until))
    if until is not None and until > work.now + LONGEST:
        raise InvalidInput("wait-too-long", "{until} is more than two years ahead", until=_told(work, until))
    if (ticket.waiting, ticket.waits_until) == (command.waiting, until):
        return
    work.step(ticket, Step.WAIT, waiting=command.waiting, waits_until=until)
    work.emit(ClockPaused(ticket=ticket.number, waiting=command.waiting, until=until))


def _told(work: Work, moment: datetime) -> str:
    """A moment as the clock of whoever asks has it."""
    agent = work.directory.agents.get(work.actor.name)
    zone = (agent.zone if agent else "") or work.directory.zone
    return f"{moment.astimezone(zone_named(zone)):%Y-%m-%d %H:%M}"


@operation("resume", ResumeTicket, needs=Act.ROUTE, surfaces=_WAYS)
def resume(work: Work, command: ResumeTicket) -> None:
    """The wait is over; a ticket that does not wait stays as it is."""
    ticket = work.ticket(command.ticket)
    if ticket.state is not StateType.PENDING:
        return
    work.step(ticket, Step.RESUME)
    work.emit(ClockResumed(ticket=ticket.number))


@operation("end-wait", EndWait, needs=Act.ALARM, surfaces=Surface.CLOCK)
def end_wait(work: Work, command: EndWait) -> None:
    """The time has come until which the ticket waits, which whoever is in charge is told; nothing when it has not."""
    ticket = work.ticket(command.ticket)
    until = ticket.waits_until
    if ticket.state is not StateType.PENDING or until is None or until > work.now:
        return
    work.step(ticket, Step.RESUME)
    work.emit(ClockResumed(ticket=ticket.number))
    work.emit(WaitOver(ticket=ticket.number, until=until))
