"""Service clocks: whole lives of tickets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.domain.explain import explain
from maild.domain.lifecycle import Waiting
from maild.domain.sla import (
    Moment,
    SlaMetric,
    SlaStage,
    SlaTimer,
    TimerState,
    alarms_due,
    choose_policy,
    ledger,
    reckon,
)
from maild.domain.ticket import Priority
from tests.helpers.lives import (
    FIRST,
    GOLD,
    LISBON,
    NEXT,
    OFFICE,
    POLICIES,
    SOLUTION,
    STANDARD,
    TALK,
    UPDATE,
    K,
    at,
    even,
    life,
    timer,
)


def test_a_new_ticket_is_due_in_business_time() -> None:
    first = timer(life(("mon 16:00", K.OPENED)), FIRST)
    assert first == SlaTimer(
        metric=FIRST,
        cycle=1,
        policy="standard",
        state=TimerState.RUNNING,
        stage=SlaStage.GREEN,
        started_at=at("mon 16:00"),
        due_at=at("tue 11:00"),
        next_alarm_at=at("tue 10:00"),
        target=240,
    )


def test_the_first_answer_meets_the_first_response() -> None:
    moments = life(("mon 10:00", K.OPENED), ("mon 11:30", K.AGENT_ANSWERED), ("mon 12:30", K.AGENT_ANSWERED))
    first = timer(moments, FIRST)
    assert (first.state, first.met_at, first.used) == (TimerState.MET, at("mon 11:30"), 90)
    assert (first.next_alarm_at, first.breached_at, first.due_at) == (None, None, at("mon 15:00"))
    assert timer(moments, SOLUTION).state is TimerState.RUNNING


def test_a_late_answer_is_met_and_breached() -> None:
    first = timer(life(("mon 10:00", K.OPENED), ("mon 16:00", K.AGENT_ANSWERED)), FIRST)
    assert (first.state, first.met_at, first.breached_at) == (TimerState.MET, at("mon 16:00"), at("mon 15:00"))


def test_due_when_the_desk_closes_is_breached_by_the_next_morning() -> None:
    evening = life(("mon 14:00", K.OPENED), ("tue 09:00", K.AGENT_ANSWERED))
    first = timer(evening, FIRST)
    assert (first.used, first.breached_at) == (240, at("mon 18:00"))


def test_an_answer_at_the_due_instant_keeps_the_promise() -> None:
    assert timer(life(("mon 10:00", K.OPENED), ("mon 15:00", K.AGENT_ANSWERED)), FIRST).breached_at is None


def test_next_response_runs_from_the_oldest_unanswered_words() -> None:
    moments = life(
        ("mon 09:00", K.OPENED),
        ("mon 09:30", K.CUSTOMER_WROTE),  # still the first response that is awaited
        ("mon 10:00", K.AGENT_ANSWERED),
        ("mon 11:00", K.CUSTOMER_WROTE),
        ("mon 12:00", K.CUSTOMER_WROTE),  # does not set the clock back
        ("tue 09:30", K.AGENT_ANSWERED),
        ("tue 10:00", K.CUSTOMER_WROTE),
    )
    one, two = timer(moments, NEXT, 1), timer(moments, NEXT, 2)
    assert (one.started_at, one.due_at) == (at("mon 11:00"), at("mon 16:00"))
    assert (one.state, one.breached_at) == (TimerState.MET, at("mon 16:00"))
    assert (two.state, two.started_at) == (TimerState.RUNNING, at("tue 10:00"))
    assert len(reckon(moments, POLICIES)) == 4


def test_the_solution_waits_for_the_customer() -> None:
    moments = life(
        ("mon 09:00", K.OPENED),
        ("mon 11:00", K.PAUSED),
        ("mon 12:00", K.PAUSED),  # paused twice is paused once
    )
    waiting = timer(moments, SOLUTION)
    assert (waiting.state, waiting.used, waiting.paused_at) == (TimerState.PAUSED, 120, at("mon 11:00"))
    assert (waiting.due_at, waiting.next_alarm_at) == (None, None)
    assert timer(moments, FIRST).state is TimerState.RUNNING
    moments += life(("wed 09:00", K.RESUMED))[2:]
    going = timer(moments, SOLUTION)
    assert (going.state, going.due_at, going.paused_at) == (TimerState.RUNNING, at("thu 16:00"), None)


def test_words_of_the_customer_end_the_wait() -> None:
    moments = life(("mon 09:00", K.OPENED), ("mon 10:00", K.PAUSED), ("tue 09:00", K.CUSTOMER_WROTE))
    assert timer(moments, SOLUTION).state is TimerState.RUNNING


def test_created_paused_is_paused_from_the_first_second() -> None:
    born = at("mon 09:00")
    for order in ([K.PAUSED, K.OPENED], [K.OPENED, K.PAUSED]):
        moments = [Moment(at=born, kind=K.POLICY, value="standard"), *(Moment(at=born, kind=k) for k in order)]
        waiting = timer(moments, SOLUTION)
        assert (waiting.state, waiting.used, waiting.paused_at) == (TimerState.PAUSED, 0, born)
        later = [*moments, Moment(at=at("tue 09:00"), kind=K.RESUMED)]
        assert timer(later, SOLUTION).due_at == OFFICE.add(at("tue 09:00"), 960)


def test_created_closed_is_closed_from_the_first_second() -> None:
    moments = life(("mon 09:00", K.OPENED), ("mon 09:00", K.CLOSED))
    assert timer(moments, SOLUTION).state is TimerState.MET
    assert timer(moments, FIRST).state is TimerState.CANCELLED
    assert {t.used for t in reckon(moments, POLICIES)} == {0}


def test_reopening_goes_on_where_closing_stopped() -> None:
    moments = life(("mon 09:00", K.OPENED), ("mon 10:00", K.AGENT_ANSWERED), ("mon 11:00", K.CLOSED))
    closed = timer(moments, SOLUTION)
    assert (closed.state, closed.met_at, closed.used) == (TimerState.MET, at("mon 11:00"), 120)
    moments += life(("tue 09:00", K.CUSTOMER_WROTE), ("tue 09:00", K.REOPENED))[2:]
    going = timer(moments, SOLUTION)
    assert (going.state, going.met_at, going.cycle) == (TimerState.RUNNING, None, 1)
    assert going.due_at == OFFICE.add(at("tue 09:00"), 960 - 120)
    assert timer(moments, NEXT).started_at == at("tue 09:00")
    other_order = [*moments[:-2], moments[-1], moments[-2]]
    assert reckon(other_order, POLICIES) == reckon(moments, POLICIES)


def test_words_to_a_closed_ticket_that_stays_closed_start_nothing() -> None:
    moments = life(
        ("mon 09:00", K.OPENED),
        ("mon 10:00", K.AGENT_ANSWERED),
        ("mon 11:00", K.CLOSED),
        ("mon 12:00", K.CUSTOMER_WROTE),
    )
    assert [t.metric for t in reckon(moments, POLICIES)] == [FIRST, SOLUTION]


def test_closing_unanswered_cancels_and_only_the_first_response_comes_back() -> None:
    moments = life(("mon 09:00", K.OPENED), ("mon 10:00", K.CLOSED))
    assert timer(moments, FIRST).state is TimerState.CANCELLED
    moments += life(("tue 09:00", K.REOPENED))[2:]
    first = timer(moments, FIRST)
    assert (first.state, first.due_at) == (TimerState.RUNNING, at("tue 12:00"))
    moments += life(("tue 10:00", K.AGENT_ANSWERED), ("tue 11:00", K.CUSTOMER_WROTE), ("tue 12:00", K.CLOSED))[2:]
    moments += life(("wed 09:00", K.REOPENED))[2:]
    assert timer(moments, NEXT).state is TimerState.CANCELLED


def test_an_answer_to_a_closed_ticket_is_still_the_first_response() -> None:
    moments = life(("mon 09:00", K.OPENED), ("mon 10:00", K.CLOSED), ("mon 10:00", K.AGENT_ANSWERED))
    first = timer(moments, FIRST)
    assert (first.state, first.met_at, first.used) == (TimerState.MET, at("mon 10:00"), 60)


def test_a_change_of_priority_keeps_what_was_used() -> None:
    moments = life(("mon 09:00", K.OPENED), ("mon 09:40", K.PRIORITY, "high"))
    first = timer(moments, FIRST)
    assert (first.used, first.target, first.due_at) == (40, 60, at("mon 10:00"))
    urgent = timer([*moments, *life(("mon 09:50", K.PRIORITY, "urgent"))[2:]], FIRST)
    assert (urgent.target, urgent.due_at, urgent.breached_at) == (30, at("mon 09:30"), at("mon 09:30"))
    relaxed = timer([*moments, *life(("mon 09:50", K.PRIORITY, "low"))[2:]], FIRST)
    assert (relaxed.target, relaxed.due_at) == (480, at("mon 18:00"))


def test_a_change_while_it_waits_that_allows_less_than_was_used_is_a_breach_at_once() -> None:
    moments = life(("mon 09:00", K.OPENED), ("wed 10:00", K.PAUSED), ("wed 11:00", K.POLICY, "gold"))
    solution = timer(moments, SOLUTION)
    assert (solution.state, solution.due_at) == (TimerState.PAUSED, at("mon 18:00"))
    assert solution.breached_at == solution.due_at


def test_a_change_of_policy_keeps_what_was_used_and_paused() -> None:
    moments = life(
        ("mon 09:00", K.OPENED), ("mon 10:00", K.PAUSED), ("mon 12:00", K.POLICY, "gold"), ("mon 13:00", K.RESUMED)
    )
    solution = timer(moments, SOLUTION)
    assert (solution.policy, solution.used, solution.due_at) == ("gold", 60, at("mon 20:00"))
    assert timer(moments, FIRST).due_at == at("mon 10:00")  # gold allows an hour, and three are gone


def test_without_a_promise_there_is_no_clock() -> None:
    assert reckon(life(("mon 09:00", K.OPENED), policy=""), POLICIES) == ()
    assert reckon(life(("mon 09:00", K.OPENED), policy="gone"), POLICIES) == ()
    moments = life(("mon 09:00", K.OPENED), ("mon 10:00", K.PRIORITY, "high"), policy="talk")
    assert [(t.metric, t.due_at) for t in reckon(moments, POLICIES)] == [(FIRST, at("mon 10:30"))]
    moments += life(("mon 10:10", K.PRIORITY, "low"))[2:]
    (first,) = reckon(moments, POLICIES)
    assert (first.state, first.used, first.next_alarm_at) == (TimerState.CANCELLED, 10, None)


def test_timers_that_the_history_no_longer_explains_end() -> None:
    before = reckon(life(("mon 09:00", K.OPENED)), POLICIES)
    after = reckon(life(("mon 09:00", K.OPENED)), {}, previous=before)
    assert {t.state for t in after} == {TimerState.CANCELLED}
    assert {t.next_alarm_at for t in after} == {None}
    assert {t.metric for t in after} == {FIRST, SOLUTION}


def test_each_stage_is_raised_once_and_in_order() -> None:
    moments = life(("mon 09:00", K.OPENED))
    timers = reckon(moments, POLICIES)
    raised = []
    for minute in range(9 * 60, 18 * 60):
        now = at(f"mon {minute // 60:02}:{minute % 60:02}")
        for due in alarms_due(moments, POLICIES, previous=timers, now=now):
            metric, cycle, stage = due.metric, due.cycle, due.stage
            assert stage is not None
            if metric is FIRST:
                raised.append((stage, f"{minute // 60:02}:{minute % 60:02}"))
            timers = tuple(
                replace(t, stage=stage, breached_at=now if stage is SlaStage.BREACHED else None)
                if (t.metric, t.cycle) == (metric, cycle)
                else t
                for t in timers
            )
            timers = reckon(moments, POLICIES, previous=timers)
    assert raised == [(SlaStage.YELLOW, "12:00"), (SlaStage.RED, "12:36"), (SlaStage.BREACHED, "13:00")]
    first = timers[0]
    assert (first.stage, first.next_alarm_at, first.breached_at) == (SlaStage.BREACHED, None, at("mon 13:00"))


def test_after_an_outage_only_the_highest_stage_is_raised() -> None:
    moments = life(("mon 09:00", K.OPENED))
    due = alarms_due(moments, POLICIES, previous=reckon(moments, POLICIES), now=at("fri 12:00"))
    assert [(one.metric, one.cycle, one.stage) for one in due] == [
        (FIRST, 1, SlaStage.BREACHED),
        (SOLUTION, 1, SlaStage.BREACHED),
    ]


def test_what_was_met_in_time_is_never_raised() -> None:
    moments = life(("mon 09:00", K.OPENED), ("mon 10:00", K.AGENT_ANSWERED), ("mon 11:00", K.CLOSED))
    assert alarms_due(moments, POLICIES, previous=(), now=at("fri 12:00")) == ()


def test_a_clock_that_steps_back_counts_nothing_twice() -> None:
    moments = life(("mon 10:00", K.OPENED), ("mon 11:00", K.PAUSED), ("mon 10:30", K.RESUMED), ("mon 12:00", K.PAUSED))
    assert timer(moments, SOLUTION).used == 120


def test_the_ledger_adds_up() -> None:
    moments = life(
        ("mon 09:00", K.OPENED),
        ("mon 10:00", K.PRIORITY, "high"),
        ("mon 12:00", K.PAUSED),
        ("tue 10:00", K.RESUMED),
    )
    solution = [s for s in ledger(moments, POLICIES, now=at("tue 11:30")) if s.metric is SOLUTION]
    assert [(s.running, s.minutes, s.cause) for s in solution] == [
        (True, 180, "opened, policy standard"),
        (False, 0, "paused"),
        (True, 90, "resumed"),
    ]
    assert [s.end for s in solution[:-1]] == [s.start for s in solution[1:]]


def test_a_clock_explains_itself() -> None:
    moments = life(("fri 17:00", K.OPENED), ("fri 17:30", K.PRIORITY, "high"), policy="standard")
    lines = explain(moments, POLICIES, now=at("fri 17:45") + timedelta(days=3), zone=LISBON)
    assert lines[:8] == [
        "first-response, cycle 1: running, 60 minutes of calendar office (Europe/Lisbon) by policy standard",
        "  Fri 2026-11-20 17:00 to Fri 2026-11-20 17:30     30 min  opened, policy standard",
        "      Fri 2026-11-20 17:00-18:00".replace("18:00", "17:30"),
        "  Fri 2026-11-20 17:30 to Mon 2026-11-23 17:45    495 min  priority high; 60 min allowed from here",
        "      Fri 2026-11-20 17:30-18:00",
        "      Mon 2026-11-23 09:00-13:00",
        "      Mon 2026-11-23 14:00-17:45",
        "  used 525 of 60 min, 875 %; due Fri 2026-11-20 18:00; raised so far: green, next alarm Fri 2026-11-20 17:45",
    ]
    assert explain([], POLICIES, now=at("mon 09:00"), zone=LISBON) == [
        "no clock: no policy promises anything for this ticket"
    ]


def test_the_first_policy_that_fits_is_chosen() -> None:
    gold = replace(GOLD, organisations=frozenset({"acme"}))
    money = replace(TALK, teams=frozenset({"billing"}), priorities=frozenset({Priority.HIGH}))
    policies = [gold, money, STANDARD]

    def chosen(**fields: str) -> str:
        values = {"team": "support", "category": "", "request_type": "", "organisation": ""} | fields
        policy = choose_policy(policies, priority=Priority(values.pop("priority", "normal")), **values)
        return policy.name if policy else ""

    assert chosen() == "standard"
    assert chosen(organisation="acme", team="billing", priority="high") == "gold"
    assert chosen(team="billing", priority="high") == "talk"
    assert chosen(team="billing") == "standard"
    policies.pop()
    assert chosen() == ""


@pytest.mark.parametrize("metric", list(SlaMetric))
def test_a_policy_may_pause_any_metric(metric: SlaMetric) -> None:
    targets = {**GOLD.targets, UPDATE: even(60)}
    policy = replace(GOLD, targets=targets, pauses={Waiting.CUSTOMER: frozenset({metric})})
    moments = life(
        ("mon 09:00", K.OPENED),
        ("mon 09:10", K.AGENT_ANSWERED),
        ("mon 09:20", K.CUSTOMER_WROTE),
        ("mon 09:30", K.PAUSED),
        policy="gold",
    )
    paused = {t.metric for t in reckon(moments, {"gold": policy}) if t.state is TimerState.PAUSED}
    assert paused == ({metric} if metric is not FIRST else set())


def test_a_policy_that_has_left_the_configuration_is_said_to_have() -> None:
    before = reckon(life(("mon 09:00", K.OPENED)), POLICIES)
    lines = explain(life(("mon 09:00", K.OPENED)), {}, now=at("mon 10:00"), zone=LISBON, previous=before)
    assert lines[0] == (
        "first-response, cycle 1: cancelled, 240 minutes by policy standard, which is not known any more"
    )


def test_a_clock_whose_beginning_counts_no_more_is_said_to_be_one() -> None:
    answered = life(("mon 09:00", K.OPENED), ("mon 09:30", K.AGENT_ANSWERED, "7"), policy="night")
    before = reckon(answered, POLICIES)
    moments = [*answered, Moment(at=at("mon 10:00"), kind=K.ANSWER_BOUNCED, value="7")]
    lines = explain(moments, POLICIES, now=at("mon 10:30"), zone=LISBON, previous=before)
    told = next(line for line in lines if line.startswith("periodic-update"))
    assert told.endswith("minutes by policy night; what began it counts no more")


def test_a_clock_whose_policy_is_another_now_is_said_to_be_one() -> None:
    before = reckon(life(("mon 09:00", K.OPENED)), POLICIES)
    moments = life(("mon 09:00", K.OPENED), policy="none")
    lines = explain(moments, POLICIES, now=at("mon 10:30"), zone=LISBON, previous=before)
    assert lines[0] == "first-response, cycle 1: cancelled, 240 minutes by policy standard, which holds here no more"


def test_a_long_segment_is_summed_up() -> None:
    lines = explain(life(("mon 09:00", K.OPENED)), POLICIES, now=at("mon 09:00") + timedelta(days=60), zone=LISBON)
    # 44 working days of two shifts, 40 shifts listed
    assert lines[1 + 1 + 40] == "      and 48 more stretches, 11520 min"
    assert lines[1 + 1 + 40 + 1].startswith("  used 21120 of 240 min")
