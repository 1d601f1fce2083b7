"""Duty rosters against a reference that looks at every shift by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.calendar import Calendar, CalendarError, Shift
from maild.domain.hours import build_calendar
from maild.domain.roster import Roster, Stand
from tests.domain.test_calendar import SHARP_EDGES, weeks

LISBON = ZoneInfo("Europe/Lisbon")


def roster(**values: Any) -> Roster:
    given: dict[str, Any] = {
        "name": "night", "shifts": build_calendar("night", zone="Europe/Lisbon", week={"mon-sun": "18:00-08:00"}),
        "turns": (("rui",), ("eva",), ("ana", "rui")), "since": date(2026, 11, 2),
    }  # fmt: skip
    return Roster(**given | values)


def wall(text: str) -> datetime:
    """A time as the clock on the wall shows it, without a zone."""
    return datetime.fromisoformat(text)


def on(duty: Roster, text: str) -> tuple[str, ...]:
    return duty.on_duty(datetime.fromisoformat(text).replace(tzinfo=LISBON))


def test_agents_take_turns_week_by_week() -> None:
    duty = roster()
    assert [on(duty, f"2026-11-{day:02} 20:00") for day in (2, 8, 9, 16, 23)] == [
        ("rui",), ("rui",), ("eva",), ("ana", "rui"), ("rui",),
    ]  # fmt: skip
    assert on(duty, "2026-10-26 20:00") == ("ana", "rui")  # the turns were the same before
    assert on(duty, "2026-11-03 12:00") == ()


def test_a_night_is_of_the_turn_it_began_in() -> None:
    duty = roster(days=1)
    assert on(duty, "2026-11-02 23:59") == on(duty, "2026-11-03 07:59") == ("rui",)
    assert on(duty, "2026-11-03 08:00") == ()
    assert on(duty, "2026-11-03 18:00") == ("eva",)


def test_turns_may_change_at_a_time_of_day() -> None:
    duty = roster(shifts=build_calendar("all", zone="Europe/Lisbon", week={"mon-sun": "00:00-24:00"}), handover=540)
    assert on(duty, "2026-11-09 08:59") == ("rui",)
    assert on(duty, "2026-11-09 09:00") == ("eva",)


def test_an_exception_holds_while_it_lasts() -> None:
    christmas = Stand(begin=wall("2026-12-24 12:00"), end=wall("2026-12-26 08:00"), agents=("ana",))
    nobody = Stand(begin=wall("2026-12-25 00:00"), end=wall("2027-01-02 00:00"), agents=())
    duty = roster(stands=(christmas, nobody))
    assert on(duty, "2026-12-24 13:00") == ("ana",)  # also where there is no shift
    assert on(duty, "2026-12-25 20:00") == ("ana",)  # of two the first
    assert on(duty, "2026-12-26 20:00") == ()
    assert on(duty, "2027-01-02 20:00") == ("ana", "rui")


@pytest.mark.parametrize(
    "values",
    [
        {"turns": ()},
        {"days": 0},
        {"stands": (Stand(begin=wall("2026-12-24 00:00"), end=wall("2026-12-24 00:00"), agents=()),)},
        {"stands": (Stand(begin=wall("2026-12-24 00:00+00:00"), end=wall("2026-12-25 00:00"), agents=()),)},
    ],
)
def test_what_is_no_roster(values: dict[str, object]) -> None:
    with pytest.raises(CalendarError, match="roster 'night'"):
        roster(**values)


# ------------------------------------------------------------------ laws


def reference(duty: Roster, at: datetime) -> tuple[str, ...]:
    """Every shift of a month laid out on the wall clock, and the turns counted from the first, one by one."""
    shown = at.astimezone(ZoneInfo(duty.shifts.zone)).replace(tzinfo=None)
    for ahead in range(-2, 3):
        day = shown.date() + timedelta(days=ahead)
        midnight = wall(f"{day} 00:00")
        for shift in duty.shifts.week[day.weekday()]:
            begin, end = midnight + timedelta(minutes=shift.start), midnight + timedelta(minutes=shift.end)
            if begin <= shown < end:
                turn, first = 0, duty.since
                while first + timedelta(days=duty.days) <= day:
                    first += timedelta(days=duty.days)
                    turn += 1
                return duty.turns[turn % len(duty.turns)]
    return ()


@st.composite
def duties(draw: st.DrawFn) -> tuple[Roster, datetime]:
    zone, day = draw(st.sampled_from(SHARP_EDGES))
    week: tuple[tuple[Shift, ...], ...] = draw(weeks())
    names = draw(st.lists(st.sampled_from(["rui", "eva", "ana", "ivo"]), min_size=1, max_size=4, unique=True))
    duty = Roster(
        name="drawn",
        shifts=Calendar("drawn", zone, week),
        turns=tuple((name,) for name in names),
        since=day - timedelta(days=draw(st.integers(10, 40))),
        days=draw(st.sampled_from([1, 2, 7, 30])),
    )
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return duty, noon + timedelta(minutes=draw(st.integers(-4 * 1440, 4 * 1440)))


@given(duties())
def test_rel_71_duty_is_what_the_clock_on_the_wall_says(drawn: tuple[Roster, datetime]) -> None:
    duty, at = drawn
    assert duty.on_duty(at) == reference(duty, at)


@given(duties())
def test_somebody_is_on_duty_exactly_while_a_shift_is_open(drawn: tuple[Roster, datetime]) -> None:
    duty, at = drawn
    for minutes in range(0, 3000, 7):
        instant = at + timedelta(minutes=minutes)
        assert bool(duty.on_duty(instant)) is duty.shifts.is_open(instant)
