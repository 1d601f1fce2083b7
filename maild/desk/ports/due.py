"""What is to be done one day: clocks, rules that wait, calls, and what is done once in a while.

Protocols and the values they hand out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from maild.desk.queues import RuleAlarm
from maild.domain.sla import SlaTimer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """When a task was done last, and how far it came."""

    at: datetime
    reached: int


class Timers(Protocol):
    """SLA clocks."""

    def of(self, ticket: int) -> list[SlaTimer]:
        """All timers of a ticket."""

    def put(self, ticket: int, timers: Iterable[SlaTimer]) -> None:
        """Insert or update the timers of a ticket by metric and cycle."""


class Calls(Protocol):
    """Calls of outside services."""

    def plan(self, webhook: str, *, ticket: int, body: str, now: datetime) -> None:
        """Keep a call that is to be made at once."""


class RuleAlarms(Protocol):
    """Rules that wait for a moment of a ticket."""

    def of(self, ticket: int) -> list[RuleAlarm]:
        """All alarms of a ticket, also those that have fired."""

    def put(self, alarm: RuleAlarm) -> None:
        """Insert or update the alarm of a ticket and rule."""

    def take(self, ticket: int, rule: str, now: datetime) -> bool:
        """Let the alarm fire if it is due: of two who try one hears False."""

    def forget(self, ticket: int, rule: str) -> None:
        """The rule, or the ticket, is no more."""


class Marks(Protocol):
    """When something that is done once in a while was done last."""

    def get(self, name: str) -> Mark | None:
        """The mark of a task; None when it was never done."""

    def put(self, name: str, *, at: datetime, reached: int) -> None:
        """Write down that the task was done."""

    def advance(self, name: str, was: Mark | None, now: Mark) -> bool:
        """Put `now` in the place of `was`; False when somebody else has moved the mark since it was read."""
