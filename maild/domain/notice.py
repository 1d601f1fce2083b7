"""Mail that leaves: what is said to whom, why, and how far it got.

A notice is planned in the same transaction as its event, and never sent by whoever plans it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from maild.domain.address import Mailbox


class NoticeClass(StrEnum):
    """How automatic a mail is; decides its headers, its reverse path, and what the guard asks of it."""

    CORRESPONDENCE = "correspondence"
    """An agent's words to a customer: the only class that stops a response clock."""
    NOTIFICATION = "notification"
    """To agents, about work: Auto-Submitted: auto-generated."""
    AUTO_ANSWER = "auto-answer"
    """Acknowledgement, closing notice, sign-in link: Auto-Submitted: auto-replied, null reverse path."""
    FORWARD = "forward"
    """A customer's words to somebody outside: Auto-Submitted: auto-generated, and counted as an automatic answer is."""


ALARMS = frozenset({"sla-yellow", "sla-red", "sla-breached", "escalation", "escalation-outside"})
"""Notices of clocks: no news any more once their ticket is done (P29)."""


class OutboxState(StrEnum):
    """PLANNED -> CLAIMED -> TRANSMITTING -> SENT | DEFERRED | FAILED. TRANSMITTING found after a crash becomes
    OUTCOME_UNKNOWN and is sent once more with the same octets. SUPPRESSED was refused by the guard. HELD waits for a
    person, who releases or drops it; DROPPED was taken back before it left. WAITING is for the next digest of its
    reader; GATHERED was told as a line of one."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    OUTCOME_UNKNOWN = "outcome-unknown"
    SUPPRESSED = "suppressed"
    HELD = "held"
    DROPPED = "dropped"
    WAITING = "waiting"
    GATHERED = "gathered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One mail to one person for one cause. `context` is plain JSON data: all that the template may see.

    `files` are sha256 digests with name and type of attachments to send along.
    """

    name: str
    """Template name: `acknowledgement`, `answer`, `new-ticket`, …"""
    klass: NoticeClass
    ticket: int
    article: int
    recipient: Mailbox
    sender: Mailbox
    reply_to: str
    reverse_path: str
    """"" for the null path."""
    language: str
    context: dict[str, Any]
    files: tuple[dict[str, Any], ...] = ()
    dedupe_key: str
    cause: str = ""
    """Key of the cause it was planned for: `inbound:17`, `clock:…`."""
    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    suppressed: str = ""
    """Why the guard refuses it; "" when it may leave."""
    not_before: datetime | None = None
    """Until when it can still be taken back; None: it may leave at once."""
    held: str = ""
    """Why it waits for a person to release it; "" when it does not."""
    mute_address: str = ""
    """Where its reader writes to hear no more of the ticket; "" where that would change nothing."""
    waits_until: datetime | None = None
    """When it becomes a line of its reader's digest; None: it is a mail of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """A notice on its way, as the relay claims it."""

    id: int
    notice: Notice
    state: OutboxState
    attempts: int
    fence: int
    """Counts claims: a worker whose lease was taken over can no longer settle."""
    octets: bytes | None = field(default=None, repr=False)
    """What was composed, kept so that each retry sends the same."""
    created_at: datetime
    next_attempt_at: datetime
    last_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """What the next server said. `permanent` decides between another try and giving up."""

    delivered: bool
    permanent: bool
    code: int
    """The reply code of RFC 5321 section 4.2; 0 when there was no answer."""
    text: str
    """The answer without its code, or why there was none."""
    after_data: bool = False
    """The octets were handed over but no answer came: the outcome is unknown."""
    tried: bool = True
    """False when nobody was asked about this mail, because the server or the domain takes none at all for now: it waits
    as it was and this counts as no attempt."""
