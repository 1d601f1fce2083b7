"""A mail as it came in and as it was read.

`RawMail` is what an intake hands to the spool; `InboundMessage` is what the reader makes of its octets. The reader
runs in a process of its own, so everything here is plain values that can be sent through a pipe.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from maild.domain.address import Mailbox

REPLY_MARKER = ("##- ", " -##")
"""First and last characters of the line in our own mails above which answers are written: `##- Reply above -##` in any
language. What stands below it in a mail that comes back is ours for certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The SMTP envelope. `reverse_path` is "" for the null path `<>` (RFC 5321 section 4.5.5)."""

    reverse_path: str
    forward_paths: tuple[str, ...]
    client_ip: str = ""
    """Address of the host that gave us the mail by SMTP; "" when the mail came another way."""
    helo: str = ""
    """The name that host greeted with: its own word, proven by nobody (RFC 5321 section 4.1.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """Octets with the key that makes taking them in twice harmless.

    `source` is the intake (`smtp`, `lmtp`, `imap`, `pipe`); `source_key` is its natural key: for IMAP
    mailbox:uidvalidity:uid, else a digest of octets and envelope.
    """

    octets: bytes
    source: str
    source_key: str
    received_at: datetime
    envelope: Envelope | None = None
    mailbox: str = ""
    """Our own address it was fetched for or given to, when the intake knows it."""
    defect: str = ""
    """Why the octets are not the whole mail, such as "only the header: …"; "" when they are."""


class Kind(StrEnum):
    """What sort of mail it is: decides whether it may be answered automatically and what it may do."""

    MESSAGE = "message"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    BOUNCE = "bounce"
    DELAY = "delay"
    MDN = "mdn"
    FEEDBACK = "feedback"
    OWN = "own"


class Verdict(StrEnum):
    """What the reader thinks of the mail as a whole."""

    ACCEPT = "accept"
    QUARANTINE = "quarantine"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file of the mail, byte for byte. `sha256` is the lower-case hex digest of `content`."""

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool = False
    content_id: str | None = None
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientReport:
    """What became of one recipient (RFC 3464 section 2.3)."""

    final_recipient: str
    original_recipient: str = ""
    action: str = ""
    """failed, delayed, delivered, relayed or expanded; "" when the report does not say."""
    status: str = ""
    """Enhanced status code (RFC 3463) such as 5.1.1; "" when unknown."""
    diagnostic: str = ""
    remote_mta: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A bounce or delay notice. `message_id` is the id of the mail that came back, angle brackets included."""

    recipients: tuple[RecipientReport, ...]
    reporting_mta: str = ""
    original_envelope_id: str = ""
    message_id: str = ""

    @property
    def status(self) -> str:
        """The first known status of all recipients."""
        return next((r.status for r in self.recipients if r.status), "")

    @property
    def action(self) -> str:
        """The first known action of all recipients."""
        return next((r.action for r in self.recipients if r.action), "")

    @property
    def diagnostic(self) -> str:
        """The first known diagnostic text of all recipients."""
        return next((r.diagnostic for r in self.recipients if r.diagnostic), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWords:
    """The words the author added, told from quotes, signature and footers.

    `text` is never empty when the mail had text: in doubt everything is kept. `folded_lines` counts what the view
    hides. `confidence` is 0..1: 1 means our own marker or an unmistakable client mark-up was found.
    """

    text: str
    folded_lines: int = 0
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """The original of a mail that somebody forwarded, as far as it can be told. `certain` is False when in doubt."""

    from_: Mailbox
    date: datetime | None = None
    subject: str = ""
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    text: str = ""
    message_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    """Of an attached original; those of one forwarded in the text are the attachments of the mail itself."""
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A calendar invitation (RFC 5545): what it asks, when, and who asks."""

    method: str
    summary: str = ""
    start: str = ""
    end: str = ""
    organizer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One node of the MIME tree, for showing: depth 0 is the whole mail."""

    depth: int
    content_type: str
    size: int
    filename: str = ""
    used_as: str = ""
    """text, html, attachment, inline, report, or "" for a container."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A mail as read. Text fields never hold NUL or lone surrogates; `defects` lists what had to be repaired."""

    message_id: str = ""
    """With angle brackets; "" when the mail has none."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    from_: Mailbox | None = None
    from_doubtful: bool = False
    """More than one From, or two readings of it: such a sender is trusted with nothing."""
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    delivered_to: tuple[str, ...] = ()
    """Topmost Delivered-To, X-Original-To and Envelope-To lines: addresses the mail was really delivered to."""
    subject: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """All header fields in order, names as written, values unfolded and decoded."""
    text: str = ""
    html: str = ""
    """Cleaned: safe to show in a page."""
    reply: NewWords = field(default_factory=lambda: NewWords(text=""))
    attachments: tuple[Attachment, ...] = ()
    parts: tuple[Part, ...] = ()
    kind: Kind = Kind.MESSAGE
    kind_reasons: tuple[str, ...] = ()
    may_reply: bool = False
    report: DeliveryReport | None = None
    forwarded: Forwarded | None = None
    invitation: Invitation | None = None
    language: str = ""
    """ISO 639-1 code of the new words; "" when unknown."""
    defects: tuple[str, ...] = ()
    verdict: Verdict = Verdict.ACCEPT
    verdict_reason: str = ""

    def header(self, name: str) -> str:
        """The first field of that name, compared without case; "" when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
