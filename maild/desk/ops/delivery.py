"""What became of a mail of ours: on the ticket, on the address, and on the clock that an answer had stopped.

The same mail fails once, however many reports say so. Never opens, reopens or answers anything (RFC 3464 section 4.1).
"""

from __future__ import annotations

from datetime import datetime

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.address import Mailbox, fold
from maild.domain.commands import RecordDelivery, TakeBackAnswer
from maild.domain.events import AgentAnswered, AnswerTakenBack, CustomerReplied, DeliveryFailed, FieldChanged
from maild.domain.people import Contact
from maild.domain.ticket import ArticleKind, Ticket
from maild.domain.undeliverable import after_failure, status_of
from maild.errors import InvalidInput

TAG = "undelivered"
"""On a ticket whose customer has not got our words, until somebody acts."""

_NO_FAILURE = frozenset({"delivered", "relayed", "expanded"})
"""Actions of RFC 3464 section 2.3.3 that are good news."""

_TEXT = 500
"""Characters kept of a server's text: a stranger chooses it."""


@operation("delivery", RecordDelivery, needs=Act.RECORD_DELIVERY, surfaces=Surface.INSIDE)
def record_delivery(work: Work, command: RecordDelivery) -> None:
    """Put on the ticket that a mail of ours came back, or is late. `recipient` is whom we wrote to."""
    report = command.report
    if fold(report.action) in _NO_FAILURE:
        return
    ticket = work.ticket(command.ticket)
    key = Mailbox("", command.recipient).key
    stored = [found.event for found in work.uow.events.of(ticket.number)]
    failures = [e for e in stored if isinstance(e, DeliveryFailed) and e.article == command.article]
    same = [e for e in failures if Mailbox("", e.recipient).key == key]
    if any(command.delayed or not failure.delayed for failure in same):
        return
    if failures and work.directory.agent_by_address(command.recipient) is not None:
        return  # the mail that told him of a failure has failed itself: nobody is told of that (REL-62)
    # of two processes that have the same report, one finds the ticket changed and begins again
    work.hold(ticket)
    contact = work.uow.people.by_address(key)
    status = status_of(report.status, report.diagnostic)
    until = None
    unanswered = False
    if contact is not None and not command.delayed:
        before = work.uow.undeliverables.get(key)
        record = after_failure(before, address=contact.address, status=status, at=work.at)
        work.uow.undeliverables.put(record, before)
        until = record.until
        unanswered = contact.id == ticket.requester and _is_answer(work, command.article)
        ticket = _flag(work, ticket)
    if unanswered:
        work.uow.articles.lose(command.article, now=work.now)
        work.change(ticket, first_response_at=_first_answer(work, ticket, command.article))
    work.emit(
        DeliveryFailed(
            ticket=ticket.number,
            article=command.article,
            recipient=command.recipient,
            status=status,
            diagnostic=" ".join(report.diagnostic.split())[:_TEXT],
            delayed=command.delayed,
            unanswered=unanswered,
            late=command.delayed and contact is not None and _is_answer(work, command.article),
            rests_until=until,
            others=_other_people(work, ticket, contact) if unanswered else (),
        )
    )


@operation("undo", TakeBackAnswer, needs=Act.UNDO, surfaces=Surface.MAIL | Surface.CLI)
def take_back_answer(work: Work, command: TakeBackAnswer) -> None:
    """Stop words to the customer that have not left yet; refused once the first copy was tried."""
    ticket = work.ticket(command.ticket)
    article = command.article or _last_answer_of(work, ticket)
    copies = work.uow.outbox.answers(ticket.number, article) if article else {}
    dropped = not any(copies.values()) and all(
        work.uow.outbox.take_back(copy, because="taken back before it left", now=work.at) for copy in copies
    )
    if not copies or not dropped:
        number = str(ticket.number)
        raise InvalidInput("too-late", "there is no answer in ticket {number} that has not left", number=number)
    work.uow.articles.lose(article, now=work.now)
    work.change(ticket, first_response_at=_first_answer(work, ticket, article))
    work.emit(AnswerTakenBack(ticket=ticket.number, article=article))


def unflag(work: Work) -> None:
    """Take the mark off tickets whose customer has written, or whom an agent has answered anew."""
    for number in dict.fromkeys(e.ticket for e, _ in work.events if isinstance(e, AgentAnswered | CustomerReplied)):
        ticket = work.ticket(number)
        if TAG in ticket.tags:
            work.change(ticket, tags=tuple(tag for tag in ticket.tags if tag != TAG))
            work.emit(FieldChanged(ticket=number, name="tag", old=TAG, new=""))


def _flag(work: Work, ticket: Ticket) -> Ticket:
    if TAG in ticket.tags:
        return ticket
    work.emit(FieldChanged(ticket=ticket.number, name="tag", old="", new=TAG))
    return work.change(ticket, tags=(*ticket.tags, TAG))


def _is_answer(work: Work, article: int) -> bool:
    found = work.uow.articles.get(article) if article else None
    return found is not None and bool(found.agent) and found.kind is ArticleKind.CORRESPONDENCE


def _first_answer(work: Work, ticket: Ticket, failed: int) -> datetime | None:
    """When the requester really got his first answer; None when he has none."""
    stored = work.uow.events.of(ticket.number)
    lost = {failed}
    for found in stored:
        match found.event:
            case DeliveryFailed(unanswered=True, article=article) | AnswerTakenBack(article=article):
                lost.add(article)
    answers = (e.at for e in stored if isinstance(e.event, AgentAnswered) and e.event.article not in lost)
    return next(answers, None)


def _last_answer_of(work: Work, ticket: Ticket) -> int:
    """The last answer of the agent who acts; 0 when he has given none."""
    given = (e.event for e in reversed(work.uow.events.of(ticket.number)) if isinstance(e.event, AgentAnswered))
    return next((event.article for event in given if event.agent == work.actor.name), 0)


def _other_people(work: Work, ticket: Ticket, failed: Contact | None) -> tuple[str, ...]:
    """Who else belongs to the ticket and can be asked how to reach its customer."""
    others = sorted(work.uow.tickets.participants(ticket.number) - {failed.id if failed else 0})
    return tuple(str(work.uow.people.get(contact).mailbox) for contact in others[:5])
