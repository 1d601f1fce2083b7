"""Adds up what happened in a stretch of time, from the rows of tickets and articles themselves.

The one way of counting: kept months are made by it, and so is what is not kept. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, or_, select

from maild.domain.figures import Tables, stepped
from maild.domain.lifecycle import StateType
from maild.domain.ticket import ArticleSender
from maild.store.places import PLACE, WANTED, Basis, Places, only_values
from maild.store.session import Session
from maild.store.sums import DIMENSIONS, Facts, Sums
from maild.store.tables import contact, rating, ticket
from maild.store.talk import said
from maild.store.types import literals

SLICE = timedelta(days=10)
"""Rows of so long a time are in memory at once: a hundred thousand of a very busy desk."""

NOT_DONE = (StateType.NEW, StateType.OPEN, StateType.PENDING, StateType.MERGED)
"""States that are no closing. Told in this way round, because an index of states is longer than one of times."""

_since = bindparam("since", type_=ticket.c.created_at.type)
_until = bindparam("until", type_=ticket.c.created_at.type)
_now = bindparam("now", type_=ticket.c.created_at.type)
_with_requester = ticket.join(contact, contact.c.id == ticket.c.requester)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 or 0: both engines' words for truth are read alike."""
    return case((condition, 1), else_=0).cast(Integer)


_answered = ticket.c.first_response_at.is_not(None)
_promised = and_(ticket.c.promised_at.is_not(None), or_(_answered, ticket.c.promised_at < _now))
OPENED = (
    select(
        *PLACE, ticket.c.created_at.label("at"), ticket.c.first_response_at,
        _flag(ticket.c.reopen_count > 0).label("reopened"),
        _flag(_promised).label("promised"),
        _flag(and_(_promised, ticket.c.first_response_at <= ticket.c.promised_at)).label("kept"),
        _flag(and_(ticket.c.first_response_at.is_(None), ticket.c.promised_at >= _now)).label("waits"),
    )
    .select_from(_with_requester)
    .where(
        ticket.c.created_at >= _since, ticket.c.created_at < _until, WANTED,
        ticket.c.state.not_in(literals(StateType.MERGED)),
    )
)  # fmt: skip
"""A merged ticket is not told: its words stand in the one that it was merged into, which is."""
CLOSED = (
    select(*PLACE, ticket.c.closed_at.label("at"), ticket.c.created_at, ticket.c.state)
    .select_from(_with_requester)
    .where(
        ticket.c.closed_at >= _since, ticket.c.closed_at < _until, WANTED,
        ticket.c.state.not_in(literals(*NOT_DONE)),
    )
)  # fmt: skip
RATED = (
    select(*PLACE, rating.c.asked_at.label("at"), rating.c.agent, rating.c.good)
    .select_from(rating.join(ticket, ticket.c.number == rating.c.ticket).join(
        contact, contact.c.id == ticket.c.requester))
    .where(rating.c.asked_at >= _since, rating.c.asked_at < _until, WANTED)
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was added up, by team. `unsettled`: a promise is not due yet, so the stretch will count otherwise later."""

    teams: Mapping[str, Tables]
    unsettled: bool = False


def count(
    session: Session,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    basis: Basis,
    wanted: Collection[str] = DIMENSIONS,
    only: Mapping[str, str] = {},
) -> Tally:
    """Everything that happened from `since` to before `until`, by the dimensions wanted.

    With `only`, which names dimensions, of facts with these values alone.
    """
    sums = Sums(wanted)
    places = Places(basis, wanted, only)
    values: dict[str, Any] = {"now": now} | only_values(only)
    unsettled = False
    begin = since
    while begin < until:
        end = min(begin + SLICE, until)
        period = values | {"since": begin, "until": end}
        opened = session.columns(OPENED, period)
        unsettled = unsettled or any(opened["waits"])
        _opened(places.of(opened), sums)
        _closed(places.of(session.columns(CLOSED, period)), sums)
        _rated(places.of(session.columns(RATED, period), "agent"), sums)
        _said(said(session, period, places.needs), sums, places)
        begin = end
    return Tally(teams=sums.by_team(), unsettled=unsettled)


def _opened(facts: Facts, sums: Sums) -> None:
    sums.count("opened", facts)
    for figure in ("reopened", "promised", "kept"):
        sums.count(figure, facts.where(facts[figure]))
    answered = facts.where(facts["first_response_at"])
    sums.time("first", answered, _steps(answered["at"], answered["first_response_at"]))


def _closed(facts: Facts, sums: Sums) -> None:
    sums.count("closed", facts)
    solved = facts.where(state == StateType.CLOSED for state in facts["state"])
    sums.time("solution", solved, _steps(solved["created_at"], solved["at"]))


def _rated(facts: Facts, sums: Sums) -> None:
    sums.count("asked", facts)
    sums.count("rated", facts.where(good is not None for good in facts["good"]))
    sums.count("good", facts.where(facts["good"]))


def _said(words: Facts, sums: Sums, places: Places) -> None:
    by_agent = [sender == ArticleSender.AGENT for sender in words["sender"]]
    sums.count("came", places.of(words.where(not one for one in by_agent).columns))
    answers = places.of(words.where(by_agent).columns, "agent")
    sums.count("left", answers)
    further = answers.where(answers["waited"])
    sums.time("next", further, _steps(further["waited"], further["at"]))


def _steps(begin: Sequence[datetime], end: Sequence[datetime]) -> list[int]:
    return [stepped((e - b).total_seconds() / 60) for b, e in zip(begin, end, strict=True)]
