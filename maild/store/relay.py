"""Mail waiting to leave: claimed by lease and fence, marked before the network is touched, settled after.

Keeps the octets that were composed, so that each retry sends the same. Never sends anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, and_, bindparam, case, exists, null, or_, select, update

from maild.domain.notice import DeliveryResult, OutboxItem, OutboxState
from maild.domain.relayed import reported_id
from maild.store.articles import ADD_REFERENCE, reference
from maild.store.blobs import SMALL, BlobFiles
from maild.store.inserts import insert_or_leave
from maild.store.mapping import notice_from
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import outbox, outbox_attempt, outbox_octets
from maild.store.types import literals
from maild.store.writer import GroupWriter

if TYPE_CHECKING:
    from maild.store.uow import StoreUnitOfWork

_TIME = outbox.c.due_at.type
_NOW = bindparam("now", type_=_TIME)
(_PLANNED, _CLAIMED, _TRANSMITTING, _UNKNOWN, _FAILED, _DEFERRED) = literals(
    OutboxState.PLANNED,
    OutboxState.CLAIMED,
    OutboxState.TRANSMITTING,
    OutboxState.OUTCOME_UNKNOWN,
    OutboxState.FAILED,
    OutboxState.DEFERRED,
)

_due, _earlier = outbox.alias("due"), outbox.alias("earlier")
CLAIM = (
    update(outbox)
    .where(
        outbox.c.id.in_(
            select(_due.c.id)
            .where(
                _due.c.due_at <= _NOW,
                _due.c.state != _TRANSMITTING,
                # What one person is told about one ticket leaves in the order it was said.
                or_(
                    _due.c.ticket == 0,
                    ~exists().where(
                        _earlier.c.ticket == _due.c.ticket,
                        _earlier.c.id < _due.c.id,
                        _earlier.c.recipient_key == _due.c.recipient_key,
                        _earlier.c.state.in_((_PLANNED, _CLAIMED, _TRANSMITTING)),
                    ),
                ),
            )
            .order_by(_due.c.due_at, _due.c.id)
            .limit(bindparam("at_most"))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
    )
    .values(
        state_before=case((outbox.c.state == _CLAIMED, outbox.c.state_before), else_=outbox.c.state),
        state=_CLAIMED,
        attempts=outbox.c.attempts + 1,
        fence=outbox.c.fence + 1,
        due_at=bindparam("until", type_=_TIME),
    )
    .returning(
        outbox.c.id,
        outbox.c.notice,
        outbox.c.state_before,
        outbox.c.attempts,
        outbox.c.fence,
        outbox.c.created_at,
        outbox.c.due_at,
        outbox.c.last_error,
    )
)
OCTETS = select(outbox_octets).where(outbox_octets.c.item.in_(bindparam("items", expanding=True)))
KEEP_OCTETS = insert_or_leave(outbox_octets)
TRANSMIT = (
    update(outbox)
    .where(outbox.c.id == bindparam("wanted"), outbox.c.fence == bindparam("held"), outbox.c.state == _CLAIMED)
    .values(state=_TRANSMITTING)
)
SETTLE = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("wanted"),
        outbox.c.fence == bindparam("held"),
        outbox.c.state.in_((_CLAIMED, _TRANSMITTING)),
    )
    .values(
        state=bindparam("new_state"),
        # Sent once more after a lost outcome, and then never again by itself, whatever came in between.
        due_at=case(
            (and_(bindparam("lost") == 1, outbox.c.unknown >= 1), null()), else_=bindparam("new_due", type_=_TIME)
        ),
        settled_at=bindparam("ended", type_=_TIME),
        last_error=bindparam("error"),
        unknown=outbox.c.unknown + bindparam("lost"),
        attempts=outbox.c.attempts - bindparam("untried"),
    )
)
ATTEMPT = insert_or_leave(outbox_attempt)
_again = outbox.c.unknown == 0
LOST = (
    update(outbox)
    .where(
        outbox.c.due_at.is_not(None),
        outbox.c.state == _TRANSMITTING,
        or_(bindparam("alone", type_=Boolean()), outbox.c.due_at <= _NOW),
    )
    .values(
        state=_UNKNOWN,
        # Sent once more with the same octets, and then never again by itself: the receiver may have two already.
        due_at=case((_again, _NOW), else_=null()),
        settled_at=case((_again, null()), else_=_NOW),
        unknown=outbox.c.unknown + 1,
        fence=outbox.c.fence + 1,
        last_error="the process ended while this mail was being sent",
    )
    .returning(outbox.c.id, (outbox.c.fence - 1).label("number"))
)
UNCLAIM = (
    update(outbox)
    .where(outbox.c.due_at.is_not(None), outbox.c.state == _CLAIMED)
    .values(state=outbox.c.state_before, due_at=_NOW, fence=outbox.c.fence + 1)
)
RETRY = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("wanted"),
        outbox.c.state.in_((_FAILED, _DEFERRED, _UNKNOWN)),
    )
    .values(state=_PLANNED, due_at=_NOW, settled_at=None, attempts=0, unknown=0)
)
NEXT_DUE = (
    select(outbox.c.due_at)
    .where(outbox.c.due_at.is_not(None), outbox.c.state != _TRANSMITTING)
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(1)
)


class RelayQueue:
    """`queues.OutboxQueue`. `alone`: this process holds the lock, so what others left in the middle is of the dead."""

    def __init__(self, writer: GroupWriter, readers: Readers, files: BlobFiles, *, alone: bool) -> None:
        self._writer = writer
        self._readers = readers
        self._files = files
        self._alone = alone

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[OutboxItem]:
        """Take due items, oldest first; `state` is the one before the claim, `next_attempt_at` the lease's end."""
        values = {"now": now, "until": now + timedelta(seconds=lease_seconds), "at_most": limit}

        def take(uow: StoreUnitOfWork) -> list[Any]:
            if not self._alone:
                _lose(uow, now, alone=False)
            return uow.session.rows(CLAIM, values)

        rows = await self._writer.run_async(take)
        tried = [row.id for row in rows if row.fence > 1]  # claimed before: what was composed then is what is sent
        octets: dict[int, bytes] = {}
        if tried:
            octets = await self._readers.run_async(lambda session: self._octets(session, tried))
        return [_item(row, octets.get(row.id)) for row in sorted(rows, key=lambda row: row.id)]

    async def rendered(self, items: Sequence[tuple[OutboxItem, bytes]]) -> frozenset[int]:
        """Keep the octets and mark the items as TRANSMITTING; returns the ids that may be sent."""
        kept: list[dict[str, Any]] = []
        for item, octets in items:
            if item.octets is None:
                digest = sha256(octets).digest()
                large = len(octets) > SMALL
                if large:
                    await self._readers.in_thread(self._files.write, digest, octets)
                kept.append({"item": item.id, "octets": None if large else octets, "sha256": digest})

        def mark(uow: StoreUnitOfWork) -> frozenset[int]:
            ours = [
                item.id
                for item, _ in items
                if uow.session.change(TRANSMIT, {"wanted": item.id, "held": item.fence}) == 1
            ]
            rows = [row for row in kept if row["item"] in ours]
            if rows:
                uow.session.change_each(KEEP_OCTETS, rows)
            return frozenset(ours)

        return await self._writer.run_async(mark)

    async def settle(
        self,
        results: Sequence[tuple[OutboxItem, DeliveryResult]],
        *,
        now: datetime,
        retry_at: Sequence[datetime | None],
    ) -> None:
        """Write down what happened. An item that another worker has taken over only gets its attempt noted."""
        ends = [_end(item, result, now, again) for (item, result), again in zip(results, retry_at, strict=True)]
        attempts = [
            {"item": item.id, "number": item.fence, "at": now, "code": result.code, "text": result.text}
            for item, result in results
            if result.tried
        ]
        if not ends:
            return
        # Some relays replace our Message-ID; replies then name the one that they have just told us (P14).
        aliases = [
            reference(alias, item.notice.ticket, 0)
            for item, result in results
            if result.delivered and item.notice.ticket and (alias := reported_id(result.text))
        ]

        def write(uow: StoreUnitOfWork) -> None:
            uow.session.change_each(SETTLE, ends)
            if attempts:
                uow.session.change_each(ATTEMPT, attempts)
            if aliases:
                uow.session.change_each(ADD_REFERENCE, aliases)

        await self._writer.run_async(write)

    async def recover(self, *, now: datetime) -> int:
        """At start: TRANSMITTING rows of a dead process become OUTCOME_UNKNOWN, due once more. Returns how many."""

        def write(uow: StoreUnitOfWork) -> int:
            if self._alone:
                uow.session.change(UNCLAIM, {"now": now})
            return _lose(uow, now, alone=self._alone)

        return await self._writer.run_async(write)

    async def retry(self, item: int, *, now: datetime) -> bool:
        """By hand: try a failed, deferred or unknown mail again now, as if for the first time; False for others."""
        values = {"wanted": item, "now": now}
        return await self._writer.run_async(lambda uow: uow.session.change(RETRY, values) == 1)

    def octets(self, item: int) -> bytes | None:
        """What was composed for this mail; None when nothing was yet."""
        return self._readers.run(lambda session: self._octets(session, [item])).get(item)

    async def next_due(self) -> datetime | None:
        """When the earliest waiting item is due, or the lease of a claimed one ends; None when nothing waits."""
        return await self._readers.run_async(lambda session: session.value(NEXT_DUE))

    def _octets(self, session: Session, items: list[int]) -> dict[int, bytes]:
        return {
            row.item: self._files.read(row.sha256) if row.octets is None else row.octets
            for row in session.connection.execute(OCTETS, {"items": items})
        }


def _lose(uow: StoreUnitOfWork, now: datetime, *, alone: bool) -> int:
    lost = uow.session.rows(LOST, {"now": now, "alone": alone})
    if lost:
        attempts = [
            {"item": row.id, "number": row.number, "at": now, "code": 0, "text": "outcome unknown: the process ended"}
            for row in lost
        ]
        uow.session.change_each(ATTEMPT, attempts)
    return len(lost)


def _end(item: OutboxItem, result: DeliveryResult, now: datetime, retry_at: datetime | None) -> dict[str, Any]:
    lost = result.after_data and not result.delivered
    if result.delivered:
        state, retry_at = OutboxState.SENT, None
    elif lost:
        state = OutboxState.OUTCOME_UNKNOWN
    elif not result.tried and retry_at:
        state = item.state  # it waits as it was
    else:
        state = OutboxState.DEFERRED if retry_at else OutboxState.FAILED
    return {
        "wanted": item.id,
        "held": item.fence,
        "new_state": state.value,
        "new_due": retry_at,
        "ended": None if retry_at else now,
        "error": "" if result.delivered else f"{result.code or ''} {result.text}".strip(),
        "lost": int(lost),
        "untried": int(not result.tried),
    }


def _item(row: Any, octets: bytes | None) -> OutboxItem:
    return OutboxItem(
        id=row.id,
        notice=notice_from(row.notice),
        state=OutboxState(row.state_before),
        attempts=row.attempts,
        fence=row.fence,
        octets=octets,
        created_at=row.created_at,
        next_attempt_at=row.due_at,
        last_error=row.last_error,
    )
