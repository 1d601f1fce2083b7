"""Articles with their files, and the Message-IDs that lead to tickets.

Finds by id, ticket and Message-ID. Never tells whether a Message-ID proves anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, LargeBinary, any_, bindparam, insert, select, text, true, update

from maild.desk.ports import KnownMessage
from maild.domain.ticket import Article, ArticleKind, ArticleSender, StoredFile
from maild.store.inserts import insert_new, insert_or_leave
from maild.store.mapping import article_from, article_values, file_from, file_values
from maild.store.months import StaleMonths
from maild.store.session import Session
from maild.store.tables import article, article_file, message_ref
from maild.store.types import key

PROBE_LIMIT = 200
"""Message-IDs looked up at once; References of longer threads are cut in the middle, as RFC 5322 readers expect."""

ADD = insert_new(article)
ADD_FILES = insert(article_file)
ADD_REFERENCE = insert_or_leave(message_ref)
GET = select(article).where(article.c.id == bindparam("wanted"))
OF_TICKET = select(article).where(article.c.ticket == bindparam("wanted")).order_by(article.c.id)
FILES = (
    select(article_file)
    .where(article_file.c.article.in_(bindparam("articles", expanding=True)))
    .order_by(article_file.c.article, article_file.c.position)
)
KNOWN = select(message_ref.c.key, message_ref.c.ticket, message_ref.c.article).where(
    message_ref.c.key == bindparam("message")
)
KNOWN_ANY = select(message_ref.c.key, message_ref.c.ticket, message_ref.c.article).where(
    message_ref.c.key == any_(bindparam("messages", type_=ARRAY(LargeBinary)))
)
REMEMBERED = (
    select(message_ref.c.ticket)
    .where(message_ref.c.key == bindparam("message"))
    .order_by(message_ref.c.ticket.desc())
    .limit(bindparam("at_most"))
)
_BY_CUSTOMER = select(article.c.message_id).where(
    article.c.ticket == bindparam("wanted"),
    article.c.contact == bindparam("writer"),
    article.c.message_id != "",
    article.c.sender == ArticleSender.CUSTOMER.value,
    article.c.kind == ArticleKind.CORRESPONDENCE.value,
    article.c.verified == true(),
)
FIRST_ID = _BY_CUSTOMER.order_by(article.c.id).limit(1)
LAST_IDS = _BY_CUSTOMER.order_by(article.c.id.desc()).limit(bindparam("at_most"))


OWNED = ("ticket", "kind", "sender", "author", "contact", "verified", "automatic", "origin")
"""Columns that say whose words an article holds and where."""

VERIFY = update(article).where(article.c.id == bindparam("wanted")).values({name: bindparam(name) for name in OWNED})
LOSE = update(article).where(article.c.id == bindparam("wanted")).values(lost=true())
BRING_BACK = (
    update(article)
    .where(article.c.origin == bindparam("came_for"), text("origin <> 0"))
    .values(ticket=bindparam("home"), origin=0)
)
CAME_FOR = select(article).where(article.c.origin == bindparam("came_for"), text("origin <> 0")).order_by(article.c.id)
REFERENCE_BACK = (
    update(message_ref)
    .where(message_ref.c.key == bindparam("message"), message_ref.c.article == bindparam("moved"))
    .values(ticket=bindparam("home"))
)


def reference(message_id: str, ticket: int, article: int) -> dict[str, Any]:
    """One row of `message_ref`."""
    return {"key": key(message_id), "ticket": ticket, "article": article}


class ArticleRepository:
    """`ports.Articles` on one connection."""

    def __init__(self, session: Session, months: StaleMonths | None = None) -> None:
        self._session = session
        self._months = months or StaleMonths(session)
        self._known: dict[int, Article] = {}

    def forget(self) -> None:
        """A new transaction begins: what was read before may have changed."""
        self._known.clear()

    def add(self, article: Article) -> Article:
        """Store an article and remember its Message-ID; the blobs of its files must be stored before."""
        stored = replace(article, id=self._session.add_new(ADD, article_values(article)))
        if stored.files:
            rows = [file_values(stored.id, position, file) for position, file in enumerate(stored.files)]
            self._session.change_each(ADD_FILES, rows)
        if stored.message_id:
            self._session.change(ADD_REFERENCE, reference(stored.message_id, stored.ticket, stored.id))
        self._months.mark(stored.created_at, stored.created_at)
        self._known[stored.id] = stored
        return stored

    def verify(self, article: Article) -> Article:
        """Write an unverified article anew as its writer's own; it may have another ticket. Returns it."""
        values = article_values(article)
        self._session.change(VERIFY, {name: values[name] for name in OWNED} | {"wanted": article.id})
        if article.message_id:
            self._session.change(ADD_REFERENCE, reference(article.message_id, article.ticket, article.id))
        self._months.mark(article.created_at, article.created_at)
        self._known[article.id] = article
        return article

    def lose(self, article: int, *, now: datetime) -> None:
        """Write down that the customer never got these words of an agent: they answer nothing."""
        found = self.get(article)
        if found is not None and not found.lost:
            self._session.change(LOSE, {"wanted": article})
            self._months.mark(found.created_at, now)  # the answers that came after it waited longer
            self._known[article] = replace(found, lost=True)

    def get(self, article: int) -> Article | None:
        """The article with its files, or None."""
        if article in self._known:
            return self._known[article]
        rows = self._session.rows(GET, {"wanted": article})
        return next(iter(self._with_files(rows)), None)

    def of(self, ticket: int) -> list[Article]:
        """All articles of a ticket, oldest first."""
        return self._with_files(self._session.rows(OF_TICKET, {"wanted": ticket}))

    def remember(self, name: str, ticket: int) -> bool:
        """Let a Message-ID, or another name that `known_messages` is asked for, lead to a ticket.

        False when it does already.
        """
        return self._session.change(ADD_REFERENCE, reference(name, ticket, 0)) == 1

    def remembered(self, name: str, limit: int) -> list[int]:
        """Numbers of the tickets that this name leads to, newest first."""
        return [row[0] for row in self._session.rows(REMEMBERED, {"message": key(name), "at_most": limit})]

    def bring_back(self, origin: int) -> list[Article]:
        """Give the articles that were written to a merged ticket back to it; returns them as they were before."""
        moved = self._with_files(self._session.rows(CAME_FOR, {"came_for": origin}))
        self._session.change(BRING_BACK, {"came_for": origin, "home": origin})
        for one in moved:
            if one.message_id:
                values = {"message": key(one.message_id), "moved": one.id, "home": origin}
                self._session.change(REFERENCE_BACK, values)
        self._known.clear()
        return moved

    def known_messages(self, message_ids: Sequence[str]) -> list[KnownMessage]:
        """Which of these Message-IDs belong to tickets: one indexed probe each."""
        if len(message_ids) > PROBE_LIMIT:
            message_ids = [*message_ids[: PROBE_LIMIT // 2], *message_ids[-PROBE_LIMIT // 2 :]]
        by_key = {key(message_id): message_id for message_id in message_ids if message_id}
        if not by_key:
            return []
        if self._session.dialect == "sqlite":  # no way to the server, so no gain in asking for all at once
            found = [row for message in by_key for row in self._session.rows(KNOWN, {"message": message})]
        else:
            found = self._session.rows(KNOWN_ANY, {"messages": list(by_key)})
        return [KnownMessage(message_id=by_key[row[0]], ticket=row[1], article=row[2]) for row in found]

    def last_message_ids(self, ticket: int, contact: int, limit: int) -> list[str]:
        """Message-IDs of what a customer wrote (public, verified), oldest first: the first one and the last `limit`."""
        his = {"wanted": ticket, "writer": contact}
        last = [row[0] for row in self._session.rows(LAST_IDS, his | {"at_most": limit})]
        if len(last) < limit:
            return list(reversed(last))
        first: str | None = self._session.value(FIRST_ID, his)
        return [*([first] if first and first not in last else []), *reversed(last)]

    def _with_files(self, rows: Sequence[Any]) -> list[Article]:
        files: dict[int, list[StoredFile]] = {}
        owners = [row.id for row in rows if row.files]
        if owners:
            for row in self._session.connection.execute(FILES, {"articles": owners}):
                files.setdefault(row.article, []).append(file_from(row))
        return [article_from(row, files.get(row.id, ())) for row in rows]
