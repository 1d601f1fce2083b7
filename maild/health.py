"""How the daemon is: the age of what waits in each lane, the state of each mailbox, the counted book of mail.

Tells; never mends. No address of a stranger and no subject is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from maild.desk.queues import BookAudit, Lanes
from maild.errors import MaildError

LANE_LIMITS = {"mail": 300.0, "outbox": 900.0, "clock": 300.0}
"""Seconds after which the oldest waiting row of a lane means that the lane does not move."""

MAILBOX_LIMIT = timedelta(minutes=15)
"""A mailbox that has had no good look for so long is sick."""

HELD_WARNING = timedelta(hours=1)
HELD_LIMIT = timedelta(hours=24)
"""How long a held mail may wait for a person before that is told, and before it is a fault."""

SERVER_LIMIT_SECONDS = 300.0
"""A server that has given us no session for so long is no hiccup: mail does not leave."""

TICK_LIMIT = timedelta(minutes=5)
"""The scheduler looks alive when it is dead; a tick this old is not."""


class MailboxState(Protocol):
    """What a watcher tells of one folder."""

    @property
    def last_good_at(self) -> datetime | None:
        """When it last ended a look well."""

    @property
    def last_error(self) -> str:
        """What went wrong last; "" when nothing did."""


class Health:
    """Gathers the facts for `/healthz`."""

    def __init__(self, lanes: Lanes, *, now: Callable[[], datetime]) -> None:
        self._lanes = lanes
        self._now = now
        self._started = now()
        self.mailboxes: Callable[[], Mapping[str, MailboxState]] = dict
        self.ticks: Callable[[], Mapping[str, datetime]] = dict
        self.lanes_down: Callable[[], Mapping[str, str]] = dict
        self.watch: Callable[[], Sequence[str]] = tuple
        """Faults that the watch has found."""
        self.servers: Callable[[], Mapping[str, tuple[float, str]]] = dict
        """Servers that take no mail from us: for how many seconds, and what was said."""
        self.held_limit = HELD_LIMIT
        self.doubts: Callable[[], Sequence[str]] = tuple
        """What the watch has found that may not be a fault."""
        self.audit: Callable[[], tuple[datetime, BookAudit] | None] = lambda: None
        self.refused: Callable[[], Sequence[str]] = tuple
        """Faults of a configuration that was refused. A warning and no cause: the old one does its work, and a start
        again would find the faulty one."""

    def __call__(self) -> tuple[bool, dict[str, Any]]:
        """Whether all is well, and the facts."""
        now = self._now()
        warnings: list[str] = []
        causes = [f"{lane}: {why}" for lane, why in self.lanes_down().items()]
        try:
            stored = self._stored(now, causes, warnings)
        except MaildError as error:  # whoever tells of faults must not fail with what is broken
            causes.append(f"database: {' '.join(str(error).split())}")
            stored = {"lanes": {}, "book": {}, "outbox": {}}
        mailboxes = {}
        for name, state in self.mailboxes().items():
            since = state.last_good_at or self._started
            mailboxes[name] = {"last_good": str(state.last_good_at or ""), "error": state.last_error}
            if now - since > MAILBOX_LIMIT:
                causes.append(f"mailbox {name}: no good look since {since.isoformat(timespec='seconds')}")
        ticks = {name: at.isoformat(timespec="seconds") for name, at in self.ticks().items()}
        late = [name for name, at in self.ticks().items() if now - at > TICK_LIMIT]
        causes += [f"tick {name}: has not ended well since {ticks[name]}" for name in late]
        audit = self.audit()
        if audit is not None and audit[1].problems:
            causes.append(f"audit: {', '.join(f'{name} {count}' for name, count in audit[1].problems.items())}")
        causes += self.watch()
        warnings += self.doubts()
        refused = list(self.refused())
        if refused:
            more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
            warnings.append(f"configuration: refused, the one before stays in force: {refused[0]}{more}")
        for name, (seconds, why) in self.servers().items():
            found = causes if seconds > SERVER_LIMIT_SECONDS else warnings
            found.append(f"server {name}: takes no mail since {seconds:.0f} s: {why}")
        facts = {
            "status": "failing" if causes else "warning" if warnings else "ok",
            "causes": causes,
            "warnings": warnings,
            "configuration_refused": refused,
            **stored,
            "mailboxes": mailboxes,
            "ticks": ticks,
            "audit": _told(audit),
            "started": self._started.isoformat(timespec="seconds"),
        }
        return not causes, facts

    def _stored(self, now: datetime, causes: list[str], warnings: list[str]) -> dict[str, Any]:
        """What the store tells; what is wrong with it is added to `causes` or `warnings`."""
        lanes = {}
        for age in self._lanes.lane_ages(now):
            lanes[age.lane] = {"waiting": age.waiting, "oldest_seconds": age.oldest_seconds}
            limit = LANE_LIMITS.get(age.lane)
            if limit is not None and age.oldest_seconds is not None and age.oldest_seconds > limit:
                causes.append(f"{age.lane}: the oldest row has waited {age.oldest_seconds:.0f} s")
        book = self._lanes.book()
        placed = sum(book[k] for k in ("waiting", "opened", "appended", "quarantined", "discarded"))
        if book["accepted"] != placed:
            causes.append(f"the book does not balance: {book['accepted']} accepted, {placed} placed")
        held_at = self._lanes.oldest_held()
        if held_at is not None and now - held_at > HELD_WARNING:
            found = causes if now - held_at > self.held_limit else warnings
            found.append(f"held: mail waits since {held_at.isoformat(timespec='seconds')} for release or drop")
        return {"lanes": lanes, "book": book, "outbox": self._lanes.unsent()}


def _told(audit: tuple[datetime, BookAudit] | None) -> dict[str, Any] | None:
    if audit is None:
        return None
    at, found = audit
    return {"at": at.isoformat(timespec="seconds"), "accepted": found.accepted, "problems": found.problems}
