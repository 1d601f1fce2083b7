"""Fills an empty store with years of a busy desk: tickets, what was written in them, ratings, in the hours people work.

Rows are written in bulk, round the daemon and in each engine's quickest way, so the daemon must not run. Every fill of
the same size makes the same rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from maild.store.tables import FIRST_NUMBER, article, contact, rating, ticket

BEGIN = datetime(2024, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
"""Two years, and the noon at which they are reported on."""

TEAMS = tuple(f"team{n:02}" for n in range(10))
AGENTS = tuple(f"agent{n:02}" for n in range(80))
CATEGORIES = tuple(f"category{n:02}" for n in range(40))
PRODUCTS = ("", "", "printer", "router", "licence", "rental")
DOMAINS = tuple(f"customer{n:03}.example" for n in range(300))
"""Organisations, of which the first ones write most."""

CONTACTS = 60_000
WORDS = "The printer on the second floor does not print since Monday, and nobody knows why.\n" * 4
HOURS = (1,) * 7 + (4, 10, 16, 15, 12, 8, 10, 14, 13, 11, 8) + (3,) * 6
"""How many write in each hour of the day, beside each other."""

Row = dict[str, Any]

_BATCH = 20_000


def fill(url: str, tickets: int) -> None:
    """Write so many tickets of two years, and all that belongs to them, into the empty store at `url`."""
    chance = Random(1)
    numbers: dict[str, int] = {"article": 0, "rating": 0}
    span = (NOW - BEGIN).total_seconds()
    with _Writer(url) as writer:
        writer.write("contact", contact.c.keys(), (_contact(n) for n in range(1, CONTACTS + 1)))
        for begin in range(0, tickets, _BATCH):
            tickets_: list[Row] = []
            articles: list[Row] = []
            ratings: list[Row] = []
            for at in range(begin, min(begin + _BATCH, tickets)):
                opened = _working(BEGIN + timedelta(seconds=span * at / tickets), chance)
                life = _Life(FIRST_NUMBER + at, opened, chance)
                tickets_.append(life.ticket)
                articles += life.articles(numbers)
                ratings += life.ratings(numbers)
            writer.write("ticket", ticket.c.keys(), tickets_)
            writer.write("article", article.c.keys(), articles)
            writer.write("rating", rating.c.keys(), ratings)


class _Life:
    """One ticket from its first mail to its closing, if it came to that."""

    def __init__(self, number: int, opened: datetime, chance: Random) -> None:
        self.chance = chance
        self.agent = AGENTS[int(len(AGENTS) * chance.random() ** 1.4)]
        team = TEAMS[AGENTS.index(self.agent) % len(TEAMS)]
        self.requester = 1 + int(CONTACTS * chance.random() ** 2)
        self.said: list[tuple[datetime, str]] = [(opened, "customer")]
        first = opened + timedelta(minutes=chance.lognormvariate(4.6, 1.2))
        at = first
        for _ in range(1 + int(chance.expovariate(0.9))):
            self.said.append((at, "agent"))
            if chance.random() < 0.55:
                at += timedelta(minutes=chance.lognormvariate(5.0, 1.3))
                self.said.append((at, "customer"))
                at += timedelta(minutes=chance.lognormvariate(4.8, 1.2))
        said = [(at, who) for at, who in self.said if at < NOW]
        closes = at + timedelta(hours=chance.expovariate(1 / 20))
        self.closed = closes if closes < NOW and len(said) == len(self.said) and chance.random() > 0.012 else None
        self.said = said
        state = "open" if self.closed is None else "merged" if chance.random() < 0.02 else "closed"
        self.state = state
        self.ticket: Row = {
            "number": number, "title": "Printer on the second floor", "state": state, "waiting": "", "team": team,
            "owner": self.agent, "category": CATEGORIES[int(len(CATEGORIES) * chance.random() ** 1.5)],
            "request_type": "", "priority": chance.choice(("low", "normal", "normal", "normal", "high", "urgent")),
            "requester": self.requester, "mailbox": "support@casa.example", "language": "pt", "severity": "",
            "product": chance.choice(PRODUCTS), "tags": "[]", "watchers": "[]", "policy": "standard",
            "chosen_policy": "", "created_at": opened, "updated_at": max(said[-1][0], self.closed or opened),
            "waits_until": None, "closed_at": self.closed,
            "first_response_at": first if first < NOW else None,
            "last_customer_at": opened, "last_agent_at": first if first < NOW else None,
            "promised_at": opened + timedelta(hours=4), "reopen_count": int(chance.random() < 0.04), "follows": 0,
            "merged_into": number - 1 if state == "merged" else 0, "muted": "[]", "grouped": 0,
            "grouped_told_at": None, "version": len(said),
        }  # fmt: skip

    def articles(self, numbers: dict[str, int]) -> Iterator[Row]:
        """Acknowledged by the system, then words of both sides."""
        opened = self.said[0][0]
        yield self._article(numbers, opened, "customer")
        yield self._article(numbers, opened + timedelta(seconds=2), "system")
        for at, who in self.said[1:]:
            yield self._article(numbers, at, who)

    def ratings(self, numbers: dict[str, int]) -> Iterator[Row]:
        """One in three closings is asked about, and one in four of those answered."""
        if self.state == "closed" and self.closed and self.chance.random() < 0.33:
            numbers["rating"] += 1
            answered = self.chance.random() < 0.25
            yield {
                "id": numbers["rating"], "secret": self.chance.randbytes(32), "ticket": self.ticket["number"],
                "contact": self.requester, "agent": self.agent, "asked_at": self.closed,
                "expires_at": self.closed + timedelta(days=14), "rated_at": self.closed if answered else None,
                "good": int(self.chance.random() < 0.85) if answered else None,
            }  # fmt: skip

    def _article(self, numbers: dict[str, int], at: datetime, who: str) -> Row:
        numbers["article"] += 1
        return {
            "id": numbers["article"], "ticket": self.ticket["number"], "kind": "correspondence", "sender": who,
            "author": "x", "contact": self.requester if who == "customer" else 0,
            "agent": self.agent if who == "agent" else "", "message_id": f"<{numbers['article']}@mail.example>",
            "subject": "Printer", "text": WORDS, "new_text": None, "files": 0, "channel": "mail",
            "inbound": 0, "verified": 1, "automatic": int(who == "system"), "origin": 0, "created_at": at, "lost": 0,
        }  # fmt: skip


class _Writer:
    """Rows into tables by the driver's quickest way; nothing is checked and nothing synchronised."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._lite = parsed.get_backend_name() == "sqlite"
        if self._lite:
            self._connection: Any = sqlite3.connect(str(parsed.database), isolation_level=None)
            for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000", "wal_autocheckpoint=100000"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("BEGIN")
        else:
            self._connection = psycopg.connect(parsed.set(drivername="postgresql").render_as_string(False))
            self._connection.execute("SET session_replication_role = replica")  # the keys fit; do not look each one up

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._connection.execute("COMMIT")
            self._tidy()
        self._connection.close()

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Append rows to a table."""
        names = ", ".join(columns)
        values = ([_plain(row[name]) for name in columns] for row in rows)
        if self._lite:
            self._connection.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", values
            )
            return
        with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)

    def _tidy(self) -> None:
        """As after a night: the log written back, the planner's figures up to date."""
        if self._lite:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            self._connection.autocommit = True
            self._connection.execute("VACUUM ANALYZE")


def _contact(number: int) -> Row:
    domain = DOMAINS[int(len(DOMAINS) * (number / (CONTACTS + 1)) ** 1.6)]
    return {
        "id": number, "name": "x", "address": f"person{number}@{domain}", "language": "pt", "zone": "",
        "blocked": 0,
    }  # fmt: skip


def _working(at: datetime, chance: Random) -> datetime:
    """The same day, in an hour in which people write; half of what would come on a weekend comes the Monday after."""
    if at.weekday() >= 5 and chance.random() < 0.5:
        at += timedelta(days=7 - at.weekday())
    (hour,) = chance.choices(range(24), HOURS)
    found = at.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0)
    return min(found, NOW - timedelta(minutes=1))


def _plain(value: Any) -> Any:
    """Times as the fixed-width text that SQLite keeps and PostgreSQL reads."""
    return value.isoformat(" ", "microseconds") if isinstance(value, datetime) else value
