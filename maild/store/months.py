"""Figures of whole months, kept so that a report over years reads some dozens of rows.

A month is kept only while nothing of it has changed: every change of a ticket or an article marks its months as stale
in the same transaction, and a stale month is counted anew. Never counts anything itself: `tally` does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, select

from maild.domain.figures import Table
from maild.store.inserts import insert_or_add, insert_or_replace
from maild.store.session import Session
from maild.store.tables import kept_month, stale_month

QUIET = timedelta(days=2)
"""A month is kept so long after its end: no transaction that began in it is still open."""

LONGEST = 240
"""Months marked for one ticket at most: twenty years."""

MARK = insert_or_add(stale_month, "version")
MARKS = (
    select(stale_month.c.month, stale_month.c.process, stale_month.c.version)
    .where(stale_month.c.month >= bindparam("first"), stale_month.c.month <= bindparam("last"))
)  # fmt: skip
UNMARK = delete(stale_month).where(
    stale_month.c.month == bindparam("of_month"),
    stale_month.c.process == bindparam("by_process"),
    stale_month.c.version == bindparam("as_read"),
)
STILL = select(func.count()).select_from(stale_month).where(stale_month.c.month == bindparam("of_month"))
KEPT = select(kept_month).where(
    kept_month.c.month >= bindparam("first"), kept_month.c.month <= bindparam("last"),
    kept_month.c.basis == bindparam("so_counted"),
)  # fmt: skip
KEEP = insert_or_replace(kept_month)

Marks = dict[tuple[int, int], int]
"""(month, process) -> how often it was marked."""


class StaleMonths:
    """Marks the months of what changes; belongs to a unit of work. A row a process, so that none waits for another."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._marked: set[int] = set()

    def forget(self) -> None:
        """A new transaction begins, or a part of one was undone."""
        self._marked.clear()

    def mark(self, first: datetime, last: datetime) -> None:
        """Everything from the month of `first` to that of `last` may count otherwise now."""
        begin, end = month_of(min(first, last)), month_of(max(first, last))
        fresh = [month for month in range(max(begin, end - LONGEST), end + 1) if month not in self._marked]
        if fresh:
            process = os.getpid()
            self._session.change_each(MARK, [{"month": m, "process": process, "version": 1} for m in fresh])
            self._marked.update(fresh)


def month_of(at: datetime) -> int:
    """Months since the year 0, of UTC: they can be counted on."""
    found = at.astimezone(UTC)
    return found.year * 12 + found.month - 1


def begin_of(month: int) -> datetime:
    """Its first moment."""
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def whole_months(since: datetime, until: datetime, now: datetime) -> range:
    """The months that lie wholly in the period and ended long enough ago to be kept."""
    first = month_of(since) + (begin_of(month_of(since)) < since)
    last = month_of(min(until, now - QUIET))
    return range(first, max(first, last))


def marks(session: Session, months: range) -> Marks:
    """What is stale of these months."""
    rows = session.rows(MARKS, {"first": months.start, "last": months.stop - 1}) if months else []
    return {(row.month, row.process): row.version for row in rows}


def kept(session: Session, months: range, basis: str, stale: Marks) -> Iterator[tuple[int, dict[str, Table]]]:
    """The months that are kept by this basis and of which nothing is stale."""
    changed = {month for month, _ in stale}
    if months:
        rows = session.rows(KEPT, {"first": months.start, "last": months.stop - 1, "so_counted": basis})
        for row in rows:
            if row.month not in changed:
                yield row.month, _decode(row.body)


def keep(month: int, tables: dict[str, Table], basis: str, stale: Marks) -> Callable[[Any], bool]:
    """A job that keeps a month, unless something of it has changed since `stale` was read; True when it did."""
    body = _encode(tables)

    def job(uow: Any) -> bool:
        session: Session = uow.session
        for (marked, process), version in stale.items():
            if marked == month:
                session.change(UNMARK, {"of_month": month, "by_process": process, "as_read": version})
        if session.value(STILL, {"of_month": month}):
            return False
        session.change(KEEP, {"month": month, "basis": basis, "body": body})
        return True

    return job


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, Table]).decode
