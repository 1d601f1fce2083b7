"""When a rule is asked without anything happening: a time after or before a moment of the ticket, or every so often.

Reads `on = { … }` and reckons times from values that are passed in. Never looks at a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from maild.domain.faults import Faults

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

LONGEST: Final = timedelta(days=3660)
"""Ten years: longer ones are slips of the pen, and would leave the calendar."""

_UNITS: Final = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}
_SHORT: Final = {"m": "minute", "min": "minute", "h": "hour", "d": "day", "w": "week"}


class Instant(StrEnum):
    """A moment in the life of a ticket that a rule can wait from, or for."""

    OPENED = "opened"
    CUSTOMER = "customer"
    """When a customer last wrote."""
    ANSWER = "answer"
    """When an agent last answered."""
    CLOSED = "closed"
    DUE = "due"
    """When the first of its running clocks is due."""


MOMENTS: Final = tuple(instant.value for instant in Instant if instant is not Instant.DUE)
"""Those that lie behind; what is due lies ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """So many minutes after the instant, negative before it; with `working`, minutes of working time."""

    minutes: int
    instant: Instant
    working: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """At this time of these days of the week (0 is Monday), in the zone of the desk."""

    days: frozenset[int]
    at: time

    def last(self, now: datetime, zone: str) -> datetime:
        """The latest such time that is not after `now`."""
        there = now.astimezone(ZoneInfo(zone))
        for back in range(8):
            day = there.date() - timedelta(days=back)
            # a time that a clock change leaves out is read as if the clock had not changed (PEP 495, fold 0)
            at = datetime.combine(day, self.at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
            if day.weekday() in self.days and at <= now:
                return at
        raise AssertionError("a week has every day")


Timing = Wait | Every


def read_timing(table: Mapping[str, Any], faults: Faults) -> Timing | None:
    """`{ after = "2 days", of = "answer" }`, `{ before = "1 hour", of = "due" }`, `{ every = "day", at = "08:30" }`."""
    kinds = [key for key in ("after", "before", "every") if key in table]
    if len(kinds) != 1:
        faults.add("on", 'write one of after, before or every, such as on = { after = "2 days", of = "answer" }')
        return None
    if kinds[0] == "every":
        faults.unknown_keys(table, ("every", "at"), "on.")
        return _every(table, faults)
    faults.unknown_keys(table, (kinds[0], "of", "working"), "on.")
    instant = faults.known([str(table.get("of", ""))], [one.value for one in Instant], "on.of")
    minutes = minutes_of(table[kinds[0]])
    if minutes is None:
        faults.add(f"on.{kinds[0]}", 'write a number and minutes, hours, days or weeks, such as "48 hours"')
    before = kinds[0] == "before"
    if before and instant and instant != {Instant.DUE}:
        faults.add("on.of", 'only what is due lies ahead; write of = "due", or after in place of before')
    working = faults.flag(table, "working")
    if before and working:
        faults.add("on.working", "only after can count working time")
    if minutes is None or not instant:
        return None
    return Wait(minutes=-minutes if before else minutes, instant=Instant(next(iter(instant))), working=working)


def _every(table: Mapping[str, Any], faults: Faults) -> Every | None:
    words = faults.texts(table["every"], "on.every")
    days = faults.known(words, ("day", *DAYS), "on.every")
    at = None
    hour, colon, minute = str(table.get("at", "")).partition(":")
    if colon and len(hour) == len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdigit():
        at = time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None
    if at is None:
        faults.add("on.at", 'write the time of day in the zone of the desk, such as at = "08:30"')
    if at is None or not days:
        return None
    return Every(days=frozenset(range(7)) if "day" in days else frozenset(map(DAYS.index, days)), at=at)


def minutes_of(value: Any) -> int | None:
    """The minutes of `"90 minutes"`, `"2 h"`, `"3 days"`; None for anything else."""
    if not isinstance(value, str):
        return None
    number, _, unit = value.strip().partition(" ")
    if not unit:
        digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
        number, unit = digits, number[len(digits) :]
    unit = _SHORT.get(unit.strip(), unit.strip().removesuffix("s"))
    if not (number.isascii() and number.isdigit()) or len(number) > 7 or unit not in _UNITS:
        return None
    minutes = int(number) * _UNITS[unit]
    return minutes if minutes <= LONGEST / timedelta(minutes=1) else None
