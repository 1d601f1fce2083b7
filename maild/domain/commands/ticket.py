"""Opening, writing, closing, reopening, rating, merging.

Intentions only: the desk carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from maild.domain.address import Mailbox
from maild.domain.confirmation import Question
from maild.domain.intent import Command, Words
from maild.domain.mail import DeliveryReport


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Command):
    """A new matter of `requester`, written to our `mailbox`. `may_acknowledge` comes from the mail's kind."""

    requester: Mailbox
    mailbox: str
    words: Words
    language: str = ""
    clock: timedelta | None = None
    """How far the writer's clock is from UTC; None when it is not told."""
    may_acknowledge: bool = False
    follows: int = 0
    teams: tuple[str, ...] = ()
    """Teams whose mailboxes were addressed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForCustomer(Command):
    """A new matter of a customer, whose mail an agent has passed on. `note` is what the agent says about it."""

    requester: Mailbox
    mailbox: str
    words: Words
    note: Words | None = None
    language: str = ""
    may_acknowledge: bool = False
    teams: tuple[str, ...] = ()
    """Teams whose mailboxes were addressed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReply(Command):
    """A customer's words in his ticket. Reopens it where the team's window allows."""

    author: Mailbox
    words: Words
    language: str = ""
    clock: timedelta | None = None
    """How far his clock is from UTC; None when it is not told."""
    may_acknowledge: bool = False
    thanks: tuple[str, ...] = ()
    """Why the words are nothing but thanks; empty when they are more."""
    join: bool = False
    """The author becomes a participant: a colleague of the requester."""
    teams: tuple[str, ...] = ()
    """Teams whose mailboxes were addressed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUnverified(Command):
    """Words of a stranger who holds a token or id: kept inside, never shown as the customer's, changing nothing."""

    author: Mailbox
    words: Words
    question: Question | None = None
    """What the person is asked in whose name they came; None when nobody is."""
    outside: bool = False
    """He answers what was forwarded to him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAnswer(Command):
    """An agent's words to the customer. Stops the first-response clock."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Command):
    """An internal note; no customer ever sees it."""

    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTicket(Command):
    """The matter is done."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenTicket(Command):
    """The matter is not done after all. Refused outside the team's window."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTicket(Command):
    """The requester says whether he is content; `rating` is what he was asked. An earlier answer is replaced."""

    rating: int
    good: bool
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTicket(Command):
    """The ticket is about the same matter as another one: from now on replies to it go there."""

    into: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeTicket(Command):
    """Take a merge back. `which` is the merged ticket; 0 for the ticket itself or else the last one merged into it."""

    which: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTicket(Command):
    """The ticket has to do with another one: agents who look at either see the other."""

    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkTicket(Command):
    """The ticket has nothing to do with the other one."""

    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLast(Command):
    """Link the ticket to the last open one of its requester in which he wrote no more than so many minutes ago."""

    minutes: int
    key: str = ""
    """What a pattern has captured: then only to one with the same, of the requester or of his organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery(Command):
    """A bounce or delay of a mail of ours came back with a verifiable id. `recipient` is the address we had written to:
    what a report names as its recipient is told, and has no effect."""

    article: int
    recipient: str
    report: DeliveryReport
    delayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackAnswer(Command):
    """Words to the customer that have not left are not sent. `article` 0: the last ones of the agent who asks."""

    article: int = 0
