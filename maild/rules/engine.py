"""Asking the rules: file order, each told apart as hit or missed, and why.

The same function serves the daemon, the dry run and the examples. It writes nothing and asks nobody for the time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from maild.domain.intent import Command
from maild.rules.actions import TIMES, act
from maild.rules.facts import RuleFacts
from maild.rules.model import Rule, Trigger
from maild.rules.rulebook import Rulebook
from maild.rules.text import Text
from maild.rules.view import View

MISSES_KEPT = 30
"""Misses of one evaluation that are kept: a thousand lines beside each mail would cost more than the mail."""

MAX_LINE = 500
"""Characters of a line that is kept: a few values as found and as wanted, not all branches of a long rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the rules are asked. `skip` names rules that have acted for the same cause already; with `only`, this rule
    alone is asked: the one whose time has come, or that an agent has called."""

    rulebook: Rulebook
    trigger: Trigger
    facts: RuleFacts
    skip: Collection[str] = ()
    only: str = ""
    _texts: dict[str, Text] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are asked, in file order."""
        if self.only:
            return self.rulebook.named(self.only, self.trigger)
        return self.rulebook.asked_on(self.trigger)

    def view(self) -> View:
        """The facts before any rule; all such views share the texts that one of them has prepared."""
        return View(self.facts, self._texts)

    def worth_asking(self, view: View) -> list[Rule]:
        """Those of them that can hit at all."""
        if self.only:
            return list(self.rules)
        rules = self.rulebook.asked_on(self.trigger)
        return [rules[position] for position in self.rulebook.candidates(self.trigger, view)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What the rules say to one question.

    `commands` are (rule, command) in the order to carry out, each for ticket 0: whoever runs them puts the number in.
    `facts` are the facts with everything that the rules wrote.
    """

    commands: tuple[tuple[str, Command], ...]
    hits: tuple[str, ...]
    """Names of the rules that hit, in order."""
    said: tuple[str, ...]
    """What each of them does, in words."""
    stopped_by: str
    """The rule that ended the evaluation; "" when all were asked."""
    facts: RuleFacts
    asked: Question = field(repr=False)
    """What was asked, with the facts as they were before."""
    rules: tuple[Rule, ...] = field(repr=False)
    """The rules that a trace names. Of rules on changes those that are about this change, or about any."""

    @property
    def misses(self) -> int:
        """How many of them missed or were not asked."""
        return len(self.rules) - len(self.hits)

    @property
    def trace(self) -> tuple[str, ...]:
        """One line for each rule: `NAME: hit: …`, `NAME: missed: …` or `NAME: not asked: …`.

        Told anew each time it is asked for: with a thousand rules it costs more than the evaluation.
        """
        return tuple(_lines(self, misses=None))

    def brief(self, misses: int = MISSES_KEPT) -> tuple[str, ...]:
        """The trace as it is kept beside a mail: every hit, the first misses in place, and how many more there were."""
        lines = _lines(self, misses=misses)
        return tuple(line if len(line) <= MAX_LINE else line[: MAX_LINE - 1] + "…" for line in lines)


def evaluate(
    rulebook: Rulebook, trigger: Trigger, facts: RuleFacts, *, skip: Collection[str] = (), only: str = ""
) -> Firing:
    """Ask the rules for this trigger, in order; a rule sees what those before it have written."""
    question = Question(rulebook=rulebook, trigger=trigger, facts=facts, skip=tuple(skip), only=only)
    view = question.view()
    commands: list[tuple[str, Command]] = []
    hits: dict[str, str] = {}
    stopped_by = ""
    worth_asking = question.worth_asking(view)
    for rule in worth_asking:
        if rule.name not in skip and rule.when.holds(view):
            done, hits[rule.name] = fire(rule, view, rulebook)
            commands.extend((rule.name, command) for command in done)
            if rule.stop:
                stopped_by = rule.name
                break
    after = view.result if commands else facts
    return Firing(
        commands=tuple(commands),
        hits=tuple(hits),
        said=tuple(hits.values()),
        stopped_by=stopped_by,
        facts=after,
        asked=question,
        rules=tuple(worth_asking) if trigger is Trigger.CHANGE else question.rules,
    )


def fire(rule: Rule, view: View, rulebook: Rulebook) -> tuple[list[Command], str]:
    """The commands of a rule that hits, and in words what it does; the view is changed as the desk will be."""
    # captures belong to the mail as the conditions saw it, so they are taken before anything is written
    captures = (
        rule.when.captures(view) if any(action.placeholders or action.key in TIMES for action in rule.then) else {}
    )
    commands, said = [], []
    for action in rule.then:
        command, words = act(action, captures, view, rulebook.known)
        if command is not None:
            commands.append(command)
        said.append(words)
    if rule.stop:
        said.append("stop")
    return commands, ", ".join(said)


def _lines(firing: Firing, *, misses: int | None) -> Iterator[str]:
    """The evaluation once more, told: each miss is of the fields as the rules before it left them."""
    asked = firing.asked
    view = asked.view()
    hits = deque(zip(firing.hits, firing.said, strict=True))
    stopped_by, missed = "", 0
    for rule in firing.rules:
        if hits and rule.name == hits[0][0]:
            name, said = hits.popleft()
            yield f"{name}: hit: {said}"
            fire(rule, view, asked.rulebook)
            stopped_by = rule.name if rule.stop else ""
        elif missed == misses:
            break
        else:
            missed += 1
            if stopped_by:
                yield f"{rule.name}: not asked: {stopped_by} stops"
            elif rule.name in asked.skip:
                yield f"{rule.name}: not asked: it has acted already"
            else:
                yield f"{rule.name}: missed: {rule.when.missing(view)}"
    for name, said in hits:
        yield f"{name}: hit: {said}"
    if left_out := firing.misses - missed:
        yield f"{left_out} more rules missed or were not asked"
