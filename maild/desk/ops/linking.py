"""Tickets that have to do with each other: an agent links two, or a rule finds the last one of the same customer.

Found by an index or by a name that was remembered with them. Never links tickets of two brands, never changes more of
either than that, and no customer hears of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from maild.desk.operations import Surface, operation
from maild.desk.ops.merging import end_of_chain
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import LinkLast, LinkTicket, UnlinkTicket
from maild.domain.events import TicketLinked, TicketUnlinked
from maild.domain.lifecycle import ENDED
from maild.domain.ticket import Ticket
from maild.errors import InvalidInput

MAX_LINKS = 50
"""Of one ticket: more nobody looks at, and each notice would look them up."""

LOOKED_AT = 20
"""Open tickets of a customer, newest first, of which one must suit: who has more is a machine."""

_WAYS = Surface.MAIL | Surface.CLI


@operation("link", LinkTicket, needs=Act.LINK, surfaces=_WAYS)
def link(work: Work, command: LinkTicket) -> None:
    """Let agents who look at one of the two tickets see the other; what is linked already stays so."""
    ticket = work.ticket(command.ticket)
    other = end_of_chain(work, work.ticket(command.to))
    if other.number == ticket.number:
        raise InvalidInput("link-itself", "ticket {number} cannot be linked to itself", number=str(ticket.number))
    work.hold_to_brand(ticket, team=other.team)
    _link(work, ticket, other)


@operation("unlink", UnlinkTicket, needs=Act.LINK, surfaces=_WAYS)
def unlink(work: Work, command: UnlinkTicket) -> None:
    """The two tickets have nothing to do with each other after all."""
    ticket = work.ticket(command.ticket)
    if not work.uow.links.remove(ticket.number, command.other):
        raise InvalidInput("not-linked", "ticket {number} is not linked to this one", number=str(command.other))
    for one, other in ((ticket.number, command.other), (command.other, ticket.number)):
        work.emit(TicketUnlinked(ticket=work.ticket(one).number, other=other))


@operation("link-last", LinkLast, needs=Act.LINK, surfaces=Surface.RULE)
def link_last(work: Work, command: LinkLast) -> None:
    """Link the ticket to the last open one of its customer: with the same key, else about the same product."""
    ticket = work.ticket(command.ticket)
    name = _name(work, ticket, command.key) if command.key else ""
    work.uow.alone(name or f"link {ticket.requester}")  # of two tickets opened at once the second finds the first
    within = timedelta(minutes=command.minutes)
    found = next((other for other in _candidates(work, ticket, name) if _suits(work, ticket, other, within)), None)
    if name:
        work.uow.articles.remember(name, ticket.number)
    if found is None:
        raise InvalidInput("nothing-to-link", "the customer has no other open ticket that suits")
    _link(work, ticket, found)


def _link(work: Work, ticket: Ticket, other: Ticket) -> None:
    links = work.uow.links
    here = links.of(ticket.number)
    if other.number in here:
        return
    for one, linked in ((ticket, here), (other, links.of(other.number))):
        if len(linked) >= MAX_LINKS:
            raise InvalidInput("too-many-links", "ticket {number} has too many links", number=str(one.number))
    if not links.add(ticket.number, other.number):
        return  # somebody else has just linked them
    for here_too, there in ((ticket.number, other.number), (other.number, ticket.number)):
        work.emit(TicketLinked(ticket=work.ticket(here_too).number, other=there))


def _name(work: Work, ticket: Ticket, key: str) -> str:
    """By which the next ticket with the same key finds this one: of its organisation, else of its requester."""
    whose = work.organisation(ticket) or str(ticket.requester)
    pieces = (work.actor.name, work.directory.brand_of(ticket.team), whose, key)
    return "link " + sha256("\0".join(pieces).encode("utf-8", "surrogatepass")).hexdigest()


def _candidates(work: Work, ticket: Ticket, name: str) -> Iterator[Ticket]:
    """Tickets with the same key, or of the same requester and product, newest first."""
    tickets = work.uow.tickets
    numbers = (
        work.uow.articles.remembered(name, LOOKED_AT)
        if name
        else tickets.open_of_requester(ticket.requester, LOOKED_AT)
    )
    for number in numbers:
        other = tickets.get(number)
        if other is not None and (name or not ticket.product or other.product == ticket.product):
            yield other


def _suits(work: Work, ticket: Ticket, other: Ticket, within: timedelta) -> bool:
    """Whether it is another one, open, of the same brand, there before, and was written to within the time."""
    brand = work.directory.brand_of
    return (
        other.number != ticket.number
        and other.state not in ENDED
        and other.created_at < work.at
        and work.at - (other.last_customer_at or other.created_at) <= within
        and brand(other.team) == brand(ticket.team)
    )
