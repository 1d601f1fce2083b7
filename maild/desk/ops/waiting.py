"""What a ticket waits for: the customer, somebody else, or nothing but our own leave.

Which clocks stand still meanwhile is for the SLA policy to say. Words of the customer end every wait by themselves.
"""

from __future__ import annotations

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import ResumeTicket, WaitFor
from maild.domain.events import ClockPaused, ClockResumed
from maild.domain.lifecycle import StateType, Step

_WAYS = Surface.MAIL | Surface.CLI | Surface.RULE


@operation("wait", WaitFor, needs=Act.ROUTE, surfaces=_WAYS)
def wait(work: Work, command: WaitFor) -> None:
    """Say what the ticket waits for; waiting for the same as before states nothing."""
    ticket = work.ticket(command.ticket)
    if ticket.waiting is command.waiting:
        return
    work.step(ticket, Step.WAIT, waiting=command.waiting)
    work.emit(ClockPaused(ticket=ticket.number, waiting=command.waiting))


@operation("resume", ResumeTicket, needs=Act.ROUTE, surfaces=_WAYS)
def resume(work: Work, command: ResumeTicket) -> None:
    """The wait is over; a ticket that does not wait stays as it is."""
    ticket = work.ticket(command.ticket)
    if ticket.state is not StateType.PENDING:
        return
    work.step(ticket, Step.RESUME)
    work.emit(ClockResumed(ticket=ticket.number))
