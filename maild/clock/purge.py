"""The nightly purge: lets go of what was kept only for a time.

A bite at a time, each a transaction, so that mail never waits for it. Never touches tickets, articles or records.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from maild.desk.ports import UnitOfWork, Writer

log = logging.getLogger(__name__)

EVERY = timedelta(hours=24)

AT_A_TIME = 200
"""Rows of one bite: some milliseconds of the writer."""

CAPABILITIES_AFTER = timedelta(days=7)
"""A link or session that has ended is known so long as having ended, for whoever asks why it does not work."""

TALLIES_AFTER = timedelta(days=2)
"""The guard looks back an hour; the rest is for a clock that was wrong for a day."""

_MARK = "purge"


class Purge:
    """`octets_after` is how long the octets of mail that has left are kept; None for ever."""

    def __init__(self, *, octets_after: timedelta | None, writer: Writer, now: Callable[[], datetime]) -> None:
        self._octets_after = octets_after
        self._writer = writer
        self._now = now

    async def __call__(self) -> bool:
        """Purge if it is time; True when it was."""
        now = self._now()
        if not await self._writer.run_async(partial(_is_time, now=now)):
            return False
        octets = await self._octets(now)
        capabilities = 0
        while found := await self._writer.run_async(partial(_capabilities, before=now - CAPABILITIES_AFTER)):
            capabilities += found
        tallies = await self._writer.run_async(lambda uow: uow.expired.tallies(before=now - TALLIES_AFTER))
        await self._writer.run_async(lambda uow: uow.marks.put(_MARK, at=now, reached=0))
        log.info("purged: octets of %d mails, %d secrets, %d counts", octets, capabilities, tallies)
        return True

    async def _octets(self, now: datetime) -> int:
        if self._octets_after is None:
            return 0
        forgotten, reached = 0, 0
        while True:
            bite = partial(_octets, after=reached, before=now - self._octets_after)
            further, found = await self._writer.run_async(bite)
            if further == reached:
                return forgotten
            forgotten, reached = forgotten + found, further


def _is_time(uow: UnitOfWork, *, now: datetime) -> bool:
    mark = uow.marks.get(_MARK)
    return mark is None or now - mark.at >= EVERY


def _octets(uow: UnitOfWork, *, after: int, before: datetime) -> tuple[int, int]:
    return uow.expired.octets(after, before=before, limit=AT_A_TIME)


def _capabilities(uow: UnitOfWork, *, before: datetime) -> int:
    return uow.expired.capabilities(before=before, limit=AT_A_TIME)
