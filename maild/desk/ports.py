"""What the desk needs from the world, as protocols: `app.py` supplies them, tests may too.

One `UnitOfWork` is one transaction: leaving it with an exception undoes everything, and nothing here commits.
Repositories hand out frozen domain values; reading an attribute never does I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from maild.desk.queues import InboundBook, RuleAlarm
from maild.domain.confirmation import Confirmation
from maild.domain.events import Event
from maild.domain.intent import Actor, Cause
from maild.domain.notice import Notice, OutboxState
from maild.domain.people import Contact, ContactAddress, Proof
from maild.domain.quiet import Preference
from maild.domain.rating import Rating
from maild.domain.sla import SlaTimer
from maild.domain.ticket import Article, Ticket
from maild.domain.undeliverable import Undeliverable

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A mail that the guard did not let out. `held` ones can be released."""

    id: int
    held: bool
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAnswer:
    """An agent's words to a customer that have not left. `reason` is what was said when they were tried last."""

    id: int
    ticket: int
    article: int
    recipient: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail of ours in the book of the outbox. `reason` is why it was not sent, or what the next server said."""

    id: int
    created_at: datetime
    name: str
    article: int
    recipient: str
    state: OutboxState
    cause: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A mail that a digest stands for, and when it was planned."""

    notice: Notice
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """When a task was done last, and how far it came."""

    at: datetime
    reached: int


class People(Protocol):
    """Contacts by address and id."""

    def by_address(self, key: str) -> Contact | None:
        """The contact who owns this folded address."""

    def get(self, contact: int) -> Contact:
        """The contact; KeyError when there is none."""

    def add(self, contact: Contact) -> Contact:
        """Store a new contact with its address; returns it with its id."""

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
        """The ticket, or None."""

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

    def open_of(self, owner: str) -> int:
        """How many tickets that have not ended the agent is in charge of."""

    def last_owner(self, team: str) -> str:
        """Who is in charge of the newest ticket of the team that anybody is in charge of; "" when there is none."""

    def participants(self, number: int) -> frozenset[int]:
        """Contact ids of the requester and all participants."""


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

    def remember(self, name: str, ticket: int) -> None:
        """Let a Message-ID, or another name that `known_messages` is asked for, lead to a ticket."""

    def bring_back(self, origin: int) -> list[Article]:
        """Give the articles that were written to a merged ticket back to it; returns them as they were before."""

    def known_messages(self, message_ids: Sequence[str]) -> list[KnownMessage]:
        """Which of these Message-IDs belong to tickets: one indexed probe for all."""

    def last_message_ids(self, ticket: int, limit: int) -> list[str]:
        """Message-IDs of what customers wrote in a ticket (public, verified), oldest first: the first one and the last
        `limit`. Never those of agents' mails: these ids stand in mails to customers (P19)."""


class Timers(Protocol):
    """SLA clocks."""

    def of(self, ticket: int) -> list[SlaTimer]:
        """All timers of a ticket."""

    def put(self, ticket: int, timers: Iterable[SlaTimer]) -> None:
        """Insert or update the timers of a ticket by metric and cycle."""


class Calls(Protocol):
    """Calls of outside services."""

    def plan(self, webhook: str, *, ticket: int, body: str, now: datetime) -> None:
        """Keep a call that is to be made at once."""


class RuleAlarms(Protocol):
    """Rules that wait for a moment of a ticket."""

    def of(self, ticket: int) -> list[RuleAlarm]:
        """All alarms of a ticket, also those that have fired."""

    def put(self, alarm: RuleAlarm) -> None:
        """Insert or update the alarm of a ticket and rule."""

    def take(self, ticket: int, rule: str, now: datetime) -> bool:
        """Let the alarm fire if it is due: of two who try one hears False."""

    def forget(self, ticket: int, rule: str) -> None:
        """The rule, or the ticket, is no more."""


class Events(Protocol):
    """The append-only record."""

    def append(self, events: Iterable[Event], *, actor: Actor, cause: Cause, at: datetime) -> list[int]:
        """Store events in order; returns their ids."""

    def of(self, ticket: int) -> list[StoredEvent]:
        """All events of a ticket, oldest first."""


class Outbox(Protocol):
    """Planned mail and its record: the guard counts here."""

    def plan(self, notices: Iterable[Notice], *, now: datetime) -> None:
        """Store notices; one whose dedupe key exists is left out."""

    def automatic_to(self, recipient_key: str, since: datetime, name: str = "") -> int:
        """How many automatic answers to this folded address were let through since then; of one notice with `name`."""

    def automatic_in(self, ticket: int, since: datetime) -> int:
        """How many automatic answers about this ticket were let through since then."""

    def automatic_since(self, since: datetime, *, name: str = "", domain: str = "") -> int:
        """How many automatic answers left since then: in all, of one notice with `name`, or to one `domain`."""

    def held(self, limit: int) -> list[int]:
        """Ids of the mails that wait for a person, oldest first."""

    def hold(self, item: int) -> bool:
        """Keep a waiting mail from leaving until it is released; False when it is not waiting."""

    def release(self, item: int, *, now: datetime) -> bool:
        """Let a mail leave now that is held or waits for a digest; False when it is neither."""

    def drop(self, item: int, *, because: str, now: datetime) -> bool:
        """Never send a mail that has not left; False when it has, or is just being sent."""

    def find(self, item: int) -> tuple[Notice, OutboxState] | None:
        """The planned mail with its state; None when there is none."""

    def answers(self, ticket: int, article: int) -> dict[int, bool]:
        """The mails that carry these words of an agent to customers: id, and whether it was ever tried."""

    def of_ticket(self, ticket: int, limit: int) -> list[OutgoingMail]:
        """The newest mails about a ticket, in whatever state, oldest first."""

    def late(self, after: int, *, before: datetime, limit: int) -> tuple[int, list[LateAnswer]]:
        """How far mails planned `before` then reach, of at most `limit` behind the id `after`; and the answers among
        them that have not left and go on being tried."""

    def withheld(self, after: int, limit: int) -> list[Withheld]:
        """What the guard has refused or held behind this id, in order."""


class WaitingMail(Protocol):
    """Planned mail that waits to be told in a digest."""

    def due(self, *, now: datetime, limit: int) -> list[str]:
        """Folded addresses whose digest is due, who has waited longest first; looks at `limit` mails."""

    def take(self, recipient_key: str, *, now: datetime) -> list[int]:
        """Take everything that waits for an address, due or not, in order; nobody else gets the same."""

    def send_alone(self, item: int, *, now: datetime) -> None:
        """Let a mail that was taken leave as the mail it is."""

    def drop(self, item: int, *, because: str) -> None:
        """Tell nobody of a mail that was taken."""

    def get(self, item: int) -> Waiting | None:
        """A mail that a digest stands for; None when there is none."""


class Preferences(Protocol):
    """When agents have said that they want to hear of things, by their names."""

    def get(self, agent: str) -> Preference | None:
        """What the agent has said; None when he has said nothing."""

    def put(self, agent: str, said: Preference) -> None:
        """Write down what he says now."""


class Marks(Protocol):
    """When something that is done once in a while was done last."""

    def get(self, name: str) -> Mark | None:
        """The mark of a task; None when it was never done."""

    def put(self, name: str, *, at: datetime, reached: int) -> None:
        """Write down that the task was done."""

    def advance(self, name: str, was: Mark | None, now: Mark) -> bool:
        """Put `now` in the place of `was`; False when somebody else has moved the mark since it was read."""


class Undeliverables(Protocol):
    """Addresses that have not taken our mail."""

    def get(self, address_key: str) -> Undeliverable | None:
        """What is known of this folded address; None when nothing ever failed."""

    def put(self, record: Undeliverable) -> None:
        """Write down, in place of what was known of the address."""

    def allow(self, address_key: str) -> bool:
        """Forget what is known: automatic mail goes there again. False when nothing was."""


class Capabilities(Protocol):
    """Secrets of the portal, hashed at rest."""

    def add(self, *, secret: str, kind: str, ticket: int, contact: int, expires_at: datetime, now: datetime) -> None:
        """Remember the hash of a secret: `kind` is `status`, `signin` or `session`."""

    def find(self, *, secret: str, kind: str, now: datetime) -> tuple[int, int] | None:
        """(ticket, contact) of a secret that is neither expired nor used up; None else."""

    def use(self, *, secret: str, kind: str, now: datetime) -> tuple[int, int] | None:
        """Like `find`, and the secret is used up: of two callers one gets None."""

    def revoke(self, *, secret: str, kind: str) -> None:
        """Make a secret worthless."""


class Expired(Protocol):
    """What was kept for a time only, and may go."""

    def octets(self, after: int, *, before: datetime, limit: int) -> tuple[int, int]:
        """Forget the octets of mail planned `before` that has ended, among `limit` mails behind the id `after`.

        Returns the last id looked at, which is `after` when there is none, and how many were forgotten.
        """

    def capabilities(self, *, before: datetime, limit: int) -> int:
        """Forget secrets of the portal that expired `before`; returns how many, at most `limit`."""

    def tallies(self, *, before: datetime) -> int:
        """Forget the guard's counts of minutes `before`; returns how many."""


class Confirmations(Protocol):
    """Questions to the people in whose names mails came."""

    def add(self, asked: Confirmation, *, secret: str) -> int:
        """Keep a question and the hash of the secret that answers it; returns its id. An empty secret is refused."""

    def get(self, confirmation: int) -> Confirmation | None:
        """The question with this id."""

    def find(self, secret: str) -> Confirmation | None:
        """The question that a link's secret answers, whatever has become of it."""

    def asked_about(self, mail: int) -> bool:
        """Whether anybody was ever asked about this mail."""

    def answer(self, confirmation: int, *, yes: bool, now: datetime) -> bool:
        """Write the answer down, and with a yes let the mail be taken again; False when it is answered or too old."""


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


class UnitOfWork(Protocol):
    """One transaction over everything that is kept."""

    people: People
    tickets: Tickets
    articles: Articles
    timers: Timers
    alarms: RuleAlarms
    calls: Calls
    events: Events
    outbox: Outbox
    waiting: WaitingMail
    preferences: Preferences
    marks: Marks
    undeliverables: Undeliverables
    capabilities: Capabilities
    expired: Expired
    inbound: InboundBook
    confirmations: Confirmations
    ratings: Ratings

    def nested(self) -> AbstractContextManager[None]:
        """A savepoint: leaving it with an exception undoes only what was done inside."""


class Writer(Protocol):
    """Runs jobs in transactions; returns only when the job's effects are durable."""

    def run(self, job: Callable[[Any], T]) -> T:
        """Run `job(unit_of_work)`, commit, return its value. Blocks; never call it on the event loop."""

    async def run_async(self, job: Callable[[Any], T]) -> T:
        """The same for coroutines; a cancelled caller does not cancel the commit."""


class Planner(Protocol):
    """Turns all events of one cause into notices; lives in `outbound`."""

    def plan(
        self, uow: UnitOfWork, events: Sequence[tuple[int, Event]], *, actor: Actor, cause: Cause, now: datetime
    ) -> None:
        """Plan and store every notice that these (id, event) pairs call for, one a person at most."""
