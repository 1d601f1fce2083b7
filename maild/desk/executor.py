"""The one executor: every change to anything goes through `Desk.run`, whoever asks for it.

Authorise all, operate, apply the rules, wind the clocks, write back, plan the notices, in the caller's transaction.
Never commits, never sends, never asks for the time.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

import maild.desk.ops  # noqa: F401 - importing the operations fills the registry
from maild.desk.clockwork import Clockwork
from maild.desk.operations import OPERATIONS
from maild.desk.ops.delivery import unflag
from maild.desk.policy import authorise
from maild.desk.ports import Planner, UnitOfWork
from maild.desk.rule_alarms import put_alarms, wind_alarms
from maild.desk.ruling import Ruling, facts_now
from maild.desk.work import Work
from maild.domain.directory import Directory
from maild.domain.events import Event, SignInRequested, WriterAsked
from maild.domain.intent import Actor, ActorKind, Cause, Intent
from maild.domain.token import Tokens
from maild.rules.engine import Firing, evaluate
from maild.rules.facts import RuleFacts
from maild.rules.model import Trigger
from maild.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a cause has done. `ticket` is the one opened or else touched, `article` the last one written."""

    ticket: int
    article: int
    opened: bool
    events: tuple[Event, ...]
    rules: tuple[str, ...] = ()


class Desk:
    """Holds what does not change between causes: people, rules, clocks, and how notices are planned.

    Other rules may be put in force between two causes; one that has begun keeps those it began with.
    """

    def __init__(
        self, *, directory: Directory, tokens: Tokens, rulebook: Rulebook, clockwork: Clockwork, planner: Planner
    ) -> None:
        self.directory = directory
        self.clockwork = clockwork
        self._tokens = tokens
        self.rulebook = rulebook
        """The rules in force."""
        self._planner = planner
        self._told: Callable[[Firing], None] | None = None

    def use_rules(self, rulebook: Rulebook) -> None:
        """Put these rules in force for the next cause."""
        self.rulebook = rulebook

    def become(self, fresh: Desk) -> None:
        """Work by what another desk has, from the next cause on: people, rules, clocks, and how notices are planned.

        Only where causes are decided, so that none sees half of it.
        """
        self.directory, self.clockwork, self.rulebook = fresh.directory, fresh.clockwork, fresh.rulebook
        self._tokens, self._planner = fresh._tokens, fresh._planner

    def rehearsing(self, rulebook: Rulebook, told: Callable[[Firing], None]) -> Desk:
        """The same desk under other rules, for dry runs; `told` hears of every evaluation."""
        desk = copy(self)
        desk.rulebook = rulebook
        desk._told = told
        return desk

    def run(
        self,
        uow: UnitOfWork,
        intent: Intent,
        *,
        cause: Cause,
        now: datetime,
        at: datetime | None = None,
        facts: RuleFacts | None = None,
    ) -> Result:
        """Carry an intent out, whole or not at all: a Refused error leaves it to the caller to undo the transaction.

        `at` is when the cause happened (a mail's arrival), `now` when it is handled. `facts` describe the mail to
        the rules; without them only those on changes are asked, and those that are called.
        """
        for command in intent.commands:
            authorise(intent.actor, OPERATIONS[type(command)].act)
        work = self._work(uow, intent.actor, at=min(at or now, now), now=now, inbound=cause.inbound)
        for command in intent.commands:
            OPERATIONS[type(command)].perform(work, command)
        trace = Ruling(work, self.rulebook, self.clockwork, self._told).apply(facts)
        unflag(work)
        self.clockwork.wind(work)
        wind_alarms(work, self.rulebook, self.clockwork)
        work.write_back()
        events = self._store_events(work, cause)
        self._planner.plan(uow, events, actor=intent.actor, cause=cause, now=now)
        named = next((c.ticket for c in intent.commands if c.ticket), 0)
        return Result(
            ticket=work.opened or named,
            article=work.article,
            opened=bool(work.opened),
            events=tuple(event for _, event in events),
            rules=trace,
        )

    def hits(self, uow: UnitOfWork, ticket: int, rule: str, trigger: Trigger, *, now: datetime) -> bool:
        """Whether the rule would hit the ticket if it were called; changes nothing."""
        work = self._work(uow, Actor(kind=ActorKind.CLOCK, name=rule, via="clock"), at=now, now=now)
        facts = facts_now(work, ticket, self.clockwork)
        return bool(evaluate(self.rulebook, trigger, facts, only=rule).hits)

    def enrol(self, uow: UnitOfWork, ticket: int, *, since: datetime, now: datetime) -> None:
        """Let the rules that wait for moments of a ticket wait for this one; what was due before `since` is over."""
        work = self._work(uow, Actor(kind=ActorKind.CLOCK, via="clock"), at=now, now=now)
        put_alarms(work, work.ticket(ticket), self.rulebook, self.clockwork, since=since)

    def _work(self, uow: UnitOfWork, actor: Actor, *, at: datetime, now: datetime, inbound: int = 0) -> Work:
        return Work(
            uow=uow,
            directory=self.directory,
            tokens=self._tokens,
            actor=actor,
            at=at,
            now=now,
            inbound=inbound,
            contact=actor.contact,
            callable_rules=self.rulebook.callable_rules,
        )

    @staticmethod
    def _store_events(work: Work, cause: Cause) -> list[tuple[int, Event]]:
        stored: list[tuple[int, Event]] = []
        for actor, group in groupby(work.events, key=lambda pair: pair[1]):
            events = [event for event, _ in group]
            ids = work.uow.events.append(map(_without_secret, events), actor=actor, cause=cause, at=work.at)
            stored += zip(ids, events, strict=True)
        return stored


def _without_secret(event: Event) -> Event:
    """The event as it may be kept: the secret of a link is stored nowhere but in the mail that carries it."""
    return replace(event, secret="") if isinstance(event, SignInRequested | WriterAsked) else event
