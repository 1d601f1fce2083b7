"""Who hears of what: turns the audiences named in the table of notices into people.

Answers by the ticket as it is now. Never decides what is said, nor whether the guard lets it out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from maild.desk.ports import UnitOfWork
from maild.domain.address import AddrSpec, Mailbox
from maild.domain.directory import Directory
from maild.domain.events import (
    AlsoAddressed,
    CustomerPassedOn,
    DeliveryFailed,
    DigestGathered,
    Event,
    MailForwarded,
    MailHeld,
    OwnerChanged,
    ReplyKept,
    SignInRequested,
    SlaStepRaised,
    WeekReported,
    WhyAsked,
    WriterAsked,
)
from maild.domain.intent import Actor, ActorKind
from maild.domain.people import Agent, Contact
from maild.domain.ticket import Ticket


class Who(StrEnum):
    """The audiences that the table of notices may name."""

    REQUESTER = "requester"
    CUSTOMERS = "customers"
    """The requester and all participants."""
    RESPONSIBLE = "responsible"
    """The owner, else the members of the team, else its leader."""
    NEW_OWNER = "new-owner"
    ASKING_CONTACT = "asking-contact"
    """The contact whom the event names."""
    NAMED_TEAM = "named-team"
    """The members of the team that the event names."""
    NAMED_AGENT = "named-agent"
    """The agent whom the event names."""
    REPORTED_TO = "reported-to"
    """The agents and addresses that the event names."""
    OPERATOR = "operator"
    """Who runs the desk."""
    STEP_AGENTS = "step-agents"
    """The agents whom an escalation step tells."""
    STEP_OTHERS = "step-others"
    """The addresses outside the desk that an escalation step tells."""
    FORWARDED_TO = "forwarded-to"
    """The address outside the desk that a rule forwards to."""


class Muted(StrEnum):
    """What becomes of a mail for an agent who has muted the ticket."""

    SPARED = "is spared"
    """He does not get it."""
    PASSED = "is passed over"
    """It goes to the next in line; to him after all when everybody has muted the ticket: somebody has to act."""
    REACHED = "gets it"
    """It names him, so he gets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who may get a mail. Tokens are bound to `identity`: an agent's name, or a contact's folded address."""

    identity: str
    mailbox: Mailbox
    language: str
    zone: str
    agent: Agent | None = None
    contact: int = 0

    @property
    def key(self) -> str:
        """By which two readers are the same mailbox, whatever they are to us."""
        return self.mailbox.key or self.identity


class Audience:
    """Looks people up for one cause; reads each contact once."""

    def __init__(self, uow: UnitOfWork, directory: Directory) -> None:
        self._uow = uow
        self._directory = directory
        self._contacts: dict[int, Contact] = {}

    def contact(self, contact: int) -> Contact:
        """The contact; KeyError when there is none."""
        if contact not in self._contacts:
            self._contacts[contact] = self._uow.people.get(contact)
        return self._contacts[contact]

    def of(self, who: Who, muted: Muted, event: Event, ticket: Ticket | None) -> tuple[Reader, ...]:
        """Everybody whom `who` means for this event, less those who do not want to hear of the ticket."""
        readers = self._meant(who, muted, event, ticket)
        if ticket is not None and self._directory.walled:  # the last door: whoever put him there
            readers = tuple(r for r in readers if r.agent is None or self._directory.serves(r.agent.name, ticket.team))
        if ticket is None or not ticket.muted or muted is not Muted.SPARED:
            return readers
        return tuple(reader for reader in readers if reader.agent is None or reader.agent.name not in ticket.muted)

    def _meant(self, who: Who, muted: Muted, event: Event, ticket: Ticket | None) -> tuple[Reader, ...]:
        match who:
            case Who.NAMED_AGENT:
                of_agents = MailHeld | WhyAsked | DigestGathered | WriterAsked | CustomerPassedOn
                name = event.agent if isinstance(event, of_agents) else ""
                agent = self._directory.agents.get(name)
                return (self._agent(agent),) if agent else ()
            case Who.REPORTED_TO:
                named_readers = event.to if isinstance(event, WeekReported) else ()
                return tuple(self._named(one) for one in named_readers)
            case Who.STEP_OTHERS if isinstance(event, DigestGathered):
                return (self._outsider(event.address),) if event.address else ()
            case Who.OPERATOR:
                return (self._operator(),) if self._directory.operator else ()
            case Who.ASKING_CONTACT:
                named = event.contact if isinstance(event, SignInRequested | ReplyKept | WriterAsked) else 0
                return (self._customer(named, ticket),) if named else ()
        if ticket is None:
            return ()
        match who:
            case Who.NAMED_TEAM:
                members = self._directory.members(event.team) if isinstance(event, AlsoAddressed) else ()
                return tuple(self._agent(agent) for agent in members)
            case Who.REQUESTER:
                return (self._customer(ticket.requester, ticket),)
            case Who.CUSTOMERS:
                contacts = {ticket.requester, *self._uow.tickets.participants(ticket.number)}
                return tuple(self._customer(contact, ticket) for contact in sorted(contacts))
            case Who.NEW_OWNER:
                agent = self._directory.agents.get(event.new) if isinstance(event, OwnerChanged) else None
                return (self._agent(agent),) if agent else ()
            case Who.STEP_AGENTS:
                told = event.agents if isinstance(event, SlaStepRaised) else ()
                known = (self._directory.agents.get(name) for name in told)
                return tuple(self._agent(agent) for agent in known if agent)
            case Who.STEP_OTHERS:
                outside = event.addresses if isinstance(event, SlaStepRaised) else ()
                return tuple(self._outsider(address) for address in outside)
            case Who.FORWARDED_TO:
                return (self._outsider(event.address),) if isinstance(event, MailForwarded) else ()
            case Who.RESPONSIBLE:
                deaf = {agent} if (agent := _unreachable(event, self._directory)) else set()
                passed = {self._directory.agents[name] for name in ticket.muted if name in self._directory.agents}
                if muted is Muted.PASSED and passed:
                    return self._responsible(ticket, deaf | passed) or self._responsible(ticket, deaf)
                return self._responsible(ticket, deaf)
        assert_never(who)

    def _responsible(self, ticket: Ticket, without: Collection[Agent]) -> tuple[Reader, ...]:
        owner, leader = self._directory.agents.get(ticket.owner), self._directory.leader(ticket.team)
        steps: tuple[Callable[[], Iterable[Agent]], ...] = (
            lambda: (owner,) if owner else (),
            lambda: self._directory.members(ticket.team),
            lambda: (leader,) if leader else (),
        )
        watchers = [self._directory.agents[name] for name in ticket.watchers if name in self._directory.agents]
        for step in steps:
            found = [agent for agent in step() if agent not in without]
            if found:
                also = [agent for agent in watchers if agent not in found and agent not in without]
                return tuple(self._agent(agent) for agent in (*found, *also))
        return tuple(self._agent(agent) for agent in watchers if agent not in without)

    def _outsider(self, address: str) -> Reader:
        mailbox = Mailbox("", address)
        return Reader(
            identity=mailbox.key, mailbox=mailbox, language=self._directory.languages[0], zone=self._directory.zone
        )

    def _agent(self, agent: Agent) -> Reader:
        return Reader(
            identity=agent.name,
            mailbox=Mailbox(agent.display_name, agent.address),
            language=pick_language(self._directory, agent.language),
            zone=agent.zone or self._directory.zone,
            agent=agent,
        )

    def _named(self, name: str) -> Reader:
        """An agent by his short name, else an address."""
        agent = self._directory.agents.get(name)
        return self._agent(agent) if agent is not None else self._address(name)

    def _operator(self) -> Reader:
        return self._address(self._directory.operator)

    def _address(self, address: str) -> Reader:
        mailbox = Mailbox("", address)
        return Reader(
            identity=mailbox.key, mailbox=mailbox, language=self._directory.languages[0], zone=self._directory.zone
        )

    def _customer(self, number: int, ticket: Ticket | None) -> Reader:
        contact = self.contact(number)
        # a participant reads his own language; only the requester is sure to read the ticket's
        ticket_language = ticket.language if ticket else ""
        own = self._directory.own(ticket.mailbox) if ticket else None
        return Reader(
            identity=contact.mailbox.key,
            mailbox=contact.mailbox,
            language=pick_language(self._directory, contact.language, ticket_language, own.language if own else ""),
            zone=contact.zone or (own.zone if own else "") or self._directory.zone,
            contact=contact.id,
        )


def pick_language(directory: Directory, *wanted: str) -> str:
    """The first wanted language that the desk speaks, `pt-BR` also as `pt`; else the desk's first."""
    for language in wanted:
        for form in (language, language.replace("_", "-").partition("-")[0]):
            if form and form in directory.languages:
                return form
    return directory.languages[0]


def is_own_act(reader: Reader, actor: Actor) -> bool:
    """Whether the reader is the one who acted, under whatever of his addresses (P46)."""
    if actor.kind is ActorKind.AGENT and reader.agent is not None and reader.agent.name == actor.name:
        return True
    if actor.kind not in (ActorKind.AGENT, ActorKind.CONTACT):
        return False
    if actor.kind is ActorKind.CONTACT and actor.contact and actor.contact == reader.contact:
        return True
    spec = AddrSpec.parse(actor.address)
    if spec is None:
        return False
    addresses = reader.agent.addresses if reader.agent else (reader.mailbox.address,)
    return any(Mailbox("", address).key == spec.key for address in addresses)


def _unreachable(event: Event, directory: Directory) -> Agent | None:
    """The agent whose own address has just failed: telling him there would fail again, for ever."""
    return directory.agent_by_address(event.recipient) if isinstance(event, DeliveryFailed) else None
