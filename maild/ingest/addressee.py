"""Whom a mail of ours was for, by the token in its Message-ID or bounce address.

A report of failed delivery acts on that person alone. Never believes the recipient that the report itself names.
"""

from __future__ import annotations

from maild.desk.ports import UnitOfWork
from maild.domain.address import Mailbox
from maild.domain.directory import Directory
from maild.domain.token import Token, person_digest

NEWEST = 200
"""Mails about a ticket that are looked through: a report comes within days, and no ticket has more in that time."""


def addressee(uow: UnitOfWork, directory: Directory, token: Token) -> str:
    """The address that the mail with this token went to; "" when nobody of the ticket has had it."""
    if token.agent:
        names = (agent for agent in directory.agents.values() if person_digest(agent.name) == token.person)
        return next((agent.address for agent in names), "")
    for contact in sorted(uow.tickets.participants(token.ticket)):
        mailbox = uow.people.get(contact).mailbox
        if person_digest(mailbox.key) == token.person:
            return mailbox.address
    # somebody outside, whom a rule or a step has told: what was sent says who, whatever is configured by now
    sent = {one.recipient for one in uow.outbox.of_ticket(token.ticket, NEWEST) if one.article == token.article}
    return next((address for address in sent if person_digest(Mailbox("", address).key) == token.person), "")
