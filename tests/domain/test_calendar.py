"""Business time against a reference that looks at every single minute."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.domain.calendar import ALWAYS, Calendar, CalendarError, Shift
from maild.domain.hours import build_calendar, parse_days, parse_shifts

MINUTE = timedelta(minutes=1)

# zone, and dates round which its clocks do something that has broken calendars elsewhere
SHARP_EDGES = [
    ("Europe/Lisbon", date(2026, 3, 29)),
    ("Europe/Lisbon", date(2026, 10, 25)),
    ("Europe/Lisbon", date(1996, 3, 31)),  # left Central European Time on a day of clock change
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight does not exist
    ("America/Sao_Paulo", date(2019, 2, 17)),  # the last hour of Saturday happens twice
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour back
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that never was
    ("Asia/Kathmandu", date(2028, 2, 29)),
    ("UTC", date(2024, 2, 29)),
]


def minutes_open(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, bool]]:
    """Every minute from `start` on, and whether the clock on the wall shows opening hours."""
    zone = ZoneInfo(calendar.zone)
    at = start
    while True:
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        today, yesterday = calendar.week[local.weekday()], calendar.week[local.weekday() - 1]
        shown = any(s.start <= minute < s.end for s in today) or any(minute < s.end - 1440 for s in yesterday)
        yield at, shown and local.date() not in calendar.holidays
        at += MINUTE


def reference_add(calendar: Calendar, start: datetime, minutes: int, limit: int) -> datetime | None:
    if minutes == 0:
        return start
    for n, (at, is_open) in enumerate(minutes_open(calendar, start)):
        minutes -= is_open
        if minutes == 0:
            return at + MINUTE
        if n > limit:
            return None
    return None


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[Shift, ...], ...]:
    """Seven days of shifts that do not overlap, now and then over midnight; never all empty."""
    edges = sorted(draw(st.sets(st.integers(0, 7 * 96 - 1), min_size=2, max_size=20)))
    days: list[list[Shift]] = [[] for _ in range(7)]
    for begin, end in zip(edges[::2], edges[1::2], strict=False):
        length = min((end - begin) * 15, 1440)
        days[begin // 96].append(Shift(begin % 96 * 15, begin % 96 * 15 + length))
    return tuple(tuple(day) for day in days)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar and a start within days of one of the sharp edges."""
    zone, day = draw(st.sampled_from(SHARP_EDGES))
    near = st.integers(-4, 8).map(lambda n: day + timedelta(days=n))
    calendar = Calendar("drawn", zone, draw(weeks()), frozenset(draw(st.lists(near, max_size=3))))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return calendar, noon + timedelta(minutes=draw(st.integers(-4 * 1440, 3 * 1440)))


@settings(max_examples=40, deadline=None)
@given(situations(), st.integers(0, 3000))
def test_add_equals_counting_every_minute(situation: tuple[Calendar, datetime], minutes: int) -> None:
    calendar, start = situation
    expected = reference_add(calendar, start, minutes, limit=10 * 1440)
    if expected is not None:
        assert calendar.add(start, minutes) == expected


@settings(max_examples=40, deadline=None)
@given(situations(), st.integers(0, 6 * 1440))
def test_between_equals_counting_every_minute(situation: tuple[Calendar, datetime], apart: int) -> None:
    calendar, start = situation
    counted = sum(is_open for _, (_, is_open) in zip(range(apart), minutes_open(calendar, start), strict=False))
    assert calendar.between(start, start + apart * MINUTE) == counted


@settings(max_examples=40, deadline=None)
@given(situations())
def test_next_open_is_the_first_open_minute(situation: tuple[Calendar, datetime]) -> None:
    calendar, start = situation
    opening = calendar.next_open(start)
    for _, (at, is_open) in zip(range(8 * 1440), minutes_open(calendar, start), strict=False):
        assert calendar.is_open(at) == is_open
        if is_open:
            assert opening == at
            break
    else:
        assert opening > start


@settings(max_examples=200, deadline=None)
@given(situations(), st.timedeltas(timedelta(0), timedelta(minutes=1)), st.integers(0, 100_000))
def test_what_was_added_lies_between(situation: tuple[Calendar, datetime], shift: timedelta, minutes: int) -> None:
    calendar, start = situation
    start += shift
    due = calendar.add(start, minutes)
    assert calendar.between(start, due) == minutes
    assert calendar.measure(start, due) == minutes * MINUTE
    spans = list(calendar.spans(start, due))
    total = sum((end.astimezone(UTC) - begin.astimezone(UTC) for begin, end in spans), timedelta())
    assert total == calendar.measure(start, due)


@settings(max_examples=40, deadline=None)
@given(situations())
def test_what_is_used_up_as_the_desk_closes_is_due_then(situation: tuple[Calendar, datetime]) -> None:
    """Not at the next opening; and the closing instant counts no more, unless another shift begins with it."""
    calendar, start = situation
    for _, end in islice(calendar.spans(start, start + timedelta(days=4)), 12):
        closing = end.astimezone(UTC)
        is_open = next(minutes_open(calendar, closing))[1]
        assert calendar.is_open(closing) == is_open
        if not is_open:
            assert calendar.advance(start, calendar.measure(start, closing)) == closing


@settings(max_examples=40, deadline=None)
@given(situations(), st.integers(0, 5000), st.integers(0, 500), st.integers(0, 3000))
def test_due_times_are_monotone(situation: tuple[Calendar, datetime], minutes: int, more: int, later: int) -> None:
    calendar, start = situation
    assert calendar.add(start, minutes) <= calendar.add(start, minutes + more)
    assert calendar.add(start, minutes) <= calendar.add(start + later * MINUTE, minutes)
    halfway = calendar.add(start, minutes)
    if minutes and more:
        assert calendar.add(halfway, more) == calendar.add(start, minutes + more)


OFFICE = build_calendar(
    "office",
    zone="Europe/Lisbon",
    week={"mon-fri": "09:00-12:30 13:30-18:00"},
    holidays=["2026-12-25", date(2026, 12, 1)],
)


def lisbon(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Lisbon"))


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-26 09:00", 60, "2026-11-26 10:00"),
        ("2026-11-26 12:00", 60, "2026-11-26 14:00"),  # over lunch
        ("2026-11-26 17:30", 60, "2026-11-27 09:30"),  # over night
        ("2026-11-27 17:30", 60, "2026-11-30 09:30"),  # over the weekend
        ("2026-11-30 17:30", 60, "2026-12-02 09:30"),  # over a holiday
        ("2026-11-28 11:00", 60, "2026-11-30 10:00"),  # begun on a Saturday
        ("2026-11-26 17:00", 60, "2026-11-26 18:00"),  # ends with the shift, not when the next one begins
        ("2026-11-26 20:00", 0, "2026-11-26 20:00"),
    ],
)
def test_office_hours(start: str, minutes: int, due: str) -> None:
    assert OFFICE.add(lisbon(start), minutes) == lisbon(due)


def test_a_night_shift_has_an_hour_less_in_spring_and_one_more_in_autumn() -> None:
    night = build_calendar("night", zone="Europe/Lisbon", week={"sat": "22:00-06:00"})
    ordinary, spring, autumn = "2026-03-21 20:00", "2026-03-28 20:00", "2026-10-24 20:00"
    hours = [night.between(lisbon(at), lisbon(at) + timedelta(hours=24)) / 60 for at in (ordinary, spring, autumn)]
    assert hours == [8, 7, 9]


def test_a_holiday_closes_its_date_from_midnight_to_midnight() -> None:
    night = build_calendar("night", zone="UTC", week={"thu-fri": "22:00-06:00"}, holidays=["2026-12-25"])
    eve = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert list(night.spans(eve, eve + timedelta(days=3))) == [
        (datetime(2026, 12, 24, 22, tzinfo=UTC), datetime(2026, 12, 25, tzinfo=UTC)),
        (datetime(2026, 12, 26, tzinfo=UTC), datetime(2026, 12, 26, 6, tzinfo=UTC)),
    ]


def test_always_counts_elapsed_time() -> None:
    start = lisbon("2026-03-28 20:00")
    assert ALWAYS.add(start, 1440) == start.astimezone(UTC) + timedelta(days=1)
    assert ALWAYS.is_open(start)
    assert ALWAYS.between(start, start - timedelta(hours=1)) == 0


def test_a_year_of_office_time_costs_no_loop_over_minutes() -> None:
    start = lisbon("2026-01-05 09:00")
    OFFICE.add(start, 480 * 250)
    began = time.perf_counter()
    for _ in range(10):
        OFFICE.add(start, 480 * 250)
    # five million minutes in all: a loop over them would take seconds
    assert time.perf_counter() - began < 0.5


def test_negative_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="backwards"):
        OFFICE.add(lisbon("2026-01-05 09:00"), -1)


def test_a_calendar_travels_and_compares_by_value() -> None:
    OFFICE.add(lisbon("2026-01-05 09:00"), 480)
    copy = pickle.loads(pickle.dumps(OFFICE))
    assert copy == OFFICE
    assert copy.add(lisbon("2026-01-05 09:00"), 60) == lisbon("2026-01-05 10:00")


@pytest.mark.parametrize(
    ("week", "complaint"),
    [
        ({}, "never open"),
        ({"mon": ""}, "never open"),
        ({"mon": "09:00-12:00 11:00-13:00"}, "overlap on monday"),
        ({"mon": "22:00-06:00", "tue": "05:00-07:00"}, "overlap on tuesday"),
        ({"sun": "22:00-06:00", "mon": "05:00-07:00"}, "overlap on monday"),
        ({"mon-fri": "09:00-12:00", "wed": "13:00-14:00"}, "wed has hours twice"),
        ({"monday": "09:00-12:00"}, "write one of mon, tue"),
        ({"mon": "9-12"}, 'write hours like "09:00-12:30'),
        ({"mon": "09:00-09:00"}, "has no length"),
        ({"mon": "09:00-24:30"}, "cannot read the hours"),
        ({"mon": "25:00-26:00"}, "cannot read the hours"),
        ({"mon": "09:60-10:00"}, "cannot read the hours"),
    ],
)
def test_what_cannot_be_a_week_is_refused_with_advice(week: dict[str, str], complaint: str) -> None:
    with pytest.raises(CalendarError, match=complaint):
        build_calendar("odd", zone="UTC", week=week)


def test_all_mistakes_come_at_once() -> None:
    with pytest.raises(CalendarError) as caught:
        build_calendar("odd", zone="Europe/Lisboa", week={"mon": "nine", "noday": "09:00-10:00"}, holidays=["25.12."])
    text = str(caught.value)
    assert len(text.splitlines()) == 4
    assert "2026-12-25" in text
    assert "Europe/Lisbon" in text


def test_shifts_and_days_as_written() -> None:
    assert parse_shifts("14:00-18:00, 9:00-12:30") == (Shift(540, 750), Shift(840, 1080))
    assert parse_shifts("22:00-06:00") == (Shift(1320, 1800),)
    assert parse_shifts("00:00-24:00") == (Shift(0, 1440),)
    assert parse_days("fri-mon") == (4, 5, 6, 0)
    assert parse_days("Tue, thu") == (1, 3)
    assert [str(s) for s in parse_shifts("09:00-12:30 22:00-06:00")] == ["09:00-12:30", "22:00-06:00"]


def test_a_shift_that_cannot_be_is_refused() -> None:
    with pytest.raises(CalendarError):
        Shift(600, 600)
    with pytest.raises(CalendarError):
        Calendar("short", "UTC", ((Shift(0, 60),),))
