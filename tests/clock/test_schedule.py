"""The scheduler is seen when it does nothing, also when it never did anything."""

from __future__ import annotations

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
        schedule.stop()
