"""Adds up what happened in a stretch of time, from the rows of tickets and articles themselves.

The one way of counting: kept months are made by it, and so is what is not kept. Writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from maild.domain.figures import COUNTS, TIMES, Cell, Table, note
from maild.domain.lifecycle import ENDED
from maild.store.session import Session
from maild.store.tables import article, contact, rating, ticket

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
RATED = (
    select(*_PLACE, rating.c.asked_at, rating.c.agent, rating.c.good)
    .select_from(rating.join(ticket, ticket.c.number == rating.c.ticket).join(
        contact, contact.c.id == ticket.c.requester))
    .where(rating.c.asked_at >= _since, rating.c.asked_at < _until)
)  # fmt: skip
_touched = select(article.c.ticket).where(article.c.created_at >= _since, article.c.created_at < _until)
WRITTEN = (
    select(
        *_PLACE, article.c.ticket, article.c.kind, article.c.sender, article.c.agent, article.c.verified,
        article.c.automatic, article.c.created_at, article.c.lost,
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
    """Changes whenever any address may be of another organisation; "" when there are none."""
    organisation_of: Callable[[str], str]

    @property
    def digest(self) -> str:
        """Equal while figures that are kept stay true."""
        figures = ",".join((*COUNTS, *TIMES))  # a release that counts more counts old months anew
        return sha256(f"{self.zone}\0{self.organisations}\0{figures}".encode()).hexdigest()


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was added up. `unsettled`: a promise is not due yet, so the same stretch will count otherwise later."""

    tables: dict[str, Table] = field(default_factory=lambda: {name: defaultdict(Cell) for name in DIMENSIONS})
    unsettled: bool = False


def count(
    session: Session, *, since: datetime, until: datetime, now: datetime, basis: Basis, only: Mapping[str, str] = {}
) -> Tally:
    """Everything that happened from `since` to before `until`; with `only`, of tickets with these values alone."""
    tally = Tally()
    zone = ZoneInfo(basis.zone)
    organisation_of = lru_cache(maxsize=100_000)(basis.organisation_of) if basis.organisations else _none
    period = {"since": since, "until": until}
    whole, team, owner, category, organisation, day, hour = (tally.tables[name] for name in DIMENSIONS)

    def cells(row: Any, at: datetime, agent: str) -> list[Cell]:
        """Where this is counted; nowhere when it is not asked for."""
        of = organisation_of(row.address)
        if only:
            names = {"team": row.team, "owner": agent, "category": row.category, "organisation": of}
            if any(names.get(name, value) != value for name, value in only.items()):
                return []
        return [
            whole["all"], team[row.team], owner[agent], category[row.category], organisation[of],
            day[at.date().isoformat()],
        ]  # fmt: skip

    for row in session.rows(OPENED, period):
        _opened(cells(row, row.created_at, row.owner), row, now)
        waits = row.promised_at is not None and row.first_response_at is None and row.promised_at >= now
        tally.unsettled = tally.unsettled or waits
    for row in session.rows(CLOSED, period):
        if row.state in ENDED:
            found = cells(row, row.closed_at, row.owner)
            for cell in found:
                cell.closed += 1
            note([cell.solution for cell in found], _minutes(row.created_at, row.closed_at))
    for row in session.rows(RATED, period):
        for cell in cells(row, row.asked_at, row.agent):
            cell.asked += 1
            cell.rated += row.good is not None
            cell.good += row.good is True
    for row, waited in _conversations(session.rows(WRITTEN, period)):
        if not since <= row.created_at < until:
            continue
        if row.sender == "agent":
            found = cells(row, row.created_at, row.agent)
            for cell in found:
                cell.left += 1
            if waited is not None:
                note([cell.next for cell in found], waited)
        elif found := cells(row, row.created_at, row.owner):
            local = row.created_at.astimezone(zone)
            hour[f"{local.weekday()}-{local.hour}"].came += 1
            for cell in found:
                cell.came += 1
    return tally


def _none(address: str) -> str:
    """There are no organisations."""
    return ""


def _opened(found: Sequence[Cell], row: Any, now: datetime) -> None:
    answered = row.first_response_at is not None
    reopened = row.reopen_count > 0
    promised = row.promised_at is not None and (answered or row.promised_at < now)
    kept = promised and answered and row.first_response_at <= row.promised_at
    for cell in found:
        cell.opened += 1
        cell.reopened += reopened
        cell.promised += promised
        cell.kept += kept
    if answered:
        note([cell.first for cell in found], _minutes(row.created_at, row.first_response_at))


def _conversations(rows: Iterable[Any]) -> Iterable[tuple[Any, float | None]]:
    """Words between customer and desk, in order; with each further answer how long its customer had waited."""
    number, answered, waiting = 0, False, None
    for row in rows:
        if row.ticket != number:
            number, answered, waiting = row.ticket, False, None
        if row.kind != "correspondence" or not row.verified or row.automatic or row.sender == "system":
            continue
        waited = None
        if row.sender == "agent" and row.lost:
            pass  # the customer has been waiting all the time
        elif row.sender == "agent":
            if answered and waiting is not None:
                waited = _minutes(waiting, row.created_at)
            answered, waiting = True, None
        elif waiting is None:
            waiting = row.created_at
        yield row, waited


def _minutes(begin: datetime, end: datetime) -> float:
    return max(0.0, (end - begin).total_seconds() / 60)
