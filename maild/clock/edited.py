"""Brings edited policies to the tickets that are open: chooses their policy anew and reckons their clocks anew.

Walks through the open tickets a page at a time and writes down how far it is, so that a restart goes on. Does nothing
while nothing is edited, and never holds up other work for longer than a page.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256

from maild.desk.clockwork import Clockwork
from maild.desk.executor import Desk
from maild.desk.ports import Mark, UnitOfWork, Writer
from maild.desk.queues import TimerQueue
from maild.domain.commands import ReckonClocks
from maild.domain.directory import Directory
from maild.domain.intent import Actor, ActorKind, Cause, Intent
from maild.domain.sla_policy import SlaPolicy

log = logging.getLogger(__name__)

PAGE = 25
"""Tickets reckoned in one transaction, at some milliseconds each: a mail that comes meanwhile waits for no more."""

PAGES = 40
"""Pages of one tick, of each policy; what is left is looked at by the next."""

DONE = -1
"""In place of the number of the last ticket looked at, when all have been."""

CHOICE = ""
"""Under no policy's name: which policy is for whom. An edit of that concerns every open ticket."""

_CLAIMED = "policy:"
_PAGE = "policy-page:"


def in_force(clockwork: Clockwork, directory: Directory) -> Mapping[str, int]:
    """A number for each policy, and one for the choice among them: another one where its clocks may run otherwise."""
    counts = {name: len(versions) for name, versions in clockwork.versions.known.items()}
    choice = [_whom(policy) for policy in clockwork.policies], directory.parties
    terms = {policy.name: _number((counts.get(policy.name, 0), _alarms(policy))) for policy in clockwork.policies}
    return {CHOICE: _number(choice), **terms}


def claim(uow: UnitOfWork, desk: Desk, *, now: datetime) -> None:
    """The desk works by other policies from now on, or has begun to work: what is edited has its tickets walked.

    Where several processes work, the last one that has read its files says what holds.
    """
    for name, number in in_force(desk.clockwork, desk.directory).items():
        known = uow.marks.get(_CLAIMED + name)
        if known is None or known.reached != number:
            uow.marks.put(_CLAIMED + name, at=now, reached=number)
            uow.marks.put(_PAGE + name, at=now, reached=0)


class EditTick:
    """Goes on with the walks that edits have begun."""

    def __init__(self, *, timers: TimerQueue, writer: Writer, desk: Desk, now: Callable[[], datetime]) -> None:
        self._timers = timers
        self._writer = writer
        self._desk = desk
        self._now = now
        self._settled: Clockwork | None = None

    async def __call__(self) -> int:
        """Reckon the next tickets of each walk; returns how many."""
        clockwork = self._desk.clockwork
        if clockwork is self._settled:
            return 0
        reckoned, left = 0, False
        for name, number in in_force(clockwork, self._desk.directory).items():
            for _ in range(PAGES):
                page = await self._writer.run_async(partial(self._page, name=name, number=number))
                if page is None:
                    break
                reckoned += await self._walk(name, page)
            else:
                left = True
        if not left:
            self._settled = clockwork
        return reckoned

    def _page(self, uow: UnitOfWork, *, name: str, number: int) -> Mark | None:
        """Where the walk is; None when it is over, or when another process works by later files than this one."""
        claimed, page = uow.marks.get(_CLAIMED + name), uow.marks.get(_PAGE + name)
        if claimed is None or claimed.reached != number or page is None or page.reached == DONE:
            return None
        return page

    async def _walk(self, name: str, page: Mark) -> int:
        """Reckon a page of tickets, each by itself so that one that fails holds up no other, and then turn it."""
        numbers, reached = await self._timers.open_under(name, after=page.reached, limit=PAGE)
        # those that wait together share a transaction; whoever is killed before the page is turned reckons it again,
        # which changes nothing
        found = await asyncio.gather(
            *(self._writer.run_async(partial(self._reckon, number=number)) for number in numbers),
            return_exceptions=True,
        )
        for number, fault in zip(numbers, found, strict=True):
            if fault is not None:
                log.error("the clocks of ticket %d could not be reckoned anew", number, exc_info=fault)
        turned = Mark(at=page.at, reached=DONE if reached is None else reached)
        await self._writer.run_async(lambda uow: uow.marks.advance(_PAGE + name, page, turned))
        return len(numbers)

    def _reckon(self, uow: UnitOfWork, *, number: int) -> None:
        now = self._now()
        actor = Actor(kind=ActorKind.CLOCK, name="policies", via="clock")
        intent = Intent(actor=actor, commands=(ReckonClocks(ticket=number),))
        self._desk.run(uow, intent, cause=Cause(key=f"policies:{number}:{now.isoformat()}"), now=now)


def _whom(policy: SlaPolicy) -> tuple[str, ...]:
    fits = (
        policy.teams, policy.categories, policy.request_types, policy.priorities, policy.organisations,
        policy.contracts, policy.mailboxes,
    )  # fmt: skip
    return (policy.name, *(repr(sorted(map(str, names))) for names in fits))


def _alarms(policy: SlaPolicy) -> tuple[object, ...]:
    """When a clock has something to say; its minutes and hours are terms, which have versions."""
    return policy.yellow, policy.red, sorted((step.level, sorted(map(str, step.metrics))) for step in policy.steps)


def _number(told: object) -> int:
    """As much of a digest as the number of a mark holds; the same in every process."""
    return int.from_bytes(sha256(repr(told).encode()).digest()[:7])
