"""Words between customers and the desk, in the order in which they were said, and how long each answer was waited for.

Reads what counts as words: correspondence of proven writers, no absence notes, nothing of ours that no agent wrote.
Adds nothing up, writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select, text

from maild.domain.ticket import ArticleSender
from maild.store.places import PLACE, WANTED
from maild.store.session import Session
from maild.store.sums import Facts
from maild.store.tables import WORDS, article, contact, ticket

_since = bindparam("since", type_=article.c.created_at.type)
_until = bindparam("until", type_=article.c.created_at.type)
_in_stretch = and_(text(WORDS), article.c.created_at >= _since, article.c.created_at < _until)
_of_words = (article.c.ticket, article.c.sender, article.c.agent, article.c.lost, article.c.created_at.label("at"))
SAID = select(*_of_words).where(_in_stretch).order_by(article.c.created_at, article.c.id)
SPOKEN_IN = (
    select(ticket.c.number, *PLACE)
    .select_from(ticket.join(contact, contact.c.id == ticket.c.requester))
    .where(ticket.c.number.in_(select(article.c.ticket).where(_in_stretch)), WANTED)
)
_merged = ticket.alias("merged")
_brought = exists().where(_merged.c.merged_into == ticket.c.number, text("merged.merged_into <> 0"))
"""Whether older words may have been brought here: a ticket can be younger than what was merged into it."""
_with_a_past = (
    select(article.c.ticket)
    .select_from(article.join(ticket, ticket.c.number == article.c.ticket))
    .where(_in_stretch, WANTED, or_(ticket.c.created_at < _since, _brought))
)
EARLIER = (
    select(*_of_words)
    .where(text(WORDS), article.c.ticket.in_(_with_a_past), article.c.created_at < _since)
    .order_by(article.c.created_at, article.c.id)
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
    waits = _Waits()
    earlier = session.columns(EARLIER, period)
    for number, sender, lost, at in zip(*(earlier[name] for name in _HEARD), strict=True):
        waits.hear(number, sender, lost, at)
    found = session.columns(SAID, period)
    found["waited"] = list(map(waits.hear, *(found[name] for name in _HEARD)))
    tickets = session.columns(SPOKEN_IN, period)
    names = [column.name for column in PLACE if column.name in asked]
    places = dict(zip(tickets["number"], zip(*(tickets[name] for name in names), strict=True), strict=True))
    known = Facts(columns=found).where(map(places.__contains__, found["ticket"]))
    there = list(zip(*map(places.__getitem__, known["ticket"]), strict=True)) or [()] * len(names)
    return Facts(columns={**known.columns, **dict(zip(names, there, strict=True))})


_HEARD = ("ticket", "sender", "lost", "at")
