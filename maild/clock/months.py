"""Has the figures of months that are over kept, one at a time, so that no report has to count years at once.

Counts and keeps nothing itself. A month that cannot be kept yet is looked at again the next day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

AGAIN = timedelta(days=1)
"""What is not kept after a look has a promise that is not due yet, or is being worked on."""


class MonthsTick:
    """`missing` names the months that are over and not kept, newest first; `keep` counts one, in seconds."""

    def __init__(
        self, *, missing: Callable[[], list[int]], keep: Callable[[int], object], now: Callable[[], datetime]
    ) -> None:
        self._missing = missing
        self._keep = keep
        self._now = now
        self._tried: dict[int, datetime] = {}

    async def __call__(self) -> bool:
        """Keep the next month, if there is one; True when one was counted."""
        now = self._now()
        for month in await asyncio.to_thread(self._missing):
            if now - self._tried.get(month, now - AGAIN) >= AGAIN:
                self._tried[month] = now
                await asyncio.to_thread(self._keep, month)
                return True
        return False
