"""Closed days from iCalendar files."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from maild.clock.ical import MAX_OCTETS, closed_days
from maild.config import load, promises
from maild.domain.calendar import CalendarError
from maild.errors import ConfigError
from tests.helpers.world import WORLD

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Casa Azul//EN\r\n"


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{lines[0]}@casa", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", ""])


def file(tmp_path: Path, *events: str) -> Path:
    path = tmp_path / "closed.ics"
    path.write_text(HEAD + "".join(events) + "END:VCALENDAR\r\n", "utf-8")
    return path


def test_all_day_events_are_closed_days(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        event("DTSTART;VALUE=DATE:20261224"),  # one day, no end
        event("DTSTART;VALUE=DATE:20270802", "DTEND;VALUE=DATE:20270807"),  # the end is the day after
        event("DTSTART;VALUE=DATE:20261112", "DURATION:P2D"),
    )
    assert closed_days(path, around=2026) == {
        date(2026, 12, 24),
        *(date(2027, 8, 2) + timedelta(days=n) for n in range(5)),
        date(2026, 11, 12),
        date(2026, 11, 13),
    }


def test_repeated_events_are_closed_each_time_but_for_their_exceptions(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        event("DTSTART;VALUE=DATE:20200229", "RRULE:FREQ=YEARLY"),  # in leap years alone
        event("DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20260112"),
        event("DTSTART;VALUE=DATE:20261127", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4FR"),
    )
    found = closed_days(path, around=2026)
    leap = {day for day in found if (day.month, day.day) == (2, 29)}
    assert leap == {date(2024, 2, 29), date(2028, 2, 29), date(2032, 2, 29), date(2036, 2, 29)}
    assert {day for day in found if (day.year, day.month) == (2026, 1)} == {date(2026, 1, 5), date(2026, 1, 19)}
    assert {date(2026, 11, 27), date(2027, 11, 26)} <= found


def test_cancelled_events_and_those_with_a_time_are_no_closed_days(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        event("DTSTART;VALUE=DATE:20261224", "STATUS:CANCELLED"),
        event("DTSTART:20261223T140000Z", "DTEND:20261223T180000Z"),
    )
    assert closed_days(path, around=2026) == frozenset()


def test_what_is_no_such_file_is_refused_with_words(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="cannot be read: No such file"):
        closed_days(tmp_path / "none.ics", around=2026)
    path = tmp_path / "closed.ics"
    for octets in (b"", b"hello", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:2026-99-99\r\n", b"\xff\xfe"):
        path.write_bytes(octets)
        with pytest.raises(CalendarError, match="is no iCalendar file"):
            closed_days(path, around=2026)
    path.write_bytes(b"x" * (MAX_OCTETS + 1))
    with pytest.raises(CalendarError, match="keep only the closed days"):
        closed_days(path, around=2026)
    with pytest.raises(CalendarError, match="an event of 365 days"):
        closed_days(file(tmp_path, event("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20270101")), around=2026)


def test_a_calendar_of_the_configuration_names_its_file(tmp_path: Path) -> None:
    file(tmp_path, event("DTSTART;VALUE=DATE:20261224"))
    path = tmp_path / "maild.toml"
    path.write_text(WORLD.replace('name = "office"', 'name = "office"\nical = "closed.ics"'), "utf-8")
    built = promises.calendars(load(path, year=2026), tmp_path, year=2026, problems=[])
    assert built["office"].holidays == {date(2026, 12, 24)}
    (tmp_path / "closed.ics").unlink()
    with pytest.raises(ConfigError, match=r"calendar\[1\] office: ical: .*closed.ics cannot be read"):
        load(path, year=2026)
