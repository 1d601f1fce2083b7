"""Duty rosters: who is on duty at an instant, by shifts and turns on the wall clock of a zone.

Answers with names. Never says what somebody on duty is told or has to do, and never asks for the present time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from maild.domain.calendar import Calendar, CalendarError


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Another's duty from `begin` until `end`, on the wall clock of the roster's zone; nobody's without agents."""

    begin: datetime
    end: datetime
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Agents who take turns. The first turn begins on `since` and each lasts `days`; before it they went the same way.

    `shifts` are open while anybody is on duty at all. A shift is of the turn of the date it begins on, also past
    midnight; with `handover` (minutes after midnight) the turn changes at that time of day instead. Raises
    CalendarError.
    """

    name: str
    shifts: Calendar
    turns: tuple[tuple[str, ...], ...]
    since: date
    days: int = 7
    handover: int | None = None
    stands: tuple[Stand, ...] = ()

    def __post_init__(self) -> None:
        if not self.turns or self.days < 1:
            raise CalendarError(f"roster {self.name!r} needs agents, and turns of a day at least")
        for stand in self.stands:
            if stand.begin.tzinfo or stand.end.tzinfo or stand.begin >= stand.end:
                raise CalendarError(
                    f"roster {self.name!r}: an exception needs a begin before its end, both without a zone, "
                    "as 2026-12-24T18:00:00"
                )

    def on_duty(self, at: datetime) -> tuple[str, ...]:
        """Names of the agents on duty at this instant; empty when nobody is. Of two exceptions the first one holds."""
        wall = self.shifts.local(at).replace(tzinfo=None)
        for stand in self.stands:
            if stand.begin <= wall < stand.end:
                return stand.agents
        if not self.shifts.is_open(at):
            return ()
        return self.turns[(self._day(wall) - self.since).days // self.days % len(self.turns)]

    def _day(self, wall: datetime) -> date:
        """The date that the turn of this time belongs to."""
        if self.handover is not None:
            return (wall - timedelta(minutes=self.handover)).date()
        minute = wall.hour * 60 + wall.minute
        today = any(shift.start <= minute < shift.end for shift in self.shifts.week[wall.weekday()])
        return wall.date() if today else wall.date() - timedelta(days=1)
