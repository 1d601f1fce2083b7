"""The scheduler is seen when it does nothing, also when it never did anything; at the end it finishes what it does."""

from __future__ import annotations

import asyncio

import pytest

from maild.clock.schedule import Schedule
from maild.health import Health
from tests.helpers.world import Clock, World


async def test_rel_81_a_tick_that_has_never_ended_well_is_told(world: World) -> None:
    clock = Clock()
    schedule, health = Schedule(now=clock), Health(world.app.store.lanes, now=clock)
    health.ticks = lambda: schedule.last_good

    async def tick() -> None:
        raise AssertionError("it is not time yet")

    schedule.every(3600, "clocks", tick)
    schedule.start()
    try:
        assert health()[0]
        clock.advance(minutes=6)
        assert health()[1]["causes"] == ["tick clocks: has not ended well since 2026-11-23T09:00:00+00:00"]
    finally:
        await schedule.stop()


async def test_a_tick_in_hand_is_finished_before_the_end(caplog: pytest.LogCaptureFixture) -> None:
    schedule = Schedule(now=Clock())
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        begun.set()
        await go_on.wait()

    schedule.every(0.01, "clocks", tick)
    schedule.start()
    await begun.wait()
    del schedule.last_good["clocks"]
    ending = asyncio.create_task(schedule.stop(within=300))
    await asyncio.sleep(0)
    go_on.set()
    await ending
    assert "clocks" in schedule.last_good
    assert caplog.records == []


async def test_a_tick_that_does_not_finish_is_cut_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    schedule = Schedule(now=Clock())
    begun = asyncio.Event()

    async def tick() -> None:
        begun.set()
        await asyncio.Event().wait()

    schedule.every(0.01, "clocks", tick)
    schedule.start()
    await begun.wait()
    await schedule.stop(within=0)
    assert [(record.levelname, record.name) for record in caplog.records] == [("WARNING", "maild.clock.schedule")]


async def test_a_tick_that_has_only_just_begun_is_no_fault_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    schedule = Schedule(now=Clock())
    ended: list[str] = []

    async def tick() -> None:
        ended.append("clocks")

    schedule.every(0.01, "clocks", tick)
    schedule.start()
    while not asyncio.all_tasks() - {asyncio.current_task()}:  # noqa: ASYNC110 - nothing tells of a task before its first step
        await asyncio.sleep(0)
    assert ended == []
    await schedule.stop()
    assert ended == ["clocks"]
    assert caplog.records == []
