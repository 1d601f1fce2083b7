"""What is done from time to time: clocks, audit, canary, alarm.

Says what and how often; what is done is in `maild.clock`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from maild.app import App
from maild.clock.digests import DigestTick
from maild.clock.edited import EditTick
from maild.clock.guesses import GuessTick
from maild.clock.jumps import ClockJumps
from maild.clock.late import LateTick
from maild.clock.months import MonthsTick
from maild.clock.purge import Purge
from maild.clock.rule_ticks import RuleTick
from maild.clock.schedule import Schedule
from maild.clock.ticks import SlaTick
from maild.clock.waits import WaitTick
from maild.clock.watch import Alarm, Auditor, Canary, WithheldTick
from maild.clock.weekly import WeeklyReport
from maild.config import build
from maild.health import Health
from maild.outbound.calling import CallLane
from maild.report.weekly import weekly_figures

TICK_SECONDS = 5.0
"""How often clocks are looked at: alarms are at most so late."""

WATCH_SECONDS = 30.0
"""How often the watch looks whether something is due: health is red within two minutes of a fault."""


def schedule_of(app: App, health: Health, wake: Callable[[], object], *, sends: bool) -> Schedule:
    """Everything that is due from time to time; not started yet.

    `wake` is called after whatever may have planned a mail. Only a daemon that `sends` has a canary.
    """
    schedule = Schedule(now=app.now)
    health.ticks = lambda: schedule.last_good
    tick = SlaTick(timers=app.store.timers, writer=app.store.writer, desk=app.desk, now=app.now)
    schedule.every(TICK_SECONDS, "clocks", _waking(wake, tick))
    edits = EditTick(timers=app.store.timers, writer=app.store.writer, desk=app.desk, now=app.now)
    schedule.every(TICK_SECONDS, "policies", _waking(wake, edits))
    waits = WaitTick(timers=app.store.timers, writer=app.store.writer, desk=app.desk, now=app.now)
    schedule.every(TICK_SECONDS, "waits", _waking(wake, waits))
    rules = RuleTick(alarms=app.store.alarms, writer=app.store.writer, desk=app.desk, now=app.now)
    schedule.every(TICK_SECONDS, "rules", _waking(wake, rules))
    if app.config.webhook:
        calls = CallLane(app.store.calls, build.services(app.config, app.folder), now=app.now)
        schedule.every(TICK_SECONDS, "webhooks", calls)
    _add_watch(schedule, app, health, wake, sends=sends)
    return schedule


def _add_watch(schedule: Schedule, app: App, health: Health, wake: Callable[[], object], *, sends: bool) -> None:
    settings = app.config.watch
    auditor = Auditor(app.store.lanes, now=app.now)
    health.audit = lambda: auditor.last
    schedule.every(WATCH_SECONDS, "audit", auditor)
    digests = DigestTick(writer=app.store.writer, desk=app.desk, now=app.now)
    schedule.every(WATCH_SECONDS, "digests", _waking(wake, digests))
    withheld = WithheldTick(writer=app.store.writer, desk=app.desk, now=app.now)
    schedule.every(WATCH_SECONDS, "withheld", _waking(wake, withheld))
    guessing = GuessTick(guesses=app.guesses, writer=app.store.writer, desk=app.desk, now=app.now)
    schedule.every(WATCH_SECONDS, "guessing", _waking(wake, guessing))
    months = MonthsTick(
        missing=lambda: app.store.reports.missing(now=app.now(), basis=app.basis),
        keep=lambda month: app.store.reports.keep_month(month, now=app.now(), basis=app.basis),
        now=app.now,
    )
    schedule.every(WATCH_SECONDS, "months", months)
    if when := app.config.report.weekly:
        weekly = WeeklyReport(
            when, zone=app.config.desk.zone, readers=lambda: _leaders(app), figures=partial(_figures, app),
            writer=app.store.writer, desk=app.desk, now=app.now,
        )  # fmt: skip
        schedule.every(WATCH_SECONDS, "weekly report", _waking(wake, weekly))
    if hours := app.config.smtp.late_hours:
        late = LateTick(after=timedelta(hours=hours), writer=app.store.writer, desk=app.desk, now=app.now)
        schedule.every(WATCH_SECONDS, "late", _waking(wake, late))
    days = app.config.store.sent_octets_days
    purge = Purge(octets_after=timedelta(days=days) if days else None, writer=app.store.writer, now=app.now)
    schedule.every(WATCH_SECONDS, "purge", purge)
    jumps = ClockJumps(now=app.now)
    health.doubts = lambda: tuple(filter(None, (jumps.fault(), app.guesses.fault(app.now()))))
    health.held_limit = timedelta(hours=settings.held_hours)
    schedule.every(WATCH_SECONDS, "jumps", jumps)
    if settings.canary is not None and sends:
        canary = Canary(
            address=settings.canary,
            every=timedelta(minutes=settings.canary_minutes),
            limit=timedelta(minutes=settings.canary_limit_minutes),
            writer=app.store.writer,
            lanes=app.store.lanes,
            tokens=app.tokens,
            now=app.now,
        )
        health.watch = lambda: tuple(filter(None, (canary.fault(),)))
        schedule.every(WATCH_SECONDS, "canary", _waking(wake, canary))
    if settings.alarm:

        async def causes() -> Sequence[str]:
            _, facts = await asyncio.to_thread(health)
            found: Sequence[str] = facts["causes"]
            return found

        schedule.every(WATCH_SECONDS, "alarm", Alarm(settings.alarm, causes=causes, now=app.now))


def _waking(wake: Callable[[], object], tick: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """The tick, followed by a call to the relay when it did something."""

    async def ticked() -> None:
        if await tick():
            wake()

    return ticked


def _leaders(app: App) -> list[tuple[str, str]]:
    """Who gets the figures: those named all of them, else each leader those of each team that he leads."""
    if app.config.report.to:
        return [(reader, "") for reader in app.config.report.to]
    return [(team.leader, name) for name, team in app.directory.teams.items() if team.leader]


def _figures(app: App, until: datetime, team: str) -> dict[str, Any]:
    return weekly_figures(
        app.store.reports, until=until, now=app.now(), basis=app.basis, directory=app.directory, team=team
    )
