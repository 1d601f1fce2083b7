"""What the lanes need from the store: mail waiting to be read, mail waiting to leave, clocks that are due.

Each method is one transaction of its own unless it says that it belongs to a unit of work. Rows are claimed with a
lease, so that a second process never takes the same one and a dead process never keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from maild.domain.confirmation import Confirmation
from maild.domain.mail import Envelope, RawMail
from maild.domain.notice import DeliveryResult, OutboxItem
from maild.domain.rating import Rating


class Outcome(StrEnum):
    """Where an accepted mail ended: exactly one visible place. DUPLICATE counts as discarded in the book."""

    WAITING = "waiting"
    OPENED = "opened"
    APPENDED = "appended"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"
    DUPLICATE = "duplicate"


class AlreadySettled(Exception):
    """Another worker has settled this mail: its effects stand, and the transaction that raised this is undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What the spool made of a mail. `fresh` is False when the very same mail was there already."""

    id: int
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMail:
    """A mail that one worker may now process. `attempts` counts this try already."""

    id: int
    octets: bytes = field(repr=False)
    source: str
    mailbox: str
    envelope: Envelope | None
    received_at: datetime
    attempts: int
    defect: str = ""
    """Why the octets are not the whole mail; "" when they are."""
    confirmed: int = 0
    """Id of the confirmation with which somebody has owned the mail; 0 when nobody has."""
    released: bool = False
    """It was in quarantine, and a person has let it go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a mail ended, with everything `maild trace` will tell about it.

    `content_key` is a digest of what the mail says, without its trace headers: the same Message-ID with the same
    content is the same mail come by another way.
    """

    outcome: Outcome
    reason: str = ""
    stage: str = ""
    ticket: int = 0
    article: int = 0
    message_id: str = ""
    content_key: str = ""
    sender: str = ""
    sender_address: str = ""
    """Folded address of From, by which mails of one sender are found; "" for none."""
    subject: str = ""
    trace: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundRow:
    """A mail in the book, for listings and traces."""

    id: int
    source: str
    source_key: str
    mailbox: str
    received_at: datetime
    settled_at: datetime | None
    size: int
    sha256: str
    reverse_path: str | None
    forward_paths: tuple[str, ...]
    attempts: int
    settlement: Settlement


class Spool(Protocol):
    """The book of accepted mail."""

    async def accept(self, mail: RawMail) -> Accepted:
        """Make the mail durable; only after this may anybody be told that we have it."""

    def accept_now(self, mail: RawMail) -> Accepted:
        """The same for callers without an event loop."""

    async def hold(self, files: Sequence[bytes]) -> None:
        """Write files that a unit of work is about to keep, as far as that takes long. Nothing refers to them yet."""

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[ClaimedMail]:
        """Take the oldest waiting mails; the attempt is counted before it is made."""

    async def recover(self) -> int:
        """At start of the only daemon: mails that a dead process had taken are free again. Returns how many."""

    async def release(self, mail: int, *, now: datetime) -> bool:
        """Put a quarantined mail back to waiting with its attempts forgotten; False when it is not in quarantine."""

    async def quarantine(self, mail: int, settlement: Settlement, *, now: datetime) -> None:
        """Settle outside of any unit of work: for mail that could not be processed."""


class InboundBook(Protocol):
    """The part of the spool that belongs to a unit of work (`uow.inbound`)."""

    def same_content(self, message_id: str, content_key: str) -> InboundRow | None:
        """A settled mail with this Message-ID and content that was not itself a duplicate."""

    def came_from(self, sender: str, since: datetime, until: datetime) -> int:
        """How many mails of this folded address came between these and have their place, of the last thousand."""

    def settle(self, mail: int, settlement: Settlement, *, now: datetime) -> None:
        """Write down where the mail ended; raises AlreadySettled when another worker did."""

    def of_ticket(self, ticket: int, limit: int) -> list[InboundRow]:
        """The newest mails that came for a ticket, whatever became of them, oldest first."""


class OutboxQueue(Protocol):
    """Mail waiting to leave."""

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[OutboxItem]:
        """Take due items, oldest first. `state` of each is the one it had before the claim, so that the relay can tell
        an unknown outcome, which is sent once more only, from a first try."""

    async def rendered(self, items: Sequence[tuple[OutboxItem, bytes]]) -> frozenset[int]:
        """Keep the octets and mark the items as TRANSMITTING, before the network is touched. Returns the ids that may
        be sent: an item whose lease another worker has taken over meanwhile is not among them."""

    async def settle(
        self,
        results: Sequence[tuple[OutboxItem, DeliveryResult]],
        *,
        now: datetime,
        retry_at: Sequence[datetime | None],
    ) -> None:
        """Write down what happened; `retry_at` is when to try again, None for never."""

    async def recover(self, *, now: datetime) -> int:
        """At start: TRANSMITTING rows of a dead process become OUTCOME_UNKNOWN, due once more. Returns how many."""

    async def retry(self, item: int, *, now: datetime) -> bool:
        """By hand: try a failed, deferred or unknown mail again now, as if for the first time; False for others."""

    async def next_due(self) -> datetime | None:
        """When the earliest waiting item is due; None when nothing waits."""


class TimerQueue(Protocol):
    """SLA clocks that are due."""

    async def due(self, *, now: datetime, limit: int) -> list[tuple[int, str, int]]:
        """(ticket, metric, cycle) of running timers whose next alarm is not after `now`, earliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAlarm:
    """A rule that waits for a moment of a ticket. `moment_at` is None while the moment has not come, `due_at` when
    there is nothing to wait for, or it has fired."""

    ticket: int
    rule: str
    moment_at: datetime | None
    due_at: datetime | None


class CallState(StrEnum):
    """Where a call of an outside service is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """A call of an outside service, for a ticket. `due_at` is when somebody may make it: now, later, or never again."""

    id: int
    webhook: str
    ticket: int
    body: str
    state: CallState
    attempts: int
    fence: int
    created_at: datetime
    due_at: datetime | None
    last_error: str


class CallQueue(Protocol):
    """Calls of outside services that are to be made."""

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[WebhookCall]:
        """Take due calls, oldest first; the attempt is counted before it is made."""

    async def settle(self, call: WebhookCall, *, state: CallState, due_at: datetime | None, error: str) -> None:
        """Write down what happened, unless somebody else has taken the call over."""

    def newest(self, limit: int) -> Sequence[WebhookCall]:
        """The last calls, newest first."""


class RuleAlarmQueue(Protocol):
    """Rules whose moment has come."""

    async def due(self, *, now: datetime, limit: int) -> list[RuleAlarm]:
        """Alarms that are due, earliest first."""


class Blobs(Protocol):
    """Octets by their sha256, kept once however often they come."""

    def put(self, octets: bytes) -> str:
        """Store durably with the surrounding transaction; returns the sha256 in hex."""

    def get(self, sha256: str) -> bytes:
        """The octets; KeyError when there are none."""


class Cursors(Protocol):
    """How far each IMAP folder has been read."""

    async def get(self, mailbox: str, folder: str) -> tuple[int, int] | None:
        """(uidvalidity, last settled uid), or None when the folder was never read."""

    async def put(self, mailbox: str, folder: str, uidvalidity: int, uid: int) -> None:
        """Move the cursor."""


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
    """What pages, listings and health ask; read-only, never inside a unit of work."""

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
