"""A policy that is edited while tickets are open: what was used stays used, the new terms hold from the edit on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from maild.cli.sla import clock_lines
from maild.domain.policy_versions import PolicyVersion, versions_of
from maild.domain.promise import Moment, SlaTimer
from maild.domain.sla import ledger, reckon
from maild.store.mapping import mapping_from, to_json
from maild.store.policies import policy_from, policy_values
from tests.helpers.lives import FIRST, NIGHT, POLICIES, STANDARD, K, at, even, life
from tests.helpers.world import MONDAY, WORLD, World, letter

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"


def clock(world: World) -> SlaTimer:
    found = world.app.store.read(lambda uow: uow.timers.of(10_001))
    return next(timer for timer in found if timer.metric is FIRST)


def test_new_minutes_hold_from_the_edit_on_and_explain_shows_both(tmp_path: Path) -> None:
    world = World(tmp_path, WORLD)
    world.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    world.clock.advance(minutes=60)
    world.restart(WORLD.replace("normal = 240, high = 120", "normal = 90, high = 45"))
    world.clock.advance(minutes=15)
    assert world.tick() == 1  # 75 of 90 minutes are used: red
    assert (clock(world).target, clock(world).due_at) == (90, MONDAY + timedelta(minutes=90))
    assert (clock_lines(world.app, 10_001) or [])[:5] == [
        "first-response, cycle 1: running, 90 minutes of calendar office (Europe/Lisbon) by policy standard"
        " as edited Mon 2026-11-23 10:00",
        "  Mon 2026-11-23 09:00 to Mon 2026-11-23 10:00     60 min  opened, policy standard",
        "      Mon 2026-11-23 09:00-10:00",
        "  Mon 2026-11-23 10:00 to Mon 2026-11-23 10:15     15 min  policy standard edited; 90 min allowed from here",
        "      Mon 2026-11-23 10:00-10:15",
    ]
    world.close()


def test_hours_that_are_edited_do_not_change_what_was_used(tmp_path: Path) -> None:
    world = World(tmp_path, WORLD)
    world.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    world.clock.advance(days=1)  # Tuesday at nine: eight hours were used
    world.restart(WORLD.replace('"mon-fri" = "09:00-13:00 14:00-18:00"', '"tue-fri" = "09:00-13:00"'))
    world.clock.advance(minutes=10)
    world.tick()
    told = ledger_of(world)
    assert [(policy, minutes) for policy, minutes in told] == [("standard", 480), ("standard", 10)]
    world.close()


def ledger_of(world: World) -> list[tuple[str, int]]:
    clockwork = world.app.desk.clockwork
    history = world.app.store.read(lambda uow: uow.events.of(10_001))
    lived = clockwork.lived((stored.at, stored.event) for stored in history)
    found = ledger(lived, clockwork.by_name, now=world.clock())
    return [(segment.policy, segment.minutes) for segment in found if segment.metric is FIRST]


def test_what_is_not_edited_has_one_version(tmp_path: Path) -> None:
    config = WORLD.replace('name = "office"', 'name = "office"\ncountry = "PT"')
    world = World(tmp_path, config)
    for _ in range(3):
        world.clock.advance(days=400)  # another year knows other holidays
        world.restart(config)
    world.restart(config.replace("yellow = 50", "yellow = 40"))  # stages are no terms
    assert len(world.app.store.read(lambda uow: uow.policies.all())) == 1
    world.restart(config.replace("low = 960", "low = 900"))
    assert len(world.app.store.read(lambda uow: uow.policies.all())) == 2
    world.close()


def test_holidays_are_compared_in_the_years_that_both_know() -> None:
    calendar = STANDARD.calendar
    old = replace(STANDARD, calendar=replace(calendar, holidays=frozenset({date(2019, 1, 1), date(2026, 12, 25)})))
    new = replace(STANDARD, calendar=replace(calendar, holidays=frozenset({date(2026, 12, 25), date(2038, 1, 1)})))
    recorded = [PolicyVersion(since=at("mon 09:00"), policy=old)]
    assert versions_of([new], recorded, now=at("mon 09:00") + timedelta(days=900)).unrecorded == ()
    other = replace(new, calendar=replace(calendar, holidays=frozenset({date(2026, 12, 24)})))
    assert len(versions_of([other], recorded, now=at("fri 09:00")).unrecorded) == 1


def test_a_policy_that_has_left_is_still_known() -> None:
    versions = versions_of([], [PolicyVersion(since=at("mon 09:00"), policy=STANDARD)], now=at("tue 09:00"))
    moments = versions.timeline(life(("mon 10:00", K.OPENED)))
    assert [timer.policy for timer in reckon(moments, versions.by_key)] == ["standard", "standard"]


def test_a_version_is_kept_as_it_is() -> None:
    for policy in POLICIES.values():
        terms = replace(policy, steps=(), teams=frozenset())
        assert policy_from(policy.name, mapping_from(to_json(policy_values(policy)))) == terms


# ------------------------------------------------------------------ law

END = at("mon 09:00") + timedelta(days=9)


@st.composite
def edits(draw: st.DrawFn) -> list[PolicyVersion]:
    times = draw(st.lists(st.integers(-100, 8000), max_size=4, unique=True))
    return [
        PolicyVersion(
            since=at("mon 09:00") + timedelta(minutes=minutes),
            policy=replace(NIGHT, name="standard", targets={FIRST: even(draw(st.integers(1, 500)))}),
        )
        for minutes in sorted(times)
    ]


@given(edits())
def test_an_edit_changes_nothing_of_what_was_before_it(versions: list[PolicyVersion]) -> None:
    """Up to the time of an edit the ledger is the one that there was without it."""
    first = PolicyVersion(since=at("mon 09:00") - timedelta(days=9), policy=STANDARD)
    moments = life(("mon 09:30", K.OPENED), ("wed 11:00", K.AGENT_ANSWERED), ("thu 10:00", K.CUSTOMER_WROTE))
    for n, edit in enumerate(versions):
        before, after = [first, *versions[:n]], [first, *versions[: n + 1]]
        assert used(before, moments, edit.since) == used(after, moments, edit.since)


@example(
    [PolicyVersion(since=at("tue 10:00"), policy=replace(STANDARD, yellow=1))], ["mon 09:30", "tue 11:00", "tue 09:00"]
)
@given(edits(), st.lists(st.sampled_from(["mon 09:30", "tue 09:00", "wed 11:00", "thu 10:00"]), min_size=1, max_size=5))
def test_what_is_edited_holds_from_then_on_whatever_comes_late(versions: list[PolicyVersion], times: list[str]) -> None:
    """A mail that waited may have another policy chosen, at a time before the edit that was in force already."""
    known = versions_of(
        [], [PolicyVersion(since=at("mon 09:00") - timedelta(days=9), policy=STANDARD), *versions], now=END
    )
    chosen = [Moment(at=at(time), kind=K.POLICY, value="standard") for time in times]
    held = [moment.value for moment in known.timeline(chosen) if moment.kind in (K.POLICY, K.REVISED)]
    assert held[-1] == "standard", "older versions have other keys"


def used(versions: list[PolicyVersion], moments: list[Moment], until: datetime) -> list[tuple[str, int]]:
    known = versions_of([versions[-1].policy], versions, now=until)
    lived = [moment for moment in known.timeline(moments) if moment.at < until]
    return [(str(s.metric), s.minutes) for s in ledger(lived, known.by_key, now=until)] if lived else []
