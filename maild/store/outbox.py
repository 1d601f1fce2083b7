"""Planned mail as a unit of work sees it: plans, and counts of automatic answers for the guard.

A dedupe key is planned once. Never claims or sends anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from maild.domain.notice import Notice, NoticeClass, OutboxState
from maild.store.articles import ADD_REFERENCE, reference
from maild.store.mapping import to_json
from maild.store.tables import automatic_tally, outbox
from maild.store.types import key
from maild.store.upsert import insert_or_leave

PLAN = insert_or_leave(outbox, "id")


def _count_up() -> dict[str, Any]:
    statements: dict[str, Any] = {}
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql)):
        added = dialect.insert(automatic_tally)
        statements[name] = added.on_conflict_do_update(
            index_elements=list(automatic_tally.primary_key.columns),
            set_={"answers": automatic_tally.c.answers + added.excluded.answers},
        )
    return statements


COUNT_UP = _count_up()
_SINCE = outbox.c.created_at >= bindparam("since", type_=outbox.c.created_at.type)
# Literal, so that the engine sees that the partial index answers the question
_AUTOMATIC = {"sqlite": text("automatic = 1"), "postgresql": text("automatic")}
TO_ADDRESS = {
    dialect: select(func.count())
    .select_from(outbox)
    .where(condition, outbox.c.recipient_key == bindparam("address"), _SINCE)
    for dialect, condition in _AUTOMATIC.items()
}
NAMED_TO_ADDRESS = {dialect: all_.where(outbox.c.name == bindparam("only")) for dialect, all_ in TO_ADDRESS.items()}
IN_ALL = select(func.coalesce(func.sum(automatic_tally.c.answers, type_=BigInteger), 0)).where(
    automatic_tally.c.minute >= bindparam("first")
)


class OutboxRepository:
    """`ports.Outbox` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        dialect = connection.dialect.name
        self._plan = PLAN[dialect]
        self._add_reference = ADD_REFERENCE[dialect]
        self._count_up = COUNT_UP[dialect]
        self._to_address = TO_ADDRESS[dialect]
        self._named_to_address = NAMED_TO_ADDRESS[dialect]

    def plan(self, notices: Iterable[Notice], *, now: datetime) -> None:
        """Store notices; one whose dedupe key exists is left out."""
        references: list[dict[str, Any]] = []
        answers = 0
        for notice in notices:
            values = _values(notice, now)
            if self._connection.execute(self._plan, values).scalar() is None:
                continue
            answers += values["automatic"]
            if notice.ticket and notice.message_id and not notice.suppressed:
                references.append(reference(notice.message_id, notice.ticket, 0))
        if references:
            self._connection.execute(self._add_reference, references)
        if answers:
            counted = {"minute": _minute(now), "process": os.getpid(), "answers": answers}
            self._connection.execute(self._count_up, counted)

    def automatic_to(self, recipient_key: str, since: datetime, name: str = "") -> int:
        """How many automatic answers to this folded address were let through since then; of one notice with `name`."""
        values = {"address": key(recipient_key), "since": since}
        if name:
            found = self._connection.execute(self._named_to_address, values | {"only": name})
        else:
            found = self._connection.execute(self._to_address, values)
        count: int = found.scalar_one()
        return count

    def automatic_since(self, since: datetime) -> int:
        """How many automatic answers were let through since then, in all; the minute that has begun counts whole."""
        return int(self._connection.execute(IN_ALL, {"first": _minute(since)}).scalar_one())


def _values(notice: Notice, now: datetime) -> dict[str, Any]:
    refused = bool(notice.suppressed)
    return {
        "dedupe_key": key(notice.dedupe_key),
        "ticket": notice.ticket,
        "article": notice.article,
        "recipient_key": key(notice.recipient.key),
        "name": notice.name,
        "automatic": notice.klass is NoticeClass.AUTO_ANSWER and not refused,
        "notice": to_json(notice),
        "state": OutboxState.SUPPRESSED.value if refused else OutboxState.PLANNED.value,
        "state_before": "",
        "attempts": 0,
        "fence": 0,
        "unknown": 0,
        "created_at": now,
        "due_at": None if refused else now,
        "settled_at": now if refused else None,
        "last_error": notice.suppressed,
    }


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
