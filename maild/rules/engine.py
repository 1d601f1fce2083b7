"""Asking the rules: file order, each told apart as hit or missed, and why.

The same function serves the daemon, the dry run and the examples. It writes nothing and asks nobody for the time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from maild.domain.intent import Command
from maild.rules.actions import act
from maild.rules.facts import RuleFacts
from maild.rules.model import Rule, Rulebook, Trigger
from maild.rules.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the rules are asked. `skip` names rules that have acted for the same cause already; with `only`, this rule
    alone is asked: the one whose time has come, or that an agent has called."""

    rulebook: Rulebook
    trigger: Trigger
    facts: RuleFacts
    skip: Collection[str] = ()
    only: str = ""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are asked, in file order."""
        rules = self.rulebook.asked_on(self.trigger)
        return tuple(rule for rule in rules if rule.name == self.only) if self.only else rules

    def worth_asking(self, view: View) -> list[Rule]:
        """Those of them that can hit at all."""
        if self.only:
            return list(self.rules)
        rules = self.rulebook.asked_on(self.trigger)
        return [rules[position] for position in self.rulebook.candidates(self.trigger, view)]

    def worth_telling(self) -> tuple[Rule, ...]:
        """The rules that a trace names. Of rules on changes those that are about this change, or about any."""
        return tuple(self.worth_asking(View(self.facts))) if self.trigger is Trigger.CHANGE else self.rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What the rules say to one question.

    `commands` are (rule, command) in the order to carry out, each for ticket 0: whoever runs them puts the number in.
    `facts` are the facts with everything that the rules wrote.
    """

    commands: tuple[tuple[str, Command], ...]
    hits: tuple[str, ...]
    """Names of the rules that hit, in order."""
    stopped_by: str
    """The rule that ended the evaluation; "" when all were asked."""
    facts: RuleFacts
    asked: Question = field(repr=False)
    """What was asked, with the facts as they were before."""

    @property
    def trace(self) -> tuple[str, ...]:
        """One line for each rule: `NAME: hit: …`, `NAME: missed: …` or `NAME: not asked: …`.

        Told anew each time it is asked for: with a thousand rules it costs more than the evaluation.
        """
        return tuple(_lines(self.asked, frozenset(self.hits), misses=None))

    def brief(self, misses: int = 30) -> tuple[str, ...]:
        """The trace as it is kept beside a mail: every hit, the first misses in place, and how many more there were.

        A thousand lines beside each mail would cost more than the mail.
        """
        return tuple(_lines(self.asked, frozenset(self.hits), misses=misses))


def evaluate(
    rulebook: Rulebook, trigger: Trigger, facts: RuleFacts, *, skip: Collection[str] = (), only: str = ""
) -> Firing:
    """Ask the rules for this trigger, in order; a rule sees what those before it have written."""
    question = Question(rulebook=rulebook, trigger=trigger, facts=facts, skip=tuple(skip), only=only)
    view = View(facts)
    commands: list[tuple[str, Command]] = []
    hits: list[str] = []
    stopped_by = ""
    for rule in question.worth_asking(view):
        if rule.name not in skip and rule.when.holds(view):
            hits.append(rule.name)
            done, _ = fire(rule, view, rulebook)
            commands.extend((rule.name, command) for command in done)
            if rule.stop:
                stopped_by = rule.name
                break
    return Firing(commands=tuple(commands), hits=tuple(hits), stopped_by=stopped_by, facts=view.result, asked=question)


def fire(rule: Rule, view: View, rulebook: Rulebook) -> tuple[list[Command], str]:
    """The commands of a rule that hits, and in words what it does; the view is changed as the desk will be."""
    # captures belong to the mail as the conditions saw it, so they are taken before anything is written
    captures = (
        rule.when.captures(view) if any(action.placeholders or action.key == "group" for action in rule.then) else {}
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


def _lines(asked: Question, hits: frozenset[str], *, misses: int | None) -> Iterator[str]:
    """The evaluation once more, told: each rule meets the fields as the rules before it left them."""
    view = View(asked.facts)
    stopped_by, left_out = "", 0
    for rule in asked.worth_telling():
        if rule.name in hits:
            _, said = fire(rule, view, asked.rulebook)
            yield f"{rule.name}: hit: {said}"
            stopped_by = rule.name if rule.stop else ""
        elif misses is not None and misses <= 0:
            left_out += 1
        else:
            misses = None if misses is None else misses - 1
            if stopped_by:
                yield f"{rule.name}: not asked: {stopped_by} stops"
            elif rule.name in asked.skip:
                yield f"{rule.name}: not asked: it has acted already"
            else:
                yield f"{rule.name}: missed: {rule.when.missing(view)}"
    if left_out:
        yield f"{left_out} more rules missed or were not asked"
