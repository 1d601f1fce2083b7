"""From the configuration to working time and what is promised in it: calendars, duty rosters and SLA policies.

Builds and checks; what is wrong is collected for whoever asked. Never reckons a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from maild.clock.holidays import public_holidays
from maild.clock.ical import closed_days
from maild.config.model import Config
from maild.config.service import OutOfHours, Sla
from maild.domain.calendar import Calendar, CalendarError
from maild.domain.escalation import EscalationStep, StepError, parse_when
from maild.domain.hours import build_calendar, parse_time
from maild.domain.lifecycle import Waiting
from maild.domain.promise import SlaMetric
from maild.domain.roster import Roster, Stand
from maild.domain.sla_policy import SlaPolicy
from maild.domain.ticket import Priority

ALWAYS = "always"
"""Name of the calendar that never closes; a policy without a calendar uses it."""

METRICS = {metric.value.replace("-", "_"): metric for metric in SlaMetric}
"""What is promised a time for, by its key in the configuration."""


def calendars(config: Config, folder: Path, *, year: int, problems: list[str]) -> dict[str, Calendar]:
    """All calendars by name, holidays near `year` included; what is wrong is added to `problems`.

    Files are looked for in `folder`, that of the configuration.
    """
    built = {ALWAYS: build_calendar(ALWAYS, zone="UTC", week={"mon-sun": "00:00-24:00"})}
    for i, section in enumerate(config.calendar, 1):
        try:
            days = public_holidays(section.country, section.subdivision, around=year) if section.country else ()
            filed = closed_days(folder / section.ical, around=year) if section.ical else ()
            built[section.name] = build_calendar(
                section.name, zone=section.zone, week=section.week, holidays=[*section.holidays, *days, *filed]
            )
        except CalendarError as error:
            problems += [f"calendar[{i}] {section.name}: {line}" for line in str(error).splitlines()]
    return built


def rosters(config: Config, *, problems: list[str]) -> list[Roster]:
    """The duty rosters; what is wrong is added to `problems`."""
    found: list[Roster] = []
    for i, section in enumerate(config.roster, 1):
        try:
            found.append(
                Roster(
                    name=section.name,
                    shifts=build_calendar(section.name, zone=section.zone, week=section.week),
                    turns=tuple((turn,) if isinstance(turn, str) else turn for turn in section.turns),
                    since=section.since,
                    days=section.days,
                    handover=parse_time(section.handover) if section.handover else None,
                    stands=tuple(Stand(begin=e.begin, end=e.end, agents=e.agents) for e in section.exception),
                )
            )
        except CalendarError as error:
            problems += [f"roster[{i}] {section.name}: {line}" for line in str(error).splitlines()]
    return found


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
        targets = _targets(section)
        if not targets:
            written = "first_response, next_response, solution or periodic_update"
            problems.append(f"sla[{i}]: promises nothing: write {written}")
        if section.around_the_clock and calendar.always:
            problems.append(f"sla[{i}].around_the_clock: without a calendar every minute counts already; leave it out")
        if _targets(section.out_of_hours) and calendar.always:
            problems.append(f"sla[{i}].out_of_hours: calendar {calendar.name} is never closed; leave it out")
        found += _with_hours_of_mailboxes(
            config,
            built,
            section,
            SlaPolicy(
                name=section.name,
                calendar=calendar,
                targets=targets,
                out_of_hours=_targets(section.out_of_hours),
                around_the_clock=frozenset(map(Priority, section.around_the_clock)),
                pauses={
                    Waiting.CUSTOMER: _metrics(section.pauses.customer),
                    Waiting.THIRD_PARTY: _metrics(section.pauses.third_party),
                    Waiting.HOLD: _metrics(section.pauses.hold),
                },
                steps=_steps(section, f"sla[{i}]", problems),
                yellow=section.yellow,
                red=section.red,
                teams=frozenset(section.teams),
                categories=frozenset(section.categories),
                request_types=frozenset(section.request_types),
                priorities=frozenset(map(Priority, section.priorities)),
                organisations=frozenset(section.organisations),
                contracts=frozenset(section.contracts),
            ),
        )
    return found


def hours(config: Config, built: Mapping[str, Calendar]) -> dict[str, Calendar]:
    """Working hours of mailboxes by address, of those that have their own."""
    return {m.address: built[m.calendar] for m in config.mailbox if m.calendar in built}


def _with_hours_of_mailboxes(
    config: Config, built: Mapping[str, Calendar], section: Sla, policy: SlaPolicy
) -> Iterator[SlaPolicy]:
    """The policy; before it, when it names no calendar, a like one for each mailbox that has working hours."""
    if not section.calendar:
        for address, calendar in hours(config, built).items():
            yield replace(policy, name=f"{policy.name}, {address}", calendar=calendar, mailboxes=frozenset({address}))
    yield policy


def _targets(section: Sla | OutOfHours) -> dict[SlaMetric, dict[Priority, int]]:
    found = {metric: getattr(section, key) for key, metric in METRICS.items()}
    return {m: {Priority(p): minutes for p, minutes in t.items()} for m, t in found.items() if t}


def _steps(section: Sla, where: str, problems: list[str]) -> tuple[EscalationStep, ...]:
    found: list[EscalationStep] = []
    for n, step in enumerate(section.step, 1):
        try:
            when = parse_when(step.at)
        except StepError as error:
            problems.append(f"{where}.step[{n}].at: {error}")
            continue
        metrics = _metrics((step.metric,) if isinstance(step.metric, str) else step.metric)
        actions = tuple((key, value) for key, value in step.then.model_dump().items() if value)
        if not metrics:
            problems.append(f"{where}.step[{n}].metric: write at least one")
        if not step.tell and not actions:
            problems.append(f"{where}.step[{n}]: tells nobody and does nothing: write tell or then")
        made = EscalationStep(metrics=metrics, when=when, tell=step.tell, actions=actions)
        twice = [other for other in found if other.level == made.level and other.metrics & made.metrics]
        if twice:
            problems.append(f"{where}.step[{n}]: there is a step at {made.level} for this clock already: make them one")
        found.append(made)
    return tuple(found)


def _metrics(words: Iterable[str]) -> frozenset[SlaMetric]:
    return frozenset(METRICS[word] for word in words)
