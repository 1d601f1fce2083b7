"""Zones of people: a name of the IANA database, or how far a clock is from UTC (`UTC-05:00`).

A mail only tells the second, and only of its day. Never looks at a machine's own zone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_OFFSET = re.compile(r"UTC([+-])(\d\d):(\d\d)\Z")


@lru_cache(maxsize=256)
def zone_called(name: str) -> tzinfo:
    """The zone of this name; UTC for one that there is not, so that a time can be told in any case."""
    if told := _OFFSET.match(name):
        amount = timedelta(hours=int(told[2]), minutes=int(told[3]))
        return timezone(-amount if told[1] == "-" else amount)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def zone_of(clock: timedelta, at: datetime, *, usual: str) -> str:
    """What a zone is called where a clock showed this much more than UTC: "" where the `usual` one did so as well."""
    if zone_called(usual).utcoffset(at) == clock:
        return ""
    minutes = abs(clock) // timedelta(minutes=1)
    return f"UTC{'-' if clock < timedelta(0) else '+'}{minutes // 60:02}:{minutes % 60:02}"
