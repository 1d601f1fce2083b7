"""Figures of whole months, kept so that a report over years reads some dozens of rows.

A month is kept only while nothing of it has changed: every change of a ticket or an article marks its months as stale
in the same transaction, and a stale month is counted anew. Never counts anything itself: `tally` does.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import msgspec
from sqlalchemy import Text, bindparam, delete, func, or_, select

from maild.domain.figures import Table, Tables
from maild.store.inserts import insert_or_add, insert_or_replace
from maild.store.session import Session
from maild.store.tables import kept_figures, kept_month, stale_month

QUIET = timedelta(days=2)
"""A month is kept so long after its end: no transaction that began in it is still open."""

WEST, EAST = timedelta(hours=12), timedelta(hours=14)
"""How far clocks on walls are behind and ahead of UTC at most: a change marks the months of every zone."""

EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC) + WEST, datetime.max.replace(tzinfo=UTC) - EAST
"""What a calendar can count from: the date of an old mail is whatever its writer says."""

LONGEST = 240
"""Months marked for one ticket at most: twenty years."""

VERSIONS = 2**31
"""One of so many is added at each change: the engines can count four thousand million of them together."""

ANY = "\x1f"
"""In place of a team: of all of them. No team is called so."""

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
KEPT = select(kept_month.c.month).where(
    kept_month.c.month >= bindparam("first"), kept_month.c.month <= bindparam("last"),
    kept_month.c.basis == bindparam("so_counted"),
)  # fmt: skip
FIGURES = (
    select(kept_figures.c.team, kept_figures.c.body)
    .where(
        kept_figures.c.month == bindparam("of_month"), kept_figures.c.dimension == bindparam("apart_by"),
        or_(bindparam("of_team", type_=Text()) == ANY, kept_figures.c.team == bindparam("of_team", type_=Text())),
    )
)  # fmt: skip
KEEP = insert_or_replace(kept_month)
CLEAR = delete(kept_figures).where(kept_figures.c.month == bindparam("of_month"))
KEEP_FIGURES = insert_or_replace(kept_figures)

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
        begin = month_of(max(min(first, last), EARLIEST) - WEST)
        end = month_of(min(max(first, last), LATEST) + EAST)
        fresh = [month for month in range(max(begin, end - LONGEST), end + 1) if month not in self._marked]
        if fresh:
            process = os.getpid()
            # no version comes twice, or who counted before another has unmarked the month would take it for his own
            version = random.randint(1, VERSIONS)  # noqa: S311 - guards no secret
            self._session.change_each(MARK, [{"month": m, "process": process, "version": version} for m in fresh])
            self._marked.update(fresh)


def month_of(at: datetime, zone: tzinfo = UTC) -> int:
    """Months since the year 0, on the wall of `zone`: they can be counted on."""
    found = at.astimezone(zone)
    return found.year * 12 + found.month - 1


def name_of(month: int) -> str:
    """As people write it: `2026-11`."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def begin_of(month: int, zone: tzinfo = UTC) -> datetime:
    """Its first moment in the zone, in UTC."""
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).astimezone(UTC)


def whole_months(since: datetime, until: datetime, now: datetime, zone: tzinfo = UTC) -> range:
    """The months that lie wholly in the period and ended long enough ago to be kept."""
    first = month_of(since, zone)
    first += begin_of(first, zone) < since
    last = month_of(min(until, now - QUIET), zone)
    return range(first, max(first, last))


def marks(session: Session, months: range) -> Marks:
    """What is stale of these months."""
    rows = session.rows(MARKS, {"first": months.start, "last": months.stop - 1}) if months else []
    return {(row.month, row.process): row.version for row in rows}


def kept(session: Session, months: range, basis: str, stale: Marks) -> set[int]:
    """Which of the months are kept by this basis, nothing of them being stale."""
    if not months:
        return set()
    rows = session.rows(KEPT, {"first": months.start, "last": months.stop - 1, "so_counted": basis})
    return {row.month for row in rows} - {month for month, _ in stale}


def figures_of(session: Session, month: int, dimension: str, team: str | None) -> list[tuple[str, Table]]:
    """(team, table) of a kept month, of all teams or of one."""
    asked = {"of_month": month, "apart_by": dimension, "of_team": ANY if team is None else team}
    return [(row.team, _decode(row.body)) for row in session.rows(FIGURES, asked)]


def keep(month: int, teams: Mapping[str, Tables], basis: str, stale: Marks) -> Callable[[Any], bool]:
    """A job that keeps a month, unless something of it has changed since `stale` was read; True when it did."""
    rows = [
        {"month": month, "dimension": dimension, "team": team, "body": _encode(table)}
        for team, tables in teams.items()
        for dimension, table in tables.items()
    ]

    def job(uow: Any) -> bool:
        session: Session = uow.session
        for (marked, process), version in stale.items():
            if marked == month:
                session.change(UNMARK, {"of_month": month, "by_process": process, "as_read": version})
        if session.value(STILL, {"of_month": month}):
            return False
        session.change(KEEP, {"month": month, "basis": basis})
        session.change(CLEAR, {"of_month": month})
        if rows:
            session.change_each(KEEP_FIGURES, rows)
        return True

    return job


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Table).decode
