"""The journey of one mail that has been read: kind, thread, person, orders, desk; nothing else.

Runs inside the transaction that settles the mail, so that what it did and where it ended are one fact. Never reads
octets, never commits, never lets a Refused error lose a mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, Protocol

from maild.desk.executor import Desk, Result
from maild.desk.ports import UnitOfWork
from maild.desk.queues import Blobs, ClaimedMail, InboundBook, InboundRow, Outcome, Settlement
from maild.domain.authentication import UNCHECKED, Authentication
from maild.domain.commands import (
    AddAnswer,
    AddNote,
    AddReply,
    AddUnverified,
    OpenTicket,
    RecordDelivery,
    TellHeld,
    TellOperator,
    TellTeams,
    UnmergeTicket,
)
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent, Trust, Words
from maild.domain.mail import InboundMessage, Kind, Verdict
from maild.domain.people import Agent, Directory
from maild.domain.ticket import StoredFile
from maild.domain.token import Audience, Tokens
from maild.errors import Refused
from maild.ingest.addressee import addressee
from maild.ingest.colleagues import same_house
from maild.ingest.former import Former
from maild.ingest.gratitude import weigh
from maild.ingest.identify import Identity, identify
from maild.ingest.orders import read_orders
from maild.ingest.thread import (
    ThreadHow,
    Threading,
    ThreadMatch,
    awaited_by,
    find_returned,
    find_ticket,
    own_forward_paths,
)
from maild.rules.facts import facts_of

AUTOMATIC = frozenset({Kind.AUTO_REPLY, Kind.MDN, Kind.FEEDBACK})
"""Kinds that change nothing and are never answered."""


class MailUnit(UnitOfWork, Protocol):
    """The unit of work with the book of mail in it."""

    inbound: InboundBook
    blobs: Blobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One mail on its way through the stages; nothing in it changes."""

    uow: MailUnit
    mail: ClaimedMail
    message: InboundMessage
    now: datetime
    own_paths: tuple[str, ...]
    mailbox: str
    content_key: str
    authentication: Authentication = UNCHECKED

    @property
    def cause(self) -> Cause:
        """The mail as the cause of whatever it does."""
        return Cause(key=f"inbound:{self.mail.id}", inbound=self.mail.id)

    def teams(self, directory: Directory) -> tuple[str, ...]:
        """The teams of all our mailboxes that the mail was sent to, in order."""
        found = (directory.own(path) for path in self.own_paths)
        return tuple(dict.fromkeys(own.team for own in found if own is not None))


class Pipeline:
    """Takes read mails to their place: a ticket, the quarantine, or a counted discard with a reason."""

    def __init__(
        self,
        *,
        desk: Desk,
        directory: Directory,
        tokens: Tokens,
        automatic_mail: Literal["discard", "quarantine", "ticket"] = "discard",
        strangers: Literal["attach", "hold"] = "attach",
        colleagues: Literal["attach", "join"] = "attach",
        former: Sequence[Former] = (),
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._tokens = tokens
        self._automatic_mail = automatic_mail
        self._strangers = strangers
        self._colleagues = colleagues
        self._former = former

    def before(self, desk: Desk) -> Pipeline:
        """The same journey with another desk at its end, for dry runs."""
        pipeline = copy(self)
        pipeline._desk = desk
        return pipeline

    def process(
        self,
        uow: MailUnit,
        mail: ClaimedMail,
        message: InboundMessage,
        now: datetime,
        authentication: Authentication = UNCHECKED,
    ) -> Settlement:
        """Find the mail's place and write it down; everything happens in the transaction of `uow`."""
        envelope_paths = mail.envelope.forward_paths if mail.envelope else ()
        own_paths = own_forward_paths(message, (*envelope_paths, mail.mailbox), self._directory)
        journey = Journey(
            uow=uow, mail=mail, message=message, now=now, own_paths=own_paths, mailbox=self._mailbox(own_paths),
            content_key=content_key(message), authentication=authentication,
        )  # fmt: skip
        placed = self._place(journey)
        settlement = self._describe(journey, placed)
        uow.inbound.settle(mail.id, settlement, now=now)
        if placed.outcome is Outcome.QUARANTINED and not placed.ticket:
            self._tell_operator(uow, mail, settlement, now)
        return settlement

    def quarantine(self, uow: MailUnit, mail: ClaimedMail, reason: str, now: datetime) -> Settlement:
        """Put a mail aside that could not be processed, and tell the operator."""
        settlement = Settlement(outcome=Outcome.QUARANTINED, stage="pipeline", reason=reason)
        uow.inbound.settle(mail.id, settlement, now=now)
        self._tell_operator(uow, mail, settlement, now)
        return settlement

    def _tell_operator(self, uow: MailUnit, mail: ClaimedMail, settlement: Settlement, now: datetime) -> None:
        command = TellOperator(
            mail=mail.id, sender=settlement.sender, subject=settlement.subject, reason=settlement.reason
        )
        intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="mail"), commands=(command,))
        self._desk.run(uow, intent, cause=Cause(key=f"quarantine:{mail.id}:{mail.attempts}"), now=now)

    def _place(self, journey: Journey) -> Settlement:
        message = journey.message
        if journey.mail.defect:
            return Settlement(outcome=Outcome.QUARANTINED, stage="intake", reason=journey.mail.defect)
        if message.verdict is not Verdict.ACCEPT:
            return Settlement(outcome=Outcome.QUARANTINED, stage="read", reason=message.verdict_reason)
        twin = journey.uow.inbound.same_content(message.message_id, journey.content_key)
        if twin is not None and twin.id != journey.mail.id:
            return self._duplicate(journey, twin)
        if message.kind is Kind.OWN:
            return Settlement(outcome=Outcome.DISCARDED, stage="classify", reason="our own mail came back to us")
        if message.kind in (Kind.BOUNCE, Kind.DELAY):
            return self._bounce(journey)
        threading = find_ticket(
            journey.uow, self._tokens, message, journey.own_paths, former=self._former, day=journey.now.date()
        )
        identity = identify(journey.uow, self._directory, message, threading.match, journey.authentication)
        settlement = self._judge(journey, threading, identity)
        settlement.trace["thread"] = list(threading.considered)
        settlement.trace["identity"] = _explained(identity)
        if journey.authentication.configured:
            settlement.trace["authentication"] = _checked(journey.authentication)
        return settlement

    def _duplicate(self, journey: Journey, twin: InboundRow) -> Settlement:
        """Another copy of a mail. When it came by the mailbox of another team, that team is told of the ticket."""
        ticket, teams = twin.settlement.ticket, journey.teams(self._directory)
        if ticket and twin.settlement.article and teams and journey.uow.tickets.get(ticket) is not None:
            command = TellTeams(ticket=ticket, article=twin.settlement.article, teams=teams)
            intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="mail"), commands=(command,))
            self._desk.run(journey.uow, intent, cause=journey.cause, now=journey.now, at=journey.mail.received_at)
        return Settlement(outcome=Outcome.DUPLICATE, stage="spool", reason=f"the same mail as {twin.id}", ticket=ticket)

    def _judge(self, journey: Journey, threading: Threading, identity: Identity) -> Settlement:
        match = threading.match
        if identity.mailbox is None:
            return Settlement(outcome=Outcome.QUARANTINED, stage="identify", reason=identity.reasons[0])
        by_agent = identity.contact is not None and identity.contact.blocked and identity.agent is None
        if by_agent or self._directory.blocks(identity.mailbox.address):
            reason = f"{identity.mailbox.address} is blocked"
            return Settlement(outcome=Outcome.DISCARDED, stage="identify", reason=reason)
        if match is not None and match.how is ThreadHow.AWAITED and (identity.agent or not identity.participant):
            match = None  # anybody can name an id before its mail comes: that must catch no stranger's mail
        if journey.message.kind in AUTOMATIC and (match is None or not identity.participant):
            return self._automatic(journey, identity)
        if match is None:
            return self._open(journey, identity)
        if identity.agent is not None:
            return self._from_agent(journey, threading, identity, identity.agent)
        words = _words(journey, origin=match.origin)
        actor = _contact(identity)
        command: Command
        colleague = not identity.participant and self._joins(journey, match, identity)
        if identity.participant or colleague:
            command = AddReply(
                ticket=match.ticket,
                author=identity.mailbox,
                words=words,
                may_acknowledge=journey.message.may_reply and not journey.authentication.failed,
                thanks=self._thanks(journey, identity),
                join=colleague,
                teams=journey.teams(self._directory),
            )
        elif self._strangers == "hold":
            reason = f"{identity.mailbox.address} writes in ticket {match.ticket}: {identity.missing}"
            return Settlement(outcome=Outcome.QUARANTINED, stage="identify", reason=reason)
        else:
            command = AddUnverified(ticket=match.ticket, author=identity.mailbox, words=words)
        return self._run(journey, Intent(actor=actor, commands=(command,)), stage="thread")

    def _joins(self, journey: Journey, match: ThreadMatch, identity: Identity) -> bool:
        """Whether a stranger is a colleague who answered all of the customer's own mail, before any token (P23)."""
        if self._colleagues != "join" or match.how is not ThreadHow.KNOWN_MESSAGE_ID or identity.mailbox is None:
            return False
        if identity.trust is Trust.UNKNOWN or journey.authentication.failed:
            return False
        answered = journey.uow.articles.get(match.article) if match.article else None
        ticket = journey.uow.tickets.get(match.ticket)
        if answered is None or ticket is None or not answered.verified or answered.contact != ticket.requester:
            return False
        requester = journey.uow.people.get(ticket.requester)
        return same_house(identity.mailbox.address, requester.address)

    def _thanks(self, journey: Journey, identity: Identity) -> tuple[str, ...]:
        """Why the mail is nothing but thanks; empty when it is more."""
        assert identity.mailbox is not None
        agents = [agent.display_name for agent in self._directory.agents.values()]
        teams = [team.display_name for team in self._directory.teams.values()]
        found = weigh(
            journey.message.reply.text,
            names=(identity.mailbox.display_name, identity.contact.name if identity.contact else "", *agents, *teams),
            attachments=sum(not attachment.inline for attachment in journey.message.attachments),
        )
        return found.parts if found.thanks else ()

    def _open(self, journey: Journey, identity: Identity) -> Settlement:
        assert identity.mailbox is not None
        message = journey.message
        command = OpenTicket(
            requester=identity.mailbox,
            mailbox=journey.mailbox,
            words=_words(journey),
            language=message.language,
            # RFC 7489: who fails DMARC is not who he says, and the acknowledgement would go to a victim (P36)
            may_acknowledge=message.may_reply and identity.agent is None and not journey.authentication.failed,
            teams=journey.teams(self._directory),
        )
        opened = self._run(journey, Intent(actor=_contact(identity), commands=(command,)), stage="desk")
        if awaited := awaited_by(message):
            journey.uow.articles.remember(awaited, opened.ticket)
        return opened

    def _automatic(self, journey: Journey, identity: Identity) -> Settlement:
        reason = f"automatic mail that belongs to no ticket: {'; '.join(journey.message.kind_reasons)}"
        if self._automatic_mail == "ticket" and journey.message.kind is Kind.AUTO_REPLY:
            return self._open(journey, identity)
        if self._automatic_mail == "quarantine":
            return Settlement(outcome=Outcome.QUARANTINED, stage="classify", reason=reason)
        return Settlement(outcome=Outcome.DISCARDED, stage="classify", reason=reason)

    def _bounce(self, journey: Journey) -> Settlement:
        """Only a report that carries an id or address of ours, verified, has any effect (RFC 3464 section 4.1)."""
        threading = find_returned(journey.uow, self._tokens, journey.message, journey.own_paths)
        match, report = threading.match, journey.message.report
        known = match is not None and match.token is not None and journey.uow.tickets.get(match.ticket) is not None
        recipient = addressee(journey.uow, self._directory, match.token) if known and match and match.token else ""
        if match is None or report is None or not recipient:
            settlement = Settlement(
                outcome=Outcome.DISCARDED, stage="thread", reason="a delivery report without a verifiable id of ours"
            )
        else:
            command = RecordDelivery(
                ticket=match.ticket,
                article=match.article,
                recipient=recipient,
                report=report,
                delayed=journey.message.kind is Kind.DELAY,
            )
            intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="mail"), commands=(command,))
            settlement = self._run(journey, intent, stage="thread")
        settlement.trace["thread"] = list(threading.considered)
        return settlement

    def _from_agent(self, journey: Journey, threading: Threading, identity: Identity, agent: Agent) -> Settlement:
        match = threading.match
        assert match is not None
        if journey.message.kind in AUTOMATIC:
            return Settlement(
                outcome=Outcome.DISCARDED, stage="classify", reason="an automatic answer of an agent's mailbox"
            )
        if identity.trust is not Trust.SIGNED or match.token is None:
            return self._hold(journey, agent, match.ticket, "not-signed", because=identity.missing)
        orders = read_orders(journey.message.reply.text, self._directory)
        if orders.problems:
            return self._hold(journey, agent, match.ticket, "not-understood", "; ".join(orders.problems))
        words = _words(journey, new_text=orders.words, origin=match.origin)
        commands: list[Command] = []
        if words.new_text or words.files:
            internal = orders.as_note or match.token.audience is Audience.INTERNAL
            kind = AddNote if internal else AddAnswer
            commands.append(kind(ticket=match.ticket, words=words))
        commands += [_at(match, command) for command in orders.commands]
        if not commands:
            return self._hold(journey, agent, match.ticket, "empty")
        actor = Actor(kind=ActorKind.AGENT, name=agent.name, address=agent.address, via="mail", trust=Trust.SIGNED)
        try:
            with journey.uow.nested():
                return self._run(journey, Intent(actor=actor, commands=tuple(commands)), stage="orders")
        except Refused as refusal:
            detail = " ".join(refusal.fields.values())
            return self._hold(journey, agent, match.ticket, refusal.code, detail, because=str(refusal))

    def _hold(
        self, journey: Journey, agent: Agent, ticket: int, code: str, detail: str = "", *, because: str = ""
    ) -> Settlement:
        """Nothing of the mail is done; the agent is told once, at his stored address, why and how to repeat it."""
        command = TellHeld(ticket=ticket, agent=agent.name, subject=journey.message.subject, code=code, detail=detail)
        actor = Actor(kind=ActorKind.SYSTEM, via="mail")
        self._desk.run(
            journey.uow, Intent(actor=actor, commands=(command,)), cause=journey.cause, now=journey.now,
            at=journey.mail.received_at,
        )  # fmt: skip
        reason = f"mail of agent {agent.name} held: {code} {because or detail}".rstrip()
        return Settlement(outcome=Outcome.QUARANTINED, stage="identify", reason=reason, ticket=ticket)

    def _run(self, journey: Journey, intent: Intent, *, stage: str) -> Settlement:
        message = journey.message
        sender = message.from_
        facts = facts_of(
            message,
            mailbox=journey.mailbox,
            reverse_path=journey.mail.envelope.reverse_path if journey.mail.envelope else "",
            forward_paths=journey.own_paths,
            organisation=""
            if journey.authentication.failed or sender is None
            else self._directory.organisation_of(sender.address),
        )
        result: Result = self._desk.run(
            journey.uow, intent, cause=journey.cause, now=journey.now, at=journey.mail.received_at, facts=facts
        )
        return Settlement(
            outcome=Outcome.OPENED if result.opened else Outcome.APPENDED,
            stage=stage,
            ticket=result.ticket,
            article=result.article,
            trace={"rules": list(result.rules), "events": [type(event).__name__ for event in result.events]},
        )

    def _describe(self, journey: Journey, settlement: Settlement) -> Settlement:
        message = journey.message
        trace: dict[str, Any] = {
            "kind": message.kind,
            "kind_reasons": list(message.kind_reasons),
            "mailbox": journey.mailbox,
            "defects": list(message.defects)[:20],
            **settlement.trace,
        }
        return Settlement(
            outcome=settlement.outcome,
            reason=settlement.reason,
            stage=settlement.stage,
            ticket=settlement.ticket,
            article=settlement.article,
            message_id=message.message_id,
            content_key=journey.content_key,
            sender=str(message.from_ or ""),
            subject=message.subject,
            trace=trace,
        )

    def _mailbox(self, own_paths: tuple[str, ...]) -> str:
        for path in own_paths:
            own = self._directory.own(path)
            if own is not None:
                return own.address
        return self._directory.default_mailbox.address


def _explained(identity: Identity) -> dict[str, Any]:
    """For `maild trace`: the level, and what it was made of."""
    return {
        "trust": identity.trust,
        "score": identity.score,
        "parts": {part.name: part.points for part in identity.parts},
        "reasons": list(identity.reasons),
    }


def _checked(found: Authentication) -> dict[str, Any]:
    """For `maild trace`: what the domains said."""
    return {
        "by": found.by,
        "spf": found.spf,
        "dkim": found.dkim,
        "dmarc": found.dmarc,
        "aligned": found.aligned,
        "exact": found.exact,
        "arc": found.arc,
        "notes": list(found.notes)[:20],
    }


def content_key(message: InboundMessage) -> str:
    """A digest of what the mail says: equal for copies that came by different ways, different for everything else."""
    digest = sha256()
    for piece in (
        message.message_id,
        str(message.from_ or ""),
        message.date.isoformat() if message.date else "",
        message.subject,
        message.text,
        *(attachment.sha256 for attachment in message.attachments),
    ):
        digest.update(piece.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def _contact(identity: Identity) -> Actor:
    assert identity.mailbox is not None
    return Actor(
        kind=ActorKind.CONTACT,
        contact=identity.contact.id if identity.contact else 0,
        address=identity.mailbox.key,
        via="mail",
        trust=identity.trust,
    )


def _words(journey: Journey, *, new_text: str | None = None, origin: int = 0) -> Words:
    message = journey.message
    files = []
    for attachment in message.attachments:
        journey.uow.blobs.put(attachment.content)
        files.append(
            StoredFile(
                filename=attachment.filename,
                content_type=attachment.content_type,
                size=attachment.size,
                sha256=attachment.sha256,
                inline=attachment.inline,
                content_id=attachment.content_id,
            )
        )
    return Words(
        subject=message.subject,
        text=message.text,
        new_text=message.reply.text if new_text is None else new_text,
        message_id=message.message_id,
        files=tuple(files),
        automatic=message.kind in AUTOMATIC,
        origin=origin,
    )


def _at(match: ThreadMatch, command: Command) -> Command:
    """The order for the ticket found; a merge is undone for the ticket whose mail was answered."""
    if isinstance(command, UnmergeTicket) and not command.which:
        command = replace(command, which=match.origin)
    return replace(command, ticket=match.ticket)
