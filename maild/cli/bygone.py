"""The desk's tickets as they were before a mail came that has come long ago: for trying rules on it once more.

A view over a unit of work that is always undone. Agents' loads, contacts and preferences are those of today.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from maild.desk.earlier import first_event_of, happened_before, ticket_before
from maild.desk.ports import StoredEvent
from maild.desk.queues import InboundRow
from maild.domain.events import MergeReceived, ParticipantJoined, TicketLinked, TicketMerged, TicketUnlinked
from maild.domain.lifecycle import ENDED
from maild.domain.notice import Notice
from maild.domain.sla import SlaTimer
from maild.domain.ticket import Ticket
from maild.outbound.guard import COUNTED

MAX_OF_REQUESTER = 200
"""Tickets of one customer, newest first, that are told again to find those that were open."""


class BygoneTickets:
    """The tickets before the mail of this row, until the dry run itself writes them."""

    def __init__(self, uow: Any, events: BygoneEvents) -> None:
        self._tickets = uow.tickets
        self._events = events
        self._written: set[int] = set()

    def get(self, number: int) -> Ticket | None:
        found: Ticket | None = self._tickets.get(number)
        if found is None or number in self._written:
            return found
        history, cut = self._events.cut(number)
        if history and not cut:
            return None  # opened later
        return ticket_before(found, history, cut)

    def add(self, ticket: Ticket) -> Ticket:
        added: Ticket = self._tickets.add(ticket)
        self._written.add(added.number)
        return added

    def save(self, ticket: Ticket) -> Ticket:
        saved: Ticket = self._tickets.save(ticket)
        self._written.add(ticket.number)
        return saved

    def participants(self, number: int) -> frozenset[int]:
        """Those of today without those who came later."""
        history, cut = self._events.cut(number)
        found: frozenset[int] = self._tickets.participants(number)
        return found - self._events.came_with(number, history[cut:]) if history else found

    def open_of_requester(self, contact: int, limit: int) -> list[int]:
        """Those that had not ended then, of as many as anybody would look through."""
        numbers = self._tickets.of_requester(contact, MAX_OF_REQUESTER)
        tickets = (self.get(number) for number in numbers)
        return [ticket.number for ticket in tickets if ticket is not None and ticket.state not in ENDED][:limit]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tickets, name)


class BygoneEvents:
    """What had happened before the mail of this row, and what the dry run states."""

    def __init__(self, uow: Any, row: InboundRow) -> None:
        self._events = uow.events
        self._at = row.received_at
        stated = self._events.of(row.settlement.ticket) if row.settlement.ticket else ()
        self._first = first_event_of(f"inbound:{row.id}", stated)
        self._stated: set[int] = set()

    def append(self, *given: Any, **named: Any) -> list[int]:
        ids: list[int] = self._events.append(*given, **named)
        self._stated.update(ids)
        return ids

    def of(self, number: int) -> list[StoredEvent]:
        history, cut = self.cut(number)
        now = [stored for stored in self._events.of(number) if stored.id in self._stated]
        return [*history[:cut], *now]

    def cut(self, number: int) -> tuple[list[StoredEvent], int]:
        """The ticket's history without what the dry run states, and how much of it had happened."""
        history = [stored for stored in self._events.of(number) if stored.id not in self._stated]
        return history, happened_before(history, event=self._first, at=self._at)

    def came_with(self, number: int, later: Iterable[StoredEvent]) -> set[int]:
        """Contacts who came into a ticket by these events: by themselves, or by another ticket merged into it."""
        came: set[int] = set()
        for stored in later:
            match stored.event:
                case ParticipantJoined(contact=contact):
                    came.add(contact)
                case MergeReceived(other=other):
                    merges = [one.event for one in self._events.of(other)]
                    came.update(c for e in merges if isinstance(e, TicketMerged) and e.into == number for c in e.joined)
        return came


class BygoneLinks:
    """Which tickets were linked before the mail of this row, and what the dry run links."""

    def __init__(self, events: BygoneEvents) -> None:
        self._events = events
        self._added: dict[int, set[int]] = {}

    def of(self, number: int) -> list[int]:
        linked = set(self._added.get(number, ()))
        for stored in self._events.of(number):
            match stored.event:
                case TicketLinked(other=other):
                    linked.add(other)
                case TicketUnlinked(other=other):
                    linked.discard(other)
        return sorted(linked, reverse=True)

    def add(self, number: int, other: int) -> None:
        for one, two in ((number, other), (other, number)):
            self._added.setdefault(one, set()).add(two)


class BygoneOutbox:
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


class BygoneTimers:
    """Clocks as the dry run reckons them from what had happened; none is kept."""

    def __init__(self) -> None:
        self._timers: dict[int, dict[tuple[str, int], SlaTimer]] = {}

    def of(self, number: int) -> list[SlaTimer]:
        return list(self._timers.get(number, {}).values())

    def put(self, number: int, timers: Iterable[SlaTimer]) -> None:
        self._timers.setdefault(number, {}).update({(one.metric, one.cycle): one for one in timers})
