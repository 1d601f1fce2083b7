"""Mail that came: the spool, the book of where each mail ended, and where mailboxes were read to.

Protocols and the values they hand out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from maild.domain.mail import Envelope, RawMail


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

    async def uncount(self, mail: int) -> None:
        """Its last attempt says nothing of the mail; it waits until the lease has run out."""

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
