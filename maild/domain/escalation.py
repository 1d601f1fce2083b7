"""Steps of an SLA policy: what happens when a clock has come so far, and who hears of it.

Values, and how an operator writes when a step is due. Never raises one: that is the desk's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from maild.domain.promise import SlaMetric

MAX_PER_CENT = 1000
"""Ten times the time allowed: a step beyond that would come when nobody remembers the ticket."""

MAX_MINUTES = 100_000
"""About ten weeks around the clock, more than a year of working time; past it a typing error is likelier."""

_UNITS = {"m": 1, "h": 60}


class StepError(ValueError):
    """A step that cannot be used. The text says what is wrong and what to write instead."""


class Told(StrEnum):
    """Who hears of a step, where it is no name of somebody."""

    OWNER = "owner"
    """The agent in charge; nobody when nobody is."""
    TEAM = "team"
    LEADER = "leader"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class When:
    """How far a clock has run: per cent of its minutes, or minutes of its calendar after (before) it is due."""

    per_cent: int = 0
    minutes: int = 0
    """Counted from 100 per cent; only with `per_cent` 0."""

    def used(self, target: int) -> timedelta:
        """What a clock with so many minutes allowed has used by then."""
        if self.per_cent:
            return timedelta(minutes=target) * self.per_cent / 100
        return timedelta(minutes=max(0, target + self.minutes))

    def __str__(self) -> str:
        return f"{self.per_cent}%" if self.per_cent else f"{self.minutes:+d}m"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """What happens once to each clock of these metrics that comes so far.

    `level` is by what it is known that it has happened: a step that is edited is still the same one unless its time is.
    """

    metrics: frozenset[SlaMetric]
    when: When
    tell: tuple[str, ...] = ()
    """`owner`, `team`, `leader`, `agent:NAME`, `roster:NAME`, or a mail address."""
    actions: tuple[tuple[str, str], ...] = ()
    """What is done to the ticket, as rules write it: (`priority`, `urgent`)."""

    @property
    def level(self) -> str:
        """What the ticket's history calls the step: `80%`, `-30m`, `+120m`."""
        return str(self.when)


def parse_when(text: str) -> When:
    """`80%` of the time used, `-30m` before it is due, `+2h` after; raises StepError."""
    number, unit = text.strip()[:-1], text.strip()[-1:]
    digits = number.removeprefix("+").removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 6:
        if unit == "%" and number == digits and 0 < int(digits) <= MAX_PER_CENT:
            return When(per_cent=int(digits))
        minutes = int(digits) * _UNITS.get(unit, 0)
        if unit in _UNITS and number != digits and minutes <= MAX_MINUTES:
            return When(minutes=-minutes if number.startswith("-") else minutes)
    instead = f'write "80%" of the time (at most {MAX_PER_CENT}%), "-30m" before it is due, or "+2h" after'
    raise StepError(f"cannot read {text!r}; {instead}")
