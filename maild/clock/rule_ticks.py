"""Asks rules when their time has come: those that wait for a moment of a ticket, and those that come every so often.

The cost of a tick is what is due. Each ticket that waits is a transaction of its own; looking through the open tickets
goes page by page, each page written down with its effect, so that no ticket is met twice and none is left out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from maild.desk.executor import Desk
from maild.desk.ports import Conflict, Mark, UnitOfWork, Writer
from maild.desk.queues import RuleAlarm, RuleAlarmQueue
from maild.domain.commands import CallRule
from maild.domain.intent import Actor, ActorKind, Cause, Intent
from maild.errors import is_outage
from maild.rules.model import Rule, Trigger
from maild.rules.timing import Every

log = logging.getLogger(__name__)

DUE_AT_A_TIME = 200

PAGE = 100
"""Open tickets looked at in one transaction: other work gets its turn between two pages."""

PAGES = 20
"""Pages of one tick; what is left is looked at by the next."""

DONE = -1
"""In place of the number of the last ticket looked at, when all have been."""

_ENROLLED = "rule-alarms"
_ENROLLING = "rule-alarms-page"


class _Unasked(Exception):
    """A rule could not be asked for this ticket."""

    def __init__(self, ticket: int) -> None:
        super().__init__(ticket)
        self.ticket = ticket


class RuleTick:
    """Asks each rule that is due, once a ticket and moment, or once a ticket and time of day."""

    def __init__(self, *, alarms: RuleAlarmQueue, writer: Writer, desk: Desk, now: Callable[[], datetime]) -> None:
        self._alarms = alarms
        self._writer = writer
        self._desk = desk
        self._now = now

    async def __call__(self) -> int:
        """Ask everything that is due now; returns how many rules were asked for how many tickets."""
        asked = await self._waiting()
        for rule, every in self._desk.rulebook.recurring:
            asked += await self._recurring(rule, every)
        for _ in range(PAGES):
            if not await self._writer.run_async(self._enrol):
                break
        return asked

    async def _recurring(self, rule: Rule, every: Every) -> int:
        asked = 0
        failed: set[int] = set()
        for _ in range(PAGES):
            try:
                looked, hit = await self._writer.run_async(partial(self._page, rule=rule, every=every, failed=failed))
            except _Unasked as failure:
                failed.add(failure.ticket)
                log.exception("rule %r could not be asked for ticket %d", rule.name, failure.ticket)
                continue
            asked += hit
            if not looked:
                break
        return asked

    async def _waiting(self) -> int:
        asked = 0
        failed: set[tuple[int, str]] = set()
        while True:
            due = await self._alarms.due(now=self._now(), limit=DUE_AT_A_TIME + len(failed))
            fresh = [alarm for alarm in due if (alarm.ticket, alarm.rule) not in failed]
            if not fresh:
                return asked
            for alarm in fresh:
                try:
                    asked += await self._writer.run_async(partial(self._fire, alarm=alarm))
                except Exception:
                    failed.add((alarm.ticket, alarm.rule))
                    log.exception("rule %r could not be asked for ticket %d", alarm.rule, alarm.ticket)

    def _fire(self, uow: UnitOfWork, *, alarm: RuleAlarm) -> bool:
        now = self._now()
        rule = next((rule for rule, _ in self._desk.rulebook.waiting if rule.name == alarm.rule), None)
        if rule is None or uow.tickets.get(alarm.ticket) is None:
            uow.alarms.forget(alarm.ticket, alarm.rule)
            return False
        if not uow.alarms.take(alarm.ticket, alarm.rule, now):
            return False
        trigger = Trigger.AFTER if Trigger.AFTER in rule.on else Trigger.BEFORE
        self._call(uow, rule, trigger, alarm.ticket, alarm.moment_at or now, now)
        return True

    def _page(self, uow: UnitOfWork, *, rule: Rule, every: Every, failed: Collection[int]) -> tuple[bool, int]:
        """Look at the next page of open tickets for a rule: whether there was one, and how many it hit.

        A ticket that cannot be asked undoes the page; raises _Unasked, so that the rest is done without it.
        """
        now = self._now()
        slot = every.last(now, self._desk.directory.zone)
        name = f"every:{rule.name}"
        mark = uow.marks.get(name)
        if mark is None:
            # a rule that has just been written waits for its first time
            uow.marks.advance(name, None, Mark(at=slot, reached=DONE))
            return False, 0
        if mark.at > slot or (mark.at == slot and mark.reached == DONE):
            return False, 0
        numbers = uow.tickets.open_after(mark.reached if mark.at == slot else 0, PAGE)
        reached = numbers[-1] if len(numbers) == PAGE else DONE
        if not uow.marks.advance(name, mark, Mark(at=slot, reached=reached)):
            return False, 0
        hits = 0
        for number in numbers:
            if number in failed:
                continue
            try:
                if self._desk.hits(uow, number, rule.name, Trigger.EVERY, now=now):
                    self._call(uow, rule, Trigger.EVERY, number, slot, now)
                    hits += 1
            except Exception as fault:
                if isinstance(fault, Conflict) or is_outage(fault):
                    raise  # not the ticket's fault: the whole page is looked at again, now or by the next tick
                raise _Unasked(number) from fault
        return reached != DONE, hits

    def _call(
        self, uow: UnitOfWork, rule: Rule, trigger: Trigger, ticket: int, moment: datetime, now: datetime
    ) -> None:
        command = CallRule(ticket=ticket, rule=rule.name, trigger=trigger)
        intent = Intent(actor=Actor(kind=ActorKind.CLOCK, name=rule.name, via="clock"), commands=(command,))
        cause = Cause(key=f"rule:{rule.name}:{ticket}:{moment.isoformat()}")
        self._desk.run(uow, intent, cause=cause, now=now)

    def _enrol(self, uow: UnitOfWork) -> bool:
        """Let rules that were not there before wait for tickets that were; whether there are more tickets.

        What was due before the rule came into force has passed: a new rule starts no flood.
        """
        waiting = self._desk.rulebook.waiting
        digest, now = self._desk.rulebook.waiting_digest, self._now()
        known, page = uow.marks.get(_ENROLLED), uow.marks.get(_ENROLLING)
        if known is None or known.reached != digest:
            if uow.marks.advance(_ENROLLED, known, Mark(at=now, reached=digest)):
                uow.marks.put(_ENROLLING, at=now, reached=0 if waiting else DONE)
            return bool(waiting)
        if page is None or page.reached == DONE:
            return False
        numbers = uow.tickets.open_after(page.reached, PAGE)
        reached = numbers[-1] if len(numbers) == PAGE else DONE
        if not uow.marks.advance(_ENROLLING, page, Mark(at=page.at, reached=reached)):
            return False
        for number in numbers:
            self._desk.enrol(uow, number, since=page.at, now=now)
        return reached != DONE
