"""Lives of tickets as their clocks see them, in one week of November, and policies to live them under."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from maild.domain.calendar import ALWAYS
from maild.domain.escalation import EscalationStep, When
from maild.domain.hours import build_calendar
from maild.domain.lifecycle import Waiting
from maild.domain.sla import Moment, MomentKind, SlaMetric, SlaPolicy, SlaTimer, reckon
from maild.domain.ticket import Priority

FIRST, NEXT, SOLUTION = SlaMetric.FIRST_RESPONSE, SlaMetric.NEXT_RESPONSE, SlaMetric.SOLUTION
UPDATE = SlaMetric.PERIODIC_UPDATE
K = MomentKind
LISBON = ZoneInfo("Europe/Lisbon")
OFFICE = build_calendar("office", zone="Europe/Lisbon", week={"mon-fri": "09:00-13:00 14:00-18:00"})


def even(minutes: int) -> dict[Priority, int]:
    return dict.fromkeys(Priority, minutes)


STANDARD = SlaPolicy(
    name="standard",
    calendar=OFFICE,
    targets={
        FIRST: {Priority.LOW: 480, Priority.NORMAL: 240, Priority.HIGH: 60, Priority.URGENT: 30},
        NEXT: even(240),
        SOLUTION: even(960),
    },
)
GOLD = SlaPolicy(name="gold", calendar=ALWAYS, targets={FIRST: even(60), NEXT: even(60), SOLUTION: even(480)})
TALK = SlaPolicy(name="talk", calendar=ALWAYS, targets={FIRST: {Priority.HIGH: 30}, NEXT: even(60)})
NIGHT = SlaPolicy(
    name="night",
    calendar=OFFICE,
    targets={FIRST: even(120), NEXT: even(240), SOLUTION: even(960), UPDATE: even(480)},
    out_of_hours={FIRST: even(60) | {Priority.URGENT: 30}},
    around_the_clock=frozenset({Priority.URGENT}),
    steps=(
        EscalationStep(metrics=frozenset({FIRST}), when=When(minutes=-30), tell=("owner",)),
        EscalationStep(metrics=frozenset({FIRST, SOLUTION}), when=When(per_cent=80), tell=("leader",)),
        EscalationStep(metrics=frozenset({SOLUTION}), when=When(minutes=60), tell=("team",)),
    ),
    pauses={
        Waiting.CUSTOMER: frozenset({SOLUTION, UPDATE}),
        Waiting.THIRD_PARTY: frozenset({SOLUTION}),
        Waiting.HOLD: frozenset(SlaMetric),
    },
)
"""Has everything that a policy can have."""
POLICIES = {p.name: p for p in (STANDARD, GOLD, TALK, NIGHT)}


def at(text: str) -> datetime:
    """A time of the week of Monday 2026-11-16 in Lisbon: `mon 09:30`."""
    day, clock = text.split()
    number = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].index(day)
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 16 + number, hour, minute, tzinfo=LISBON).astimezone(UTC)


def life(*steps: tuple[str, K] | tuple[str, K, str], policy: str = "standard") -> list[Moment]:
    """A ticket opened, under a policy, at the first step, and what happened to it."""
    opened = at(steps[0][0])
    start = [Moment(at=opened, kind=K.OPENED), Moment(at=opened, kind=K.POLICY, value=policy)]
    rest = [Moment(at=at(step[0]), kind=step[1], value=step[2] if len(step) == 3 else "") for step in steps]
    return start + [m for m in rest if m.kind is not K.OPENED]


def timer(
    moments: list[Moment],
    metric: SlaMetric,
    cycle: int = 1,
    previous: tuple[SlaTimer, ...] = (),
    policies: Mapping[str, SlaPolicy] = MappingProxyType({}),
) -> SlaTimer:
    found = reckon(moments, policies or POLICIES, previous=previous)
    return next(t for t in found if (t.metric, t.cycle) == (metric, cycle))
