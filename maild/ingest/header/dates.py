"""Date fields of mails (RFC 5322 sections 3.3 and 4.3), and what scripts and old gateways write instead.

Gives aware times in UTC only. Never guesses a part of a date that is not written, except that a missing zone is UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_LONGEST = 200  # characters; a date with weekday, zone and comment has about sixty
# The first letters of months as mailers abbreviate them, English first; only unmistakable ones.
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
    "ene": 1, "gen": 1, "fév": 2, "fev": 2, "mär": 3, "mrz": 3, "mrt": 3, "abr": 4, "avr": 4, "mai": 5, "mag": 5,
    "mei": 5, "giu": 6, "lug": 7, "ago": 8, "aoû": 8, "set": 9, "okt": 10, "out": 10, "ott": 10, "dez": 12, "dic": 12,
    "déc": 12,
}  # fmt: skip


def parse_date(text: str) -> datetime | None:
    """The time in UTC, or None when no date can be read."""
    if not text or len(text) > _LONGEST:
        return None
    text = _plain_zone(text)
    try:
        found = parsedate_tz(text)
        if found is not None and found[0] >= _EARLIEST:
            return _moment(found[:6], timedelta(seconds=found[9] or 0))
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    return _iso(text) or _loose(text)


def told_clock(text: str) -> timedelta | None:
    """How far the writer's clock is from UTC by the date of his mail; None when it does not tell.

    UTC itself tells nothing: many servers write it for whoever uses them (RFC 5322 section 3.3 has -0000 for that).
    """
    words = _plain_zone(text[:_LONGEST]).partition("(")[0].split()
    clock = _zone(words[-1].lower()) if words and len(words[-1]) == _OFFSET_LENGTH else None
    return clock if clock and abs(clock) <= _FARTHEST else None


_OFFSET_LENGTH = 5
"""Characters of `+0200`."""

_FARTHEST = timedelta(hours=14)
"""No place on earth is farther from UTC."""


_EARLIEST = 1970
"""A year before mail existed is a mistake of the reader or of the writer."""


def _plain_zone(text: str) -> str:
    """`GMT+02:00` is `+0200`: what browsers' scripts write, and the standard library takes for GMT."""
    words = text.partition("(")[0].split()
    if not words:
        return text
    last = words[-1].upper().removeprefix("GMT").removeprefix("UTC")
    if last[:1] in ("+", "-") and (last != words[-1] or ":" in last):
        digits = last[1:].replace(":", "")
        words[-1] = last[0] + (digits if len(digits) > 2 else digits.zfill(2) + "00")
        return " ".join(words)
    return text


def _moment(fields: tuple[int, ...], offset: timedelta) -> datetime:
    year, month, day, hour, minute, second = fields
    # a leap second is the second before it (RFC 5322 section 3.3)
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC) - offset


def _iso(text: str) -> datetime | None:
    """ISO 8601, as programs write it."""
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def _loose(text: str) -> datetime | None:
    """Day, month by name, year, time and zone in any order and with any separators."""
    day = month = year = 0
    clock: list[int] = []
    offset = timedelta()
    for word in text.partition("(")[0].replace(",", " ").replace("/", " ").split():
        bare = word.strip(".").lower()
        if ":" in word and word[0].isdigit() and not clock:
            clock = [int(n) for n in word.split(":")[:3] if n.isascii() and n.isdigit()]
        elif (zone := _zone(bare)) is not None and clock:
            offset = zone
        else:
            for piece in bare.split("-") if bare[:1].isalnum() else ():
                if piece[:3] in _MONTHS:
                    month = _MONTHS[piece[:3]]  # the last: "mar., 3 sept." starts with a Tuesday
                elif piece.isascii() and piece.isdigit():
                    if len(piece) == 4 and not year:
                        year = int(piece)
                    elif len(piece) <= 2 and not day:
                        day = int(piece)
    if not (day and month and year >= _EARLIEST and len(clock) >= 2):
        return None
    try:
        return _moment((year, month, day, *clock, 0)[:6], offset)
    except (ValueError, OverflowError):
        return None


def _zone(word: str) -> timedelta | None:
    """`+0200`, `gmt+2`, `utc+02:00`; None for what is no zone."""
    word = word.removeprefix("gmt").removeprefix("utc")
    digits = word[1:].replace(":", "")
    if word[:1] not in ("+", "-") or not (digits.isascii() and digits.isdigit()) or len(digits) > 4:
        return None
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    value = timedelta(hours=hours, minutes=minutes)
    return -value if word[0] == "-" else value
