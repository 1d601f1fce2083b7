"""Has the figures of a week mailed when their time comes: once, also after an outage and beside another process.

After weeks of standing still only the last ones are told. Adds nothing up itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from maild.desk.executor import Desk
from maild.desk.ports import Mark, UnitOfWork, Writer
from maild.domain.commands import TellFigures
from maild.domain.intent import Actor, ActorKind, Cause, Intent

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MARK = "weekly-report"

Week = tuple[str, Sequence[str], dict[str, Any]]
"""Of which team, for whom, and its figures."""


class WeeklyReport:
    """`when` is such as `mon 08:00`, in `zone`. `readers` are (agent or address, the team he hears of; "" for all).

    `figures` adds up the seven days before a moment, of a team or of all, and may take long.
    """

    def __init__(
        self,
        when: str,
        *,
        zone: str,
        readers: Callable[[], Sequence[tuple[str, str]]],
        figures: Callable[[datetime, str], dict[str, Any]],
        writer: Writer,
        desk: Desk,
        now: Callable[[], datetime],
    ) -> None:
        self._when = when
        self._zone = ZoneInfo(zone)
        self._readers = readers
        self._figures = figures
        self._writer = writer
        self._desk = desk
        self._now = now

    async def __call__(self) -> bool:
        """Look, and plan the mails when it is time; True when they were planned."""
        slot = last_slot(self._when, self._zone, self._now())
        mark = await self._writer.run_async(self._first)
        if mark is None or mark.at >= slot:
            return False
        end = datetime.combine(slot.astimezone(self._zone).date(), time.min, tzinfo=self._zone).astimezone(UTC)
        readers: dict[str, list[str]] = {}
        for reader, team in dict.fromkeys(self._readers()):
            readers.setdefault(team, []).append(reader)
        weeks = [(team, to, await asyncio.to_thread(self._figures, end, team)) for team, to in readers.items()]
        return await self._writer.run_async(lambda uow: self._tell(uow, mark, slot, weeks))

    def _first(self, uow: UnitOfWork) -> Mark | None:
        """When the last one left; a desk that never had one begins with the next."""
        mark = uow.marks.get(_MARK)
        if mark is None:
            uow.marks.advance(_MARK, None, Mark(at=self._now(), reached=0))
        return mark

    def _tell(self, uow: UnitOfWork, mark: Mark, slot: datetime, weeks: Sequence[Week]) -> bool:
        if not uow.marks.advance(_MARK, mark, Mark(at=slot, reached=mark.reached + 1)) or not weeks:
            return False
        for team, to, figures in weeks:
            intent = Intent(
                actor=Actor(kind=ActorKind.SYSTEM, via="clock"),
                commands=(TellFigures(to=tuple(to), figures=figures),),
            )
            cause = Cause(key=f"{_MARK}:{slot.date().isoformat()}:{team}")
            self._desk.run(uow, intent, cause=cause, now=self._now())
        return True


def last_slot(when: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The last time at or before `now` that the words mean, in UTC."""
    weekday, _, clock = when.partition(" ")
    local = now.astimezone(zone)
    back = (local.weekday() - WEEKDAYS.index(weekday)) % 7
    for days in (back, back + 7):
        day = local.date() - timedelta(days=days)
        slot = datetime.combine(day, time.fromisoformat(clock), tzinfo=zone).astimezone(UTC)
        if slot <= now:
            return slot
    raise AssertionError("a week has seven days")
