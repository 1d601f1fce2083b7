"""Closed days from an iCalendar file (RFC 5545): all-day events, repeated ones at each date, cancelled ones left out.

Answers with plain dates for calendars. Events with a time of day are no closed days and are passed over. The libraries
are loaded on first use, so that a desk without such a file never pays for them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from maild.clock.holidays import YEARS_AHEAD, YEARS_BACK
from maild.domain.calendar import CalendarError

MAX_OCTETS = 2_000_000
"""The public holidays of a whole continent are a tenth of that."""

MAX_DAYS = 60
"""One event longer than two months of closed days is a mistake in a year."""


def closed_days(path: Path, *, around: int) -> frozenset[date]:
    """The dates of all-day events near year `around`. Raises CalendarError with what to write instead."""
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise CalendarError(f"ical: {path} cannot be read: {error.strerror}") from None
    return closed_days_in(octets, around=around, name=path.name)


def closed_days_in(octets: bytes, *, around: int, name: str = "the file") -> frozenset[date]:
    """The same from what stands in the file."""
    import recurring_ical_events
    from icalendar import Calendar

    try:
        if len(octets) > MAX_OCTETS:
            raise CalendarError(f"ical: {name} has more than {MAX_OCTETS} octets; keep only the closed days in it")
        calendar = Calendar.from_ical(octets)
        begin, end = date(around - YEARS_BACK, 1, 1), date(around + YEARS_AHEAD + 1, 1, 1)
        events = recurring_ical_events.of(calendar, components=["VEVENT"]).between(begin, end)
        found: set[date] = set()
        for event in events:
            if str(event.get("STATUS", "")).upper() != "CANCELLED":
                found.update(_dates(event.start, event.end, name))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        if isinstance(error, CalendarError):
            raise
        raise CalendarError(f"ical: {name} is no iCalendar file that can be read: {error}") from None
    return frozenset(found)


def _dates(start: date, end: date, name: str) -> list[date]:
    """Every date of an all-day event, whose end is the day after its last (RFC 5545 section 3.6.1)."""
    if isinstance(start, datetime):
        return []
    days = max(1, (end - start).days)
    if days > MAX_DAYS:
        raise CalendarError(f"ical: {name} has an event of {days} days from {start}; at most {MAX_DAYS} make sense")
    return [start + timedelta(days=n) for n in range(days)]
