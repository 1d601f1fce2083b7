"""Questions to the people in whose names mails came, and what they have answered.

A question is answered once; with a yes its mail waits again, to be done as proven. Keeps the secret of a link as its
digest only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from maild.desk.queues import Outcome
from maild.domain.confirmation import Confirmation, Doubt
from maild.store.inserts import insert_new
from maild.store.session import Session
from maild.store.tables import confirmation, inbound
from maild.store.types import literals, secret_digest

ADD = insert_new(confirmation)
BY_ID = select(confirmation).where(confirmation.c.id == bindparam("wanted"))
BY_SECRET = select(confirmation).where(confirmation.c.secret == bindparam("digest"))
OF_MAIL = select(confirmation.c.id).where(confirmation.c.mail == bindparam("wanted")).limit(1)
ANSWER = (
    update(confirmation)
    .where(
        confirmation.c.id == bindparam("wanted"),
        confirmation.c.answered_at.is_(None),
        confirmation.c.expires_at > bindparam("now", type_=confirmation.c.expires_at.type),
    )
    .values(answered_at=bindparam("now"), confirmed=bindparam("yes"))
    .returning(confirmation.c.mail)
)
AGAIN = (
    update(inbound)
    .where(
        inbound.c.id == bindparam("wanted"),
        # waiting is what an operator has released and nobody has taken yet
        inbound.c.outcome.in_(literals(Outcome.QUARANTINED, Outcome.APPENDED, Outcome.WAITING)),
    )
    .values(outcome=Outcome.WAITING.value, attempts=0, lease_until=None, settled_at=None, confirmed=bindparam("by"))
)


class ConfirmationRepository:
    """`ports.Confirmations` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, asked: Confirmation, *, secret: str) -> int:
        """Keep a question and the hash of the secret that answers it; returns its id. An empty secret is refused."""
        if not secret:
            raise ValueError("a question needs a secret")
        values = {
            "secret": secret_digest(secret),
            "mail": asked.mail,
            "ticket": asked.ticket,
            "article": asked.article,
            "agent": asked.agent,
            "contact": asked.contact,
            "address": asked.address,
            "doubt": asked.doubt.value,
            "asked_at": asked.asked_at,
            "expires_at": asked.expires_at,
            "answered_at": None,
            "confirmed": False,
        }
        return self._session.add_new(ADD, values)

    def get(self, confirmation: int) -> Confirmation | None:
        """The question with this id."""
        return _confirmation(self._session.row(BY_ID, {"wanted": confirmation}))

    def find(self, secret: str) -> Confirmation | None:
        """The question that a link's secret answers, whatever has become of it."""
        return _confirmation(self._session.row(BY_SECRET, {"digest": secret_digest(secret)})) if secret else None

    def asked_about(self, mail: int) -> bool:
        """Whether anybody was ever asked about this mail."""
        return self._session.row(OF_MAIL, {"wanted": mail}) is not None

    def answer(self, confirmation: int, *, yes: bool, now: datetime) -> bool:
        """Write the answer down, and with a yes let the mail be taken again; False when it is answered or too old."""
        row = self._session.row(ANSWER, {"wanted": confirmation, "yes": yes, "now": now})
        if row is None:
            return False
        if yes:
            self._session.change(AGAIN, {"wanted": row[0], "by": confirmation})
        return True


def _confirmation(row: Any) -> Confirmation | None:
    if row is None:
        return None
    return Confirmation(
        id=row.id,
        mail=row.mail,
        ticket=row.ticket,
        article=row.article,
        agent=row.agent,
        contact=row.contact,
        address=row.address,
        doubt=Doubt(row.doubt),
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        confirmed=row.confirmed,
    )
