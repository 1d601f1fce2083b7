"""Date fields of mails (RFC 5322 sections 3.3 and 4.3), by mail-parser first and leniently after.

Gives aware times only. Never guesses a date that is not written.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def parse_date(text: str) -> datetime | None:
    """The time in UTC, or None when no date can be read."""
    if len(text) > 200:
        return None
    try:
        value = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
