"""What a condition is, and how conditions are joined: all of them, any of them, not this one.

Asks the cheap parts first and says which part was missing. Never looks at a mail or ticket itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from maild.rules.index import Need, commonness
from maild.rules.view import View


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
