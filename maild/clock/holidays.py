"""Public holidays by country and subdivision, from the holidays library.

Answers with plain dates for calendars. The library costs most of a second to load, so that happens on first use and
never for a desk that names no country.
"""

from __future__ import annotations

from datetime import date

from maild.domain.calendar import CalendarError

YEARS_AHEAD = 10
"""How far a calendar built today knows its holidays: longer than a daemon runs between two reloads."""

YEARS_BACK = 5
"""Far enough that replaying the history of any ticket still open finds the holidays it was lived with."""


def public_holidays(country: str, subdivision: str = "", *, around: int) -> frozenset[date]:
    """Holidays of a country (ISO 3166-1, `PT`) and, if given, its subdivision (ISO 3166-2, `11`), near year `around`.

    Days off that replace a holiday on a weekend are included. Raises CalendarError with what to write instead.
    """
    import holidays

    supported = holidays.list_supported_countries()
    code = country.upper()
    if code not in supported:
        raise CalendarError(f"no holidays are known for country {country!r}; write an ISO code such as PT, BR or ES")
    if subdivision and subdivision not in supported[code]:
        known = ", ".join(sorted(supported[code])) or "none"
        raise CalendarError(f"country {code} has no subdivision {subdivision!r}; it has: {known}")
    years = range(around - YEARS_BACK, around + YEARS_AHEAD + 1)
    return frozenset(holidays.country_holidays(code, subdiv=subdivision or None, years=years))
