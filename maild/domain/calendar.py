"""Business time: which instants count, and how much of it lies between two of them.

A calendar is open whenever the clock on the wall of its zone shows an opening hour of a day that is no holiday; all
else follows from that, clock changes included. It never asks for the present time and never loops over minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 24 * 60
"""Minutes of an ordinary day."""

_MICRO = timedelta(microseconds=1)
_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US
_DAY_US = DAY * _MINUTE_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MEMO_DAYS = 4000
"""About eleven years: more than any open ticket spans, and small enough (half a megabyte) never to matter."""


class CalendarError(ValueError):
    """A calendar that cannot be used. The text says what is wrong and what to write instead."""


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Opening hours in minutes after local midnight of the day they begin on; an `end` above 1440 is tomorrow."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < DAY or not self.start < self.end <= self.start + DAY:
            raise CalendarError(f"a shift cannot run from minute {self.start} to minute {self.end} of its day")

    def __str__(self) -> str:
        end = self.end if self.end <= DAY else self.end - DAY
        return f"{self.start // 60:02}:{self.start % 60:02}-{end // 60:02}:{end % 60:02}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Shifts of each weekday (Monday first) on the wall clock of an IANA zone, less holidays.

    A holiday closes its date from midnight to midnight, whatever shift reaches into it. Raises CalendarError for an
    unknown zone, shifts that overlap, and a week without any. Amounts are exact: `between(s, add(s, m)) == m` for
    every s and m >= 0, to the microsecond, because times are counted as whole microseconds of UTC.
    """

    name: str
    zone: str
    week: tuple[tuple[Shift, ...], ...]
    holidays: frozenset[date] = frozenset()
    always: bool = field(init=False, repr=False)
    """Open around the clock: counted time is elapsed time."""
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _hours: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, repr=False, compare=False)
    """Per weekday the opening hours within that date, the tail of yesterday's shifts included, joined, in minutes."""
    _days: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        hours = _join_week(self.name, self.week)
        around = all(day == ((0, DAY),) for day in hours)
        object.__setattr__(self, "_zone", zone_named(self.zone))
        object.__setattr__(self, "_hours", hours)
        object.__setattr__(self, "always", around and not self.holidays)

    def add(self, start: datetime, minutes: int) -> datetime:
        """The first instant at which `minutes` of business time have passed since `start`, in UTC."""
        return self.advance(start, timedelta(minutes=minutes))

    def between(self, a: datetime, b: datetime) -> int:
        """Whole minutes of business time from `a` to `b`; 0 when `b` is not later."""
        return self.measure(a, b) // timedelta(minutes=1)

    def advance(self, start: datetime, amount: timedelta) -> datetime:
        """Like `add`, for any amount; ValueError when it is negative."""
        if amount < timedelta(0):
            raise ValueError("business time does not run backwards")
        if self.always or not amount:
            return start.astimezone(UTC) + amount
        at, left = _to_us(start), amount // _MICRO
        day = self._day_of(at)
        while True:
            total, spans = self._day(day)
            if total:
                # a whole day that is used up is passed over without looking at its shifts
                if left > total and at <= spans[0][0]:
                    left -= total
                else:
                    for begin, end in spans:
                        here = max(begin, at)
                        if here < end:
                            if left <= end - here:
                                return _from_us(here + left)
                            left -= end - here
            day += 1

    def measure(self, a: datetime, b: datetime) -> timedelta:
        """Business time from `a` to `b`, exact; zero when `b` is not later."""
        if self.always:
            return max(b - a, timedelta(0))
        first, last = _to_us(a), _to_us(b)
        total = 0
        for day in range(self._day_of(first), self._day_of(last) + 1) if first < last else ():
            of_day, spans = self._day(day)
            if of_day and spans[0][0] >= first and spans[-1][1] <= last:
                total += of_day
            else:
                total += sum(max(0, min(end, last) - max(begin, first)) for begin, end in spans)
        return total * _MICRO

    def is_open(self, at: datetime) -> bool:
        """Whether this instant counts; the closing instant of a shift does not."""
        us = _to_us(at)
        return any(begin <= us < end for begin, end in self._day(self._day_of(us))[1])

    def next_open(self, at: datetime) -> datetime:
        """This instant when it counts, else the next one that does, in UTC."""
        us = _to_us(at)
        day = self._day_of(us)
        while True:
            for begin, end in self._day(day)[1]:
                if us < end:
                    return _from_us(max(begin, us))
            day += 1

    def spans(self, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches from `a` to `b`, split at local midnight, in the calendar's zone: for explaining."""
        first, last = _to_us(a), _to_us(b)
        for day in range(self._day_of(first), self._day_of(last) + 1) if first < last else ():
            for begin, end in self._day(day)[1]:
                if max(begin, first) < min(end, last):
                    yield self.local(_from_us(max(begin, first))), self.local(_from_us(min(end, last)))

    def local(self, at: datetime) -> datetime:
        """The instant as the wall clock of the calendar's zone shows it."""
        return at.astimezone(self._zone)

    def _day_of(self, us: int) -> int:
        """The local date of an instant as an ordinal."""
        return _from_us(us).astimezone(self._zone).toordinal()

    def _day(self, day: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        """Open microseconds of a local date, and its open stretches of UTC in order."""
        known = self._days.get(day)
        if known is None:
            if len(self._days) >= _MEMO_DAYS:
                self._days.clear()
            known = self._days[day] = self._open_day(day)
        return known

    def _open_day(self, day: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        if date.fromordinal(day) in self.holidays:
            return 0, ()
        midnight = (day - _EPOCH_DAY) * _DAY_US
        found = []
        for begin, end, offset in self._pieces(midnight):
            # local time is UTC + offset, so each stretch of one offset sees the wall clock run evenly
            for opens, closes in self._hours[(day - 1) % 7]:
                here = max(begin, midnight + opens * _MINUTE_US - offset)
                there = min(end, midnight + closes * _MINUTE_US - offset)
                if here < there:
                    found.append((here, there))
        return sum(end - begin for begin, end in found), tuple(found)

    def _pieces(self, midnight: int) -> Iterator[tuple[int, int, int]]:
        """The UTC around a local date, cut where the offset changes: (begin, end, offset) in microseconds.

        No zone in the IANA database has ever changed twice within five days, so three days hold one change at most.
        """
        begin, end = midnight - _DAY_US, midnight + 2 * _DAY_US
        before, after = self._offset(begin), self._offset(end)
        if before == after:
            yield begin, end, before
            return
        low, high = begin // _SECOND_US, end // _SECOND_US
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(middle * _SECOND_US) == before:
                low = middle
            else:
                high = middle
        yield begin, high * _SECOND_US, before
        yield high * _SECOND_US, end, after

    def _offset(self, us: int) -> int:
        offset = _from_us(us).astimezone(self._zone).utcoffset()
        assert offset is not None
        return offset // _MICRO


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name; CalendarError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CalendarError(f"there is no time zone {name!r}; write one such as 'Europe/Lisbon' or 'UTC'") from None


def _join_week(name: str, week: tuple[tuple[Shift, ...], ...]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Opening hours within each date; refuses what overlaps and a week that is always shut."""
    if len(week) != 7:
        raise CalendarError(f"calendar {name!r} needs seven days, Monday first, not {len(week)}")
    joined = []
    for number, today in enumerate(week):
        tails = [(0, shift.end - DAY, shift) for shift in week[number - 1] if shift.end > DAY]
        heads = [(shift.start, min(shift.end, DAY), shift) for shift in today]
        merged: list[tuple[int, int]] = []
        last: Shift | None = None
        for begin, end, shift in sorted(tails + heads):
            if merged and last and begin < merged[-1][1]:
                raise CalendarError(
                    f"calendar {name!r}: the shifts {last} and {shift} overlap on {_WEEKDAYS[number]}; "
                    "write them as one, or end the first before the second begins"
                )
            if merged and begin == merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((begin, end))
            last = shift
        joined.append(tuple(merged))
    if not any(joined):
        raise CalendarError(
            f"calendar {name!r} is never open; give it hours, for example mon-fri = \"09:00-18:00\", or use 'always'"
        )
    return tuple(joined)


def _to_us(at: datetime) -> int:
    return (at - _EPOCH) // _MICRO


def _from_us(us: int) -> datetime:
    return _EPOCH + us * _MICRO


ALWAYS = Calendar("always", "UTC", ((Shift(0, DAY),),) * 7)
"""Around the clock: every minute counts."""
