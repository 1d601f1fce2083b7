"""Figures over many tickets: whole months from what is kept of them, the rest counted from the rows.

What a report costs is the period's edges and what has changed lately, not the desk's age. Reads committed state only;
judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, text

from maild.desk.ports import Writer
from maild.domain.figures import Table, added
from maild.domain.lifecycle import ENDED, StateType
from maild.store.months import begin_of, keep, kept, marks, month_of, whole_months
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import contact, ticket
from maild.store.tally import DIMENSIONS, Basis, count
from maild.store.types import UtcTime, literals

CONCERNED = frozenset({"mailbox", "team", "owner", "category", "policy"})
"""Fields of tickets that name an entry of the configuration."""

_SINCE = text("SELECT number FROM ticket WHERE created_at >= :since ORDER BY number").bindparams(
    bindparam("since", type_=UtcTime())
)
_until = bindparam("until", type_=ticket.c.created_at.type)
_still = ticket.c.state.in_(literals(StateType.NEW, StateType.OPEN, StateType.PENDING))
_place = (ticket.c.team, ticket.c.owner, ticket.c.category, contact.c.address, func.count().label("tickets"))
_open_then = (
    select(*_place)
    .select_from(ticket.join(contact, contact.c.id == ticket.c.requester))
    # coalesce keeps the engine from walking all that was ever opened
    .where(func.coalesce(ticket.c.created_at, ticket.c.created_at) < _until)
    .group_by(ticket.c.team, ticket.c.owner, ticket.c.category, contact.c.address)
)
# In two parts, since one with OR reads the whole table
FIRST = select(ticket.c.created_at).where(ticket.c.number > 0).order_by(ticket.c.number).limit(1)
STILL_OPEN = _open_then.where(_still)
CLOSED_LATER = _open_then.where(ticket.c.closed_at >= _until, ticket.c.state.in_(literals(*sorted(ENDED))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened in a period, by dimension; `backlog` is what was open at its end, by dimension and name.

    `counted` is how many whole months had to be counted from the rows.
    """

    tables: Mapping[str, Table]
    backlog: Mapping[str, Mapping[str, int]]
    counted: int


class StoreReports:
    """Reports on read-only connections; months that were counted are kept through the writer."""

    def __init__(self, readers: Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer

    def concerned(self, field: str, value: str, *, limit: int) -> tuple[int, list[int]]:
        """How many tickets that are not closed have this value in a field of CONCERNED, and the newest of them."""
        if field not in CONCERNED:
            raise ValueError(f"cannot look by {field!r}")
        such = select(ticket.c.number).where(_still, ticket.c[field] == value)

        def read(session: Session) -> tuple[int, list[int]]:
            found = session.connection.execute(select(func.count()).select_from(such.subquery())).scalar_one()
            newest = session.connection.execute(such.order_by(ticket.c.number.desc()).limit(limit))
            return found, [row[0] for row in newest]

        return self._readers.run_at_once(read)

    def opened_since(self, since: datetime) -> list[int]:
        """Numbers of the tickets opened since this time, in order."""
        return self._readers.run(
            lambda session: [row[0] for row in session.connection.execute(_SINCE, {"since": since})]
        )

    def figures(
        self, *, since: datetime, until: datetime, now: datetime, basis: Basis, only: Mapping[str, str] | None = None
    ) -> Figures:
        """Everything that happened from `since` to before `until`. `only` leaves out tickets with other values.

        With `only` all of it is counted from the rows.
        """
        found: list[Mapping[str, Table]] = []
        begin, counted = since, 0
        months = whole_months(since, until, now) if not only else range(0)
        known = self._readers.run_at_once(
            lambda session: dict(kept(session, months, basis.digest, marks(session, months)))
        )
        for month in months:
            if begin < begin_of(month):
                found.append(self._count(begin, begin_of(month), now, basis, {}))
            if month in known:
                found.append(known[month])
            else:
                found.append(self.keep_month(month, now=now, basis=basis))
                counted += 1
            begin = begin_of(month + 1)
        if begin < until:
            found.append(self._count(begin, until, now, basis, only or {}))
        return Figures(
            tables={name: added(tables.get(name, {}) for tables in found) for name in DIMENSIONS},
            backlog=self._readers.run_at_once(lambda session: _backlog(session, until, basis, only or {})),
            counted=counted,
        )

    def missing(self, *, now: datetime, basis: Basis) -> list[int]:
        """Months that are over and not kept, or not true any more, newest first; from the first ticket on."""

        def read(session: Session) -> list[int]:
            first = session.connection.execute(FIRST).scalar_one_or_none()
            months = whole_months(begin_of(month_of(first)), now, now) if first is not None else range(0)
            known = {month for month, _ in kept(session, months, basis.digest, marks(session, months))}
            return [month for month in reversed(months) if month not in known]

        return self._readers.run_at_once(read)

    def keep_month(self, month: int, *, now: datetime, basis: Basis) -> Mapping[str, Table]:
        """Count a whole month from the rows, and keep it if nothing of it changes meanwhile."""

        def read(session: Session) -> tuple[Mapping[str, Table], Callable[[object], bool] | None]:
            stale = marks(session, range(month, month + 1))
            tally = count(session, since=begin_of(month), until=begin_of(month + 1), now=now, basis=basis)
            # the name of the desk's zone is in the basis, so hours that are kept are the desk's
            job = None if tally.unsettled else keep(month, tally.tables, basis.digest, stale)
            return tally.tables, job

        tables, job = self._readers.run_at_once(read)
        if job is not None:
            self._writer.run(job)
        return tables

    def _count(
        self, since: datetime, until: datetime, now: datetime, basis: Basis, only: Mapping[str, str]
    ) -> Mapping[str, Table]:
        return self._readers.run_at_once(
            lambda session: count(session, since=since, until=until, now=now, basis=basis, only=only).tables
        )


def _backlog(
    session: Session, until: datetime, basis: Basis, only: Mapping[str, str]
) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {name: {} for name in ("all", "team", "owner", "category", "organisation")}
    for statement in (STILL_OPEN, CLOSED_LATER):
        for row in session.rows(statement, {"until": until}):
            names = {
                "all": "all", "team": row.team, "owner": row.owner, "category": row.category,
                "organisation": basis.organisation_of(row.address),
            }  # fmt: skip
            if any(names[name] != value for name, value in only.items()):
                continue
            for name, value in names.items():
                found[name][value] = found[name].get(value, 0) + row.tickets
    return found
