"""SLA clocks: those of a ticket, and those that are due.

Finds due clocks by an index on their next alarm. Never reckons a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, text

from maild.domain.lifecycle import ENDED, StateType
from maild.domain.sla import SlaTimer
from maild.store.inserts import insert_or_replace
from maild.store.mapping import timer_from, timer_values
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import ticket, timer

OF_TICKET = select(timer).where(timer.c.ticket == bindparam("wanted")).order_by(timer.c.metric, timer.c.cycle)
PUT = insert_or_replace(timer)
DUE = (
    select(timer.c.ticket, timer.c.metric, timer.c.cycle)
    # Literal, so that the engine sees that the partial index answers the question
    .where(text("state = 'running'"), timer.c.next_alarm_at <= bindparam("now", type_=timer.c.next_alarm_at.type))
    .order_by(timer.c.next_alarm_at, timer.c.ticket)
    .limit(bindparam("at_most"))
)


WAITS_OVER = (
    select(ticket.c.number, ticket.c.waits_until)
    .where(
        # Literal, so that the engine sees that the partial index answers the question
        text("waits_until IS NOT NULL"),
        ticket.c.waits_until <= bindparam("now", type_=ticket.c.waits_until.type),
    )
    .order_by(ticket.c.waits_until, ticket.c.number)
    .limit(bindparam("at_most"))
)

LOOKED_THROUGH = 1000
"""Open tickets looked at in one go for those under one policy: an index for that would cost each mail, and policies
are edited once in a while."""

OPEN_AFTER = (
    select(ticket.c.number, ticket.c.policy)
    .where(ticket.c.state == bindparam("in_state"), ticket.c.number > bindparam("after"))
    .order_by(ticket.c.number)
    .limit(bindparam("at_most"))
)


class TimerRepository:
    """`ports.Timers` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, list[SlaTimer]] = {}

    def forget(self) -> None:
        """A new transaction begins: what was read before may have changed."""
        self._known.clear()

    def of(self, ticket: int) -> list[SlaTimer]:
        """All timers of a ticket, by metric and cycle."""
        if ticket not in self._known:
            self._known[ticket] = [timer_from(row) for row in self._session.rows(OF_TICKET, {"wanted": ticket})]
        return list(self._known[ticket])

    def put(self, ticket: int, timers: Iterable[SlaTimer]) -> None:
        """Insert or update the timers of a ticket by metric and cycle."""
        fresh = {(timer.metric, timer.cycle): timer for timer in timers}
        if not fresh:
            return
        self._session.change_each(PUT, [timer_values(ticket, timer) for timer in fresh.values()])
        if ticket in self._known:
            all_of_it = {(timer.metric, timer.cycle): timer for timer in self._known[ticket]} | fresh
            self._known[ticket] = [all_of_it[key] for key in sorted(all_of_it)]


class TimerLane:
    """`queues.TimerQueue`: read-only, so that a scan never waits for the writer."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def waits_over(self, *, now: datetime, limit: int) -> list[tuple[int, datetime]]:
        """Tickets whose wait is over, earliest first; only pending ones have an end of their wait."""

        def read(session: Session) -> list[tuple[int, datetime]]:
            return [(row[0], row[1]) for row in session.rows(WAITS_OVER, {"now": now, "at_most": limit})]

        return await self._readers.run_async(read)

    async def open_under(self, policy: str, *, after: int, limit: int) -> tuple[list[int], int | None]:
        """The next open tickets under a policy, under any or none for "", and where to go on; one probe a state."""
        looked = LOOKED_THROUGH if policy else limit

        def read(session: Session) -> list[tuple[int, str]]:
            rows: list[tuple[int, str]] = []
            for state in sorted(set(StateType) - ENDED):
                rows += session.rows(OPEN_AFTER, {"in_state": state.value, "after": after, "at_most": looked})
            return sorted(rows)[:looked]

        rows = await self._readers.run_async(read)
        found = [number for number, under in rows if policy in ("", under)]
        if len(found) > limit:
            return found[:limit], found[limit - 1]
        return found, rows[-1][0] if len(rows) == looked else None

    async def due(self, *, now: datetime, limit: int) -> list[tuple[int, str, int]]:
        """(ticket, metric, cycle) of running timers whose next alarm is not after `now`, earliest first."""

        def read(session: Session) -> list[tuple[int, str, int]]:
            return [tuple(row) for row in session.rows(DUE, {"now": now, "at_most": limit})]

        return await self._readers.run_async(read)
