"""A rule: when it is asked, what must hold, what it then does. And all rules together.

Rules are built once by the loader and shared by all evaluations; nothing here changes after that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from maild.rules.conditions.logic import Condition
from maild.rules.facts import AttachmentFacts, RuleFacts
from maild.rules.index import RuleIndex
from maild.rules.known import KnownNames
from maild.rules.timing import Every, Timing, Wait
from maild.rules.view import View

__all__ = [
    "Action",
    "AttachmentFacts",
    "Example",
    "Rule",
    "RuleFacts",
    "Rulebook",
    "Trigger",
]


class Trigger(StrEnum):
    """What makes the rules be asked."""

    NEW = "new"
    """A mail has opened a ticket."""
    REPLY = "reply"
    """A customer's mail has come into a ticket that was there."""
    CHANGE = "change"
    """Something has happened to a ticket, whoever did it."""
    AFTER = "after"
    """Some time after a moment of the ticket."""
    BEFORE = "before"
    """Some time before it."""
    EVERY = "every"
    """At a time of the day, for every open ticket."""
    MANUAL = "manual"
    """An agent has called the rule by its name."""


_ASKED_TOGETHER = (Trigger.NEW, Trigger.REPLY, Trigger.CHANGE)
"""Where all rules of the trigger are asked at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do: the key of the rule file and its value, which may have `{captures}` in it."""

    key: str
    value: str
    placeholders: tuple[str, ...] = ()

    def filled(self, captures: Mapping[str, str]) -> str:
        """The value with the captures in their places; one that was not captured becomes nothing."""
        text = self.value
        if self.placeholders:
            # in one pass, so that a captured text that looks like a placeholder stays text
            pieces = text.split("{")
            text = pieces[0]
            for piece in pieces[1:]:
                name, _, rest = piece.partition("}")
                text += captures.get(name, "") + rest
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A mail, change or ticket written beside a rule, and what must come out: whether the rule hits, and ticket fields
    afterwards."""

    trigger: Trigger
    """Why the rules are asked."""
    facts: RuleFacts
    hit: bool = True
    expect: tuple[tuple[str, str], ...] = ()
    """Field and value; a tag is expected as ("tag", WORD)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`source` is the file it stands in. With `stop`, no rule after it is asked when it hits."""

    name: str
    on: frozenset[Trigger]
    when: Condition
    then: tuple[Action, ...]
    stop: bool = False
    source: str = ""
    line: int = 0
    """Where it begins in its file; 0 when that is not known."""
    counts_mails: bool = False
    """Whether it looks at how many mails a sender has sent."""
    timing: Timing | None = None
    """When it is asked without anything happening."""
    examples: tuple[Example, ...] = ()

    @property
    def place(self) -> str:
        """File and line, as editors and compilers write them."""
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules in file order, and the names they were checked against."""

    rules: tuple[Rule, ...] = ()
    known: KnownNames = field(default_factory=KnownNames)
    waiting: Sequence[tuple[Rule, Wait]] = field(init=False, repr=False, compare=False)
    """The rules that wait for a moment of a ticket."""
    waiting_digest: int = field(init=False, repr=False, compare=False)
    """Another number for other such rules."""
    counts_mails: bool = field(init=False, repr=False, compare=False)
    """Whether some rule looks at how many mails a sender has sent."""
    takes_away: bool = field(init=False, repr=False, compare=False)
    """Whether some rule keeps mail from its ticket."""
    _asked: Mapping[Trigger, tuple[Rule, ...]] = field(init=False, repr=False, compare=False)
    _index: Mapping[Trigger, RuleIndex] = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        asked = {trigger: tuple(rule for rule in self.rules if trigger in rule.on) for trigger in Trigger}
        # rules of the other triggers are asked one at a time, by name
        index = {trigger: RuleIndex([rule.when.needs() for rule in asked[trigger]]) for trigger in _ASKED_TOGETHER}
        waiting = tuple((rule, rule.timing) for rule in self.rules if isinstance(rule.timing, Wait))
        told = "\n".join(sorted(f"{rule.name!r} {wait!r}" for rule, wait in waiting)).encode()
        object.__setattr__(self, "waiting", waiting)
        # as much of it as the number of a mark holds
        object.__setattr__(self, "waiting_digest", int.from_bytes(sha256(told).digest()[:7]) if told else 0)
        # asked for each mail, so reckoned once
        away = any(action.key in ("hold", "drop", "group") for rule in self.rules for action in rule.then)
        object.__setattr__(self, "counts_mails", any(rule.counts_mails for rule in self.rules))
        object.__setattr__(self, "takes_away", away)
        object.__setattr__(self, "_asked", asked)
        object.__setattr__(self, "_index", index)
        object.__setattr__(self, "_by_name", {rule.name: rule for rule in self.rules})

    @property
    def recurring(self) -> tuple[tuple[Rule, Every], ...]:
        """The rules that are asked at a time of the day."""
        return tuple((rule, rule.timing) for rule in self.rules if isinstance(rule.timing, Every))

    @property
    def callable_rules(self) -> tuple[str, ...]:
        """Names of the rules that an agent may call."""
        return tuple(rule.name for rule in self._asked[Trigger.MANUAL])

    def asked_on(self, trigger: Trigger) -> tuple[Rule, ...]:
        """The rules for this trigger, in file order."""
        return self._asked[trigger]

    def named(self, name: str, trigger: Trigger) -> tuple[Rule, ...]:
        """The rule of this name, if there is one for this trigger."""
        rule = self._by_name.get(name)
        return (rule,) if rule is not None and trigger in rule.on else ()

    def candidates(self, trigger: Trigger, view: View) -> list[int]:
        """Positions, among the rules for this trigger, of those that can hit this mail; not for one asked by name."""
        return self._index[trigger].candidates(view)
