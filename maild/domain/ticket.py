"""A ticket and what is written in it.

Values only: the operations in `desk` make new ones, the store keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from maild.domain.lifecycle import StateType, Waiting


class Priority(StrEnum):
    """How soon; SLA targets are per priority."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class ArticleKind(StrEnum):
    """Correspondence is public; a comment is an internal note."""

    CORRESPONDENCE = "correspondence"
    COMMENT = "comment"
    ACTIVITY = "activity"


class ArticleSender(StrEnum):
    """On whose side the author stands."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Channel(StrEnum):
    """By which way a ticket or article came."""

    MAIL = "mail"
    PORTAL = "portal"
    CLI = "cli"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One matter of one requester. `number` is the identity; 0 before the store gave one."""

    number: int = 0
    title: str
    state: StateType = StateType.NEW
    waiting: Waiting | None = None
    """What a pending ticket waits for; None in every other state."""
    waits_until: datetime | None = None
    """When its wait is over by itself; None when it waits for as long as it takes."""
    team: str
    owner: str = ""
    """Name of the agent in charge; "" when nobody is."""
    category: str = ""
    request_type: str = ""
    priority: Priority = Priority.NORMAL
    requester: int
    """Contact id."""
    mailbox: str
    """Our address the customer wrote to: answers leave from it."""
    language: str
    severity: str = ""
    """How much harm it does, in the words of the configuration; "" when nobody has said."""
    product: str = ""
    tags: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()
    """Names of agents who hear what the owner hears."""
    policy: str = ""
    """Name of the SLA policy that its clocks follow."""
    chosen_policy: str = ""
    """The policy that somebody has chosen for it; "" where it follows from the fields."""
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    first_response_at: datetime | None = None
    last_customer_at: datetime | None = None
    last_agent_at: datetime | None = None
    promised_at: datetime | None = None
    """By when we said that we would answer; None when nothing was promised."""
    reopen_count: int = 0
    follows: int = 0
    """Number of the closed ticket that this one goes on from; 0 for none."""
    merged_into: int = 0
    """Number of the ticket that replies to this one go to; 0 unless it is merged."""
    muted: tuple[str, ...] = ()
    """Names of agents who hear of it only what names them."""
    grouped: int = 0
    """How many further mails of its kind a rule has put in it."""
    grouped_told_at: datetime | None = None
    """When its agents were last told of them."""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An attachment as kept: the bytes are in the blob store under `sha256`."""

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool = False
    content_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One entry of a ticket. `text` is all that was written, `new_text` the view without quotes.

    `verified` is False for words of somebody who is not known to belong to the ticket: they are never shown as the
    customer's. `automatic` marks absence notes and the like: they change nothing.
    """

    id: int = 0
    ticket: int
    kind: ArticleKind
    sender: ArticleSender
    author: str
    """Display name and address of a customer, display name of an agent, "" for the system."""
    contact: int = 0
    """Contact id of a customer; 0 else."""
    agent: str = ""
    """Name of the agent; "" else."""
    message_id: str = ""
    subject: str = ""
    text: str
    new_text: str
    files: tuple[StoredFile, ...] = ()
    channel: Channel = Channel.MAIL
    inbound: int = 0
    """Id of the mail it came in with; 0 when it did not come by mail."""
    verified: bool = True
    automatic: bool = False
    origin: int = 0
    """Number of the merged ticket that it was written to; 0 when it was written to this one."""
    created_at: datetime
    lost: bool = False
    """An answer that came back from the requester, or was taken back: he never got it."""
