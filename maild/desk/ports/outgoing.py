"""Planned mail and what became of it, as the desk sees it.

Protocols and the values they hand out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from maild.domain.notice import Notice, OutboxState
from maild.domain.undeliverable import Undeliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A mail that the guard did not let out. `held` ones can be released."""

    id: int
    held: bool
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAnswer:
    """An agent's words to a customer that have not left. `reason` is what was said when they were tried last."""

    id: int
    ticket: int
    article: int
    recipient: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail of ours in the book of the outbox. `reason` is why it was not sent, or what the next server said;
    `settled_at` is when its fate was sealed."""

    id: int
    created_at: datetime
    name: str
    article: int
    recipient: str
    state: OutboxState
    cause: str
    reason: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A mail that a digest stands for, and when it was planned."""

    notice: Notice
    at: datetime


class Outbox(Protocol):
    """Planned mail and its record: the guard counts here."""

    def plan(self, notices: Iterable[Notice], *, now: datetime) -> None:
        """Store notices; one whose dedupe key exists is left out."""

    def automatic_to(self, recipient_key: str, since: datetime, name: str = "") -> int:
        """How many automatic answers to this folded address were let through since then; of one notice with `name`."""

    def automatic_in(self, ticket: int, since: datetime) -> int:
        """How many automatic answers about this ticket were let through since then."""

    def automatic_since(self, since: datetime, *, name: str = "", domain: str = "") -> int:
        """How many automatic answers left since then: in all, of one notice with `name`, or to one `domain`."""

    def held(self, limit: int) -> list[int]:
        """Ids of the mails that wait for a person, oldest first."""

    def hold(self, item: int) -> bool:
        """Keep a waiting mail from leaving until it is released; False when it is not waiting."""

    def release(self, item: int, *, now: datetime) -> bool:
        """Let a mail leave now that is held or waits for a digest; False when it is neither."""

    def drop(self, item: int, *, because: str, now: datetime) -> bool:
        """Never send a mail that has not left; False when it has, or is just being sent."""

    def take_back(self, item: int, *, because: str, now: datetime) -> bool:
        """The same for a mail that was never tried; False when it was."""

    def find(self, item: int) -> tuple[Notice, OutboxState] | None:
        """The planned mail with its state; None when there is none."""

    def answers(self, ticket: int, article: int) -> dict[int, bool]:
        """The mails that carry these words of an agent to customers: id, and whether it was ever tried."""

    def of_ticket(self, ticket: int, limit: int) -> list[OutgoingMail]:
        """The newest mails about a ticket, in whatever state, oldest first."""

    def late(self, after: int, *, before: datetime, limit: int) -> tuple[int, list[LateAnswer]]:
        """How far mails planned `before` then reach, of at most `limit` behind the id `after`; and the answers among
        them that have not left and go on being tried."""

    def withheld(self, after: int, limit: int) -> list[Withheld]:
        """What the guard has refused or held behind this id, in order."""


class WaitingMail(Protocol):
    """Planned mail that waits to be told in a digest."""

    def due(self, *, now: datetime, limit: int) -> list[str]:
        """Folded addresses whose digest is due, who has waited longest first; looks at `limit` mails."""

    def take(self, recipient_key: str, *, now: datetime) -> list[int]:
        """Take everything that waits for an address, due or not, in order; nobody else gets the same."""

    def send_alone(self, item: int, *, now: datetime) -> None:
        """Let a mail that was taken leave as the mail it is."""

    def drop(self, item: int, *, because: str) -> None:
        """Tell nobody of a mail that was taken."""

    def get(self, item: int) -> Waiting | None:
        """A mail that a digest stands for; None when there is none."""


class Undeliverables(Protocol):
    """Addresses that have not taken our mail."""

    def get(self, address_key: str) -> Undeliverable | None:
        """What is known of this folded address; None when nothing ever failed."""

    def put(self, record: Undeliverable, before: Undeliverable | None) -> None:
        """Write down, in place of what was known of the address; raises Conflict when that is no longer so."""

    def allow(self, address_key: str) -> bool:
        """Forget what is known: automatic mail goes there again. False when nothing was."""
