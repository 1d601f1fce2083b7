"""A rule: when it is asked, what must hold, what it then does. And the tree that conditions hang in.

Rules are built once by the loader and shared by all evaluations; nothing here changes after that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from maild.rules.facts import AttachmentFacts, RuleFacts
from maild.rules.index import Need, RuleIndex, commonness
from maild.rules.known import KnownNames
from maild.rules.timing import Every, Timing, Wait
from maild.rules.view import View

__all__ = [
    "Action",
    "AllOf",
    "AnyOf",
    "AttachmentFacts",
    "Condition",
    "Example",
    "NotOf",
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


class Condition(Protocol):
    """Something that holds of a mail and ticket, or does not. `str()` of it says what it wants, in the rule's words."""

    @property
    def cost(self) -> int:
        """How dear it is to ask: cheap conditions are asked first, so the dear ones rarely are."""

    def holds(self, view: View) -> bool:
        """Whether it is so."""

    def missing(self, view: View) -> str:
        """Why it does not hold, with the value found; asked only when it does not."""

    def captures(self, view: View) -> Mapping[str, str]:
        """Named captures of its patterns; asked only when it holds."""

    def needs(self) -> frozenset[Need]:
        """Needs of which one must be met for it to hold; empty when it may hold without any."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; without parts always."""

    parts: tuple[Condition, ...]
    cost: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(sorted(self.parts, key=lambda part: part.cost)))
        object.__setattr__(self, "cost", sum(part.cost for part in self.parts))

    def holds(self, view: View) -> bool:
        """Whether no part is missing."""
        for part in self.parts:  # noqa: SIM110 - a plain loop: a generator costs more than most conditions
            if not part.holds(view):
                return False
        return True

    def missing(self, view: View) -> str:
        """The first part that is missing."""
        return next((part.missing(view) for part in self.parts if not part.holds(view)), "")

    def captures(self, view: View) -> Mapping[str, str]:
        """What all parts captured; of two with one name the later wins."""
        found: dict[str, str] = {}
        for part in self.parts:
            found.update(part.captures(view))
        return found

    def needs(self) -> frozenset[Need]:
        """Those of the part that is met least often."""
        return min((needs for part in self.parts if (needs := part.needs())), key=commonness, default=frozenset())

    def __str__(self) -> str:
        return " and ".join(map(str, self.parts)) or "always"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]
    cost: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", sum(part.cost for part in self.parts))

    def holds(self, view: View) -> bool:
        """Whether some part holds."""
        return any(part.holds(view) for part in self.parts)

    def missing(self, view: View) -> str:
        """Why each part does not hold."""
        return "none of: " + "; ".join(part.missing(view) for part in self.parts)

    def captures(self, view: View) -> Mapping[str, str]:
        """What the first part that holds captured."""
        return next((part.captures(view) for part in self.parts if part.holds(view)), {})

    def needs(self) -> frozenset[Need]:
        """Those of all parts, when each has some."""
        needs = [part.needs() for part in self.parts]
        return frozenset().union(*needs) if all(needs) else frozenset()

    def __str__(self) -> str:
        return "(" + " or ".join(map(str, self.parts)) + ")"


@dataclass(frozen=True, slots=True)
class NotOf:
    """The part does not hold. Captures nothing."""

    part: Condition

    @property
    def cost(self) -> int:
        """That of its part."""
        return self.part.cost

    def holds(self, view: View) -> bool:
        """Whether the part does not."""
        return not self.part.holds(view)

    def missing(self, view: View) -> str:
        """What it is that holds and should not."""
        return f"unwanted: {self.part}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing: what was not found cannot be captured."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None: it holds when something is absent."""
        return frozenset()

    def __str__(self) -> str:
        return f"not ({self.part})"


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
