"""Figures over many tickets: whole months from what is kept of them, the rest counted from the rows.

What a report costs is the period's edges and what has changed lately, not the desk's age. Reads committed state only;
judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select, text

from maild.desk.ports import Writer
from maild.domain.figures import Table, Tables, added
from maild.domain.lifecycle import StateType
from maild.store.months import begin_of, figures_of, keep, kept, marks, month_of, name_of, whole_months
from maild.store.places import PLACE, WANTED, Basis, only_values
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.sums import DIMENSIONS, OF_A_TICKET
from maild.store.tables import contact, ticket
from maild.store.tally import NOT_DONE, count
from maild.store.types import UtcTime, literals

CONCERNED = frozenset({"mailbox", "team", "owner", "category", "policy"})
"""Fields of tickets that name an entry of the configuration."""

_SINCE = text("SELECT number FROM ticket WHERE created_at >= :since ORDER BY number").bindparams(
    bindparam("since", type_=UtcTime())
)
_until = bindparam("until", type_=ticket.c.created_at.type)
_still = ticket.c.state.in_(literals(StateType.NEW, StateType.OPEN, StateType.PENDING))
_open_then = (
    select(*PLACE, func.count().label("tickets"))
    .select_from(ticket.join(contact, contact.c.id == ticket.c.requester))
    # coalesce keeps the engine from walking all that was ever opened
    .where(func.coalesce(ticket.c.created_at, ticket.c.created_at) < _until, WANTED)
    .group_by(*PLACE)
)
# In two parts, since one with OR reads the whole table
FIRST = select(func.min(ticket.c.created_at))
"""Nothing happened before: whoever asks for all years does not wait for the empty ones."""
STILL_OPEN = _open_then.where(_still)
CLOSED_LATER = _open_then.where(ticket.c.closed_at >= _until, ticket.c.state.not_in(literals(*NOT_DONE)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened in a period, by dimension; `backlog` is what was open at its end, by dimension and name.

    `counted` is how many whole months had to be counted from the rows.
    """

    tables: Tables
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
        self,
        *,
        since: datetime,
        until: datetime,
        now: datetime,
        basis: Basis,
        wanted: Collection[str] = DIMENSIONS,
        only: Mapping[str, str] = {},
    ) -> Figures:
        """Everything that happened from `since` to before `until`, by the dimensions `wanted`, months among them.

        `only` leaves out tickets with other values. Kept months tell of one value beside a team, apart by nothing else;
        all else is counted from the rows.
        """
        zone = ZoneInfo(basis.zone)
        first = self._readers.run_at_once(lambda session: session.connection.execute(FIRST).scalar_one())
        begin = min(max(since, first), until) if first is not None else until
        apart = {*wanted} - {"month"}
        beside = {name: value for name, value in only.items() if name != "team"}
        told = len(beside) == 1 and {"team", *beside}.issuperset(apart)
        whole = whole_months(begin, until, now, zone) if told or not beside else range(0)
        known = self._kept(whole, basis, {*apart, *beside}, only.get("team"))
        found: dict[int, list[Tables]] = {}
        for month in range(month_of(begin, zone), month_of(until, zone) + 1):
            if month in whole:
                by_team = known[month] if month in known else self.keep_month(month, now=now, basis=basis)
                by_team = _part(by_team, beside) if beside else by_team
            else:
                edges = max(begin, begin_of(month, zone)), min(until, begin_of(month + 1, zone))
                by_team = self._count(*edges, now, basis, apart, only)
            found[month] = [tables for team, tables in by_team.items() if only.get("team", team) == team]
        teams = list(chain.from_iterable(found.values()))
        tables = {name: added(tables.get(name, {}) for tables in teams) for name in apart}
        if "month" in wanted:
            tables["month"] = {name_of(month): cell for month in found for cell in _whole(found[month]).values()}
        return Figures(
            tables=tables | {"all": _whole(teams)},
            backlog=self._readers.run_at_once(lambda session: _backlog(session, until, basis, only)),
            counted=len(set(whole) - known.keys()),
        )

    def missing(self, *, now: datetime, basis: Basis) -> list[int]:
        """Months that are over and not kept, or not true any more, newest first; from the first ticket on."""
        zone = ZoneInfo(basis.zone)

        def read(session: Session) -> list[int]:
            first = session.connection.execute(FIRST).scalar_one()
            begin = begin_of(month_of(first, zone), zone) if first is not None else now
            months = whole_months(begin, now, now, zone)
            known = kept(session, months, basis.digest, marks(session, months))
            return [month for month in reversed(months) if month not in known]

        return self._readers.run_at_once(read)

    def keep_month(self, month: int, *, now: datetime, basis: Basis) -> Mapping[str, Tables]:
        """Count a whole month from the rows, and keep it if nothing of it changes meanwhile."""
        zone = ZoneInfo(basis.zone)

        def read(session: Session) -> tuple[Mapping[str, Tables], Callable[[object], bool] | None]:
            stale = marks(session, range(month, month + 1))
            since, until = begin_of(month, zone), begin_of(month + 1, zone)
            tally = count(session, since=since, until=until, now=now, basis=basis)
            return tally.teams, None if tally.unsettled else keep(month, tally.teams, basis.digest, stale)

        teams, job = self._readers.run_at_once(read)
        if job is not None:
            self._writer.run(job)
        return teams

    def _kept(
        self, months: range, basis: Basis, wanted: Collection[str], team: str | None
    ) -> Mapping[int, Mapping[str, Tables]]:
        """Month -> team -> what is kept of it: only what is asked for is read."""
        asked = {"team", *wanted}

        def read(session: Session) -> Mapping[int, Mapping[str, Tables]]:
            found: dict[int, dict[str, dict[str, Table]]] = {}
            for month in kept(session, months, basis.digest, marks(session, months)):
                by_team = found.setdefault(month, {})
                for dimension in asked:
                    for name, table in figures_of(session, month, dimension, team):
                        by_team.setdefault(name, {})[dimension] = table
            return found

        return self._readers.run_at_once(read)

    def _count(
        self,
        since: datetime,
        until: datetime,
        now: datetime,
        basis: Basis,
        wanted: Collection[str],
        only: Mapping[str, str],
    ) -> Mapping[str, Tables]:
        asked = {"team", *wanted}
        return self._readers.run_at_once(
            lambda session: (
                count(session, since=since, until=until, now=now, basis=basis, wanted=asked, only=only).teams
            )
        )


def _part(by_team: Mapping[str, Tables], only: Mapping[str, str]) -> Mapping[str, Tables]:
    """What happened with the one value of `only`, of figures that are kept apart by it."""
    ((dimension, value),) = only.items()
    cells = {team: tables[dimension][value] for team, tables in by_team.items() if value in tables.get(dimension, {})}
    return {team: {"team": {team: cell}, dimension: {value: cell}} for team, cell in cells.items()}


def _whole(teams: Iterable[Tables]) -> Table:
    """All teams together, as a table of one row."""
    return added({"all": cell} for tables in teams for cell in tables.get("team", {}).values())


def _backlog(
    session: Session, until: datetime, basis: Basis, only: Mapping[str, str]
) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {name: {} for name in ("all", *OF_A_TICKET)}
    asked = {"until": until} | only_values(only)
    for statement in (STILL_OPEN, CLOSED_LATER):
        for row in session.rows(statement, asked):
            names = {
                "all": "all", "team": row.team, "owner": row.owner, "category": row.category,
                "organisation": basis.organisation_of(row.address), "priority": row.priority, "product": row.product,
            }  # fmt: skip
            if any(names[name] != value for name, value in only.items()):
                continue
            for name, value in names.items():
                found[name][value] = found[name].get(value, 0) + row.tickets
    return found
