"""The people of the desk: contacts who write, agents who answer, teams, and our own mailboxes.

Says what is known of each. Never looks anybody up: `domain.directory` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from maild.domain.address import AddrSpec, Mailbox
from maild.domain.quiet import Listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who writes to us. `language` is an ISO 639-1 code, "" when unknown; `address` is the primary one."""

    id: int = 0
    name: str
    address: str
    language: str = ""
    zone: str = ""
    blocked: bool = False
    """His mail is kept and has no effect."""

    @property
    def mailbox(self) -> Mailbox:
        """How to write to this person."""
        return Mailbox(self.name, self.address)


class Proof(StrEnum):
    """By what an address is known to be a person's."""

    NONE = ""
    """He has written from there; anybody could have."""
    AGENT = "agent"
    """An agent has vouched for it."""
    SIGNED = "signed"
    """He has answered from there with what only he was sent there."""
    CONFIRMED = "confirmed"
    """He has said so when he was asked at an address of his."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAddress:
    """An address of a customer."""

    address: str
    proof: Proof = Proof.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person of the desk, from configuration. The first address is the one notices go to."""

    name: str
    display_name: str
    addresses: tuple[str, ...]
    language: str = ""
    zone: str = ""
    skills: frozenset[str] = frozenset()
    max_open: int = 0
    """Open tickets at which he is given no more by himself; 0 for no limit."""
    absences: tuple[tuple[date, date], ...] = ()
    """First and last day of each."""
    listening: Listening | None = None
    """When he wants to hear of what; None: of everything at once."""

    @property
    def address(self) -> str:
        """Where notices go."""
        return self.addresses[0]

    def is_absent(self, day: date) -> bool:
        """Whether he is away that day."""
        return any(first <= day <= last for first, last in self.absences)


class WhenClosed(StrEnum):
    """What becomes of a customer's reply to a closed ticket."""

    REOPEN = "reopen"
    """It is open again, inside the window; afterwards a new ticket goes on from it."""
    NEW = "new"
    """A new ticket goes on from it."""
    REFUSE = "refuse"
    """The words are kept, nothing happens, and their writer is told so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A group of agents with one public face. `reopen_hours` is how long after closing a reply or the portal reopens;
    0 switches reopening off. With `thanks`, a reply that is nothing but thanks leaves a closed ticket closed."""

    name: str
    display_name: str
    leader: str = ""
    members: tuple[str, ...] = ()
    calendar: str = ""
    reopen_hours: int = 72
    closed: WhenClosed = WhenClosed.REOPEN
    thanks: bool = True
    ratings: bool = False
    """Whether requesters are asked, when a ticket is closed, if they are content."""
    brand: str = ""
    """For whom the team works, where one desk serves several: see `Directory.serves`."""

    @property
    def window_hours(self) -> int:
        """Hours after closing in which a customer can reopen; 0 for never."""
        return self.reopen_hours if self.closed is WhenClosed.REOPEN else 0


class ReversePath(StrEnum):
    """Which address of ours a report of failed delivery comes back to."""

    BOUNCE = "bounce"
    """`bounce+<tag>@` of the mailbox's domain."""
    MAILBOX = "mailbox"
    """The mailbox itself, with a tag: for servers that refuse any other envelope sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMailbox:
    """One of our addresses: where customers write, and what answers are sent from."""

    address: str
    team: str
    from_name: str
    name: str = ""
    """Name of the desk in its mails; "" for the desk's own."""
    signature: str = ""
    """Lines below our words to customers; "" for the name of the desk."""
    language: str = ""
    """Of customers whose own is not known; "" for the desk's first."""
    zone: str = ""
    """Of times in mails to its customers; "" for the desk's."""
    reverse_path: ReversePath = ReversePath.BOUNCE

    @property
    def probe_path(self) -> str:
        """A reverse path as our mail has it, with a tag that belongs to nothing."""
        spec = AddrSpec.parse(self.address)
        assert spec is not None
        user = spec.user if self.reverse_path is ReversePath.MAILBOX else "bounce"
        return str(AddrSpec(user, spec.domain).tagged("probe"))

    @property
    def mailbox(self) -> Mailbox:
        """The From of every mail that leaves by this mailbox."""
        return Mailbox(self.from_name, self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A subject of work, owned by teams, with its request types."""

    name: str
    teams: tuple[str, ...] = ()
    request_types: tuple[str, ...] = ()
