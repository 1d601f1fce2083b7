"""Who wrote a mail, and how sure are we.

From alone proves nothing: it names whom the mail claims to be from. What speaks for him is weighed part by part and
kept, so that `maild trace` can show it. Never gives a power: the desk's table does, from the level found here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from maild.desk.ports import UnitOfWork
from maild.domain.address import AddrSpec, Mailbox, fold
from maild.domain.authentication import UNCHECKED, Authentication, AuthResult
from maild.domain.confirmation import Confirmation
from maild.domain.directory import Directory
from maild.domain.intent import RANK, Trust
from maild.domain.mail import InboundMessage
from maild.domain.people import Agent, Contact, Proof
from maild.domain.token import person_digest
from maild.ingest.header.addresses import parse_addresses
from maild.ingest.thread import ThreadHow, ThreadMatch


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that speaks for the sender, or against him. Points are for people to compare; levels follow rules."""

    name: str
    points: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The claimed writer. `participant` is True when he belongs to the ticket that was found and nothing says that
    the mail is not his."""

    mailbox: Mailbox | None
    agent: Agent | None = None
    contact: Contact | None = None
    participant: bool = False
    trust: Trust = Trust.UNKNOWN
    parts: tuple[Part, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each part in words."""
        return tuple(part.why for part in self.parts)

    @property
    def missing(self) -> str:
        """What does not speak for him, in words."""
        return "; ".join(part.why for part in self.parts if part.points <= 0)

    @property
    def score(self) -> int:
        """The sum of the parts: 0 for nobody, 9 for a signed answer by a signed mail."""
        return sum(part.points for part in self.parts)


_PROOFS = {
    Proof.NONE: (0, "the address has never proven itself"),
    Proof.AGENT: (1, "an agent has said whose address it is"),
    Proof.SIGNED: (1, "the address has proven itself by a signed answer"),
    Proof.CONFIRMED: (1, "its owner has confirmed the address"),
}
"""What it is worth that an address is known to be its contact's."""


def identify(
    uow: UnitOfWork,
    directory: Directory,
    message: InboundMessage,
    match: ThreadMatch | None,
    authentication: Authentication = UNCHECKED,
) -> Identity:
    """Look the From address up and weigh it against the token it came with and what its domain says."""
    mailbox = message.from_
    if mailbox is None or not mailbox.key:
        return Identity(mailbox=None, parts=(Part("from", 0, "there is no From address that can be read"),))
    if message.from_doubtful:
        why = "From can be read in more than one way: trusted with nothing"
        return Identity(mailbox=mailbox, contact=uow.people.by_address(mailbox.key), parts=(Part("from", 0, why),))
    if field := directory.original_field(mailbox.address):
        return _through_group(uow, message, match, directory, authentication, field)
    agent = directory.agent_by_address(mailbox.address)
    contact = uow.people.by_address(mailbox.key)
    named = f"From names {mailbox.address}" + (f", agent {agent.name}" if agent else "")
    parts = [Part("from", 1, named), _authentication(authentication, agent)]
    if agent is not None or contact is not None:
        parts.append(Part("stored", 1, "the address is stored with us"))
    if agent is None and contact is not None:
        parts.append(Part("proof", *_PROOFS[uow.people.proof(mailbox.key)]))
    token = _token(uow, match, mailbox, agent, contact)
    parts += [token] if token else []
    signed = token is not None and token.points > 0
    belongs = bool(match and contact and contact.id in uow.tickets.participants(match.ticket))
    # whoever answers a forwarded mail speaks as an outsider, even where he is a customer of the ticket as well
    outside = match is not None and match.token is not None and match.token.outside
    participant = not authentication.failed and not outside and (belongs or (signed and agent is None))
    if match is not None and not agent:
        why = "belongs to the ticket" if participant else "does not belong to the ticket"
        parts.append(Part("participant", int(participant), why))
    elsewhere = _answers_elsewhere(mailbox, message.reply_to)
    if elsewhere:
        parts.append(Part("reply-to", -1, f"answers are to go to {elsewhere}, another domain"))
    return Identity(
        mailbox=mailbox,
        agent=agent,
        contact=contact,
        participant=participant,
        trust=_level(authentication, agent, signed=signed, elsewhere=bool(elsewhere)),
        parts=tuple(parts),
    )


def as_owned(uow: UnitOfWork, claimed: Identity, match: ThreadMatch | None, owned: Confirmation) -> Identity | None:
    """The writer of a mail that somebody has owned when he was asked; None when it is his no more: an agent who has
    left, a customer who has been taken out of the ticket, an address that is another's by now (SEC-13)."""
    why = Part("confirmation", 4, "he has owned the mail when he was asked at his stored address")
    if claimed.mailbox is None:
        return None
    if owned.agent:
        mine = claimed.agent is not None and claimed.agent.name == owned.agent
        return replace(claimed, trust=Trust.SIGNED, parts=(*claimed.parts, why)) if mine else None
    contact = uow.people.get(owned.contact)
    new_address = claimed.mailbox.key == Mailbox("", owned.address).key and claimed.contact is None
    mine = claimed.agent is None and (new_address or (claimed.contact is not None and claimed.contact.id == contact.id))
    if match is None or not mine or contact.blocked or contact.id not in uow.tickets.participants(match.ticket):
        return None
    parts = tuple(part for part in claimed.parts if part.name != "participant")
    return replace(claimed, contact=contact, participant=True, trust=Trust.SIGNED, parts=(*parts, why))


def below(identity: Identity, least: Trust) -> Identity:
    """The same writer, taken for a stranger where the desk wants to be surer of the people of a ticket."""
    if not identity.participant or identity.agent is not None or RANK[identity.trust] >= RANK[least]:
        return identity
    why = Part("policy", 0, f"the desk wants its customers {least}, and he is {identity.trust}")
    return replace(identity, participant=False, parts=(*identity.parts, why))


def _through_group(
    uow: UnitOfWork,
    message: InboundMessage,
    match: ThreadMatch | None,
    directory: Directory,
    authentication: Authentication,
    field: str,
) -> Identity:
    """The writer whom a configured group names. The group vouches for no more than the name, and never for an agent."""
    assert message.from_ is not None
    group = message.from_
    if field == "reply-to":
        named = [one for one in message.reply_to if one.key != group.key]
    else:
        named = list(parse_addresses(message.header(field)[:1000], lambda name: name, most=2).mailboxes)
    writer = named[0] if len(named) == 1 and named[0].key else None
    if writer is None or directory.own(writer.address) is not None:
        parts = (Part("from", 0, f"{group.address} is a group, and does not say who wrote"),)
        return Identity(mailbox=group, contact=uow.people.by_address(group.key), parts=parts)
    contact = uow.people.by_address(writer.key)
    belongs = bool(match and contact and contact.id in uow.tickets.participants(match.ticket))
    return Identity(
        mailbox=writer,
        contact=contact,
        participant=belongs and not authentication.failed,
        trust=Trust.UNKNOWN if authentication.failed else Trust.FROM_ONLY,
        parts=(
            Part("from", 1, f"{writer.address} wrote by the group {group.address}"),
            Part("authentication", -3 if authentication.failed else 0, "a group proves nobody"),
        ),
    )


def _level(authentication: Authentication, agent: Agent | None, *, signed: bool, elsewhere: bool) -> Trust:
    """Where checks are configured, a token counts only in a mail that the domain of From answers for: whoever was sent
    a notification on could answer it in the agent's name otherwise (SEC-08)."""
    if authentication.failed:
        return Trust.UNKNOWN
    vouched = authentication.exact if agent is not None else authentication.aligned
    if signed and (vouched or not authentication.configured):
        return Trust.SIGNED
    if vouched and not elsewhere:
        return Trust.ALIGNED
    return Trust.FROM_ONLY


def _authentication(found: Authentication, agent: Agent | None) -> Part:
    if not found.configured:
        return Part("authentication", 0, "nobody checks SPF, DKIM and DMARC here")
    if found.failed:
        return Part("authentication", -3, f"DMARC failed ({found.by}): trusted with nothing")
    if found.exact:
        return Part("authentication", 2, f"signed by the very domain of From ({found.by})")
    if found.aligned:
        short = ", which is not enough for an agent" if agent is not None else ""
        return Part("authentication", 2 if agent is None else 1, f"its domain answers for it ({found.by}){short}")
    if found.dmarc is AuthResult.PASS:
        return Part(
            "authentication", 0, f"only the host that sent it answers for it, and many may share one ({found.by})"
        )
    return Part("authentication", 0, f"its domain does not answer for it ({found.by}: dmarc={found.dmarc})")


def _token(
    uow: UnitOfWork, match: ThreadMatch | None, mailbox: Mailbox, agent: Agent | None, contact: Contact | None
) -> Part | None:
    token = match.token if match else None
    if match is None or token is None:
        return None
    if token.outside:
        return Part("token", 0, "the token was issued to somebody outside, to whom a mail was forwarded")
    if agent is not None:
        if not token.agent or token.person != person_digest(agent.name):
            return Part("token", 0, "the token was issued to somebody else")
        if match.how in (ThreadHow.REPLY_ADDRESS, ThreadHow.MUTE_ADDRESS):
            return Part("token", 3, f"the {match.how} was issued to this agent")
        return Part("token", 0, "the Message-ID answered was issued to this agent, but not the reply address")
    if not token.agent and token.person == person_digest(mailbox.key):
        return Part("token", 3, "the token was issued to this person")
    if not token.agent and contact is not None:
        others = (Mailbox("", one.address).key for one in uow.people.addresses(contact.id))
        if token.person in map(person_digest, others):
            return Part("token", 3, "the token was issued to another address of this person")
    return Part("token", 0, "the token was issued to somebody else")


def _answers_elsewhere(mailbox: Mailbox, reply_to: Sequence[Mailbox]) -> str:
    """The first Reply-To address whose domain is not that of From; it never decides who somebody is (P34)."""
    own = AddrSpec.parse(mailbox.address)
    for one in reply_to:
        spec = AddrSpec.parse(one.address)
        if spec is not None and own is not None and fold(spec.domain) != fold(own.domain):
            return one.address
    return ""
