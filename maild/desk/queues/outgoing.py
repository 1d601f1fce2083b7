"""What waits to leave or to be done: mail, clocks, rules, calls of services.

Protocols and the values they hand out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from maild.domain.notice import DeliveryResult, OutboxItem


class OutboxQueue(Protocol):
    """Mail waiting to leave."""

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[OutboxItem]:
        """Take due items, oldest first. `state` of each is the one it had before the claim, so that the relay can tell
        an unknown outcome, which is sent once more only, from a first try."""

    async def rendered(self, items: Sequence[tuple[OutboxItem, bytes]]) -> frozenset[int]:
        """Keep the octets and mark the items as TRANSMITTING, before the network is touched. Returns the ids that may
        be sent: an item whose lease another worker has taken over meanwhile is not among them."""

    async def settle(
        self,
        results: Sequence[tuple[OutboxItem, DeliveryResult]],
        *,
        now: datetime,
        retry_at: Sequence[datetime | None],
    ) -> None:
        """Write down what happened; `retry_at` is when to try again, None for never."""

    async def recover(self, *, now: datetime) -> int:
        """At start: TRANSMITTING rows of a dead process become OUTCOME_UNKNOWN, due once more. Returns how many."""

    async def retry(self, item: int, *, now: datetime) -> bool:
        """By hand: try a failed, deferred or unknown mail again now, as if for the first time; False for others."""

    async def next_due(self) -> datetime | None:
        """When the earliest waiting item is due; None when nothing waits."""


class TimerQueue(Protocol):
    """SLA clocks that are due."""

    async def due(self, *, now: datetime, limit: int) -> list[tuple[int, str, int]]:
        """(ticket, metric, cycle) of running timers whose next alarm is not after `now`, earliest first."""

    async def waits_over(self, *, now: datetime, limit: int) -> list[tuple[int, datetime]]:
        """(ticket, time) of tickets that wait until a time that is not after `now`, earliest first."""

    async def open_under(self, policy: str, *, after: int, limit: int) -> tuple[list[int], int | None]:
        """The next open tickets behind this number under the policy, under any or none for "", lowest first; and the
        number to go on behind, None when there are no more. So many at most; there may be none and yet more to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAlarm:
    """A rule that waits for a moment of a ticket. `moment_at` is None while the moment has not come, `due_at` when
    there is nothing to wait for, or it has fired."""

    ticket: int
    rule: str
    moment_at: datetime | None
    due_at: datetime | None


class CallState(StrEnum):
    """Where a call of an outside service is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """A call of an outside service, for a ticket. `due_at` is when somebody may make it: now, later, or never again."""

    id: int
    webhook: str
    ticket: int
    body: str
    state: CallState
    attempts: int
    fence: int
    created_at: datetime
    due_at: datetime | None
    last_error: str


class CallQueue(Protocol):
    """Calls of outside services that are to be made."""

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[WebhookCall]:
        """Take due calls, oldest first; the attempt is counted before it is made."""

    async def settle(self, call: WebhookCall, *, state: CallState, due_at: datetime | None, error: str) -> None:
        """Write down what happened, unless somebody else has taken the call over."""

    def newest(self, limit: int) -> Sequence[WebhookCall]:
        """The last calls, newest first."""


class RuleAlarmQueue(Protocol):
    """Rules whose moment has come."""

    async def due(self, *, now: datetime, limit: int) -> list[RuleAlarm]:
        """Alarms that are due, earliest first."""
