"""One transaction over everything that is kept, who runs it, and who plans the mails of it.

Protocols only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from maild.desk.ports.due import Calls, Marks, RuleAlarms, Timers
from maild.desk.ports.outgoing import Outbox, Undeliverables, WaitingMail
from maild.desk.ports.secrets import Capabilities, Confirmations, Expired, Preferences
from maild.desk.ports.tickets import Articles, Events, Links, People, Ratings, Tickets
from maild.desk.queues import InboundBook
from maild.domain.events import Event
from maild.domain.intent import Actor, Cause

T = TypeVar("T")


class UnitOfWork(Protocol):
    """One transaction over everything that is kept."""

    people: People
    tickets: Tickets
    links: Links
    articles: Articles
    timers: Timers
    alarms: RuleAlarms
    calls: Calls
    events: Events
    outbox: Outbox
    waiting: WaitingMail
    preferences: Preferences
    marks: Marks
    undeliverables: Undeliverables
    capabilities: Capabilities
    expired: Expired
    inbound: InboundBook
    confirmations: Confirmations
    ratings: Ratings

    def alone(self, name: str) -> None:
        """Until this transaction has ended nobody else passes here with the same name: who comes second waits, and
        then sees what the first has done. For what is looked for before it is made, where no row can stand guard."""

    def nested(self) -> AbstractContextManager[None]:
        """A savepoint: leaving it with an exception undoes only what was done inside."""


class Writer(Protocol):
    """Runs jobs in transactions; returns only when the job's effects are durable."""

    def run(self, job: Callable[[Any], T]) -> T:
        """Run `job(unit_of_work)`, commit, return its value. Blocks; never call it on the event loop."""

    async def run_async(self, job: Callable[[Any], T]) -> T:
        """The same for coroutines; a cancelled caller does not cancel the commit."""


class Planner(Protocol):
    """Turns all events of one cause into notices; lives in `outbound`."""

    def plan(
        self, uow: UnitOfWork, events: Sequence[tuple[int, Event]], *, actor: Actor, cause: Cause, now: datetime
    ) -> None:
        """Plan and store every notice that these (id, event) pairs call for, one a person at most."""
