"""What pages, reports and commands may ask.

Reads only: whoever wants to change something asks the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from maild.desk.queues.incoming import InboundRow
from maild.domain.confirmation import Confirmation
from maild.domain.rating import Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneAge:
    """How old the oldest unprocessed row of a lane is, in seconds; None when nothing waits."""

    lane: str
    waiting: int
    oldest_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookAudit:
    """The counted book against what is there. `accepted` mails were looked at; every other number must be 0."""

    accepted: int
    without_ticket: int
    without_article: int
    """Mails that opened or joined a ticket, and whose words are not in it."""
    stray_articles: int
    """Articles that say they came by a mail that the book has not, or has elsewhere."""
    empty_tickets: int
    without_octets: int
    without_reason: int
    """In quarantine or discarded, and nobody knows why."""
    unknown_place: int

    @property
    def problems(self) -> dict[str, int]:
        """What is not 0 and must be."""
        counted = {name: getattr(self, name) for name in BookAudit.__slots__ if name != "accepted"}
        return {name: count for name, count in counted.items() if count}


class Queries(Protocol):
    """What pages and listings ask; read-only, never inside a unit of work."""

    def ticket_rows(self, *, state: str = "", team: str = "", owner: str = "", limit: int = 50) -> list[dict[str, Any]]:
        """Tickets, newest first, as plain values."""

    def ticket_status(self, number: int) -> dict[str, Any] | None:
        """What anybody with number and check may see: state, dates, promised time, language. No names, no words."""

    def ticket_view(self, number: int) -> dict[str, Any] | None:
        """Ticket, requester, articles, events, timers: all there is."""

    def inbound(
        self,
        *,
        search: str = "",
        sender: str = "",
        outcome: str = "",
        since: datetime | None = None,
        before: int = 0,
        limit: int = 50,
    ) -> list[InboundRow]:
        """Mails of the book by id, Message-ID, sender or part of the subject, newest first.

        `sender` is a whole address and found by index; `search` looks at parts of names and subjects too.

        Those that came `since` this time, and with an id below `before`, when these are given.
        """

    def outbox_rows(self, *, state: str = "", ticket: int = 0, item: int = 0, limit: int = 50) -> list[dict[str, Any]]:
        """Mails that leave, newest first, with their attempts."""

    def capability(self, *, secret: str, kind: str, now: datetime) -> tuple[int, int] | None:
        """(ticket, contact) of a secret of the portal that is neither expired nor used up; None else."""

    def confirmation(self, secret: str) -> Confirmation | None:
        """The question that a link's secret answers, whatever has become of it."""

    def rating(self, secret: str) -> Rating | None:
        """The rating that a link's secret gives, whatever has become of it."""


class Lanes(Protocol):
    """How the lanes are: what health, the watch and the doctor ask; read-only, never inside a unit of work."""

    def lane_ages(self, now: datetime) -> list[LaneAge]:
        """Age of the oldest unprocessed row of each lane."""

    def book(self) -> dict[str, int]:
        """Counts: accepted, waiting, opened, appended, quarantined, discarded. They must balance."""

    def audit(self) -> BookAudit:
        """Compare the book with tickets, articles and octets, row by row; for once a night."""

    def arrived(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID has come in and found its place."""

    def oldest_held(self) -> datetime | None:
        """When the mail was planned that has waited longest for a person to release it; None when none is held."""

    def unsent(self) -> dict[str, int]:
        """How many mails there are in each state in which a mail stays: deferred, failed, held, …"""
