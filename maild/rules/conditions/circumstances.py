"""Conditions on circumstances: working time, counts, whether something is so, and how long ago a moment was.

Compares what was found out before the rules were asked. Never counts and never looks at a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.rules.conditions.costs import COST_FIELD
from maild.rules.index import Need
from maild.rules.view import View


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The mail came within working time, or outside it."""

    wanted: bool
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether it is as wanted; not known is neither."""
        return view.facts.working_time is self.wanted

    def missing(self, view: View) -> str:
        """When it came."""
        found = {True: "yes", False: "no", None: "not known"}[view.facts.working_time]
        return f"working_time is {found}, wanted {_yes(self.wanted)}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"working_time is {_yes(self.wanted)}"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something of the ticket is so, or is not."""

    name: str
    wanted: bool
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether it is as wanted."""
        return getattr(view.facts, self.name) is self.wanted

    def missing(self, view: View) -> str:
        """How it is."""
        return f"{self.name} is {_yes(getattr(view.facts, self.name))}, wanted {_yes(self.wanted)}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"{self.name} is {_yes(self.wanted)}"


@dataclass(frozen=True, slots=True)
class Count:
    """A number is more than one limit and less than the other."""

    name: str
    above: int
    below: int | None
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether it is within the limits; mails that nobody has counted are not."""
        count: int = getattr(view.facts, self.name)
        counted = count > 0 or self.name != "mails_in_hour"
        return counted and count > self.above and (self.below is None or count < self.below)

    def missing(self, view: View) -> str:
        """How many there are."""
        return f"{self.name} is {getattr(view.facts, self.name)}, wanted {self._wanted}"

    @property
    def _wanted(self) -> str:
        above = [f"more than {self.above}"] if self.above >= 0 else []
        return " and ".join([*above, *([f"fewer than {self.below}"] if self.below is not None else [])])

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"{self.name} is {self._wanted}"


@dataclass(frozen=True, slots=True)
class Since:
    """So long ago was a moment of the ticket: longer than one limit and shorter than the other, in minutes."""

    moment: str
    wanted: str
    above: int
    below: int | None
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether it is; a moment that has not come is neither long nor short ago."""
        minutes = view.facts.since.get(self.moment)
        return minutes is not None and minutes > self.above and (self.below is None or minutes < self.below)

    def missing(self, view: View) -> str:
        """How long ago it was."""
        minutes = view.facts.since.get(self.moment)
        found = "has not come" if minutes is None else f"is {minutes} minutes"
        return f"since {self.moment} {found}, wanted {self.wanted}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"since {self.moment} is {self.wanted}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
