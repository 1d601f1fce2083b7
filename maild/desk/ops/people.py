"""Who somebody is: further addresses of a customer, and senders who are not heard.

An agent vouches for an address; nothing that comes by mail alone makes two addresses one person.
"""

from __future__ import annotations

from maild.desk.contacts import contact_for
from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.address import Mailbox
from maild.domain.commands import AddAddress, BlockSender
from maild.domain.events import AddressAdded, SenderBlocked
from maild.domain.people import Proof
from maild.errors import InvalidInput


@operation("alias", AddAddress, needs=Act.PEOPLE, surfaces=Surface.MAIL | Surface.CLI)
def add_address(work: Work, command: AddAddress) -> None:
    """Make an address one of the requester's; refused when it belongs to another person (P24)."""
    ticket = work.ticket(command.ticket)
    mailbox = customers_mailbox(work, command.address)
    owner = work.uow.people.by_address(mailbox.key)
    if owner is not None and owner.id == ticket.requester:
        if work.uow.people.proof(mailbox.key) is Proof.NONE:
            work.uow.people.prove(mailbox.key, Proof.AGENT)
        return
    if owner is not None:
        raise InvalidInput("address-taken", "{address} belongs to another customer", address=mailbox.address)
    work.uow.people.add_address(ticket.requester, mailbox.address, Proof.AGENT)
    work.emit(AddressAdded(ticket=ticket.number, contact=ticket.requester, address=mailbox.address, proof=Proof.AGENT))


@operation("block", BlockSender, needs=Act.PEOPLE, surfaces=Surface.MAIL | Surface.CLI)
def block_sender(work: Work, command: BlockSender) -> None:
    """Hear a person no more, or again; what he wrote before stays."""
    ticket = work.ticket(command.ticket)
    mailbox = customers_mailbox(work, command.address)
    known = work.uow.people.by_address(mailbox.key)
    if (known is not None and known.blocked) == command.blocked:
        return
    contact = contact_for(work, mailbox)
    work.uow.people.set_blocked(contact.id, command.blocked)
    work.emit(SenderBlocked(ticket=ticket.number, contact=contact.id, address=mailbox.address, blocked=command.blocked))


def customers_mailbox(work: Work, address: str) -> Mailbox:
    """The address, if it can be a customer's: not one of ours, not an agent's."""
    mailbox = Mailbox("", address)
    if not mailbox.key:
        raise InvalidInput("no-address", "{address} is no mail address", address=address)
    if work.directory.own(address) is not None or work.directory.agent_by_address(address) is not None:
        raise InvalidInput("not-a-customer", "{address} is an address of this desk", address=address)
    return mailbox
