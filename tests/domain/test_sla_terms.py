"""Terms of a policy: updates in time, other targets out of hours, minutes around the clock, and what pauses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.domain.explain import explain
from maild.domain.lifecycle import Waiting
from maild.domain.sla import SlaMetric, SlaTimer, TimerState, choose_policy, reckon
from maild.domain.ticket import Priority
from tests.helpers.lives import (
    FIRST,
    GOLD,
    LISBON,
    NEXT,
    NIGHT,
    POLICIES,
    SOLUTION,
    STANDARD,
    UPDATE,
    K,
    at,
    even,
    life,
    timer,
)


def updates(*steps: tuple[str, K] | tuple[str, K, str]) -> list[SlaTimer]:
    return [t for t in reckon(life(*steps, policy="night"), POLICIES) if t.metric is UPDATE]


# ------------------------------------------------------------------ periodic update


def test_until_the_first_answer_only_the_first_response_is_awaited() -> None:
    assert updates(("mon 09:00", K.OPENED), ("mon 10:00", K.CUSTOMER_WROTE)) == []


def test_after_each_answer_the_customer_is_to_hear_from_us_again() -> None:
    one, two = updates(("mon 09:00", K.OPENED), ("mon 10:00", K.AGENT_ANSWERED), ("mon 15:00", K.AGENT_ANSWERED))
    assert (one.state, one.started_at, one.met_at, one.used) == (
        TimerState.MET, at("mon 10:00"), at("mon 15:00"), 240,
    )  # fmt: skip
    assert (two.state, two.due_at, two.cycle) == (TimerState.RUNNING, at("tue 15:00"), 2)


def test_words_of_the_customer_are_no_update() -> None:
    steps = (("mon 09:00", K.OPENED), ("mon 10:00", K.AGENT_ANSWERED), ("mon 17:00", K.CUSTOMER_WROTE))
    assert [t.due_at for t in updates(*steps)] == [at("tue 10:00")]


def test_an_update_that_comes_late_is_breached() -> None:
    one, _ = updates(("mon 09:00", K.OPENED), ("mon 10:00", K.AGENT_ANSWERED), ("wed 10:00", K.AGENT_ANSWERED))
    assert (one.state, one.breached_at) == (TimerState.MET, at("tue 10:00"))


def test_no_update_is_owed_while_we_wait_for_the_customer() -> None:
    steps = (("mon 09:00", K.OPENED), ("mon 10:00", K.AGENT_ANSWERED), ("mon 11:00", K.PAUSED, "customer"))
    (waiting,) = updates(*steps)
    assert (waiting.state, waiting.used, waiting.due_at) == (TimerState.PAUSED, 60, None)
    (again,) = updates(*steps, ("wed 09:00", K.CUSTOMER_WROTE))
    assert (again.state, again.due_at) == (TimerState.RUNNING, at("wed 17:00"))


def test_a_closed_ticket_owes_no_update_and_a_reopened_one_does() -> None:
    steps = (("mon 09:00", K.OPENED), ("mon 10:00", K.AGENT_ANSWERED), ("mon 11:00", K.CLOSED))
    assert [t.state for t in updates(*steps)] == [TimerState.CANCELLED]
    assert [t.state for t in updates(*steps, ("mon 12:00", K.AGENT_ANSWERED))] == [TimerState.CANCELLED]
    closed, reopened = updates(*steps, ("tue 09:00", K.REOPENED))
    assert closed.state is TimerState.CANCELLED
    assert (reopened.state, reopened.due_at) == (TimerState.RUNNING, at("tue 18:00"))


def test_an_answer_that_bounced_was_no_update() -> None:
    steps = (
        ("mon 09:00", K.OPENED),
        ("mon 10:00", K.AGENT_ANSWERED, "1"),
        ("mon 15:00", K.AGENT_ANSWERED, "2"),
        ("mon 15:01", K.ANSWER_BOUNCED, "2"),
    )
    assert [(t.cycle, t.due_at) for t in updates(*steps)] == [(1, at("tue 10:00"))]


# ------------------------------------------------------------------ out of hours


def test_what_begins_out_of_hours_has_targets_of_its_own() -> None:
    by_day, by_night = life(("mon 10:00", K.OPENED), policy="night"), life(("mon 20:00", K.OPENED), policy="night")
    assert (timer(by_day, FIRST).target, timer(by_night, FIRST).target) == (120, 60)
    assert timer(by_night, FIRST).due_at == at("tue 10:00")  # minutes of the calendar still
    assert timer(by_night, SOLUTION).target == 960  # says nothing of its own


def test_the_closing_instant_is_out_of_hours() -> None:
    assert timer(life(("mon 18:00", K.OPENED), policy="night"), FIRST).target == 60
    assert timer(life(("mon 14:00", K.OPENED), policy="night"), FIRST).target == 120


def test_urgent_minutes_run_around_the_clock_while_others_wait() -> None:
    night = life(("mon 20:00", K.OPENED), ("mon 20:00", K.PRIORITY, "urgent"), policy="night")
    assert timer(night, FIRST).due_at == at("mon 20:30")
    assert timer(night, SOLUTION).due_at == at("tue 12:00")
    assert timer(life(("mon 20:00", K.OPENED), policy="night"), SOLUTION).due_at == at("wed 18:00")


def test_becoming_urgent_changes_whose_minutes_count_and_keeps_what_was_used() -> None:
    steps = (("mon 17:00", K.OPENED), ("mon 19:00", K.PRIORITY, "urgent"), ("mon 20:00", K.PRIORITY, "normal"))
    moments = life(*steps, policy="night")
    solution = timer(moments, SOLUTION)
    assert solution.used == 60 + 60  # one hour of the day, one of the night
    lines = explain(moments, POLICIES, now=at("tue 10:00"), zone=LISBON)
    assert [line for line in lines if "min  " in line][-3:] == [
        "  Mon 2026-11-16 17:00 to Mon 2026-11-16 19:00     60 min  opened, policy night",
        "  Mon 2026-11-16 19:00 to Mon 2026-11-16 20:00     60 min  priority urgent",
        "  Mon 2026-11-16 20:00 to Tue 2026-11-17 10:00     60 min  priority normal",
    ]


# ------------------------------------------------------------------ what pauses


@pytest.mark.parametrize(
    ("waiting", "paused"),
    [
        (Waiting.CUSTOMER, {SOLUTION, UPDATE}),
        (Waiting.THIRD_PARTY, {SOLUTION}),
        (Waiting.HOLD, {SOLUTION, UPDATE, NEXT}),
    ],
)
def test_what_pauses_is_said_by_the_policy(waiting: Waiting, paused: set[SlaMetric]) -> None:
    moments = life(
        ("mon 09:00", K.OPENED),
        ("mon 09:10", K.AGENT_ANSWERED),
        ("mon 09:20", K.CUSTOMER_WROTE),
        ("mon 09:30", K.PAUSED, waiting),
        policy="night",
    )
    assert {t.metric for t in reckon(moments, POLICIES) if t.state is TimerState.PAUSED} == paused


def test_waiting_for_another_ends_the_wait_before_it() -> None:
    moments = life(
        ("mon 09:00", K.OPENED),
        ("mon 10:00", K.PAUSED, "customer"),
        ("mon 11:00", K.PAUSED, "third-party"),
        policy="standard",
    )
    # the standard policy waits for its customers, and for nobody else
    solution = timer(moments, SOLUTION)
    assert (solution.state, solution.used) == (TimerState.RUNNING, 60)
    assert solution.due_at == at("wed 10:00")


def test_p28_created_on_hold_is_on_hold_from_the_first_second() -> None:
    moments = life(("mon 09:00", K.OPENED), ("mon 09:00", K.PAUSED, "hold"), policy="night")
    assert {(t.state, t.used) for t in reckon(moments, POLICIES)} == {(TimerState.PAUSED, 0)}
    lines = explain(moments, POLICIES, now=at("tue 09:00"), zone=LISBON)
    assert lines[1] == "  Mon 2026-11-16 09:00 to Tue 2026-11-17 09:00      - min  opened, policy night, on hold"


# ------------------------------------------------------------------ for whom


def test_a_contract_chooses_the_policy() -> None:
    gold = replace(GOLD, contracts=frozenset({"gold"}))

    def chosen(contract: str) -> str:
        policy = choose_policy(
            [gold, STANDARD], team="support", category="", request_type="", priority=Priority.LOW, contract=contract
        )
        return policy.name if policy else ""

    assert (chosen("gold"), chosen("silver"), chosen("")) == ("gold", "standard", "standard")


def test_terms_are_silent_where_the_policy_is() -> None:
    policy = replace(NIGHT, targets={FIRST: {Priority.HIGH: 30}}, out_of_hours={FIRST: even(5)})
    assert policy.terms(SOLUTION, Priority.HIGH) is None
    assert policy.terms(FIRST, Priority.LOW) is None
    # promised out of hours alone
    found = policy.terms(FIRST, Priority.LOW, began_closed=True)
    assert found is not None
    assert found.target == 5
