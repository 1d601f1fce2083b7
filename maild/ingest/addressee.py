"""Whom a mail of ours was for, by the token in its Message-ID or bounce address.

A report of failed delivery acts on that person alone. Never believes the recipient that the report itself names.
"""

from __future__ import annotations

from maild.desk.ports import UnitOfWork
from maild.domain.directory import Directory
from maild.domain.token import Token, person_digest


def addressee(uow: UnitOfWork, directory: Directory, token: Token) -> str:
    """The address that the mail with this token went to; "" when nobody of the ticket has had it."""
    if token.agent:
        names = (agent for agent in directory.agents.values() if person_digest(agent.name) == token.person)
        return next((agent.address for agent in names), "")
    for contact in sorted(uow.tickets.participants(token.ticket)):
        mailbox = uow.people.get(contact).mailbox
        if person_digest(mailbox.key) == token.person:
            return mailbox.address
    outside = (address for key, address in directory.forward_to.items() if person_digest(key) == token.person)
    return next(outside, "")
