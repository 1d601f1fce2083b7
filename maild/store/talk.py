"""Words between customers and the desk, in the order in which they were said, and how long each answer was waited for.

Reads what counts as words: correspondence of proven writers, no absence notes, nothing of ours that no agent wrote.
Adds nothing up, writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import compress
from typing import Any

from msgspec.json import encode
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    and_,
    any_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    text,
)

from maild.domain.ticket import ArticleSender
from maild.store.places import PLACE, WANTED
from maild.store.session import ByDialect, Session
from maild.store.sums import Facts
from maild.store.tables import WORDS, article, contact, ticket

_since = bindparam("since", type_=article.c.created_at.type)
_until = bindparam("until", type_=article.c.created_at.type)
_in_stretch = and_(text(WORDS), article.c.created_at >= _since, article.c.created_at < _until)
_of_words = (article.c.ticket, article.c.sender, article.c.agent, article.c.lost, article.c.created_at.label("at"))
SAID = select(*_of_words).where(_in_stretch).order_by(article.c.created_at, article.c.id)
_merged = ticket.alias("merged")
_brought = exists().where(_merged.c.merged_into == ticket.c.number, text("merged.merged_into <> 0"))
"""Whether older words may have been brought here: a ticket can be younger than what was merged into it."""


def _among(column: ColumnElement[int]) -> Mapping[str, ColumnElement[bool]]:
    """Whether it is one of the `numbers`, by engine: a list of them, since planners misjudge how few a query finds."""
    listed = func.json_each(bindparam("numbers", type_=Text())).table_valued("value")
    array = bindparam("numbers", type_=ARRAY(BigInteger))
    return {"sqlite": column.in_(select(listed.c.value)), "postgresql": column == any_(array)}


SPOKEN_IN = ByDialect(
    {
        engine: select(
            ticket.c.number, *PLACE, case((or_(ticket.c.created_at < _since, _brought), 1), else_=0).label("past")
        )
        .select_from(ticket.join(contact, contact.c.id == ticket.c.requester))
        .where(among, WANTED)
        for engine, among in _among(ticket.c.number).items()
    }
)
EARLIER = ByDialect(
    {
        engine: select(*_of_words)
        .where(text(WORDS), among, article.c.created_at < _since)
        .order_by(article.c.created_at, article.c.id)
        for engine, among in _among(article.c.ticket).items()
    }
)


class _Waits:
    """Since when the customer of each ticket waits, and whether an agent ever answered him."""

    def __init__(self) -> None:
        self._since: dict[int, datetime] = {}
        self._answered: set[int] = set()

    def hear(self, number: int, sender: str, lost: bool, at: datetime) -> datetime | None:
        """Take the next words; since when a further answer was waited for, None of all other words."""
        if sender != ArticleSender.AGENT:
            self._since.setdefault(number, at)
            return None
        if lost:
            return None  # the customer has been waiting all the time
        begun = self._since.pop(number, None)
        if number not in self._answered:
            self._answered.add(number)
            return None  # the first answer is told by itself
        return begun


def said(session: Session, period: Mapping[str, Any], asked: Collection[str]) -> Facts:
    """The words of the period with those columns of PLACE that are asked for.

    `waited` is, of each further answer, since when the customer waited for it.
    """
    found = session.columns(SAID, period)
    tickets = session.columns(SPOKEN_IN, {**period, "numbers": _listed(session, set(found["ticket"]))})
    with_a_past = compress(tickets["number"], tickets["past"])
    earlier = session.columns(EARLIER, {**period, "numbers": _listed(session, with_a_past)})
    waits = _Waits()
    for number, sender, lost, at in zip(*(earlier[name] for name in _HEARD), strict=True):
        waits.hear(number, sender, lost, at)
    found["waited"] = list(map(waits.hear, *(found[name] for name in _HEARD)))
    names = [column.name for column in PLACE if column.name in asked]
    places = dict(zip(tickets["number"], zip(*(tickets[name] for name in names), strict=True), strict=True))
    known = Facts(columns=found).where(map(places.__contains__, found["ticket"]))
    there = list(zip(*map(places.__getitem__, known["ticket"]), strict=True)) or [()] * len(names)
    return Facts(columns={**known.columns, **dict(zip(names, there, strict=True))})


_HEARD = ("ticket", "sender", "lost", "at")


def _listed(session: Session, numbers: Iterable[int]) -> str | list[int]:
    """The numbers as the engine takes a list."""
    listed = sorted(numbers)
    return listed if session.dialect != "sqlite" else encode(listed).decode()
