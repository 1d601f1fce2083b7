"""Mail that waits to be told in a digest: found when it is due, and taken by one digest only.

Counts and plans nothing. Never sends.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, null, select, text, update

from maild.desk.ports import Waiting
from maild.domain.notice import OutboxState
from maild.store.mapping import notice_from
from maild.store.session import Session
from maild.store.tables import outbox
from maild.store.types import key, literals

# Literal, so that the engine sees that the partial indexes answer the questions
_waits = text("waits_until IS NOT NULL")
DUE = (
    select(outbox.c.notice)
    .where(_waits, outbox.c.waits_until <= bindparam("now", type_=outbox.c.waits_until.type))
    .order_by(outbox.c.waits_until, outbox.c.id)
    .limit(bindparam("at_most"))
)
TAKE = (
    update(outbox)
    .where(_waits, outbox.c.recipient_key == bindparam("address"))
    .values(
        state=OutboxState.GATHERED.value,
        waits_until=null(),
        settled_at=bindparam("now", type_=outbox.c.settled_at.type),
    )
    .returning(outbox.c.id)
)
ALONE = (
    update(outbox)
    .where(outbox.c.id == bindparam("wanted"), outbox.c.state.in_(literals(OutboxState.GATHERED)))
    .values(
        state=OutboxState.PLANNED.value,
        settled_at=null(),
        due_at=bindparam("now", type_=outbox.c.due_at.type),
    )
)
STALE = (
    update(outbox)
    .where(outbox.c.id == bindparam("wanted"), outbox.c.state.in_(literals(OutboxState.GATHERED)))
    .values(state=OutboxState.DROPPED.value, last_error=bindparam("because"))
)
GATHERED = select(outbox.c.notice, outbox.c.created_at).where(outbox.c.id == bindparam("wanted"))


class WaitingRepository:
    """`ports.WaitingMail` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self, *, now: datetime, limit: int) -> list[str]:
        """Folded addresses whose digest is due, who has waited longest first; looks at `limit` mails."""
        rows = self._session.rows(DUE, {"now": now, "at_most": limit})
        return list(dict.fromkeys(notice_from(row.notice).recipient.key for row in rows))

    def take(self, recipient_key: str, *, now: datetime) -> list[int]:
        """Take everything that waits for an address, due or not, in order; nobody else gets the same."""
        return sorted(row.id for row in self._session.rows(TAKE, {"address": key(recipient_key), "now": now}))

    def send_alone(self, item: int, *, now: datetime) -> None:
        """Let a mail that was taken leave as the mail it is."""
        self._session.change(ALONE, {"wanted": item, "now": now})

    def drop(self, item: int, *, because: str) -> None:
        """Tell nobody of a mail that was taken."""
        self._session.change(STALE, {"wanted": item, "because": because})

    def get(self, item: int) -> Waiting | None:
        """A mail that a digest stands for; None when there is none."""
        row = self._session.row(GATHERED, {"wanted": item})
        return Waiting(notice=notice_from(row.notice), at=row.created_at) if row else None
