"""The laws of service clocks: replaying a life gives the same as living it, and the ledger adds up, for any life."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from maild.domain.explain import explain
from maild.domain.lifecycle import Waiting
from maild.domain.sla import (
    Due,
    Moment,
    SlaStage,
    SlaTimer,
    TimerState,
    alarms_due,
    ledger,
    reckon,
)
from maild.domain.ticket import Priority
from tests.helpers.lives import (
    LISBON,
    POLICIES,
    K,
)

KINDS = [k for k in K if k is not K.OPENED]


@st.composite
def lives(draw: st.DrawFn) -> list[Moment]:
    """Any order of anything, over two weeks, to the second."""
    now = datetime(2026, 10, 20, 8, tzinfo=UTC)
    moments = [Moment(at=now, kind=K.OPENED)]
    if draw(st.integers(0, 9)):
        moments.append(Moment(at=now, kind=K.POLICY, value=draw(st.sampled_from(sorted(POLICIES)))))
    for _ in range(draw(st.integers(0, 14))):
        now += timedelta(seconds=draw(st.sampled_from([0, 1, 59, 600, 3601, 30_000, 100_000])))
        kind = draw(st.sampled_from(KINDS))
        value = ""
        if kind is K.PRIORITY:
            value = draw(st.sampled_from(["low", "normal", "high", "urgent", "unheard-of"]))
        elif kind is K.PAUSED:
            value = draw(st.sampled_from(["", "lunch", *Waiting]))
        elif kind is K.POLICY:
            value = draw(st.sampled_from(["", "gone", *POLICIES]))
        moments.append(Moment(at=now, kind=kind, value=value))
    return moments


@settings(max_examples=60, deadline=None)
@given(lives(), st.data())
def test_replay_equals_live(moments: list[Moment], data: st.DataObject) -> None:
    """Reckoned after each moment, alarms raised in between, or at once: the same but for what was raised."""
    lived: tuple[SlaTimer, ...] = ()
    for n in range(1, len(moments) + 1):
        lived = reckon(moments[:n], POLICIES, previous=lived)
        if data.draw(st.booleans()):
            now = moments[n].at if n < len(moments) else moments[-1].at
            for due in alarms_due(moments[:n], POLICIES, previous=lived, now=now):
                lived = tuple(raised(t, due) if (t.metric, t.cycle) == (due.metric, due.cycle) else t for t in lived)
    replayed = reckon(moments, POLICIES)
    assert [never_raised(t) for t in lived] == [never_raised(t) for t in replayed]


def raised(timer: SlaTimer, due: Due) -> SlaTimer:
    levels = {step.level for step in due.steps}
    assert not levels & timer.raised
    return replace(timer, stage=due.stage or timer.stage, raised=timer.raised | levels)


def never_raised(timer: SlaTimer) -> SlaTimer:
    return replace(timer, stage=SlaStage.GREEN, next_alarm_at=None, raised=frozenset())


@settings(max_examples=60, deadline=None)
@given(lives())
def test_the_ledger_has_no_gap_and_sums_to_what_was_used(moments: list[Moment]) -> None:
    now = moments[-1].at
    segments = ledger(moments, POLICIES, now=now)
    for t in reckon(moments, POLICIES):
        mine = [s for s in segments if (s.metric, s.cycle) == (t.metric, t.cycle)]
        assert all(a.end == b.start and a.start < a.end for a, b in itertools.pairwise(mine))
        assert sum(s.minutes for s in mine) >= t.used
        for s in mine:
            calendars = {POLICIES[s.policy].calendar_at(p) for p in Priority} if s.policy else set()
            exact = [calendar.measure(s.start, s.end) if s.running else timedelta() for calendar in calendars]
            assert any(abs(s.minutes - e / timedelta(minutes=1)) < 1 for e in exact or [timedelta()])
        if t.state in (TimerState.MET, TimerState.CANCELLED):
            assert sum(s.minutes for s in mine) == t.used


@settings(max_examples=60, deadline=None)
@given(lives())
def test_due_is_when_the_target_is_used_up(moments: list[Moment]) -> None:
    for t in reckon(moments, POLICIES):
        if t.state is not TimerState.RUNNING:
            assert t.next_alarm_at is None
            continue
        assert t.due_at is not None
        assert t.next_alarm_at is not None
        if t.due_at > moments[-1].at:
            mine = [s for s in ledger(moments, POLICIES, now=t.due_at) if (s.metric, s.cycle) == (t.metric, t.cycle)]
            assert sum(s.minutes for s in mine) == t.target
            assert t.breached_at is None
        elif t.due_at < moments[-1].at:
            assert t.breached_at == t.due_at


@settings(max_examples=100, deadline=None)
@given(lives())
def test_explaining_never_fails(moments: list[Moment]) -> None:
    assert all(isinstance(line, str) and line for line in explain(moments, POLICIES, now=moments[-1].at, zone=LISBON))
