"""What became of our mail, and what the desk has to tell its own people.

Facts only: what follows from one is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maild.domain.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(Event):
    """A mail of ours came back, or is late."""

    article: int
    recipient: str
    status: str
    diagnostic: str
    delayed: bool
    unanswered: bool = False
    """The requester has not got these words of an agent: they count as no response."""
    late: bool = False
    """An agent's words to a customer that have not arrived for hours; they still may, and count as given."""
    rests_until: datetime | None = None
    """Until when nothing automatic is sent to the address; None when it still is."""
    others: tuple[str, ...] = ()
    """Other people of the ticket, who may know how to reach him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTakenBack(Event):
    """An agent's words were stopped before they left: the customer never gets them, and they count as no response."""

    article: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeld(Event):
    """A mail from an agent had no effect; he is told. `ticket` may be 0."""

    agent: str
    subject: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyAsked(Event):
    """An agent wants to know why the ticket stands as it does; he alone is told."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekReported(Event):
    """The figures of a week were added up for these agents and addresses. `ticket` is 0."""

    to: tuple[str, ...]
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailQuarantined(Event):
    """A mail needs a person; the operator is told. `ticket` is 0."""

    mail: int
    sender: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWithheld(Event):
    """What the guard has not let out since it was last told; the operator is told. `ticket` is 0."""

    refused: int
    held: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensGuessed(Event):
    """Too many wrong tokens have come; the operator is told. `everywhere` is 0 where their sum is not too many;
    `ticket` is 0."""

    everywhere: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestGathered(Event):
    """What has waited for an agent is told in one mail; `items` are the ids of the mails it stands for. `ticket` is
    0. Who is told by an escalation step and is not of the desk has an `address` and no name."""

    agent: str
    items: tuple[int, ...]
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRefused(Event):
    """The files of the configuration cannot be used, so the old one stays in force; the operator is told."""

    faults: tuple[str, ...]
    more: int = 0
    """Faults that are left out."""
