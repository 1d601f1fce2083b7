"""When we work, and what we promise.

Each key with its meaning, unit and default. Never reckons a time.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from maild.config.kinds import Section, Zone


class Calendar(Section):
    """Working time: which hours count for the clocks."""

    name: str = Field(description="Name, as SLA policies call it.")
    zone: Zone = Field(description="Time zone whose wall clock the hours are of.")
    week: dict[str, str | tuple[str, ...]] = Field(
        description='Hours by weekday: { "mon-thu" = "09:00-13:00 14:00-18:00", fri = "09:00-15:00" }.'
    )
    holidays: tuple[str, ...] = Field((), description="Closed days, as 2026-12-25.")
    country: str = Field("", description="ISO code of the country whose public holidays are closed too, such as PT.")
    subdivision: str = Field("", description="Part of the country, where it has holidays of its own.")
    ical: str = Field(
        "", description="iCalendar file whose all-day events are closed days too, relative to this configuration."
    )


class RosterException(Section):
    """A stretch of time in which others are on duty than the turns say."""

    begin: datetime = Field(description="From when on, by the clock on the wall: 2026-12-24T18:00:00.")
    end: datetime = Field(description="Until when.")
    agents: tuple[str, ...] = Field((), description="Who is on duty instead; leave out for nobody.")


class Roster(Section):
    """Who is on duty when: agents who take turns."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="Name, as policies and rules call it.")
    zone: Zone = Field(description="Time zone whose wall clock the hours are of.")
    week: dict[str, str | tuple[str, ...]] = Field(
        {"mon-sun": "00:00-24:00"}, description="Shifts by weekday, as in a calendar; around the clock when left out."
    )
    turns: tuple[str | tuple[str, ...], ...] = Field(
        min_length=1, description="Agents in the order of their turns; several in a list share one."
    )
    since: date = Field(description="The day on which the first turn begins, as 2026-11-02.")
    days: int = Field(7, ge=1, le=366, description="How many days a turn lasts.")
    handover: str = Field(
        "", description="Time of day at which turns change, as 09:00; at the beginning of a shift when left out."
    )
    exception: tuple[RosterException, ...] = Field(
        (), description="When others are on duty; the first that fits holds."
    )


PriorityWord = Literal["low", "normal", "high", "urgent"]
MetricWord = Literal["first_response", "next_response", "solution", "periodic_update"]
Minutes = dict[PriorityWord, Annotated[int, Field(ge=1)]]


class OutOfHours(Section):
    """Other minutes for clocks that begin while the calendar is closed."""

    first_response: Minutes = Field({}, description="Minutes to the first answer, by priority.")
    next_response: Minutes = Field({}, description="Minutes to each further answer, by priority.")
    solution: Minutes = Field({}, description="Minutes to closing, by priority.")
    periodic_update: Minutes = Field({}, description="Minutes to the next word from us, by priority.")


class Pauses(Section):
    """Which clocks stand still while a ticket waits, by what it waits for."""

    customer: tuple[MetricWord, ...] = Field(
        ("solution", "periodic_update"), description="While it waits for the customer."
    )
    third_party: tuple[MetricWord, ...] = Field((), description="While it waits for somebody else, such as a supplier.")
    hold: tuple[MetricWord, ...] = Field((), description="While it is put aside.")


class StepActions(Section):
    """What a step does to the ticket, once."""

    priority: PriorityWord | None = Field(None, description="Its new priority.")
    team: str = Field("", description="Hand it to this team; an owner who is not of it loses it.")
    owner: str = Field("", description="Put this agent in charge.")
    tag: str = Field("", max_length=50, description="Put this word on it.")
    note: str = Field("", description="Write this internal note.")


class Step(Section):
    """What happens, once, to each clock that comes so far, and who is told."""

    metric: MetricWord | tuple[MetricWord, ...] = Field(description="The clock, or a list of clocks.")
    at: str = Field(
        description='"80%" of the time used, "-30m" before it is due, "+2h" after; minutes of the calendar.'
    )
    tell: tuple[str, ...] = Field(
        (), description='Who is told: "owner", "team", "leader", "agent:NAME", "roster:NAME", or a mail address.'
    )
    then: StepActions = Field(StepActions(), description="What is done to the ticket.")


class Sla(Section):
    """Promised times, in minutes of a calendar; the first policy that fits a ticket is its policy."""

    name: str = Field(description="Name.")
    calendar: str = Field("", description="Calendar whose minutes count; around the clock when left out.")
    first_response: Minutes = Field({}, description="Minutes to the first answer, by priority.")
    next_response: Minutes = Field({}, description="Minutes to each further answer, by priority.")
    solution: Minutes = Field(
        {}, description="Minutes to closing, by priority; waiting for the customer does not count."
    )
    periodic_update: Minutes = Field(
        {}, description="Minutes after each answer by which the customer hears from us again, by priority."
    )
    out_of_hours: OutOfHours = Field(
        OutOfHours(), description="Other minutes for clocks that begin while the calendar is closed."
    )
    around_the_clock: tuple[PriorityWord, ...] = Field(
        (), description="Priorities whose minutes run while the calendar is closed as well."
    )
    pauses: Pauses = Field(Pauses(), description="Which clocks stand still while a ticket waits.")
    yellow: int = Field(75, ge=1, le=99, description="Per cent of the time used at which the owner is warned.")
    red: int = Field(90, ge=2, le=100, description="Per cent at which he is warned again.")
    step: tuple[Step, ...] = Field((), description="Escalation, each step once for each clock.")
    teams: tuple[str, ...] = Field((), description="Only for tickets of these teams.")
    categories: tuple[str, ...] = Field((), description="Only for these categories.")
    request_types: tuple[str, ...] = Field((), description="Only for these request types.")
    priorities: tuple[PriorityWord, ...] = Field((), description="Only for these priorities.")
    organisations: tuple[str, ...] = Field((), description="Only for tickets of people of these organisations.")
    contracts: tuple[str, ...] = Field((), description="Only for organisations with one of these contracts.")
