"""Who wrote a mail, and how sure are we.

From alone proves nothing: it names whom the mail claims to be from. Only a token that we issued to that very person
makes him SIGNED. Never gives a power: the desk's table does, from what is found here.
"""

from __future__ import annotations

from dataclasses import dataclass

from maild.desk.ports import UnitOfWork
from maild.domain.address import Mailbox
from maild.domain.commands import Trust
from maild.domain.mail import InboundMessage
from maild.domain.people import Agent, Contact, Directory
from maild.domain.token import person_digest
from maild.ingest.thread import ThreadHow, ThreadMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The claimed writer. `participant` is True when he belongs to the ticket that was found."""

    mailbox: Mailbox | None
    agent: Agent | None = None
    contact: Contact | None = None
    participant: bool = False
    trust: Trust = Trust.UNKNOWN
    reasons: tuple[str, ...] = ()


def identify(uow: UnitOfWork, directory: Directory, message: InboundMessage, match: ThreadMatch | None) -> Identity:
    """Look the From address up and weigh it against the token it came with."""
    mailbox = message.from_
    if mailbox is None or not mailbox.key:
        return Identity(mailbox=None, reasons=("there is no From address that can be read",))
    agent = directory.agent_by_address(mailbox.address)
    contact = uow.people.by_address(mailbox.key)
    if message.from_doubtful:
        return Identity(mailbox=mailbox, reasons=("From can be read in more than one way: trusted with nothing",))
    reasons = [f"From names {mailbox.address}" + (f", agent {agent.name}" if agent else "")]
    participant = bool(match and contact and contact.id in uow.tickets.participants(match.ticket))
    trust = Trust.FROM_ONLY
    token = match.token if match else None
    if match is not None and token is not None:
        if agent is not None:
            issued_to_him = token.agent and token.person == person_digest(agent.name)
            if issued_to_him and match.how is ThreadHow.REPLY_ADDRESS:
                trust = Trust.SIGNED
                reasons.append("the reply address was issued to this agent")
            elif issued_to_him:
                reasons.append("the Message-ID answered was issued to this agent, but not the reply address")
            else:
                reasons.append("the token was issued to somebody else")
        elif not token.agent and token.person == person_digest(mailbox.key):
            trust, participant = Trust.SIGNED, True
            reasons.append("the token was issued to this person")
        else:
            reasons.append("the token was issued to somebody else")
    if match is not None and not agent:
        reasons.append("belongs to the ticket" if participant else "does not belong to the ticket")
    return Identity(
        mailbox=mailbox, agent=agent, contact=contact, participant=participant, trust=trust, reasons=tuple(reasons)
    )
