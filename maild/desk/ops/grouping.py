"""Mails of one kind in one ticket: five hundred alerts of a monitor are one matter, and one mail to its owner (P36).

Finds the ticket of the mail before by a name that was remembered with it. Never looks through tickets, and never brings
the mails of two senders, mailboxes or brands together.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from maild.desk.contacts import contact_for
from maild.desk.operations import Surface, operation
from maild.desk.ops.aside import MailTakenAway
from maild.desk.ops.tickets import write
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import AddGrouped, GroupMail
from maild.domain.events import MailGrouped
from maild.domain.lifecycle import ENDED
from maild.domain.ticket import ArticleKind, Ticket

TELL_EVERY = timedelta(hours=1)
"""How often the agents are told of further mails: a monitor sends hundreds an hour."""


class MailJoins(MailTakenAway):
    """The mail goes to a ticket that there is; whoever brought it puts it there with `AddGrouped`."""

    def __init__(self, *, rule: str, ticket: int, name: str) -> None:
        super().__init__(f"rule {rule}: of one kind with ticket {ticket}")
        self.ticket = ticket
        self.name = name


@operation("group", GroupMail, needs=Act.GROUP, surfaces=Surface.RULE)
def group(work: Work, command: GroupMail) -> None:
    """Take the mail to the ticket of the one before it that was alike, or let the next one find this ticket."""
    ticket = work.ticket(command.ticket)
    if ticket.number != work.opened:
        return
    within = timedelta(minutes=command.minutes)
    # of two first mails at once the second finds the ticket of the first
    work.uow.alone(_name(work, ticket, command, 0))
    # each stretch of time has a name of its own, so that years of mails are never looked through
    stretch = int(work.at.timestamp() // within.total_seconds())
    name, before = (_name(work, ticket, command, number) for number in (stretch, stretch - 1))
    for number in _tickets(work, name, before):
        other = work.uow.tickets.get(number)
        if other is not None and _takes(work, other, ticket, within):
            raise MailJoins(rule=work.actor.name, ticket=number, name=name)
    work.uow.articles.remember(name, ticket.number)


@operation("grouped", AddGrouped, needs=Act.APPEND, surfaces=Surface.INSIDE)
def add_grouped(work: Work, command: AddGrouped) -> None:
    """Keep the words and count them; state and clocks stay as they are."""
    ticket = work.ticket(command.ticket)
    contact = contact_for(work, command.author)
    article = write(work, ticket, ArticleKind.CORRESPONDENCE, command.words, contact=contact)
    tell = work.at - (ticket.grouped_told_at or ticket.created_at) >= TELL_EVERY
    count = ticket.grouped + 1
    work.change(
        ticket,
        grouped=count,
        last_customer_at=work.latest(ticket.last_customer_at),
        grouped_told_at=work.at if tell else ticket.grouped_told_at,
    )
    work.uow.articles.remember(command.name, ticket.number)
    work.emit(MailGrouped(ticket=ticket.number, article=article.id, count=count, tell=tell))


def _name(work: Work, ticket: Ticket, command: GroupMail, stretch: int) -> str:
    pieces = (work.actor.name, str(ticket.requester), ticket.mailbox, command.alike, f"{command.minutes} {stretch}")
    return "group " + sha256("\0".join(pieces).encode("utf-8", "surrogatepass")).hexdigest()


def _tickets(work: Work, *names: str) -> Iterator[int]:
    """The tickets that these names lead to, newest first."""
    yield from sorted({found.ticket for found in work.uow.articles.known_messages(names)}, reverse=True)


def _takes(work: Work, other: Ticket, opened: Ticket, within: timedelta) -> bool:
    """Whether the earlier ticket is open, of the same person and brand, and had its last mail within the time."""
    last = other.last_customer_at or other.created_at
    brand = work.directory.brand_of
    return (
        other.state not in ENDED
        and other.created_at < work.at
        and work.at - last <= within
        and other.requester == opened.requester
        and brand(other.team) == brand(opened.team)
    )
