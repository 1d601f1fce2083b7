"""Calls of outside services that are to be made: claimed with a lease, settled by whoever claimed them.

Finds due calls by an index. Never makes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from maild.desk.queues import CallState, WebhookCall
from maild.store.inserts import insert_new
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import webhook_call
from maild.store.writer import GroupWriter

_due_type = webhook_call.c.due_at.type
_due = webhook_call.alias("due")
PLAN = insert_new(webhook_call)
CLAIM = (
    update(webhook_call)
    .where(
        webhook_call.c.id.in_(
            select(_due.c.id)
            .where(_due.c.due_at.is_not(None), _due.c.due_at <= bindparam("now", type_=_due_type))
            .order_by(_due.c.due_at, _due.c.id)
            .limit(bindparam("at_most"))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
    )
    .values(
        attempts=webhook_call.c.attempts + 1,
        fence=webhook_call.c.fence + 1,
        due_at=bindparam("until", type_=_due_type),
    )
    .returning(webhook_call)
)
SETTLE = (
    update(webhook_call)
    .where(webhook_call.c.id == bindparam("wanted"), webhook_call.c.fence == bindparam("mine"))
    .values(state=bindparam("state"), due_at=bindparam("due_at"), last_error=bindparam("last_error"))
)
NEWEST = (
    select(webhook_call)
    .where(webhook_call.c.id < bindparam("before"))
    .order_by(webhook_call.c.id.desc())
    .limit(bindparam("at_most"))
)
LAST_ID = 2**62


class CallRepository:
    """`ports.Calls` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, webhook: str, *, ticket: int, body: str, now: datetime) -> None:
        """Keep a call that is to be made at once."""
        values = {"webhook": webhook, "ticket": ticket, "body": body, "state": CallState.WAITING.value, "attempts": 0,
                  "fence": 0, "created_at": now, "due_at": now, "last_error": ""}  # fmt: skip
        self._session.add_new(PLAN, values)


class CallQueue:
    """`queues.CallQueue` over writer and readers."""

    def __init__(self, writer: GroupWriter, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[WebhookCall]:
        """Take due calls, oldest first; the attempt is counted before it is made."""
        values = {"now": now, "until": now + timedelta(seconds=lease_seconds), "at_most": limit}
        rows = await self._writer.run_async(lambda uow: uow.session.rows(CLAIM, values))
        return sorted(map(_call_from, rows), key=lambda call: call.id)

    async def settle(self, call: WebhookCall, *, state: CallState, due_at: datetime | None, error: str) -> None:
        """Write down what happened, unless somebody else has taken the call over."""
        values = {"wanted": call.id, "mine": call.fence, "state": state.value, "due_at": due_at, "last_error": error}
        await self._writer.run_async(lambda uow: uow.session.change(SETTLE, values))

    def newest(self, limit: int) -> Sequence[WebhookCall]:
        """The last calls, newest first."""
        values = {"before": LAST_ID, "at_most": limit}
        return self._readers.run_at_once(lambda session: [_call_from(row) for row in session.rows(NEWEST, values)])


def _call_from(row: object) -> WebhookCall:
    values = dict(zip(row._fields, row, strict=True))  # type: ignore[attr-defined, call-overload] # a row of any engine
    return WebhookCall(**values | {"state": CallState(values["state"])})
