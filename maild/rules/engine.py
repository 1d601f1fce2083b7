"""Asking the rules: file order, each told apart as hit or missed, and why.

The same function serves the daemon, the dry run and the examples. It writes nothing and asks nobody for the time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from maild.domain.commands import Command
from maild.rules.actions import act
from maild.rules.facts import RuleFacts
from maild.rules.model import Rule, Rulebook, Trigger
from maild.rules.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What the rules say about one mail.

    `commands` are (rule, command) in the order to carry out, each for ticket 0: whoever runs them puts the number in.
    `facts` are the facts with everything that the rules wrote.
    """

    commands: tuple[tuple[str, Command], ...]
    hits: tuple[str, ...]
    """Names of the rules that hit, in order."""
    stopped_by: str
    """The rule that ended the evaluation; "" when all were asked."""
    trace: tuple[str, ...]
    """One line for each rule: `NAME: hit: …` or `NAME: missed: …` or `NAME: not asked: …`."""
    hit_lines: tuple[int, ...]
    """Which lines of the trace are hits."""
    facts: RuleFacts

    def brief(self, misses: int = 30) -> tuple[str, ...]:
        """The trace as it is kept beside a mail: every hit, the first misses in place, and how many more there were.

        A thousand lines beside each mail would cost more than the mail.
        """
        hits = set(self.hit_lines)
        kept, left_out, spare = [], 0, misses
        for number, line in enumerate(self.trace):
            if number in hits:
                kept.append(line)
            elif spare:
                spare -= 1
                kept.append(line)
            else:
                left_out += 1
        if left_out:
            kept.append(f"{left_out} more rules missed or were not asked")
        return tuple(kept)


def evaluate(rulebook: Rulebook, trigger: Trigger, facts: RuleFacts, *, skip: Collection[str] = ()) -> Firing:
    """Ask every rule for this trigger, in order; a rule sees what those before it have written.

    `skip` names rules that have acted for the same cause already.
    """
    view = View(facts)
    commands: list[tuple[str, Command]] = []
    trace: list[str] = []
    hits: list[str] = []
    hit_lines: list[int] = []
    stopped_by = ""
    for rule in rulebook.asked_on(trigger):
        if stopped_by:
            trace.append(f"{rule.name}: not asked: {stopped_by} stops")
        elif skip and rule.name in skip:
            trace.append(f"{rule.name}: not asked: it has acted already")
        elif not rule.when.holds(view):
            trace.append(f"{rule.name}: missed: {rule.when.missing(view)}")
        else:
            hits.append(rule.name)
            hit_lines.append(len(trace))
            trace.append(f"{rule.name}: hit: {_fire(rule, view, rulebook, commands)}")
            if rule.stop:
                stopped_by = rule.name
    return Firing(
        commands=tuple(commands),
        hits=tuple(hits),
        stopped_by=stopped_by,
        trace=tuple(trace),
        hit_lines=tuple(hit_lines),
        facts=view.result,
    )


def _fire(rule: Rule, view: View, rulebook: Rulebook, commands: list[tuple[str, Command]]) -> str:
    # captures belong to the mail as the conditions saw it, so they are taken before anything is written
    captures = rule.when.captures(view) if any(action.placeholders for action in rule.then) else {}
    done = []
    for action in rule.then:
        command, words = act(action, captures, view, rulebook.known)
        if command is not None:
            commands.append((rule.name, command))
        done.append(words)
    if rule.stop:
        done.append("stop")
    return ", ".join(done)
