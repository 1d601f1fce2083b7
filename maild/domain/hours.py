"""Opening hours as an operator writes them, made into a calendar.

Reads weekday names, hours and dates, and collects everything that is wrong. Never looks up public holidays: whoever
calls brings them as dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from maild.domain.calendar import DAY, Calendar, CalendarError, Shift, zone_named

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_EXAMPLE = 'write hours like "09:00-12:30 14:00-18:00"; a night shift is "22:00-06:00", a whole day "00:00-24:00"'


def parse_shifts(text: str) -> tuple[Shift, ...]:
    """Shifts of one day from `09:00-12:30 14:00-18:00` (spaces or commas between them), in order of time.

    An end at or before the start is on the next day. Raises CalendarError.
    """
    shifts = []
    for word in text.replace(",", " ").split():
        begin, dash, end = word.partition("-")
        start, stop = _minute(begin), _minute(end)
        if not dash or start is None or stop is None or start == DAY:
            raise CalendarError(f"cannot read the hours {word!r}; {_EXAMPLE}")
        if start == stop:
            raise CalendarError(f"the shift {word!r} has no length; {_EXAMPLE}")
        shifts.append(Shift(start, stop if stop > start else stop + DAY))
    return tuple(sorted(shifts))


def parse_time(text: str) -> int:
    """Minutes after midnight from `09:00`. Raises CalendarError."""
    minute = _minute(text)
    if minute is None or minute == DAY:
        raise CalendarError(f"{text!r} is no time of day; write it as 09:00")
    return minute


def parse_days(text: str) -> tuple[int, ...]:
    """Weekday numbers, Monday 0, from `mon`, `mon-fri` or `sat,sun`; a range may pass Sunday. Raises CalendarError."""
    days: list[int] = []
    for word in text.lower().replace(",", " ").split():
        first, dash, last = word.partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise CalendarError(f"{text!r} is no weekday; write one of {', '.join(WEEKDAYS)}, or a range like mon-fri")
        begin = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - begin) % 7 + 1 if dash else 1
        days.extend((begin + i) % 7 for i in range(length))
    return tuple(days)


def build_calendar(
    name: str, *, zone: str, week: Mapping[str, str | Iterable[str]], holidays: Iterable[date | str] = ()
) -> Calendar:
    """A calendar from plain values, as in `week = { "mon-fri" = "09:00-18:00" }`, dates as `2026-12-25` or `date`.

    Raises one CalendarError whose text names everything that is wrong, one problem a line.
    """
    problems: list[str] = []
    days: list[tuple[Shift, ...]] = [()] * 7
    for key, hours in week.items():
        try:
            shifts = parse_shifts(hours if isinstance(hours, str) else " ".join(hours))
            for day in parse_days(key):
                if days[day]:
                    raise CalendarError(f"{WEEKDAYS[day]} has hours twice; write all of a day's hours in one line")
                days[day] = shifts
        except CalendarError as error:
            problems.append(f"{key}: {error}")
    dates: set[date] = set()
    for item in holidays:
        try:
            dates.add(item if type(item) is date else date.fromisoformat(str(item)))
        except ValueError:
            problems.append(f"holidays: {item!r} is no date; write it as 2026-12-25")
    try:
        zone_named(zone)
    except CalendarError as error:
        problems.append(f"zone: {error}")
    if not problems:
        return Calendar(name, zone, tuple(days), frozenset(dates))
    raise CalendarError("\n".join(problems))


def _minute(text: str) -> int | None:
    hour, colon, minute = text.partition(":")
    if not (colon and len(hour) in (1, 2) and len(minute) == 2 and (hour + minute).isascii() and hour.isdigit()):
        return None
    if not minute.isdigit() or int(minute) > 59:
        return None
    value = int(hour) * 60 + int(minute)
    return value if value <= DAY else None
