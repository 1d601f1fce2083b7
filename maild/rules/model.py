"""A rule: when it is asked, what must hold, what it then does, and the examples beside it.

Built once by the loader and shared by all evaluations; never changes after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from maild.rules.conditions.logic import Condition
from maild.rules.facts import RuleFacts
from maild.rules.timing import Timing


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
    line: int = 0
    """Where it begins in its file; 0 when that is not known."""


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
