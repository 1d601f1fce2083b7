"""Opening tickets and writing in them, closing and reopening.

Each operation changes tickets and states facts. Nothing here sends, and nothing here decides who hears of it.
"""

from __future__ import annotations

from dataclasses import replace

from maild.desk.contacts import contact_for
from maild.desk.discretion import without_agents
from maild.desk.follow_up import FollowUp, answer_to_closed, may_reopen, reopened_too_often, touched_since_rule
from maild.desk.operations import Surface, operation
from maild.desk.ops.confirming import ask
from maild.desk.policy import Act
from maild.desk.teams import tell_teams
from maild.desk.work import Work
from maild.domain.commands import AddAnswer, AddNote, AddReply, AddUnverified, CloseTicket, OpenTicket, ReopenTicket
from maild.domain.events import (
    AgentAnswered,
    AutomaticReplyStored,
    CustomerReplied,
    NoteAdded,
    OwnerChanged,
    ParticipantJoined,
    ReplyKept,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    UnverifiedWritten,
)
from maild.domain.intent import ActorKind, Words
from maild.domain.lifecycle import ENDED, StateType, Step, can
from maild.domain.people import Contact
from maild.domain.ticket import Article, ArticleKind, ArticleSender, Ticket
from maild.errors import InvalidInput

TITLE_LENGTH = 500
"""Characters of a subject that become the title; the article keeps the whole subject."""

_MAIL = Surface.MAIL | Surface.PORTAL | Surface.CLI


@operation("open", OpenTicket, needs=Act.OPEN, surfaces=_MAIL)
def open_ticket(work: Work, command: OpenTicket) -> None:
    """A new ticket with its first article."""
    mailbox = work.directory.own(command.mailbox) or work.directory.default_mailbox
    contact = contact_for(work, command.requester, mailbox.zone, command.language, command.clock)
    ticket = work.open(
        Ticket(
            title=_title(work, command),
            team=mailbox.team,
            requester=contact.id,
            mailbox=mailbox.address,
            language=work.directory.language(contact.language or command.language, command.mailbox),
            created_at=work.at,
            updated_at=work.at,
            last_customer_at=work.at,
            follows=command.follows,
        )
    )
    article = write(work, ticket, ArticleKind.CORRESPONDENCE, command.words, contact=contact)
    work.emit(
        TicketOpened(
            ticket=ticket.number,
            article=article.id,
            acknowledge=command.may_acknowledge,
            priority=ticket.priority,
            follows=command.follows,
        )
    )
    tell_teams(work, ticket, article.id, command.teams)


def _title(work: Work, command: OpenTicket) -> str:
    """The subject; of a ticket that goes on from another one the title of that, where the customer kept it."""
    written = " ".join(command.words.subject.split())
    earlier = work.ticket(command.follows).title if command.follows else ""
    return (earlier if not written or (earlier and earlier in written) else written)[:TITLE_LENGTH]


@operation("reply", AddReply, needs=Act.APPEND, surfaces=_MAIL)
def reply(work: Work, command: AddReply) -> None:
    """A customer's words. A closed ticket is reopened inside its team's window, else a new one goes on from it."""
    ticket = work.ticket(command.ticket)
    contact = _writer(work, ticket, command)
    if command.join and contact.id not in work.uow.tickets.participants(ticket.number):
        work.uow.tickets.join(ticket.number, contact.id)
        work.emit(ParticipantJoined(ticket=ticket.number, contact=contact.id))
    if command.words.automatic:
        article = write(work, ticket, ArticleKind.CORRESPONDENCE, command.words, contact=contact)
        work.emit(AutomaticReplyStored(ticket=ticket.number, article=article.id))
        return
    follow_up = answer_to_closed(work, ticket, command) if ticket.state in ENDED else None
    if isinstance(follow_up, ReplyKept):
        # whether he was told that it stays closed stands in the record: of two replies at once one is answered
        work.hold(ticket)
        article = write(work, ticket, ArticleKind.CORRESPONDENCE, command.words, contact=contact)
        work.emit(replace(follow_up, article=article.id, contact=contact.id))
        return
    if follow_up is FollowUp.NEW_TICKET:
        open_ticket(
            work,
            OpenTicket(
                requester=contact.mailbox,
                mailbox=ticket.mailbox,
                words=command.words,
                language=contact.language,
                may_acknowledge=command.may_acknowledge,
                follows=ticket.number,
                teams=command.teams,
            ),
        )
        return
    article = write(work, ticket, ArticleKind.CORRESPONDENCE, command.words, contact=contact)
    if follow_up is FollowUp.REOPEN:
        ticket = _reopen(work, ticket, reason="", by_reply=True)
    else:
        ticket = work.step(ticket, Step.CUSTOMER_REPLY)
    work.change(ticket, last_customer_at=work.latest(ticket.last_customer_at))
    work.emit(CustomerReplied(ticket=ticket.number, article=article.id))
    tell_teams(work, ticket, article.id, command.teams)


@operation("unverified", AddUnverified, needs=Act.ATTACH, surfaces=Surface.INSIDE)
def add_unverified(work: Work, command: AddUnverified) -> None:
    """Keep a stranger's words inside the ticket, marked; state, clocks and people stay as they are."""
    ticket = work.ticket(command.ticket)
    article = write(
        work, ticket, ArticleKind.COMMENT, command.words, sender=ArticleSender.CUSTOMER, author=str(command.author),
        verified=False,
    )  # fmt: skip
    work.emit(UnverifiedWritten(ticket=ticket.number, article=article.id, outside=command.outside))
    if command.question is not None:
        ask(work, ticket.number, command.question, article=article.id)


@operation("answer", AddAnswer, needs=Act.ANSWER, surfaces=_MAIL)
def answer(work: Work, command: AddAnswer) -> None:
    """An agent's words to the customer. Claims the ticket when nobody had it."""
    ticket = work.ticket(command.ticket)
    if not command.words.new_text.strip() and not command.words.files:
        raise InvalidInput("empty-answer", "an answer needs words")
    words = without_agents(work, ticket, command.words)
    article = write(work, ticket, ArticleKind.CORRESPONDENCE, words, agent=work.actor.name)
    first = ticket.first_response_at is None
    if can(ticket.state, Step.AGENT_REPLY):
        ticket = work.step(ticket, Step.AGENT_REPLY)
    ticket = work.change(
        ticket, last_agent_at=work.latest(ticket.last_agent_at), first_response_at=ticket.first_response_at or work.at
    )
    work.emit(AgentAnswered(ticket=ticket.number, article=article.id, agent=work.actor.name, first=first))
    if not ticket.owner:
        work.change(ticket, owner=work.actor.name)
        work.emit(OwnerChanged(ticket=ticket.number, old="", new=work.actor.name))


@operation("note", AddNote, needs=Act.NOTE, surfaces=Surface.MAIL | Surface.CLI | Surface.RULE)
def note(work: Work, command: AddNote) -> None:
    """An internal note."""
    ticket = work.ticket(command.ticket)
    if not command.words.new_text.strip() and not command.words.files:
        raise InvalidInput("empty-note", "a note needs words")
    article = write(work, ticket, ArticleKind.COMMENT, command.words, agent=work.actor.name)
    work.emit(NoteAdded(ticket=ticket.number, article=article.id, agent=work.actor.name))


@operation("close", CloseTicket, needs=Act.CLOSE, surfaces=_MAIL | Surface.RULE)
def close(work: Work, command: CloseTicket) -> None:
    """The matter is done; closing what is closed changes nothing."""
    ticket = work.ticket(command.ticket)
    if ticket.state is StateType.CLOSED:
        return
    work.step(ticket, Step.CLOSE, closed_at=work.at)
    work.emit(TicketClosed(ticket=ticket.number, reason=command.reason))


@operation("reopen", ReopenTicket, needs=Act.REOPEN, surfaces=_MAIL | Surface.RULE)
def reopen(work: Work, command: ReopenTicket) -> None:
    """The matter is not done after all. A customer may inside the team's window, a rule once for what a person did."""
    ticket = work.ticket(command.ticket)
    if ticket.state not in ENDED:
        return
    if work.actor.kind is ActorKind.CONTACT and not may_reopen(work, ticket):
        raise InvalidInput("window-over", "ticket {number} can no longer be reopened", number=str(ticket.number))
    if work.actor.kind is ActorKind.RULE and not touched_since_rule(work, ticket):
        raise InvalidInput(
            "rule-reopened", "a rule has reopened ticket {number}, and nobody has done anything since",
            number=str(ticket.number),
        )  # fmt: skip
    if work.actor.kind in (ActorKind.CONTACT, ActorKind.RULE) and reopened_too_often(work, ticket):
        raise InvalidInput(
            "too-often", "ticket {number} has been reopened too often in the last hour", number=str(ticket.number)
        )
    ticket = _reopen(work, ticket, reason=command.reason, by_reply=False)
    if work.actor.kind is ActorKind.CONTACT:
        contact = work.uow.people.get(work.actor.contact)
        words = Words(text=command.reason, new_text=command.reason)
        if command.reason.strip():
            write(work, ticket, ArticleKind.CORRESPONDENCE, words, contact=contact)
        work.change(ticket, last_customer_at=work.latest(ticket.last_customer_at))


def _writer(work: Work, ticket: Ticket, command: AddReply) -> Contact:
    if command.words.automatic:
        return contact_for(work, command.author)  # an absence note is in his company's language
    own = work.directory.own(ticket.mailbox)
    return contact_for(work, command.author, own.zone if own else "", command.language, command.clock)


def _reopen(work: Work, ticket: Ticket, *, reason: str, by_reply: bool) -> Ticket:
    ticket = work.step(ticket, Step.REOPEN, closed_at=None, reopen_count=ticket.reopen_count + 1)
    work.emit(TicketReopened(ticket=ticket.number, reason=reason, by_reply=by_reply))
    return ticket


def write(
    work: Work,
    ticket: Ticket,
    kind: ArticleKind,
    words: Words,
    *,
    contact: Contact | None = None,
    agent: str = "",
    sender: ArticleSender | None = None,
    author: str = "",
    verified: bool = True,
) -> Article:
    """Store an article; the system's own where neither a contact nor an agent is named."""
    if contact is not None:
        sender, author = ArticleSender.CUSTOMER, str(contact.mailbox)
    elif agent and agent in work.directory.agents:
        sender, author = ArticleSender.AGENT, work.directory.agents[agent].display_name
    article = Article(
        id=words.unverified,
        ticket=ticket.number,
        kind=kind,
        sender=sender or ArticleSender.SYSTEM,
        author=author,
        contact=contact.id if contact else 0,
        agent=agent,
        message_id=words.message_id,
        subject=words.subject,
        text=words.text,
        new_text=words.new_text,
        files=words.files,
        channel=words.channel,
        inbound=work.inbound,
        verified=verified,
        automatic=words.automatic,
        origin=words.origin,
        created_at=work.at,
    )
    if words.origin:
        # what comes for a merged ticket while its merge is undone has to go there
        work.hold(work.ticket(words.origin))
    articles = work.uow.articles
    article = articles.verify(article) if words.unverified else articles.add(article)
    work.article = article.id
    return article
