"""Days and times as agents write them, in three languages; the reference is the calendar of the machine."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.dates import DateError, read_date

LISBON = "Europe/Lisbon"
SUNDAY = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3 Dec", "2026-12-03 09:00"),
        ("Dec 3", "2026-12-03 09:00"),
        ("3rd of December", "2026-12-03 09:00"),
        ("December 3, 2027 at 14:00", "2027-12-03 14:00"),
        ("3 dezembro", "2026-12-03 09:00"),
        ("3 de dezembro de 2026 às 14h30", "2026-12-03 14:30"),
        ("1º de março", "2027-03-01 09:00"),
        ("3 dic.", "2026-12-03 09:00"),
        ("el 7 de enero a las 8:15", "2027-01-07 08:15"),
        ("2026-12-03", "2026-12-03 09:00"),
        ("2026-12-03 14:00", "2026-12-03 14:00"),
        ("2026-12-03T14:00", "2026-12-03 14:00"),
        ("3/12", "2026-12-03 09:00"),
        ("03/12/2026 2pm", "2026-12-03 14:00"),
        ("3.12.", "2026-12-03 09:00"),
        ("tomorrow", "2026-11-23 09:00"),
        ("amanhã às 9", "2026-11-23 09:00"),
        ("mañana 12am", "2026-11-23 00:00"),
        ("today 18:00", "2026-11-22 18:00"),
        ("monday", "2026-11-23 09:00"),
        ("segunda-feira 10h", "2026-11-23 10:00"),
        ("el lunes", "2026-11-23 09:00"),
        ("Sunday", "2026-11-29 09:00"),
        ("29 Feb", "2028-02-29 09:00"),
        ("5 Nov", "2026-11-05 09:00"),
        ("5 Jan", "2027-01-05 09:00"),
    ],
)
def test_what_people_write(written: str, meant: str) -> None:
    found = read_date(written, at=SUNDAY, zone=LISBON)
    assert f"{found.astimezone(ZoneInfo(LISBON)):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    "written",
    ["", "soon", "31 Feb", "2026-02-30", "3", "14:00", "3 Dec 25:00", "3 Dec 14:00 sharp", "Dec", "13/13", "3 Ju",
     "0/1", "3 Dec 26", "2pm", "9" * 70, "x" * 100_000, "3 Dec 13pm"],
)  # fmt: skip
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(DateError):
        read_date(written, at=SUNDAY, zone=LISBON)


def test_the_day_is_that_of_the_writers_zone() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert read_date("tomorrow 8:00", at=late, zone="Asia/Tokyo") == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


@given(st.integers(-50, 300), st.sampled_from(["%-d %B", "%d/%m", "%B %-d", "%-d.%-m."]))
def test_a_day_without_its_year_is_the_one_nearby(days: int, form: str) -> None:
    day = SUNDAY + timedelta(days=days)
    assert read_date(day.strftime(form), at=SUNDAY, zone="UTC").date() == day.date()


@given(st.text(max_size=80))
def test_sec_12_whatever_is_written_is_a_date_or_none(text: str) -> None:
    with suppress(DateError):
        assert read_date(text, at=SUNDAY, zone=LISBON).tzinfo is UTC
