"""What nobody needs any more: octets of mail that left long ago, used-up secrets, counts of past hours.

Deletes in small bites, so that nobody waits for it. Never deletes a record of what happened.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from maild.domain.notice import OutboxState
from maild.store.session import Session
from maild.store.tables import automatic_tally, capability, outbox, outbox_octets

_ENDED = frozenset({OutboxState.SENT, OutboxState.DROPPED, OutboxState.SUPPRESSED})
"""States from which nobody sends the same octets again, not even by hand."""

OCTETS = (
    select(outbox_octets.c.item, outbox.c.state, outbox.c.created_at)
    .join(outbox, outbox.c.id == outbox_octets.c.item)
    .where(outbox_octets.c.item > bindparam("after"))
    .order_by(outbox_octets.c.item)
    .limit(bindparam("at_most"))
)
FORGET_OCTETS = delete(outbox_octets).where(outbox_octets.c.item == bindparam("wanted"))
CAPABILITIES = (
    select(capability.c.secret, capability.c.kind)
    .where(capability.c.expires_at < bindparam("before", type_=capability.c.expires_at.type))
    .order_by(capability.c.expires_at)
    .limit(bindparam("at_most"))
)
FORGET_CAPABILITY = delete(capability).where(
    capability.c.secret == bindparam("digest"), capability.c.kind == bindparam("sort")
)
FORGET_TALLIES = delete(automatic_tally).where(automatic_tally.c.minute < bindparam("first"))


class ExpiredRepository:
    """`ports.Expired` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def octets(self, after: int, *, before: datetime, limit: int) -> tuple[int, int]:
        """Forget the octets of mail planned `before` that has ended, among `limit` mails behind the id `after`.

        Returns the last id looked at, which is `after` when there is none, and how many were forgotten.
        """
        reached, old = after, list[int]()
        for row in self._session.rows(OCTETS, {"after": after, "at_most": limit}):
            if row.created_at >= before:
                break
            reached = row.item
            if row.state in _ENDED:
                old.append(row.item)
        if old:
            self._session.change_each(FORGET_OCTETS, [{"wanted": item} for item in old])
        return reached, len(old)

    def capabilities(self, *, before: datetime, limit: int) -> int:
        """Forget secrets of the portal that expired `before`; returns how many, at most `limit`."""
        rows = self._session.rows(CAPABILITIES, {"before": before, "at_most": limit})
        if rows:
            self._session.change_each(FORGET_CAPABILITY, [{"digest": row.secret, "sort": row.kind} for row in rows])
        return len(rows)

    def tallies(self, *, before: datetime) -> int:
        """Forget counts of minutes `before`; returns how many."""
        return self._session.change(FORGET_TALLIES, {"first": int(before.timestamp()) // 60})
