"""What was counted before a mail came: automatic mails, by the guard, and the time that clocks had used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from maild.cli.bygone.view import View
from maild.desk.ports import Timers
from maild.desk.queues import InboundRow
from maild.domain.notice import Notice
from maild.domain.sla import SlaTimer
from maild.outbound.guard import COUNTED


class BygoneOutbox(View):
    """What had left before the mail of this row, and what the dry run plans: what the guard counts.

    Neither what the mail itself was answered with in life counts, nor what left later.
    """

    def __init__(self, outbox: Any, row: InboundRow) -> None:
        self._outbox = outbox
        self._at = row.received_at
        self._planned: list[Notice] = []

    def plan(self, notices: Iterable[Notice], *, now: datetime) -> None:
        self._planned += (one for one in notices if one.klass in COUNTED and not one.suppressed)

    def automatic_to(self, recipient_key: str, since: datetime, name: str = "") -> int:
        left: int = self._outbox.automatic_to(recipient_key, since, name)
        later: int = self._outbox.automatic_to(recipient_key, self._at, name)
        return (
            left - later + sum(one.recipient.key == recipient_key and name in ("", one.name) for one in self._planned)
        )

    def automatic_in(self, ticket: int, since: datetime) -> int:
        left: int = self._outbox.automatic_in(ticket, since)
        later: int = self._outbox.automatic_in(ticket, self._at)
        return left - later + sum(one.ticket == ticket for one in self._planned)

    def automatic_since(self, since: datetime, *, name: str = "", domain: str = "") -> int:
        left: int = self._outbox.automatic_since(since, name=name, domain=domain)
        later: int = self._outbox.automatic_since(self._at, name=name, domain=domain)
        wanted = f"@{domain}" if domain else ""
        return (
            left - later + sum(one.recipient.key.endswith(wanted) and name in ("", one.name) for one in self._planned)
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outbox, name)


class BygoneTimers(View, Timers):
    """Clocks as the dry run reckons them from what had happened; none is kept."""

    def __init__(self) -> None:
        self._timers: dict[tuple[int, str, int], SlaTimer] = {}

    def of(self, number: int) -> list[SlaTimer]:
        return [timer for (ticket, *_), timer in self._timers.items() if ticket == number]

    def put(self, number: int, timers: Iterable[SlaTimer]) -> None:
        self._timers |= {(number, one.metric, one.cycle): one for one in timers}
