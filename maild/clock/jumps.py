"""Whether the machine's clock runs as time does, seen by the clock that only counts.

A clock that is set while the daemon runs makes promises, leases and retries wrong for as long. Never sets a clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

LEAST = timedelta(seconds=60)
"""Smaller steps are how clocks are kept right, and harm nothing."""

TOLD_FOR = timedelta(hours=1)
"""How long a jump is told, counted by the clock that did not jump."""


class ClockJumps:
    """Compares what both clocks say has passed since the last look; on Linux sleep of the machine looks like a jump."""

    def __init__(self, *, now: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._monotonic = monotonic
        self._last = now(), monotonic()
        self._jumped: tuple[float, str] | None = None

    async def __call__(self) -> bool:
        """Look; True when the clock has jumped since the last look."""
        (was, counted), (now, count) = self._last, (self._now(), self._monotonic())
        self._last = now, count
        jump = (now - was) - timedelta(seconds=count - counted)
        if abs(jump) < LEAST:
            return False
        word = "ahead" if jump > timedelta(0) else "back"
        self._jumped = count, f"clock: was set {abs(jump).total_seconds():.0f} s {word}, to {now:%Y-%m-%d %H:%M} UTC"
        return True

    def fault(self) -> str:
        """What has happened within the last hour; "" when nothing has."""
        if self._jumped is None or self._monotonic() - self._jumped[0] > TOLD_FOR.total_seconds():
            return ""
        return self._jumped[1]
