"""When rules are to be asked for a ticket: those of a ticket, and those that are due.

Finds due alarms by an index. Never asks a rule.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select, text, update

from maild.desk.queues import RuleAlarm
from maild.store.inserts import insert_or_replace
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import rule_alarm

OF_TICKET = select(rule_alarm).where(rule_alarm.c.ticket == bindparam("wanted"))
PUT = insert_or_replace(rule_alarm)
_of_rule = (rule_alarm.c.ticket == bindparam("of_ticket"), rule_alarm.c.rule == bindparam("of_rule"))
_due_type = rule_alarm.c.due_at.type
TAKE = update(rule_alarm).where(*_of_rule, rule_alarm.c.due_at <= bindparam("now", type_=_due_type)).values(due_at=None)
FORGET = delete(rule_alarm).where(*_of_rule)
DUE = (
    select(rule_alarm)
    # Literal, so that the engine sees that the partial index answers the question
    .where(text("due_at IS NOT NULL"), rule_alarm.c.due_at <= bindparam("now", type_=_due_type))
    .order_by(rule_alarm.c.due_at, rule_alarm.c.ticket)
    .limit(bindparam("at_most"))
)


class RuleAlarmRepository:
    """`ports.RuleAlarms` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, ticket: int) -> list[RuleAlarm]:
        """All alarms of a ticket, also those that have fired."""
        return [RuleAlarm(**row._asdict()) for row in self._session.rows(OF_TICKET, {"wanted": ticket})]

    def put(self, alarm: RuleAlarm) -> None:
        """Insert or update the alarm of a ticket and rule."""
        values = {"ticket": alarm.ticket, "rule": alarm.rule, "moment_at": alarm.moment_at, "due_at": alarm.due_at}
        self._session.change(PUT, values)

    def take(self, ticket: int, rule: str, now: datetime) -> bool:
        """Let the alarm fire if it is due: of two who try one hears False."""
        return self._session.change(TAKE, {"of_ticket": ticket, "of_rule": rule, "now": now}) == 1

    def forget(self, ticket: int, rule: str) -> None:
        """The rule, or the ticket, is no more."""
        self._session.change(FORGET, {"of_ticket": ticket, "of_rule": rule})


class RuleAlarmLane:
    """`queues.RuleAlarmQueue`: read-only, so that a scan never waits for the writer."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def due(self, *, now: datetime, limit: int) -> list[RuleAlarm]:
        """Alarms that are due, earliest first."""

        def read(session: Session) -> list[RuleAlarm]:
            return [RuleAlarm(**row._asdict()) for row in session.rows(DUE, {"now": now, "at_most": limit})]

        return await self._readers.run_async(read)
