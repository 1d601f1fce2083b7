"""Who somebody is, what he was asked, and what he wants to hear of.

Facts only: what follows from one is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.domain.confirmation import Doubt
from maild.domain.events.base import Event
from maild.domain.people import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningChanged(Event):
    """An agent has said when he wants to hear of things, by a reply to a mail of this ticket; "" is as configured."""

    agent: str
    quiet: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressAdded(Event):
    """A further address of a customer. `proof` is by what it is his."""

    contact: int
    address: str
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProven(Event):
    """An address that a customer had already is now known to be his, by `proof`."""

    contact: int
    address: str
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderBlocked(Event):
    """Mail of a person has no effect any more, or has one again."""

    contact: int
    address: str
    blocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequested(Event):
    """Somebody asked, on the portal, for a link to read the ticket."""

    contact: int
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterAsked(Event):
    """The person in whose name a mail came was asked whether it is his. Of `agent` and `contact` one is given."""

    confirmation: int
    mail: int
    agent: str
    contact: int
    address: str
    doubt: Doubt
    sender: str
    subject: str
    does: str
    orders: tuple[str, ...]
    received_at: datetime
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterAnswered(Event):
    """The person who was asked has said whether a mail is his."""

    confirmation: int
    mail: int
    yes: bool
