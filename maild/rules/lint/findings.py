"""What is odd about rules: those that never hit or are never asked, and those whose work is always undone.

Only says what is certain of every mail, from the rules alone. Never asks a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from maild.rules.conditions import FieldCondition
from maild.rules.conditions.logic import AllOf, AnyOf, Condition, NotOf
from maild.rules.lint.asking import ANYWHERE, TOGETHER, values_at
from maild.rules.lint.impossible import Domains, Wish, impossible
from maild.rules.lint.pairs import Pairs
from maild.rules.model import Rule, Trigger

ONE_VALUE: Final = ("team", "category", "request_type", "priority", "severity", "product", "sla", "owner")
"""Actions of which the last one wins."""

_WRITES: Final[Mapping[str, tuple[str, ...]]] = {
    "team": ("team", "owner"),
    "category": ("category", "request_type"),
    "close": ("state", "waiting"),
    "reopen": ("state", "waiting"),
    "wait": ("state", "waiting"),
    "resume": ("state", "waiting"),
    "assign": ("owner",),
    "untag": ("tag",),
    "unwatch": ("watch",),
}
"""What an action changes beside what it is named after, or in its place."""

MAX_QUESTIONS: Final = 20_000
"""Comparisons of two rules: some seconds. Rulebooks that people write have some hundred pairs worth comparing."""

_SHADOWED: Final = (
    "can never be asked: {!r} before it holds whenever this one does, and stops; put this one before it, or take it out"
)
_DROPPED: Final = (
    "is in vain: {!r} drops every mail that this one hits, but one that a person has released; let them hit different "
    "mails"
)
_CONFLICT: Final = "is in conflict with {!r}: it hits the same mails, and sets {} to something else; keep one of them"
_OVERWRITTEN: Final = (
    "{1} is in vain: {0!r} hits whenever this one does, and sets something else; put this one behind it"
)


class Findings:
    """Looks through the rules once, in file order."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._left = MAX_QUESTIONS
        self._stops = Pairs([(at, rule) for at, rule in enumerate(rules) if rule.stop and rule.on & TOGETHER])
        self._sets = Pairs([(at, rule) for at, rule in enumerate(rules) if _set_by(rule)])
        self._drops = Pairs([(at, rule) for at, rule in enumerate(rules) if _drops(rule)])

    def __iter__(self) -> Iterator[tuple[Rule, str]]:
        for at, rule in enumerate(self._rules):
            whole = [Wish(rule.when)]
            alive = [trigger for trigger in sorted(rule.on) if not impossible(whole, values_at(rule, trigger))]
            if not alive:
                yield rule, f"can never hit: {_why(rule, min(rule.on))}; mend the conditions, or take the rule out"
                continue
            if never := sorted(rule.on.difference(alive)):
                yield rule, f"can never hit on {never[0]}: {_why(rule, never[0])}; leave {never[0]} out"
            if before := self._shadow(at, rule, alive):
                yield rule, _SHADOWED.format(before.name)
            else:
                yield from self._undone(at, rule)
        if self._left <= 0:
            yield self._rules[-1], "the rules have too much in common; not all were compared with each other"

    def _shadow(self, at: int, rule: Rule, alive: Sequence[Trigger]) -> Rule | None:
        """The rule that stops all mails of this one; the first of them, where there are several triggers."""
        if not TOGETHER.issuperset(alive):
            return None
        found: dict[Trigger, Rule] = {}
        for earlier in self._stops.of(rule):
            if earlier >= at:
                break
            other = self._rules[earlier]
            between = self._rules[earlier + 1 : at]
            for trigger in other.on.intersection(alive).difference(found):
                if self._implied(rule.when, other.when, between, values_at(rule, trigger)):
                    found[trigger] = other
        return found[alive[0]] if len(found) == len(alive) else None

    def _undone(self, at: int, rule: Rule) -> Iterator[tuple[Rule, str]]:
        if not rule.on <= TOGETHER:
            return
        if not _drops(rule) and (drop := self._dropping(at, rule)):
            yield rule, _DROPPED.format(drop.name)
        elif not rule.stop:
            yield from self._overwritten(at, rule)

    def _dropping(self, at: int, rule: Rule) -> Rule | None:
        for place in self._drops.of(rule):
            drop = self._rules[place]
            first, last = min(at, place), max(at, place)
            if place == at or not rule.on <= drop.on or any(one.stop for one in self._rules[first:last]):
                continue
            if self._always_with(rule, drop, self._rules[first:last]):
                return drop
        return None

    def _overwritten(self, at: int, rule: Rule) -> Iterator[tuple[Rule, str]]:
        """A sentence for each field that a later rule, which always hits with this one, sets to something else."""
        mine = _set_by(rule)
        for place in self._sets.of(rule) if mine else ():
            after = self._rules[place]
            theirs = _set_by(after)
            fields = [key for key in mine if key in theirs and mine[key] != theirs[key]]
            between = self._rules[at:place]
            if place <= at or not fields or not rule.on <= after.on:
                continue
            if any(one.stop for one in between):
                return
            fields = [key for key in fields if not self._heard(key, self._rules[at + 1 : place + 1])]
            if fields and self._always_with(rule, after, between):
                same = self._always_with(after, rule, between)
                yield rule, (_CONFLICT if same else _OVERWRITTEN).format(after.name, " and ".join(fields))
                return

    def _heard(self, key: str, between: Sequence[Rule]) -> bool:
        """Whether a rule may see the value before it is overwritten."""
        if any(key in _read(one.when) for one in between):
            return True
        return any(Trigger.CHANGE in one.on and key in _changes_of(one.when, key) for one in self._rules)

    def _always_with(self, rule: Rule, other: Rule, between: Sequence[Rule]) -> bool:
        return all(
            self._implied(rule.when, other.when, between, values_at(rule, trigger)) for trigger in sorted(rule.on)
        )

    def _implied(self, strong: Condition, weak: Condition, between: Sequence[Rule], domains: Domains) -> bool:
        """Whether `weak` certainly holds of every mail that `strong` holds of, when the rules between have written."""
        self._left -= 1
        if self._left <= 0 or not impossible([Wish(strong), Wish(weak, holds=False)], domains):
            return False
        # what they write is gathered for the few pairs for which it matters
        return impossible([Wish(strong), Wish(weak, holds=False, earlier=_written(between))], domains)


def _why(rule: Rule, trigger: Trigger) -> str:
    """The conditions that exclude each other, as few as can be found."""
    domains = values_at(rule, trigger)
    parts = rule.when.parts if isinstance(rule.when, AllOf) else (rule.when,)
    for at, part in enumerate(parts):
        if impossible([Wish(part)], domains):
            return f"{part} is never so" + ("" if impossible([Wish(part)], ANYWHERE) else f" on {trigger}")
        for other in parts[:at]:
            if impossible([Wish(other), Wish(part)], domains):
                return f"{other} and {part}"
    return f"{rule.when} is never so"


def _set_by(rule: Rule) -> dict[str, str]:
    """The fields that it sets to a value which does not depend on the mail."""
    return {action.key: action.value for action in rule.then if action.key in ONE_VALUE and not action.placeholders}


def _drops(rule: Rule) -> bool:
    return any(action.key == "drop" and not action.placeholders for action in rule.then)


def _written(rules: Sequence[Rule]) -> frozenset[str]:
    """Fields that may be other than before when these rules have been asked."""
    return frozenset(name for rule in rules for action in rule.then for name in written_by(action.key))


def written_by(key: str) -> frozenset[str]:
    """The fields that an action may change, as conditions know them; tags are `tag`, watchers `watch`."""
    return frozenset(_WRITES.get(key, (key,)))


def _read(condition: Condition) -> frozenset[str]:
    match condition:
        case AllOf() | AnyOf():
            return frozenset().union(*map(_read, condition.parts))
        case NotOf(part=part):
            return _read(part)
        case FieldCondition(name=name):
            return frozenset({name})
        case _:
            return frozenset()


def _changes_of(condition: Condition, key: str) -> frozenset[str]:
    """What must have changed for it to hold; the field that is asked about, where that is not certain."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    certain = [part.wanted for part in parts if isinstance(part, FieldCondition) and part.name == "changed"]
    return certain[0] if certain else frozenset({key})
