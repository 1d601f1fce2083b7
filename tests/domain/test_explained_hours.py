"""The hours that a clock counted are told so that they add up, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maild.domain.explain import _hours

LISBON = ZoneInfo("Europe/Lisbon")


@pytest.mark.parametrize(
    ("begin", "hours", "told"),
    [
        (datetime(2026, 10, 24, 23, tzinfo=UTC), 2, "Sun 2026-10-25 00:00-02:00"),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 5, "Sun 2026-10-25 01:00-06:00"),
        (datetime(2026, 3, 29, 0, tzinfo=UTC), 1, "Sun 2026-03-29 00:00-01:00"),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 4, "Sun 2026-03-29 02:00-06:00"),
        (datetime(2026, 3, 28, 22, tzinfo=UTC), 2, "Sat 2026-03-28 22:00-24:00"),
    ],
)
def test_p27_a_stretch_is_as_long_as_it_reads(begin: datetime, hours: int, told: str) -> None:
    span = (begin.astimezone(LISBON), (begin + timedelta(hours=hours)).astimezone(LISBON))
    calendar = SimpleNamespace(always=False, spans=lambda start, end: [span])
    stretch: Any = SimpleNamespace(running=True, terms=SimpleNamespace(calendar=calendar), start=begin, end=begin)
    assert list(_hours(stretch)) == [told]
