"""When a person hears of things: until when a notice waits, in every zone and week."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.hours import build_calendar
from maild.domain.quiet import Listening, quiet_hours

LISBON = "Europe/Lisbon"
NIGHTS = quiet_hours("q", LISBON, {"mon-fri": "20:00-07:00", "sat": "00:00-24:00", "sun": "00:00-07:00"})
OFFICE = build_calendar("office", zone=LISBON, week={"mon-fri": "09:00-13:00 14:00-18:00"}, holidays=["2026-12-08"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-23T12:00", None),
        ("2026-11-23T20:00", "2026-11-24T07:00"),
        ("2026-11-24T06:59", "2026-11-24T07:00"),
        ("2026-11-24T07:00", None),
        ("2026-07-06T19:30", "2026-07-07T06:00"),  # summer: seven on the wall
    ],
)
def test_quiet_hours_end_on_the_wall_clock_of_their_zone(now: str, until: str | None) -> None:
    listening = Listening(zone=LISBON, quiet=quiet_hours("q", LISBON, {"mon-sun": "20:00-07:00"}))
    assert listening.waits_until("note", at(now), urgent=False) == (at(until) if until else None)


def test_quiet_hours_that_touch_are_one_night() -> None:
    listening = Listening(zone=LISBON, quiet=NIGHTS)
    assert listening.waits_until("note", at("2026-11-27T21:00"), urgent=False) == at("2026-11-29T07:00")


def test_outside_of_a_calendar_is_quiet_holidays_included() -> None:
    listening = Listening(zone=LISBON, working=OFFICE)
    assert listening.waits_until("note", at("2026-12-07T18:30"), urgent=False) == at("2026-12-09T09:00")
    assert listening.waits_until("note", at("2026-12-07T13:30"), urgent=False) == at("2026-12-07T14:00")


def test_a_digest_time_that_is_in_quiet_hours_is_none() -> None:
    listening = Listening(zone=LISBON, working=OFFICE, digest_at=(time(8, 30), time(17, 0)))
    assert listening.waits_until("note", at("2026-11-23T19:00"), urgent=False) == at("2026-11-24T17:00")
    never = Listening(zone=LISBON, working=OFFICE, digest_at=(time(3, 0),))
    assert never.waits_until("note", at("2026-11-23T19:00"), urgent=False) == at("2026-11-24T09:00")


def test_what_is_gathered_waits_in_daytime_too_and_nothing_else_does() -> None:
    listening = Listening(zone=LISBON, digest_at=(time(8, 30),), gathered=frozenset({"note"}))
    assert listening.waits_until("note", at("2026-11-23T08:30"), urgent=False) == at("2026-11-23T08:30")
    assert listening.waits_until("note", at("2026-11-23T08:31"), urgent=False) == at("2026-11-24T08:30")
    assert listening.waits_until("assigned", at("2026-11-23T08:31"), urgent=False) is None


@pytest.mark.parametrize(
    ("name", "urgent", "waits"),
    [("sla-breached", False, False), ("undelivered", False, False), ("note", True, False), ("sla-red", False, True)],
)
def test_what_somebody_waits_for_comes_in_the_night(name: str, urgent: bool, waits: bool) -> None:
    listening = Listening(zone=LISBON, quiet=NIGHTS)
    assert (listening.waits_until(name, at("2026-11-23T23:00"), urgent=urgent) is not None) is waits


def test_who_wants_to_sleep_says_so() -> None:
    listening = Listening(zone=LISBON, quiet=NIGHTS, at_once=frozenset({"sla-breached"}))
    assert listening.waits_until("undelivered", at("2026-11-23T23:00"), urgent=True) == at("2026-11-24T07:00")


MOMENTS = st.integers(0, 366 * 24 * 60).map(lambda minutes: at("2026-01-01T00:00") + timedelta(minutes=minutes))
ZONES = st.sampled_from(["Europe/Lisbon", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu"])
CLOCK = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


@given(now=MOMENTS, zone=ZONES, begin=CLOCK, end=CLOCK, digest=st.lists(CLOCK, max_size=3), gathers=st.booleans())
def test_whatever_waits_comes_later_than_now_outside_of_quiet_hours_and_within_days(
    now: datetime, zone: str, begin: str, end: str, digest: list[str], gathers: bool
) -> None:
    if begin == end:
        return
    listening = Listening(
        zone=zone,
        quiet=quiet_hours("q", zone, {"mon-fri": f"{begin}-{end}"}),
        digest_at=tuple(map(time.fromisoformat, digest)),
        gathered=frozenset({"note"}) if gathers and digest else frozenset(),
    )
    until = listening.waits_until("note", now, urgent=False)
    assert listening.quiet is not None
    if until is None:
        assert not listening.quiet.is_open(now)
    else:
        assert now <= until < now + timedelta(days=15)
        assert not listening.quiet.is_open(until)
        assert listening.waits_until("customer-reply", until, urgent=False) is None
