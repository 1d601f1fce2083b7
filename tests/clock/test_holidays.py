"""Public holidays as dates for calendars."""

from __future__ import annotations

from datetime import date

import pytest

from maild.clock.holidays import public_holidays
from maild.domain.calendar import CalendarError


def test_a_country_and_its_subdivision() -> None:
    portugal = public_holidays("PT", around=2026)
    lisbon = public_holidays("pt", "11", around=2026)
    assert date(2026, 12, 25) in portugal
    assert date(2027, 4, 25) in portugal
    assert date(2026, 6, 13) in lisbon - portugal


@pytest.mark.parametrize(("country", "subdivision"), [("Portugal", ""), ("XX", ""), ("PT", "Lisboa")])
def test_unknown_places_are_refused_with_advice(country: str, subdivision: str) -> None:
    with pytest.raises(CalendarError, match=r"ISO code|it has: 01"):
        public_holidays(country, subdivision, around=2026)
