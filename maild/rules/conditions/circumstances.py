"""Conditions on how a mail came: within working time or outside it, and how many its sender has sent.

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
        return f"working_time is {found}, wanted {'yes' if self.wanted else 'no'}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"working_time is {'yes' if self.wanted else 'no'}"


@dataclass(frozen=True, slots=True)
class MailsInHour:
    """So many mails of the sender came in an hour, this one included."""

    above: int
    below: int | None
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether it is more and less than wanted; what nobody has counted is neither."""
        count = view.facts.mails_in_hour
        return count > 0 and count > self.above and (self.below is None or count < self.below)

    def missing(self, view: View) -> str:
        """How many came."""
        return f"mails_in_hour is {view.facts.mails_in_hour}, wanted {self._wanted}"

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
        return f"mails_in_hour is {self._wanted}"
