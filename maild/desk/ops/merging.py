"""Two tickets about one matter: merging, and taking it back.

A merged ticket keeps what is in it; what is written to it afterwards lands where it was merged to and remembers where
it came from, so that an undo finds everything (P26). Never moves a word from one customer's ticket into another's.
"""

from __future__ import annotations

from datetime import datetime

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import MergeTicket, UnmergeTicket
from maild.domain.events import ClockPaused, MergeReceived, MergeReleased, ReplyBack, TicketMerged, TicketUnmerged
from maild.domain.lifecycle import StateType, Step
from maild.domain.ticket import Article, ArticleKind, ArticleSender, Ticket
from maild.errors import InvalidInput

MAX_CHAIN = 100
"""Merges followed in a row; more are nobody's work."""

_WAYS = Surface.MAIL | Surface.CLI


@operation("merge", MergeTicket, needs=Act.MERGE, surfaces=_WAYS)
def merge(work: Work, command: MergeTicket) -> None:
    """Replies to the ticket go to another one; who takes part in it takes part there, and sees what comes after."""
    ticket = work.ticket(command.ticket)
    target = end_of_chain(work, work.ticket(command.into))
    if target.number == ticket.number:
        raise InvalidInput("merge-itself", "ticket {number} cannot be merged into itself", number=str(ticket.number))
    work.hold_to_brand(ticket, team=target.team)
    here, there = (work.uow.tickets.participants(number) for number in (ticket.number, target.number))
    joined = tuple(sorted(here - there))
    state = ticket.state
    # merged elsewhere at the same time, it must not lead in a circle: one of two who do so begins again
    work.hold(target)
    work.step(ticket, Step.MERGE, merged_into=target.number, closed_at=ticket.closed_at or work.at)
    for contact in joined:
        work.uow.tickets.join(target.number, contact)
    work.emit(TicketMerged(ticket=ticket.number, into=target.number, state=state, joined=joined))
    work.emit(MergeReceived(ticket=target.number, other=ticket.number))


@operation("unmerge", UnmergeTicket, needs=Act.MERGE, surfaces=_WAYS)
def unmerge(work: Work, command: UnmergeTicket) -> None:
    """The merged ticket is again what it was, with the mails that have come for it; the other one is without them."""
    ticket = _merged(work, command)
    events = [stored.event for stored in work.uow.events.of(ticket.number)]
    merged = next(event for event in reversed(events) if isinstance(event, TicketMerged))
    chain = _chain(work, ticket)
    ended = merged.state in (StateType.CLOSED, StateType.CANCELLED)
    # A step back is no step of the lifecycle: the state is whatever it was before.
    waits = (event.until for event in reversed(events) if isinstance(event, ClockPaused))
    ticket = work.change(
        ticket,
        state=merged.state,
        merged_into=0,
        closed_at=ticket.closed_at if ended else None,
        waits_until=next(waits, None) if merged.state is StateType.PENDING else None,
    )
    _part(work, merged.joined, chain)
    back = work.uow.articles.bring_back(ticket.number)
    replies = [article for article in back if _is_reply(article)]
    latest = _latest(ticket.last_customer_at, *(article.created_at for article in replies))
    work.change(ticket, last_customer_at=latest)
    work.emit(
        TicketUnmerged(
            ticket=ticket.number,
            out_of=merged.into,
            state=merged.state,
            articles=len(back),
            replies=tuple(ReplyBack(article=article.id, at=article.created_at) for article in replies),
        )
    )
    for other in chain:
        moved = tuple(article.id for article in replies if article.ticket == other.number)
        if moved:
            own = (a.created_at for a in work.uow.articles.of(other.number) if _is_reply(a))
            work.change(work.ticket(other.number), last_customer_at=_latest(*own))
        if moved or other.number == merged.into:
            work.emit(MergeReleased(ticket=other.number, other=ticket.number, replies=moved))


def _is_reply(article: Article) -> bool:
    """Whether a customer has written it, for the clocks."""
    public = article.kind is ArticleKind.CORRESPONDENCE and article.sender is ArticleSender.CUSTOMER
    return public and article.verified and not article.automatic


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _merged(work: Work, command: UnmergeTicket) -> Ticket:
    """The ticket whose merge is meant."""
    ticket = work.ticket(command.which or command.ticket)
    if ticket.state is not StateType.MERGED and not command.which:
        # read from the ticket's own record: the last one that came and has not left
        into = set(work.uow.tickets.merged_into(ticket.number))
        came = [e.event.other for e in work.uow.events.of(ticket.number) if isinstance(e.event, MergeReceived)]
        last = next((number for number in reversed(came) if number in into), 0)
        ticket = work.ticket(last) if last else ticket
    if ticket.state is not StateType.MERGED:
        raise InvalidInput("not-merged", "ticket {number} is not merged", number=str(ticket.number))
    if command.which and command.ticket and command.ticket != ticket.number:
        numbers = {one.number for one in _chain(work, ticket)}
        if work.ticket(command.ticket).number not in numbers:
            raise InvalidInput("not-merged", "ticket {number} is not merged into this one", number=str(ticket.number))
    return ticket


def _chain(work: Work, ticket: Ticket) -> list[Ticket]:
    """The tickets that a merged one leads to, nearest first. A merge into itself is refused, so that it ends."""
    chain: list[Ticket] = []
    while ticket.merged_into and len(chain) < MAX_CHAIN:
        ticket = work.ticket(ticket.merged_into)
        chain.append(ticket)
    return chain


def end_of_chain(work: Work, ticket: Ticket) -> Ticket:
    """The ticket that what is written to this one goes to; itself unless it is merged."""
    return next(reversed(_chain(work, ticket)), ticket)


def _part(work: Work, contacts: tuple[int, ...], chain: list[Ticket]) -> None:
    """Take people out of the tickets that they came into by the merge that is undone, but of none they belong to."""
    for at, ticket in enumerate(chain):
        others = [number for number in work.uow.tickets.merged_into(ticket.number) if work.ticket(number).merged_into]
        by_others = {contact for number in others for contact in work.uow.tickets.participants(number)}
        before = chain[at - 1].number if at else 0
        if before:  # who only passed through the ticket before came here by its merge
            events = [stored.event for stored in work.uow.events.of(before)]
            passed = next((e.joined for e in reversed(events) if isinstance(e, TicketMerged)), ())
            contacts = tuple(contact for contact in contacts if contact in passed)
        for contact in contacts:
            if contact not in by_others:
                work.uow.tickets.leave(ticket.number, contact)
