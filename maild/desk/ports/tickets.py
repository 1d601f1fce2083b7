"""Tickets, the people in them, what is written there and what happened, as the desk keeps them.

Protocols and the values they hand out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from maild.domain.events import Event
from maild.domain.intent import Actor, Cause
from maild.domain.people import Contact, ContactAddress, Proof
from maild.domain.rating import Rating
from maild.domain.ticket import Article, Ticket


class Conflict(Exception):
    """Somebody else changed the ticket since it was read; the whole transaction is run again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event with the circumstances it was stored with."""

    id: int
    at: datetime
    event: Event
    actor: Actor
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMessage:
    """A Message-ID that belongs to a ticket. `article` is 0 when it is an id of a notice of ours."""

    message_id: str
    ticket: int
    article: int


class People(Protocol):
    """Contacts by address and id."""

    def by_address(self, key: str) -> Contact | None:
        """The contact who owns this folded address."""

    def get(self, contact: int) -> Contact:
        """The contact; KeyError when there is none."""

    def add(self, contact: Contact) -> Contact:
        """Store a new contact with its address; returns it with its id."""

    def learn(self, contact: Contact) -> Contact:
        """Write down his language and his zone as they are here; returns him."""

    def addresses(self, contact: int) -> list[ContactAddress]:
        """All addresses of a contact, the one he is written to first."""

    def add_address(self, contact: int, address: str, proof: Proof) -> None:
        """Give a contact a further address; Conflict when somebody else was just given it."""

    def proof(self, key: str) -> Proof:
        """By what this folded address is known to be its contact's; NONE also for one that is nobody's."""

    def prove(self, key: str, proof: Proof) -> None:
        """Write down by what an address is its contact's."""

    def set_blocked(self, contact: int, blocked: bool) -> None:
        """Whether mail of this contact has any effect."""


class Tickets(Protocol):
    """Tickets by number."""

    def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket; returns it with its number."""

    def get(self, number: int) -> Ticket | None:
        """The ticket, or None. Read it before what hangs on it: `save` raises Conflict for what changed since."""

    def save(self, ticket: Ticket) -> Ticket:
        """Write a changed ticket back; raises Conflict when its version is stale. Returns it with the new version."""

    def join(self, number: int, contact: int) -> None:
        """Make a contact a participant; harmless when he is one."""

    def leave(self, number: int, contact: int) -> None:
        """Make a contact no participant any more; harmless when he is none, without effect on the requester."""

    def merged_into(self, number: int) -> list[int]:
        """Numbers of the tickets that are merged into this one, without those merged into them."""

    def open_after(self, number: int, limit: int) -> list[int]:
        """Numbers above this one of tickets that have not ended, lowest first."""

    def open_of_requester(self, contact: int, limit: int) -> list[int]:
        """Numbers of tickets of this contact that have not ended, newest first."""

    def of_requester(self, contact: int, limit: int) -> list[int]:
        """Numbers of tickets of this contact, ended or not, newest first."""

    def open_of(self, owner: str) -> int:
        """How many tickets that have not ended the agent is in charge of."""

    def last_owner(self, team: str) -> str:
        """Who is in charge of the newest ticket of the team that anybody is in charge of; "" when there is none."""

    def participants(self, number: int) -> frozenset[int]:
        """Contact ids of the requester and all participants."""


class Links(Protocol):
    """Which tickets have to do with each other."""

    def of(self, number: int) -> list[int]:
        """Numbers of the tickets that this one is linked to, newest first."""

    def add(self, number: int, other: int) -> bool:
        """Link two tickets, both ways; False when they are linked."""

    def remove(self, number: int, other: int) -> bool:
        """Link them no more; False when they are not linked."""


class Articles(Protocol):
    """What is written in tickets."""

    def add(self, article: Article) -> Article:
        """Store an article and remember its Message-ID; returns it with its id."""

    def get(self, article: int) -> Article | None:
        """The article with its files, or None."""

    def of(self, ticket: int) -> list[Article]:
        """All articles of a ticket, oldest first."""

    def lose(self, article: int, *, now: datetime) -> None:
        """Write down that the customer never got these words of an agent: they answer nothing."""

    def verify(self, article: Article) -> Article:
        """Write an unverified article anew as its writer's own; it may have another ticket. Returns it."""

    def remember(self, name: str, ticket: int) -> bool:
        """Let a Message-ID, or another name that `known_messages` is asked for, lead to a ticket.

        False when it does already.
        """

    def remembered(self, name: str, limit: int) -> list[int]:
        """Numbers of the tickets that this name leads to, newest first."""

    def bring_back(self, origin: int) -> list[Article]:
        """Give the articles that were written to a merged ticket back to it; returns them as they were before."""

    def known_messages(self, message_ids: Sequence[str]) -> list[KnownMessage]:
        """Which of these Message-IDs belong to tickets: one indexed probe for all."""

    def last_message_ids(self, ticket: int, contact: int, limit: int) -> list[str]:
        """Message-IDs of what a customer wrote in a ticket (public, verified), oldest first: the first one and the last
        `limit`. Never those of others' mails: these ids stand in mails to him (P19)."""


class Events(Protocol):
    """The append-only record."""

    def append(self, events: Iterable[Event], *, actor: Actor, cause: Cause, at: datetime) -> list[int]:
        """Store events in order; returns their ids."""

    def of(self, ticket: int) -> list[StoredEvent]:
        """All events of a ticket, oldest first."""


class Ratings(Protocol):
    """What customers think of how their tickets were closed."""

    def add(self, asked: Rating, *, secret: str) -> Rating:
        """Keep that somebody is asked, and the hash of the secret that answers; an empty secret is refused."""

    def get(self, number: int) -> Rating | None:
        """The rating with this id."""

    def find(self, secret: str) -> Rating | None:
        """The rating that a link's secret gives, whatever has become of it."""

    def last_of(self, ticket: int, contact: int) -> Rating | None:
        """What the contact was last asked about the ticket; None when he never was."""

    def rate(self, given: Rating, *, good: bool, now: datetime) -> None:
        """Write the answer down, in place of an earlier one."""
