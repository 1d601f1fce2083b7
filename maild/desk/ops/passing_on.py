"""A customer's mail that an agent passes on: the ticket is the customer's, and the agent has only brought it.

Never makes an agent, or the desk itself, a requester this way.
"""

from __future__ import annotations

from maild.desk.operations import Surface, operation
from maild.desk.ops.people import customers_mailbox
from maild.desk.ops.tickets import open_ticket, write
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import OpenForCustomer, OpenTicket
from maild.domain.events import CustomerPassedOn, NoteAdded
from maild.domain.ticket import ArticleKind


@operation("open-for", OpenForCustomer, needs=Act.OPEN_FOR, surfaces=Surface.MAIL)
def open_for_customer(work: Work, command: OpenForCustomer) -> None:
    """A ticket of the customer, with his words; what the agent says about them is a note."""
    customers_mailbox(work, command.requester.address)
    open_ticket(
        work,
        OpenTicket(
            requester=command.requester,
            mailbox=command.mailbox,
            words=command.words,
            language=command.language,
            may_acknowledge=command.may_acknowledge,
            teams=command.teams,
        ),
    )
    ticket = work.ticket(work.opened)
    work.emit(CustomerPassedOn(ticket=ticket.number, article=work.article, agent=work.actor.name))
    if command.note is not None:
        opened_with = work.article
        note = write(work, ticket, ArticleKind.COMMENT, command.note, agent=work.actor.name)
        work.emit(NoteAdded(ticket=ticket.number, article=note.id, agent=work.actor.name))
        work.article = opened_with
