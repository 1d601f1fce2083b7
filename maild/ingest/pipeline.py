"""The journey of one mail that has been read: kind, thread, person, orders, desk; nothing else.

Runs inside the transaction that settles the mail, so that what it did and where it ended are one fact. Never reads
octets, never commits, never lets a Refused error lose a mail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from datetime import datetime
from functools import partial
from typing import Literal

from maild.desk.executor import Desk
from maild.desk.queues import ClaimedMail, InboundRow, Outcome, Settlement
from maild.domain.authentication import UNCHECKED, Authentication
from maild.domain.commands import TellOperator, TellTeams
from maild.domain.directory import Directory
from maild.domain.guesses import Guesses
from maild.domain.intent import Actor, ActorKind, Cause, Intent, Trust
from maild.domain.mail import InboundMessage, Kind, Verdict
from maild.domain.people import OwnMailbox
from maild.domain.ticket import Ticket
from maild.domain.token import Tokens
from maild.ingest.agent_mail import about_no_ticket, from_agent
from maild.ingest.answering import answer_to_question
from maild.ingest.bounce import delivery_report
from maild.ingest.brands import of_one_brand
from maild.ingest.customer_mail import from_customer
from maild.ingest.former import Former
from maild.ingest.identify import Identity, as_owned, below, identify
from maild.ingest.journey import AUTOMATIC, Journey, MailUnit, content_key, set_off
from maild.ingest.opening import open_ticket
from maild.ingest.own_addresses import own_forward_paths
from maild.ingest.passing_on import from_forwarder
from maild.ingest.rating import rating_by_mail
from maild.ingest.thread import ThreadHow, Threading, ThreadMatch, find_ticket
from maild.ingest.trace import checked, entry_of, explained
from maild.ingest.wrong_tokens import count_guesses


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
        customers: Trust = Trust.UNKNOWN,
        former: Sequence[Former] = (),
        new_secret: Callable[[], str] | None = None,
        guesses: Guesses | None = None,
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._tokens = tokens
        self._automatic_mail = automatic_mail
        self._strangers = strangers
        self._colleagues = colleagues
        self._customers = customers
        self._former = former
        self._new_secret = new_secret
        self._guesses = guesses

    def become(self, fresh: Pipeline) -> None:
        """Judge the next mail by what another pipeline knows; the desk at its end and the count of guesses stay the
        same."""
        vars(self).update({**vars(fresh), "_desk": self._desk, "_guesses": self._guesses})

    def before(self, desk: Desk) -> Pipeline:
        """The same journey with another desk at its end, for dry runs."""
        pipeline = copy(self)
        pipeline._desk = desk
        pipeline._guesses = None
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
        all_paths = own_forward_paths(message, (*envelope_paths, mail.mailbox), self._directory)
        own_paths = of_one_brand(all_paths, self._directory)
        own = self._mailbox(own_paths)
        journey = Journey(
            uow=uow, mail=mail, message=message, now=now, own_paths=own_paths, mailbox=own.address,
            content_key=content_key(message, self._directory.brand_of(own.team)), authentication=authentication,
            owned=uow.confirmations.get(mail.confirmed) if mail.confirmed else None, new_secret=self._new_secret,
        )  # fmt: skip
        placed = self._place(journey)
        if self._guesses is not None:
            count_guesses(self._guesses, self._tokens, journey, self._directory)
        settlement = entry_of(journey, placed)
        uow.inbound.settle(mail.id, settlement, now=now)
        waits_for_writer = bool(placed.ticket) or uow.confirmations.asked_about(mail.id)
        if placed.outcome is Outcome.QUARANTINED and not waits_for_writer:
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
            return delivery_report(self._desk, self._directory, self._tokens, journey)
        threading = find_ticket(
            journey.uow,
            self._tokens,
            message,
            journey.own_paths,
            former=self._former,
            day=journey.now.date(),
            same_brand=partial(self._same_brand, journey.mailbox),
        )
        claimed = identify(journey.uow, self._directory, message, threading.match, journey.authentication)
        identity = self._owner(journey, threading.match, claimed) if journey.owned else below(claimed, self._customers)
        if identity is None:
            identity, settlement = claimed, _as_it_was(journey)
        else:
            settlement = self._judge(journey, threading, identity)
        settlement.trace["thread"] = list(threading.considered)
        settlement.trace["identity"] = explained(identity)
        if journey.authentication.configured:
            settlement.trace["authentication"] = checked(journey.authentication)
        return settlement

    @staticmethod
    def _owner(journey: Journey, match: ThreadMatch | None, claimed: Identity) -> Identity | None:
        """The writer of a mail that he has owned when he was asked; None when it is his no more."""
        return as_owned(journey.uow, claimed, match, journey.owned) if journey.owned else None

    def _duplicate(self, journey: Journey, twin: InboundRow) -> Settlement:
        """Another copy of a mail. When it came by the mailbox of another team, that team is told of the ticket."""
        ticket, teams = twin.settlement.ticket, journey.teams(self._directory)
        if ticket and twin.settlement.article and teams and journey.uow.tickets.get(ticket) is not None:
            command = TellTeams(ticket=ticket, article=twin.settlement.article, teams=teams)
            set_off(self._desk, journey, command)
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
        if match is None and threading.about_none and identity.agent is not None:
            return about_no_ticket(self._desk, journey, identity.agent)
        if match is not None:
            answer = answer_to_question(self._desk, journey, match, identity)
            answer = answer or rating_by_mail(self._desk, journey, match, identity)
            if answer is not None:
                return answer
        if match is None or not match.ticket:
            return self._begin(journey, identity)
        if identity.agent is not None:
            return from_agent(self._desk, self._directory, journey, match, identity, identity.agent)
        return from_customer(
            self._desk, self._directory, journey, match, identity, strangers=self._strangers,
            colleagues=self._colleagues,
        )  # fmt: skip

    def _begin(self, journey: Journey, identity: Identity) -> Settlement:
        """A new matter: of the writer, or of the customer whose mail an agent passes on."""
        passed_on = None
        if identity.agent is not None:
            passed_on = from_forwarder(self._desk, self._directory, journey, identity, identity.agent)
        return passed_on or open_ticket(self._desk, self._directory, journey, identity, customers=self._customers)

    def _automatic(self, journey: Journey, identity: Identity) -> Settlement:
        reason = f"automatic mail that belongs to no ticket: {'; '.join(journey.message.kind_reasons)}"
        if self._automatic_mail == "ticket" and journey.message.kind is Kind.AUTO_REPLY:
            return open_ticket(self._desk, self._directory, journey, identity, customers=self._customers)
        if self._automatic_mail == "quarantine":
            return Settlement(outcome=Outcome.QUARANTINED, stage="classify", reason=reason)
        return Settlement(outcome=Outcome.DISCARDED, stage="classify", reason=reason)

    def _same_brand(self, mailbox: str, ticket: Ticket) -> bool:
        own = self._directory.own(mailbox)
        return own is not None and self._directory.brand_of(own.team) == self._directory.brand_of(ticket.team)

    def _mailbox(self, own_paths: tuple[str, ...]) -> OwnMailbox:
        for path in own_paths:
            own = self._directory.own(path)
            if own is not None:
                return own
        return self._directory.default_mailbox


def _as_it_was(journey: Journey) -> Settlement:
    """A mail that was owned too late for having any effect stays where it was."""
    owned = journey.owned
    assert owned is not None
    return Settlement(
        outcome=Outcome.APPENDED if owned.article else Outcome.QUARANTINED,
        stage="identify",
        reason="it was owned by somebody who may do this no more",
        ticket=owned.ticket,
        article=owned.article,
    )
