"""Conditions on fields with known values, on tags and on watchers.

Sees fields of the ticket as the rules before have left them. Never leaves out a rule for a field that rules write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.rules.conditions.costs import COST_FIELD
from maild.rules.index import Need, NeedKind
from maild.rules.view import TICKET_FIELDS, View


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """A field with a fixed set of values has one of these."""

    name: str
    wanted: frozenset[str]
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether the value is one of the wanted."""
        return view.fields[self.name] in self.wanted

    def missing(self, view: View) -> str:
        """The value, and the wanted ones."""
        return f"{self.name} is {view.shown(self.name)}, wanted {_either(self.wanted)}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """One of its values, unless it is a field that rules write."""
        if self.name in TICKET_FIELDS:
            return frozenset()
        return frozenset(Need(NeedKind.VALUE, self.name, value) for value in self.wanted)

    def __str__(self) -> str:
        return f"{self.name} is {_either(self.wanted)}"


@dataclass(frozen=True, slots=True)
class TagCondition:
    """The ticket has one of the tags."""

    wanted: frozenset[str]
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether one is there."""
        return not self.wanted.isdisjoint(view.tags)

    def missing(self, view: View) -> str:
        """Which tags there are."""
        return f"tag is {view.shown('tag')}, wanted {_either(self.wanted)}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"tag is {_either(self.wanted)}"


@dataclass(frozen=True, slots=True)
class WatcherCondition:
    """One of the agents watches the ticket."""

    wanted: frozenset[str]
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether one does."""
        return not self.wanted.isdisjoint(view.watchers)

    def missing(self, view: View) -> str:
        """Who watches."""
        return f"watcher is {view.shown('watcher')}, wanted {_either(self.wanted)}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"watcher is {_either(self.wanted)}"


def _either(values: frozenset[str]) -> str:
    return " or ".join(sorted(values))
