"""One mail on its way through the stages: what is known of it, and how it is carried to the desk.

Shared by the rooms that judge a mail. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from maild.desk.executor import Desk, Result
from maild.desk.ops.aside import MailPutAside
from maild.desk.ops.grouping import MailJoins
from maild.desk.ports import UnitOfWork
from maild.desk.queues import Blobs, ClaimedMail, Outcome, Settlement
from maild.domain.authentication import UNCHECKED, Authentication
from maild.domain.commands import AddGrouped, OpenTicket
from maild.domain.confirmation import Confirmation
from maild.domain.directory import Directory
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent, Words
from maild.domain.mail import InboundMessage, Kind
from maild.domain.ticket import StoredFile
from maild.rules.facts import facts_of

AUTOMATIC = frozenset({Kind.AUTO_REPLY, Kind.MDN, Kind.FEEDBACK})
"""Kinds that change nothing and are never answered."""


class MailUnit(UnitOfWork, Protocol):
    """The unit of work with the octets of mails in it."""

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
    owned: Confirmation | None = None
    """With what somebody has said that the mail is his, when he was asked; None when nobody has."""
    new_secret: Callable[[], str] | None = None
    """Makes the secret of a question; None where nobody is asked whether a mail is his."""

    @property
    def cause(self) -> Cause:
        """The mail as the cause of whatever it does."""
        return Cause(key=f"inbound:{self.mail.id}", inbound=self.mail.id)

    def teams(self, directory: Directory) -> tuple[str, ...]:
        """The teams of all our mailboxes that the mail was sent to, in order."""
        found = (directory.own(path) for path in self.own_paths)
        return tuple(dict.fromkeys(own.team for own in found if own is not None))


def carry_out(
    desk: Desk, directory: Directory, journey: Journey, intent: Intent, *, stage: str, opens: OpenTicket | None = None
) -> Settlement:
    """Have the desk do what the mail wants, rules and all, and say where the mail is now.

    With `opens`, the ticket that it opens, rules may take it to that of an earlier mail of its kind instead.
    """
    message = journey.message
    sender = message.from_
    facts = facts_of(
        message,
        mailbox=journey.mailbox,
        reverse_path=journey.mail.envelope.reverse_path if journey.mail.envelope else "",
        forward_paths=journey.own_paths,
        organisation=""
        if journey.authentication.failed or sender is None
        else directory.organisation_of(sender.address),
        may_answer=message.may_reply and not journey.authentication.failed,
        may_group=opens is not None,
        released=journey.mail.released,
        trust=intent.actor.trust,
    )
    if desk.rulebook.counts_mails:
        until = journey.mail.received_at
        before = journey.uow.inbound.came_from(facts.from_, until - timedelta(hours=1), until)
        facts = replace(facts, mails_in_hour=1 + before)
    try:
        with journey.uow.nested() if desk.rulebook.takes_away else nullcontext():
            result: Result = desk.run(
                journey.uow, intent, cause=journey.cause, now=journey.now, at=journey.mail.received_at, facts=facts
            )
    except MailPutAside as aside:
        outcome = Outcome.DISCARDED if aside.dropped else Outcome.QUARANTINED
        return Settlement(outcome=outcome, stage="rules", reason=str(aside), trace={"rules": list(aside.trace)})
    except MailJoins as joins:
        assert opens is not None  # no other mail may be grouped
        command = AddGrouped(ticket=joins.ticket, author=opens.requester, words=opens.words, name=joins.name)
        result = desk.run(
            journey.uow, Intent(actor=intent.actor, commands=(command,)), cause=journey.cause, now=journey.now,
            at=journey.mail.received_at,
        )  # fmt: skip
        return _settled(result, stage="rules", before=joins.trace)
    return _settled(result, stage=stage)


def set_off(desk: Desk, journey: Journey, command: Command) -> None:
    """Have the desk do what we ourselves want because of the mail: tell or ask somebody. No rule sees the mail."""
    intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="mail"), commands=(command,))
    desk.run(journey.uow, intent, cause=journey.cause, now=journey.now, at=journey.mail.received_at)


def _settled(result: Result, *, stage: str, before: tuple[str, ...] = ()) -> Settlement:
    """Where the mail is; `before` is what rules have said before it was taken there."""
    return Settlement(
        outcome=Outcome.OPENED if result.opened else Outcome.APPENDED,
        stage=stage,
        ticket=result.ticket,
        article=result.article,
        trace={"rules": [*before, *result.rules], "events": [type(event).__name__ for event in result.events]},
    )


def words_of(journey: Journey, *, new_text: str | None = None, origin: int = 0, unverified: int = 0) -> Words:
    """What the mail says, with its files made safe; `new_text` in place of its new words."""
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
        unverified=unverified,
    )


def content_key(message: InboundMessage, brand: str = "") -> str:
    """A digest of what the mail says: equal for copies that came by different ways, different for everything else.

    A copy for another `brand` is something else.
    """
    digest = sha256()
    for piece in (
        *filter(None, (brand,)),
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
