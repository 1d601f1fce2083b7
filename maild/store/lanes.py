"""How the lanes are, as operators watch them: what waits since when, and whether the book of mail balances.

Counts by index, but for the audit once a night. Never judges whether that is well, and never mends anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, text

from maild.desk.queues import BookAudit, LaneAge, Outcome
from maild.domain.notice import OutboxState
from maild.store.audit import audit
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import UNSENT, inbound, outbox, timer
from maild.store.types import key, literals

_NOW = bindparam("now", type_=outbox.c.due_at.type)
MAIL_LANE = select(func.count(), func.min(inbound.c.received_at, type_=inbound.c.received_at.type)).where(
    inbound.c.outcome.in_(literals(Outcome.WAITING))
)
OUTBOX_LANE = select(func.count(), func.min(outbox.c.due_at, type_=outbox.c.due_at.type)).where(
    outbox.c.due_at <= _NOW, outbox.c.state.not_in(literals(OutboxState.TRANSMITTING))
)
CLOCK_LANE = select(func.count(), func.min(timer.c.next_alarm_at, type_=timer.c.next_alarm_at.type)).where(
    text("state = 'running'"), timer.c.next_alarm_at <= _NOW
)
OUTCOMES = select(inbound.c.outcome, func.count()).group_by(inbound.c.outcome)
STAYING = select(outbox.c.state, func.count()).where(text(UNSENT)).group_by(outbox.c.state)
OLDEST_HELD = (
    select(outbox.c.created_at)
    .where(text(UNSENT), outbox.c.state.in_(literals(OutboxState.HELD)))
    .order_by(outbox.c.id)
    .limit(1)
)
ARRIVED = (
    select(inbound.c.id)
    .where(inbound.c.message_key == bindparam("wanted"), inbound.c.outcome.not_in(literals(Outcome.WAITING)))
    .limit(1)
)


class StoreLanes:
    """`queues.Lanes`."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def lane_ages(self, now: datetime) -> list[LaneAge]:
        """Mail: since the oldest waiting one came. Outbox and clock: since the earliest became due."""

        def read(session: Session) -> list[LaneAge]:
            asked: tuple[tuple[str, Callable[[], Any]], ...] = (
                ("mail", lambda: session.row(MAIL_LANE)),
                ("outbox", lambda: session.row(OUTBOX_LANE, {"now": now})),
                ("clock", lambda: session.row(CLOCK_LANE, {"now": now})),
            )
            found = []
            for lane, ask in asked:
                waiting, oldest = ask()
                age = None if oldest is None else max(0.0, (now - oldest).total_seconds())
                found.append(LaneAge(lane=lane, waiting=waiting, oldest_seconds=age))
            return found

        return self._readers.run(read)

    def book(self) -> dict[str, int]:
        """Counts: accepted, waiting, opened, appended, quarantined, discarded. They must balance."""
        counted = self._readers.run(lambda session: session.rows(OUTCOMES))
        by_outcome = {outcome.value: 0 for outcome in Outcome} | {row[0]: row[1] for row in counted}
        by_outcome["discarded"] += by_outcome.pop("duplicate")
        return {"accepted": sum(by_outcome.values()), **by_outcome}

    def audit(self) -> BookAudit:
        """Compare the book with tickets, articles and octets, row by row; for once a night."""
        return self._readers.run_at_once(audit)

    def arrived(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID has come in and found its place."""
        return self._readers.run(lambda session: session.row(ARRIVED, {"wanted": key(message_id)})) is not None

    def oldest_held(self) -> datetime | None:
        """When the mail was planned that has waited longest for a person to release it; None when none is held."""
        found: datetime | None = self._readers.run(lambda session: session.value(OLDEST_HELD))
        return found

    def unsent(self) -> dict[str, int]:
        """How many mails there are in each state in which a mail stays: deferred, failed, held, …"""
        return {row[0]: row[1] for row in self._readers.run(lambda session: session.rows(STAYING))}
