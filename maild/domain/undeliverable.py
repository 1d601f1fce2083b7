"""Addresses that do not take our mail: for how long nothing automatic is sent there, and why.

Judges by the enhanced status code (RFC 3463) alone. Never keeps a person's own words from being tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

REST_AFTER_UNKNOWN = timedelta(days=60)
"""No such mailbox or domain: it does not come back in a week; after two months somebody may have it again."""

REST_AFTER_SOFT = timedelta(days=7)
"""Full, refused by policy, given up: conditions that people mend."""

SOFT_LIMIT = 3
"""So many soft failures within `SOFT_WINDOW` make an address rest: one full mailbox is an accident."""

SOFT_WINDOW = timedelta(days=30)

UNKNOWN_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""Bad mailbox, bad domain, bad syntax, mailbox moved, null MX (RFC 3463 section 3.2, RFC 7505 section 4.2)."""

_DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable:
    """What we know of an address that has failed. `until` is None while automatic mail still goes there."""

    address: str
    status: str
    failures: int
    since: datetime
    """When the first of the failures that count came."""
    until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether automatic mail is withheld now."""
        return self.until is not None and now < self.until


def after_failure(before: Undeliverable | None, *, address: str, status: str, at: datetime) -> Undeliverable:
    """The record once more mail has failed for good: an unknown address rests at once, others when they repeat it."""
    counts = before is not None and at - before.since <= SOFT_WINDOW
    failures = before.failures + 1 if before and counts else 1
    since = before.since if before and counts else at
    until = before.until if before else None
    if status in UNKNOWN_ADDRESS:
        until = at + REST_AFTER_UNKNOWN
    elif failures >= SOFT_LIMIT:
        until = max(until or at, at + REST_AFTER_SOFT)
    return Undeliverable(address=address, status=status, failures=failures, since=since, until=until)


def status_of(status: str, diagnostic: str) -> str:
    """The enhanced status code: as reported, else the first one in the server's own text; "" when there is none."""
    if _is_status(status):
        return status
    words = diagnostic.replace("(", " ").replace(")", " ").replace("#", " ").split()[:12]
    return next((word for word in words if _is_status(word)), "")


def _is_status(text: str) -> bool:
    """`class "." subject "." detail` (RFC 3463 section 2)."""
    parts = text.split(".")
    return (
        len(parts) == 3
        and parts[0] in ("2", "4", "5")
        and all(0 < len(part) <= 3 and _DIGITS.issuperset(part) for part in parts)
    )
