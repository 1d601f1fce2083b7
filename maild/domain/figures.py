"""Figures of a desk as they are added up: counts, and how often each length of time occurred.

Adding is all there is: a month is the sum of its days, and a recount gives the same as any order of adding. Knows no
ticket, no database and no calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

STEPS = ((60, 1), (6 * 60, 5), (24 * 60, 15), (7 * 1440, 60), (30 * 1440, 360))
"""Lengths up to so many minutes are told to so many minutes: never more than 8 % and mostly less than 4 % coarse."""

COARSEST = 1440
"""Beyond a month by the day."""

COUNTS = ("opened", "closed", "reopened", "promised", "kept", "came", "left", "asked", "rated", "good")
TIMES = ("first", "next", "solution")


@dataclass(slots=True, kw_only=True)
class Cell:
    """What happened in one place: a team, an agent, a day. Times are minutes -> how often."""

    opened: int = 0
    closed: int = 0
    reopened: int = 0
    """Of those opened, reopened at least once."""
    promised: int = 0
    """First answers that a time was promised for, and that were due or given."""
    kept: int = 0
    came: int = 0
    """Words of customers."""
    left: int = 0
    """Answers to customers."""
    asked: int = 0
    """Closings whose requester was asked whether he is content."""
    rated: int = 0
    """Of those asked, who have said it."""
    good: int = 0
    """Of those, who are content."""
    first: dict[int, int] = field(default_factory=dict)
    next: dict[int, int] = field(default_factory=dict)
    solution: dict[int, int] = field(default_factory=dict)

    def add(self, other: Cell) -> None:
        """Add another one up into this one."""
        for name in COUNTS:
            if more := getattr(other, name):
                setattr(self, name, getattr(self, name) + more)
        for name in TIMES:
            mine: dict[int, int] = getattr(self, name)
            for minutes, often in getattr(other, name).items():
                mine[minutes] = mine.get(minutes, 0) + often

    @property
    def empty(self) -> bool:
        """Whether nothing happened."""
        return not any(getattr(self, one.name) for one in fields(self))


Table = dict[str, Cell]
"""Name of a team, agent, day, … -> what happened there."""

Tables = Mapping[str, Table]
"""What is kept apart (`team`, `day`, …) -> its table."""


def stepped(minutes: float) -> int:
    """The length as it is counted: the nearest step."""
    for limit, size in STEPS:
        if minutes <= limit:
            return round(max(0.0, minutes) / size) * size
    return round(minutes / COARSEST) * COARSEST


def quantile(times: Mapping[int, int], part: int) -> int | None:
    """The length that `part` of a hundred took at most, in minutes; None where there are none."""
    place = (sum(times.values()) * part + 99) // 100
    for minutes in sorted(times):
        place -= times[minutes]
        if place <= 0:
            return minutes
    return None


def added(tables: Iterable[Mapping[str, Cell]]) -> Table:
    """Several tables as one."""
    whole: Table = {}
    for table in tables:
        for name, cell in table.items():
            whole.setdefault(name, Cell()).add(cell)
    return whole
