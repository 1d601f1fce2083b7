"""From the configuration to working time and what is promised in it: calendars and SLA policies.

Builds and checks; what is wrong is collected for whoever asked. Never reckons a time.
"""

from __future__ import annotations

from maild.clock.holidays import public_holidays
from maild.config.model import Config
from maild.domain.calendar import Calendar, CalendarError
from maild.domain.hours import build_calendar
from maild.domain.promise import SlaMetric
from maild.domain.sla_policy import SlaPolicy
from maild.domain.ticket import Priority

ALWAYS = "always"
"""Name of the calendar that never closes; a policy without a calendar uses it."""


def calendars(config: Config, *, year: int, problems: list[str]) -> dict[str, Calendar]:
    """All calendars by name, public holidays near `year` included; what is wrong is added to `problems`."""
    built = {ALWAYS: build_calendar(ALWAYS, zone="UTC", week={"mon-sun": "00:00-24:00"})}
    for i, section in enumerate(config.calendar, 1):
        try:
            days = public_holidays(section.country, section.subdivision, around=year) if section.country else ()
            built[section.name] = build_calendar(
                section.name, zone=section.zone, week=section.week, holidays=[*section.holidays, *days]
            )
        except CalendarError as error:
            problems += [f"calendar[{i}] {section.name}: {line}" for line in str(error).splitlines()]
    return built


def policies(config: Config, built: dict[str, Calendar], *, problems: list[str]) -> list[SlaPolicy]:
    """The SLA policies in the order of the file; what is wrong is added to `problems`."""
    found: list[SlaPolicy] = []
    for i, section in enumerate(config.sla, 1):
        calendar = built.get(section.calendar or ALWAYS)
        if calendar is None:
            problems.append(
                f"sla[{i}].calendar: there is no calendar {section.calendar!r}: there are {', '.join(built)}"
            )
            continue
        if section.red < section.yellow:
            problems.append(f"sla[{i}].red: write a number from yellow ({section.yellow}) to 100")
        targets = {
            SlaMetric.FIRST_RESPONSE: section.first_response,
            SlaMetric.NEXT_RESPONSE: section.next_response,
            SlaMetric.SOLUTION: section.solution,
        }
        if not any(targets.values()):
            problems.append(f"sla[{i}]: promises nothing: write first_response, next_response or solution")
        found.append(
            SlaPolicy(
                name=section.name,
                calendar=calendar,
                targets={m: {Priority(p): minutes for p, minutes in t.items()} for m, t in targets.items() if t},
                yellow=section.yellow,
                red=section.red,
                teams=frozenset(section.teams),
                categories=frozenset(section.categories),
                request_types=frozenset(section.request_types),
                priorities=frozenset(map(Priority, section.priorities)),
                organisations=frozenset(section.organisations),
            )
        )
    return found
