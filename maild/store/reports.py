"""Figures over many tickets, reckoned by the database: volume, backlog, times to answer and to solve, kept promises.

Each question is a range of one index and a sort of what is in it, so its cost is that of the period asked for. Reads
committed state only; judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, bindparam, func, select, text

from maild.domain.lifecycle import StateType
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import ticket
from maild.store.types import UtcTime, literals

GROUPS = ("team", "owner", "category", "day", "month", "all")
"""What figures can be kept apart by. Days and months are those of UTC."""

CONCERNED = frozenset({"mailbox", "team", "owner", "category", "policy"})
"""Fields of tickets that name an entry of the configuration."""

_AT = {
    "sqlite": {"day": "substr({at}, 1, 10)", "month": "substr({at}, 1, 7)"},
    "postgresql": {
        "day": "to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
        "month": "to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM')",
    },
}
_MINUTES = {
    "sqlite": "(julianday({to}) - julianday(created_at)) * 1440.0",
    "postgresql": "EXTRACT(EPOCH FROM {to} - created_at) / 60.0",
}
_OPENED = """
SELECT {group} AS name, count(*) AS opened,
  sum(CASE WHEN reopen_count > 0 THEN 1 ELSE 0 END) AS reopened,
  sum(CASE WHEN promised_at < :now OR first_response_at IS NOT NULL AND promised_at IS NOT NULL THEN 1 ELSE 0 END)
    AS promised,
  sum(CASE WHEN first_response_at <= promised_at THEN 1 ELSE 0 END) AS kept
FROM ticket WHERE created_at >= :since AND created_at < :until GROUP BY 1
"""
_CLOSED = """
SELECT {group} AS name, count(*) AS closed FROM ticket WHERE closed_at >= :since AND closed_at < :until GROUP BY 1
"""
# In two parts, since one with OR reads the whole table; coalesce keeps the engine from walking all that was ever opened
_BACKLOG = """
SELECT name, count(*) AS backlog FROM (
  SELECT {group} AS name FROM ticket
  WHERE state IN ('new', 'open', 'pending') AND coalesce(created_at, created_at) < :until
  UNION ALL
  SELECT {group} AS name FROM ticket
  WHERE closed_at >= :until AND state NOT IN ('new', 'open', 'pending') AND coalesce(created_at, created_at) < :until
) AS open_then GROUP BY name
"""
_TIMES = """
SELECT name, max(CASE WHEN place = (howmany + 1) / 2 THEN minutes END) AS median,
  max(CASE WHEN place = (howmany * 9 + 9) / 10 THEN minutes END) AS ninetieth
FROM (
  SELECT name, minutes, row_number() OVER (PARTITION BY name ORDER BY minutes) AS place,
    count(*) OVER (PARTITION BY name) AS howmany
  FROM (
    SELECT {group} AS name, {minutes} AS minutes FROM ticket
    WHERE {at} >= :since AND {at} < :until AND {to} IS NOT NULL
  ) AS each_one
) AS placed GROUP BY name
"""
_SINCE = text("SELECT number FROM ticket WHERE created_at >= :since ORDER BY number").bindparams(
    bindparam("since", type_=UtcTime())
)

Row = dict[str, Any]


class StoreReports:
    """Reports on read-only connections."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def concerned(self, field: str, value: str, *, limit: int) -> tuple[int, list[int]]:
        """How many tickets that are not closed have this value in a field of CONCERNED, and the newest of them."""
        if field not in CONCERNED:
            raise ValueError(f"cannot look by {field!r}")
        still = ticket.c.state.in_(literals(StateType.NEW, StateType.OPEN, StateType.PENDING))
        such = select(ticket.c.number).where(still, ticket.c[field] == value)

        def read(session: Session) -> tuple[int, list[int]]:
            count = session.connection.execute(select(func.count()).select_from(such.subquery())).scalar_one()
            newest = session.connection.execute(such.order_by(ticket.c.number.desc()).limit(limit))
            return count, [row[0] for row in newest]

        return self._readers.run_at_once(read)

    def opened_since(self, since: datetime) -> list[int]:
        """Numbers of the tickets opened since this time, in order."""
        return self._readers.run(
            lambda session: [row[0] for row in session.connection.execute(_SINCE, {"since": since})]
        )

    def figures(self, *, since: datetime, until: datetime, by: str, now: datetime) -> list[Row]:
        """A row a group with tickets opened or closed in the period, or open at its end.

        `opened`, `closed`, `backlog` (at `until`; None by day or month), of those opened: `reopened`, `promised` (first
        answers that were due by `now`, or given), `kept`, and minutes by the clock on the wall to the first answer
        (`first_median`, `first_ninetieth`); of those closed the minutes to closing (`solution_…`). None where none was.
        """
        if by not in GROUPS:
            raise ValueError(f"cannot group by {by!r}")
        period = {"since": since, "until": until, "now": now}

        def read(session: Session) -> list[Row]:
            found: dict[str, Row] = {}
            for statement, names in _statements(session.dialect, by):
                for row in session.connection.execute(statement, _used(statement, period)):
                    values = row._mapping
                    into = found.setdefault(values["name"], {"group": values["name"], **EMPTY})
                    for column, name in names.items():
                        value = values[column]
                        into[name] = round(float(value), 1) if isinstance(value, float) or "_" in name else value
            if by in _AT["sqlite"]:
                for figures in found.values():
                    figures["backlog"] = None
            return [found[name] for name in sorted(found)]

        return self._readers.run_at_once(read)


EMPTY: Mapping[str, Any] = {
    "opened": 0, "closed": 0, "backlog": 0, "reopened": 0, "promised": 0, "kept": 0,
    "first_median": None, "first_ninetieth": None, "solution_median": None, "solution_ninetieth": None,
}  # fmt: skip
"""The figures, in the order in which they are shown."""


def _statements(dialect: str, by: str) -> list[tuple[TextClause, dict[str, str]]]:
    """Each question, and which of its columns is which figure. `by` is one of GROUPS, never a stranger's word."""

    def group(at: str) -> str:
        if by == "all":
            return "'all'"
        return _AT[dialect][by].format(at=at) if by in _AT[dialect] else by

    def times(at: str, to: str) -> str:
        return _TIMES.format(group=group(at), at=at, to=to, minutes=_MINUTES[dialect].format(to=to))

    def columns(*names: str) -> dict[str, str]:
        return {name: name for name in names}

    asked = [
        (_OPENED.format(group=group("created_at")), columns("opened", "reopened", "promised", "kept")),
        (_CLOSED.format(group=group("closed_at")), columns("closed")),
        (times("created_at", "first_response_at"), {"median": "first_median", "ninetieth": "first_ninetieth"}),
        (times("closed_at", "closed_at"), {"median": "solution_median", "ninetieth": "solution_ninetieth"}),
    ]
    if by not in _AT[dialect]:
        asked.append((_BACKLOG.format(group=group("created_at")), columns("backlog")))
    return [(_timed(statement), names) for statement, names in asked]


def _timed(statement: str) -> TextClause:
    names = [name for name in ("since", "until", "now") if f":{name}" in statement]
    return text(statement).bindparams(*(bindparam(name, type_=UtcTime()) for name in names))


def _used(statement: TextClause, values: Mapping[str, datetime]) -> dict[str, datetime]:
    return {name: value for name, value in values.items() if name in statement.compile().params}
