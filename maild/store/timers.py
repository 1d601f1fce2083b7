"""SLA clocks: those of a ticket, and those that are due.

Finds due clocks by an index on their next alarm. Never reckons a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, text

from maild.domain.sla import SlaTimer, TimerState
from maild.store.inserts import insert_or_replace
from maild.store.mapping import timer_from, timer_values
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import timer
from maild.store.types import literals

OF_TICKET = select(timer).where(timer.c.ticket == bindparam("wanted")).order_by(timer.c.metric, timer.c.cycle)
PUT = insert_or_replace(timer)
DUE = (
    select(timer.c.ticket, timer.c.metric, timer.c.cycle)
    # Literal, so that the engine sees that the partial index answers the question
    .where(text("state = 'running'"), timer.c.next_alarm_at <= bindparam("now", type_=timer.c.next_alarm_at.type))
    .order_by(timer.c.next_alarm_at, timer.c.ticket)
    .limit(bindparam("at_most"))
)


RUNNING = (
    select(timer.c.ticket)
    .where(timer.c.ticket > bindparam("after"), timer.c.state.in_(literals(TimerState.RUNNING, TimerState.PAUSED)))
    .group_by(timer.c.ticket)
    .order_by(timer.c.ticket)
    .limit(bindparam("at_most"))
)


class TimerRepository:
    """`ports.Timers` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, ticket: int) -> list[SlaTimer]:
        """All timers of a ticket."""
        return [timer_from(row) for row in self._session.rows(OF_TICKET, {"wanted": ticket})]

    def put(self, ticket: int, timers: Iterable[SlaTimer]) -> None:
        """Insert or update the timers of a ticket by metric and cycle."""
        rows = [timer_values(ticket, one) for one in timers]
        if rows:
            self._session.change_each(PUT, rows)


class TimerLane:
    """`queues.TimerQueue`: read-only, so that a scan never waits for the writer."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def running(self, *, after: int, limit: int) -> list[int]:
        """Tickets behind this number that have a clock that runs or waits, in order."""

        def read(session: Session) -> list[int]:
            return [row[0] for row in session.rows(RUNNING, {"after": after, "at_most": limit})]

        return await self._readers.run_async(read)

    async def due(self, *, now: datetime, limit: int) -> list[tuple[int, str, int]]:
        """(ticket, metric, cycle) of running timers whose next alarm is not after `now`, earliest first."""

        def read(session: Session) -> list[tuple[int, str, int]]:
            return [tuple(row) for row in session.rows(DUE, {"now": now, "at_most": limit})]

        return await self._readers.run_async(read)
