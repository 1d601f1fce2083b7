"""Adds up what happened in a stretch of time, from the rows of tickets and articles themselves.

The one way of counting: kept months are made by it, and so is what is not kept. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from maild.domain.figures import Cell, Table, note
from maild.domain.lifecycle import ENDED
from maild.store.session import Session
from maild.store.tables import article, contact, ticket

DIMENSIONS = ("all", "team", "owner", "category", "organisation", "day", "hour")
"""By what figures are kept apart. Days are those of UTC; hours, `WEEKDAY-HOUR` from Monday 0, those of the desk."""

_since = bindparam("since", type_=ticket.c.created_at.type)
_until = bindparam("until", type_=ticket.c.created_at.type)
_PLACE = (ticket.c.team, ticket.c.owner, ticket.c.category, contact.c.address)
_with_requester = ticket.join(contact, contact.c.id == ticket.c.requester)
OPENED = (
    select(
        *_PLACE, ticket.c.created_at, ticket.c.first_response_at, ticket.c.promised_at, ticket.c.reopen_count
    )
    .select_from(_with_requester)
    .where(ticket.c.created_at >= _since, ticket.c.created_at < _until)
)  # fmt: skip
CLOSED = (
    select(*_PLACE, ticket.c.created_at, ticket.c.closed_at, ticket.c.state)
    .select_from(_with_requester)
    .where(ticket.c.closed_at >= _since, ticket.c.closed_at < _until)
)
_touched = select(article.c.ticket).where(article.c.created_at >= _since, article.c.created_at < _until)
WRITTEN = (
    select(
        *_PLACE, article.c.ticket, article.c.kind, article.c.sender, article.c.agent, article.c.verified,
        article.c.automatic, article.c.created_at,
    )
    .select_from(article.join(ticket, ticket.c.number == article.c.ticket).join(
        contact, contact.c.id == ticket.c.requester))
    .where(article.c.ticket.in_(_touched))
    .order_by(article.c.ticket, article.c.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What figures depend on beside the rows: the desk's zone, and which address is of which organisation."""

    zone: str
    organisations: str
    """Changes whenever any address may be of another organisation."""
    organisation_of: Callable[[str], str]

    @property
    def digest(self) -> str:
        """Equal while figures that are kept stay true."""
        return sha256(f"{self.zone}\0{self.organisations}".encode()).hexdigest()


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was added up. `unsettled`: a promise is not due yet, so the same stretch will count otherwise later."""

    tables: dict[str, Table] = field(default_factory=lambda: {name: {} for name in DIMENSIONS})
    unsettled: bool = False


def count(
    session: Session, *, since: datetime, until: datetime, now: datetime, basis: Basis, only: Mapping[str, str] = {}
) -> Tally:
    """Everything that happened from `since` to before `until`; with `only`, of tickets with these values alone."""
    tally = Tally()
    zone = ZoneInfo(basis.zone)
    organisation_of = lru_cache(maxsize=10_000)(basis.organisation_of)
    period = {"since": since, "until": until}

    def cells(row: Any, day: datetime, owner: str) -> list[Cell] | None:
        """Where this is counted; None when it is not asked for."""
        names = {
            "all": "all", "team": row.team, "owner": owner, "category": row.category,
            "organisation": organisation_of(row.address), "day": f"{day:%Y-%m-%d}",
        }  # fmt: skip
        if any(names[name] != value for name, value in only.items()):
            return None
        return [tally.tables[name].setdefault(value, Cell()) for name, value in names.items()]

    for row in session.rows(OPENED, period):
        for cell in cells(row, row.created_at, row.owner) or ():
            _opened(cell, row, now)
        waits = row.promised_at is not None and row.first_response_at is None and row.promised_at >= now
        tally.unsettled = tally.unsettled or waits
    for row in session.rows(CLOSED, period):
        if row.state in ENDED:
            for cell in cells(row, row.closed_at, row.owner) or ():
                cell.closed += 1
                note(cell.solution, _minutes(row.created_at, row.closed_at))
    for row, waited in _conversations(session.rows(WRITTEN, period)):
        if not since <= row.created_at < until:
            continue
        ours = row.sender == "agent"
        found = cells(row, row.created_at, row.agent if ours else row.owner)
        if found is None:
            continue
        if not ours:
            local = row.created_at.astimezone(zone)
            found.append(tally.tables["hour"].setdefault(f"{local.weekday()}-{local.hour}", Cell()))
        for cell in found:
            if ours:
                cell.left += 1
                if waited is not None:
                    note(cell.next, waited)
            else:
                cell.came += 1
    return tally


def _opened(cell: Cell, row: Any, now: datetime) -> None:
    cell.opened += 1
    cell.reopened += row.reopen_count > 0
    if row.promised_at is not None and (row.first_response_at is not None or row.promised_at < now):
        cell.promised += 1
        cell.kept += row.first_response_at is not None and row.first_response_at <= row.promised_at
    if row.first_response_at is not None:
        note(cell.first, _minutes(row.created_at, row.first_response_at))


def _conversations(rows: Iterable[Any]) -> Iterable[tuple[Any, float | None]]:
    """Words between customer and desk, in order; with each further answer how long its customer had waited."""
    number, answered, waiting = 0, False, None
    for row in rows:
        if row.ticket != number:
            number, answered, waiting = row.ticket, False, None
        if row.kind != "correspondence" or not row.verified or row.automatic or row.sender == "system":
            continue
        waited = None
        if row.sender == "agent":
            if answered and waiting is not None:
                waited = _minutes(waiting, row.created_at)
            answered, waiting = True, None
        elif waiting is None:
            waiting = row.created_at
        yield row, waited


def _minutes(begin: datetime, end: datetime) -> float:
    return max(0.0, (end - begin).total_seconds() / 60)
