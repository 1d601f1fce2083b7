"""The rules, asked over one cause until nothing new happens: for the mail first, then for every change it made.

What a rule cannot do is written down and changes nothing. No rule acts twice on a ticket for one cause, so that rules
never chase each other; and none sees a change that lies deeper than `MAX_DEPTH`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from maild.desk.clockwork import Clockwork
from maild.desk.operations import OPERATIONS
from maild.desk.ops.aside import MailTakenAway
from maild.desk.policy import authorise
from maild.desk.work import Work
from maild.domain.events import CustomerReplied, Event, ReplyKept, RuleCalled, RulesApplied
from maild.domain.intent import Actor, ActorKind
from maild.domain.lifecycle import StateType
from maild.errors import InvalidInput, Refused
from maild.rules.changes import Change, change_of
from maild.rules.engine import MISSES_KEPT, Firing, evaluate
from maild.rules.facts import RuleFacts, facts_of_ticket
from maild.rules.model import Trigger
from maild.rules.rulebook import Rulebook

MAX_DEPTH = 5
"""A change by a rule on a change by a rule …: who writes more than that has written a loop (SEC-60)."""

MAX_CHANGES = 100
"""Changes of one cause that rules are asked for: more are the work of many causes (SEC-60)."""


class Ruling:
    """One cause under the rules. `told` hears of every evaluation."""

    def __init__(
        self, work: Work, rulebook: Rulebook, clockwork: Clockwork, told: Callable[[Firing], None] | None
    ) -> None:
        self._work = work
        self._rulebook = rulebook
        self._clockwork = clockwork
        self._told = told
        self._trace: list[str] = []
        self._acted: dict[int, set[str]] = {}
        self._states: dict[int, StateType] = {}
        self._misses_kept: Counter[Trigger] = Counter()

    def apply(self, facts: RuleFacts | None) -> tuple[str, ...]:
        """Ask until nothing new happens; what each rule said, in order. `facts` describe the mail, if there is one."""
        work = self._work
        mailed = work.opened or self._written_to(CustomerReplied)
        if facts is not None and mailed:
            self._ask(Trigger.NEW if work.opened else Trigger.REPLY, mailed, facts)
        mailed = mailed or self._written_to(ReplyKept)
        for called in [event for event, _ in work.events if isinstance(event, RuleCalled)]:
            self._ask(Trigger(called.trigger), called.ticket, None, only=called.rule)
        seen = depth = 0
        while changes := self._changes_since(seen):
            seen, depth = len(work.events), depth + 1
            if depth > MAX_DEPTH or len(changes) > MAX_CHANGES:
                why = "the rules go round" if depth > MAX_DEPTH else f"{len(changes)} of them at once"
                self._say(changes[0].ticket, (f"no rule is asked for further changes: {why}",), Trigger.CHANGE)
                break
            for change in changes:
                self._ask(Trigger.CHANGE, change.ticket, facts if change.ticket == mailed else None, change)
        work.actor = Actor(kind=ActorKind.SYSTEM, via="rule")
        return tuple(self._trace)

    def _written_to(self, kind: type[Event]) -> int:
        """The ticket that the mail came into, so that it counts or so that it is only kept."""
        return next((event.ticket for event, _ in self._work.events if isinstance(event, kind)), 0)

    def _changes_since(self, seen: int) -> list[Change]:
        """What has happened behind the first `seen` events; nothing where no rule asks for changes."""
        if not self._rulebook.asked_on(Trigger.CHANGE):
            return []
        work = self._work
        changes = [change for event, actor in work.events[seen:] if (change := change_of(event, by=actor.kind))]
        for number in dict.fromkeys(change.ticket for change in changes):
            ticket = work.ticket(number)
            old = self._states.get(number, work.found_in[number])
            if ticket.state is not old:
                by = next(change.by for change in changes if change.ticket == number)
                changes.append(Change(ticket=number, name="state", old=old, new=ticket.state, by=by))
            self._states[number] = ticket.state
        return changes

    def _ask(
        self, trigger: Trigger, number: int, facts: RuleFacts | None, change: Change | None = None, *, only: str = ""
    ) -> None:
        facts = facts_now(self._work, number, self._clockwork, mail=facts)
        if change is not None:
            facts = facts.with_change(change)
        acted = self._acted.setdefault(number, set())
        firing = evaluate(self._rulebook, trigger, facts, skip=acted, only=only)
        if self._told is not None:
            self._told(firing)
        acted.update(firing.hits)
        refused = self._carry_out(firing, number)
        self._say(number, (*self._kept(firing), *refused), trigger)
        if trigger is Trigger.MANUAL and not firing.hits:
            raise InvalidInput("rule-missed", "{why}", why="; ".join(firing.trace))

    def _carry_out(self, firing: Firing, number: int) -> list[str]:
        """Do what the rules say; what was refused, a line each."""
        refused: list[str] = []
        for rule, command in firing.commands:
            self._work.actor = Actor(kind=ActorKind.RULE, name=rule, via="rule")
            operation = OPERATIONS[type(command)]
            try:
                authorise(self._work.actor, operation.act)
                operation.perform(self._work, replace(command, ticket=number))
            except MailTakenAway as away:
                away.trace = (*self._trace, *self._kept(firing))
                raise
            except Refused as refusal:
                refused.append(f"{rule}: {operation.word} refused: {refusal}")
        return refused

    def _kept(self, firing: Firing) -> tuple[str, ...]:
        """What is kept of an evaluation: of all that were for one trigger so many misses as of one."""
        trigger = firing.asked.trigger
        left = MISSES_KEPT - self._misses_kept[trigger]
        self._misses_kept[trigger] += min(left, firing.misses)
        return firing.brief(left)

    def _say(self, number: int, lines: tuple[str, ...], trigger: Trigger) -> None:
        if lines:
            self._work.actor = Actor(kind=ActorKind.SYSTEM, via="rule")
            self._work.emit(RulesApplied(ticket=number, trace=lines, trigger=trigger))
            self._trace += lines


def facts_now(work: Work, number: int, clockwork: Clockwork, *, mail: RuleFacts | None = None) -> RuleFacts:
    """What rules see of a ticket as the cause has left it so far, with the mail if there is one."""
    ticket = work.ticket(number)
    person = work.uow.people.get((mail is not None and work.contact) or ticket.requester)
    if mail is None:
        mail = facts_of_ticket(ticket, requester=person.mailbox, organisation=work.organisation(ticket))
    requester = person if person.id == ticket.requester else work.uow.people.get(ticket.requester)
    return mail.with_ticket(
        ticket,
        at=work.at,
        requester=requester.address,
        working_time=clockwork.working_time(work, ticket),
        person=person.address,
        contract=work.contract(ticket),
    )
