"""Escalation steps: when each comes up, that it comes up once, and that it waits for the desk to open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from maild.domain.escalation import EscalationStep, StepError, When, parse_when
from maild.domain.sla import SlaPolicy, SlaStage, alarms_due, reckon
from tests.helpers.lives import FIRST, GOLD, NIGHT, POLICIES, SOLUTION, K, at, even, life, timer


def levels(opened: str, now: datetime, policies: dict[str, SlaPolicy] = POLICIES) -> dict[str, list[str]]:
    """The levels that each clock has to say for the first time."""
    moments = life((opened, K.OPENED), policy="night")
    due = alarms_due(moments, policies, previous=reckon(moments, policies), now=now)
    return {str(one.metric): [str(one.stage or "-"), *(step.level for step in one.steps)] for one in due}


@pytest.mark.parametrize(
    ("written", "when", "used"),
    [
        ("80%", When(per_cent=80), 192),
        ("150%", When(per_cent=150), 360),
        ("-30m", When(minutes=-30), 210),
        ("+2h", When(minutes=120), 360),
        ("+0m", When(minutes=0), 240),
        ("-8h", When(minutes=-480), 0),
    ],
)
def test_when_a_step_is_due(written: str, when: When, used: int) -> None:
    assert parse_when(written) == when
    assert when.used(240) == timedelta(minutes=used)
    assert parse_when(str(when)) == when


@pytest.mark.parametrize("written", ["", "80", "0%", "-5%", "1001%", "30m", "2d", "+h", "+99999h", "+٣m", "1 %"])
def test_when_no_step_is_due(written: str) -> None:
    with pytest.raises(StepError, match='write "80%"'):
        parse_when(written)


def test_steps_come_up_with_the_stages_and_between_them() -> None:
    """Two hours from nine: yellow and -30m at half past ten, 80 per cent at 10:36, red at 10:48, breached at eleven."""
    assert levels("mon 09:00", at("mon 10:29")) == {}
    assert levels("mon 09:00", at("mon 10:30")) == {"first-response": ["yellow", "-30m"]}
    assert levels("mon 09:00", at("mon 10:36")) == {"first-response": ["yellow", "-30m", "80%"]}
    assert levels("mon 09:00", at("mon 11:00")) == {"first-response": ["breached", "-30m", "80%"]}


def test_the_next_alarm_is_that_of_the_next_step() -> None:
    moments = life(("mon 09:00", K.OPENED), policy="night")
    first = timer(moments, FIRST)
    assert first.next_alarm_at == at("mon 10:30")
    said = replace(first, stage=SlaStage.YELLOW, raised=frozenset({"-30m"}))
    assert timer(moments, FIRST, previous=(said,)).next_alarm_at == at("mon 10:36")
    solution = replace(timer(moments, SOLUTION), stage=SlaStage.BREACHED, raised=frozenset({"80%"}))
    assert timer(moments, SOLUTION, previous=(solution,)).next_alarm_at == at("wed 10:00")  # an hour past the breach


def test_a_level_is_not_raised_again_whatever_policy_names_it() -> None:
    moments = life(("mon 09:00", K.OPENED), ("mon 10:40", K.POLICY, "gold"), policy="night")
    gold = replace(GOLD, steps=NIGHT.steps)
    before = replace(timer(moments, FIRST), stage=SlaStage.YELLOW, raised=frozenset({"80%", "-30m"}))
    due = alarms_due(moments, {**POLICIES, "gold": gold}, previous=(before,), now=at("mon 10:41"))
    assert [(one.metric, one.stage, one.steps) for one in due] == [(FIRST, SlaStage.BREACHED, ())]


def test_p29_outside_hours_an_alarm_waits_for_the_opening() -> None:
    """Two hours from four o'clock: breached as the desk closes. An outage ends at night."""
    assert levels("mon 16:00", at("mon 17:59")) == {"first-response": ["red", "-30m", "80%"]}
    assert levels("mon 16:00", at("mon 18:05")) == {"first-response": ["breached"]}  # it has just come up
    assert levels("mon 16:00", at("mon 18:11")) == {}
    moments = life(("mon 16:00", K.OPENED), policy="night")
    waiting = reckon(moments, POLICIES, now=at("mon 22:00"))[0]
    assert waiting.next_alarm_at == at("tue 09:00")
    assert levels("mon 16:00", at("tue 09:00")) == {"first-response": ["breached", "-30m", "80%"]}


def test_p29_around_the_clock_an_alarm_comes_at_night() -> None:
    policies = {**POLICIES, "night": replace(NIGHT, calendar=GOLD.calendar, out_of_hours={})}
    assert levels("mon 16:00", at("mon 23:00"), policies) == {"first-response": ["breached", "-30m", "80%"]}


def test_a_step_before_the_beginning_waits_for_the_opening_too() -> None:
    step = EscalationStep(metrics=frozenset({FIRST}), when=When(minutes=-600))
    policies = {**POLICIES, "night": replace(NIGHT, steps=(step,), out_of_hours={}, targets={FIRST: even(240)})}
    assert levels("mon 20:00", at("mon 20:01"), policies) == {}
    assert levels("mon 20:00", at("tue 09:00"), policies) == {"first-response": ["-", "-600m"]}
