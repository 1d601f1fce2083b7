"""A desk in memory, as far as the planner looks at it, and builders for what stands on it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from maild.desk.ports import UnitOfWork, Waiting
from maild.domain.address import Mailbox
from maild.domain.directory import Directory
from maild.domain.events import Event
from maild.domain.intent import Actor, ActorKind, Cause, Trust
from maild.domain.notice import Notice, NoticeClass
from maild.domain.people import Agent, Contact, OwnMailbox, Team
from maild.domain.quiet import Preference
from maild.domain.sla import SlaTimer
from maild.domain.ticket import Article, ArticleKind, ArticleSender, StoredFile, Ticket
from maild.domain.token import Key, Tokens
from maild.domain.undeliverable import Undeliverable
from maild.outbound.context import DeskFace
from maild.outbound.guard import Guard, Limits
from maild.outbound.notices import NoticePlanner

NOON = datetime(2025, 11, 24, 12, 0, tzinfo=UTC)
TOKENS = Tokens([Key(1, b"k" * 32)])

RUI = Agent(name="rui", display_name="Rui Costa", addresses=("rui@private.example", "rui.costa@firm.example"))
MARTA = Agent(name="marta", display_name="Marta Reis", addresses=("marta@private.example",), language="pt")
LEA = Agent(name="lea", display_name="Lea Lopes", addresses=("lea@private.example",))

DIRECTORY = Directory(
    agents=(RUI, MARTA, LEA),
    teams=(
        Team(name="support", display_name="Support", leader="lea", members=("rui", "marta")),
        Team(name="empty", display_name="Empty", leader="lea"),
    ),
    mailboxes=(OwnMailbox(address="support@desk.example", team="support", from_name="Northwind Help"),),
    languages=("en", "pt", "es"),
    zone="Europe/Lisbon",
    operator="operator@desk.example",
)

ANA = Contact(id=1, name="Ana Silva", address="Ana@customer.example", language="pt", zone="America/Sao_Paulo")
BEN = Contact(id=2, name="Ben", address="ben@customer.example")


class MemoryUow:
    """Tickets, articles, people and the outbox of one test; each repository is the object itself, by other names."""

    def __init__(self) -> None:
        self.contacts = {1: ANA, 2: BEN}
        self.all_tickets: dict[int, Ticket] = {}
        self.all_articles: dict[int, Article] = {}
        self.joined: dict[int, set[int]] = {}
        self.all_timers: dict[int, list[SlaTimer]] = {}
        self.planned: list[Notice] = []
        self.planned_at: list[datetime] = []
        self.people = _People(self)
        self.tickets = _Tickets(self)
        self.articles = _Articles(self)
        self.timers = _Timers(self)
        self.outbox = _Outbox(self)
        self.events = self.inbound = self.links = _Nothing()
        self.waiting = _Waiting(self)
        self.preferences = _Preferences()
        self.undeliverables = _Undeliverables()
        self.capabilities: Any = None

    def open(self, **values: Any) -> Ticket:
        """A ticket of Ana's with her first mail as article 1."""
        ticket = Ticket(**{**_TICKET, **values})
        self.all_tickets[ticket.number] = ticket
        self.write(ticket.number, id=ticket.number * 100 + 1)
        return ticket

    def write(self, ticket: int, **values: Any) -> Article:
        """An article; Ana's words unless it is told otherwise."""
        article = Article(**{**_ARTICLE, "ticket": ticket, "id": ticket * 100 + len(self.all_articles) + 1, **values})
        self.all_articles[article.id] = article
        return article

    def to(self, address: str) -> list[Notice]:
        """What has been planned for somebody."""
        return [notice for notice in self.planned if notice.recipient.address == address]

    def names(self) -> dict[str, list[str]]:
        """Names of all planned notices by recipient."""
        found: dict[str, list[str]] = {}
        for notice in self.planned:
            found.setdefault(notice.recipient.address, []).append(notice.name)
        return found


class _People:
    def __init__(self, uow: MemoryUow) -> None:
        self._uow = uow

    def get(self, contact: int) -> Contact:
        return self._uow.contacts[contact]

    def by_address(self, key: str) -> Contact | None:
        return next((c for c in self._uow.contacts.values() if c.mailbox.key == key), None)

    def add(self, contact: Contact) -> Contact:
        stored = replace(contact, id=len(self._uow.contacts) + 1)
        self._uow.contacts[stored.id] = stored
        return stored


class _Tickets:
    def __init__(self, uow: MemoryUow) -> None:
        self._uow = uow

    def last_owner(self, team: str) -> str:
        raise NotImplementedError

    def add(self, ticket: Ticket) -> Ticket:
        raise NotImplementedError

    save = add

    def get(self, number: int) -> Ticket | None:
        return self._uow.all_tickets.get(number)

    def join(self, number: int, contact: int) -> None:
        self._uow.joined.setdefault(number, set()).add(contact)

    def merged_into(self, number: int) -> list[int]:
        return [one.number for one in self._uow.all_tickets.values() if one.merged_into == number]

    def participants(self, number: int) -> frozenset[int]:
        return frozenset(self._uow.joined.get(number, set()))


class _Articles:
    def __init__(self, uow: MemoryUow) -> None:
        self._uow = uow

    def add(self, article: Article) -> Article:
        raise NotImplementedError

    def known_messages(self, message_ids: Sequence[str]) -> list[Any]:
        raise NotImplementedError

    def get(self, article: int) -> Article | None:
        return self._uow.all_articles.get(article)

    def of(self, ticket: int) -> list[Article]:
        return [a for a in self._uow.all_articles.values() if a.ticket == ticket]

    def last_message_ids(self, ticket: int, contact: int, limit: int) -> list[str]:
        by_customer = [a for a in self.of(ticket) if a.sender is ArticleSender.CUSTOMER and a.verified]
        ids = [a.message_id for a in by_customer if a.contact == contact and a.message_id]
        return [*ids[:1], *ids[1:][-limit:]]


class _Timers:
    def __init__(self, uow: MemoryUow) -> None:
        self._uow = uow

    def of(self, ticket: int) -> list[SlaTimer]:
        return self._uow.all_timers.get(ticket, [])

    def put(self, ticket: int, timers: Iterable[SlaTimer]) -> None:
        raise NotImplementedError


class _Outbox:
    def __init__(self, uow: MemoryUow) -> None:
        self._uow = uow

    def plan(self, notices: Iterable[Notice], *, now: datetime) -> None:
        for notice in notices:
            if notice.dedupe_key not in {n.dedupe_key for n in self._uow.planned}:
                self._uow.planned.append(notice)
                self._uow.planned_at.append(now)

    def of_ticket(self, ticket: int, limit: int) -> list[Any]:
        return []

    def automatic_to(self, recipient_key: str, since: datetime, name: str = "") -> int:
        return sum(n.recipient.key == recipient_key and name in ("", n.name) for n in self._automatic(since))

    def automatic_in(self, ticket: int, since: datetime) -> int:
        return sum(n.ticket == ticket for n in self._automatic(since))

    def automatic_since(self, since: datetime, *, name: str = "", domain: str = "") -> int:
        return sum(
            not n.held and name in ("", n.name) and n.recipient.key.endswith(domain) for n in self._automatic(since)
        )

    def _automatic(self, since: datetime) -> list[Notice]:
        rows = zip(self._uow.planned, self._uow.planned_at, strict=True)
        return [n for n, at in rows if at > since and n.klass is NoticeClass.AUTO_ANSWER and not n.suppressed]


class _Nothing:
    """A book with nothing in it."""

    def of(self, ticket: int) -> list[Any]:
        return []

    def of_ticket(self, ticket: int, limit: int) -> list[Any]:
        return []


class _Preferences:
    def get(self, agent: str) -> Preference | None:
        return None

    def put(self, agent: str, said: Preference) -> None:
        raise NotImplementedError


class _Waiting:
    def __init__(self, uow: MemoryUow) -> None:
        self._uow = uow

    def due(self, *, now: datetime, limit: int) -> list[str]:
        raise NotImplementedError

    take = due

    def send_alone(self, item: int, *, now: datetime) -> None:
        raise NotImplementedError

    def drop(self, item: int, *, because: str) -> None:
        raise NotImplementedError

    def get(self, item: int) -> Waiting | None:
        if not 0 < item <= len(self._uow.planned):
            return None
        return Waiting(notice=self._uow.planned[item - 1], at=self._uow.planned_at[item - 1])


class _Undeliverables:
    def __init__(self) -> None:
        self.records: dict[str, Undeliverable] = {}

    def get(self, address_key: str) -> Undeliverable | None:
        return self.records.get(address_key)

    def put(self, record: Undeliverable) -> None:
        self.records[Mailbox("", record.address).key] = record

    def allow(self, address_key: str) -> bool:
        return self.records.pop(address_key, None) is not None


_TICKET: dict[str, Any] = {
    "number": 7, "title": "Printer eats paper", "team": "support", "requester": 1, "mailbox": "support@desk.example",
    "language": "en", "created_at": NOON, "updated_at": NOON, "promised_at": NOON.replace(hour=15),
}  # fmt: skip
_ARTICLE: dict[str, Any] = {
    "kind": ArticleKind.CORRESPONDENCE, "sender": ArticleSender.CUSTOMER, "author": "Ana Silva <Ana@customer.example>",
    "contact": 1, "message_id": "<first@customer.example>", "text": "It eats paper.", "new_text": "It eats paper.",
    "created_at": NOON,
}  # fmt: skip

CUSTOMER = Actor(kind=ActorKind.CONTACT, contact=1, address="ana@customer.example", trust=Trust.FROM_ONLY)
BY_RUI = Actor(kind=ActorKind.AGENT, name="rui", address="rui@private.example", trust=Trust.SIGNED)
BY_MARTA = Actor(kind=ActorKind.AGENT, name="marta", address="marta@private.example", trust=Trust.SIGNED)
BY_CLOCK = Actor(kind=ActorKind.CLOCK, name="first-response", via="clock")
BY_SYSTEM = Actor(kind=ActorKind.SYSTEM)

_event_ids, _nonces = itertools.count(1), itertools.count(1)


def planner(directory: Directory = DIRECTORY, **limits: int) -> NoticePlanner:
    """The planner of the test desk; Message-IDs count up."""
    desk = DeskFace(name="Northwind Help", base_url="https://help.desk.example")
    return NoticePlanner(directory, TOKENS, desk, Guard(directory, Limits(**limits)), lambda: f"n{next(_nonces)}")


def happen(
    uow: MemoryUow, *events: Event, by: Actor = CUSTOMER, now: datetime = NOON, via: NoticePlanner | None = None
) -> list[Notice]:
    """Let events happen in one cause; returns what was planned for it."""
    before = len(uow.planned)
    (via or planner()).plan(
        cast(UnitOfWork, uow), [(next(_event_ids), e) for e in events], actor=by, cause=Cause(key="c"), now=now
    )
    return uow.planned[before:]


def notice(**values: Any) -> Notice:
    """A notice as the planner would make it, for the parts that come after."""
    return Notice(
        **{
            "name": "acknowledgement", "klass": NoticeClass.AUTO_ANSWER, "ticket": 7, "article": 701,
            "recipient": Mailbox("Ana Silva", "ana@customer.example"),
            "sender": Mailbox("Northwind Help", "support@desk.example"), "reply_to": "support+tag@desk.example",
            "reverse_path": "", "language": "en", "context": {}, "dedupe_key": "1/acknowledgement/ana",
            "message_id": "<m.token.n1@desk.example>", **values,
        }
    )  # fmt: skip


def stored(filename: str, size: int = 10, sha256: str = "") -> StoredFile:
    """A kept attachment."""
    return StoredFile(filename=filename, content_type="image/png", size=size, sha256=sha256 or filename)
