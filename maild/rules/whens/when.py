"""What reading a `when` needs and finds, and how its values are written.

Knows no condition. Never keeps more values than one condition may have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from maild.domain.faults import Faults
from maild.rules.known import KnownNames
from maild.rules.patterns import Regex

MAX_VALUES = 2000
"""Values in one condition: room for a list of customers, not for a database."""


@dataclass(slots=True)
class When:
    """What reading a `when` needs and finds: `captures` are the names its patterns capture."""

    known: KnownNames
    faults: Faults
    captures: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    """Keys of conditions that only a change can fulfil."""
    counts: bool = False
    """Some condition counts mails."""
    of_mail: set[str] = field(default_factory=set)
    """Keys of conditions that look at what only a mail has."""

    def table(self, value: Any, key: str) -> Mapping[str, Any]:
        """A table with something in it; an empty one is a fault."""
        table = self.faults.table(value, key)
        if isinstance(value, Mapping) and not table:
            self.faults.add(key, "is empty and so would always hold; write a condition into it, or leave it out")
        return table

    def values(self, value: Any, key: str) -> list[str]:
        """One text or several, at most MAX_VALUES."""
        values = self.faults.texts(value, key)
        if len(values) > MAX_VALUES:
            self.faults.add(key, f"more than {MAX_VALUES} values; write a pattern that fits them")
        return values[:MAX_VALUES]

    def named(self, regex: Regex) -> Regex:
        """The pattern, its named captures noted."""
        self.captures |= regex.names
        return regex


def listed(values: list[str]) -> str:
    """Values as a trace names what was wanted: the first four."""
    shown = " or ".join(value if value else "nothing" for value in values[:4])
    return shown + (f" or {len(values) - 4} more" if len(values) > 4 else "")
