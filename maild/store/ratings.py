"""Ratings: which closings customers were asked about, and what they have answered.

Marks the month of a closing whenever its rating changes, so that kept figures stay true. Keeps the secret of a link as
its digest only.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from maild.domain.rating import Rating
from maild.store.inserts import insert_new
from maild.store.months import StaleMonths
from maild.store.session import Session
from maild.store.tables import rating
from maild.store.types import secret_digest

ADD = insert_new(rating)
BY_ID = select(rating).where(rating.c.id == bindparam("wanted"))
BY_SECRET = select(rating).where(rating.c.secret == bindparam("digest"))
LAST_OF = (
    select(rating)
    .where(rating.c.ticket == bindparam("of_ticket"), rating.c.contact == bindparam("of_contact"))
    .order_by(rating.c.id.desc())
    .limit(1)
)
RATE = (
    update(rating)
    .where(rating.c.id == bindparam("wanted"))
    .values(rated_at=bindparam("now", type_=rating.c.rated_at.type), good=bindparam("is_good"))
)


class RatingRepository:
    """`ports.Ratings` on one connection."""

    def __init__(self, session: Session, months: StaleMonths | None = None) -> None:
        self._session = session
        self._months = months or StaleMonths(session)

    def add(self, asked: Rating, *, secret: str) -> Rating:
        """Keep that somebody is asked, and the hash of the secret that answers; an empty secret is refused."""
        if not secret:
            raise ValueError("a rating needs a secret")
        values = {
            "secret": secret_digest(secret),
            "ticket": asked.ticket,
            "contact": asked.contact,
            "agent": asked.agent,
            "asked_at": asked.asked_at,
            "expires_at": asked.expires_at,
            "rated_at": asked.rated_at,
            "good": asked.good,
        }
        self._months.mark(asked.asked_at, asked.asked_at)
        return replace(asked, id=self._session.add_new(ADD, values))

    def get(self, number: int) -> Rating | None:
        """The rating with this id."""
        return _rating(self._session.row(BY_ID, {"wanted": number}))

    def find(self, secret: str) -> Rating | None:
        """The rating that a link's secret gives, whatever has become of it."""
        return _rating(self._session.row(BY_SECRET, {"digest": secret_digest(secret)})) if secret else None

    def last_of(self, ticket: int, contact: int) -> Rating | None:
        """What the contact was last asked about the ticket; None when he never was."""
        return _rating(self._session.row(LAST_OF, {"of_ticket": ticket, "of_contact": contact}))

    def rate(self, given: Rating, *, good: bool, now: datetime) -> None:
        """Write the answer down, in place of an earlier one."""
        self._session.change(RATE, {"wanted": given.id, "now": now, "is_good": good})
        self._months.mark(given.asked_at, given.asked_at)


def _rating(row: Any) -> Rating | None:
    if row is None:
        return None
    return Rating(
        id=row.id,
        ticket=row.ticket,
        contact=row.contact,
        agent=row.agent,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        rated_at=row.rated_at,
        good=row.good,
    )
