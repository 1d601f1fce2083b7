"""Tickets before a mail came, told again from what had happened to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from maild.cli.bygone.view import View
from maild.desk.earlier import first_event_of, happened_before, ticket_before
from maild.desk.ports import Events, StoredEvent
from maild.desk.queues import InboundRow
from maild.domain.events import MergeReceived, ParticipantJoined, TicketMerged
from maild.domain.lifecycle import ENDED
from maild.domain.ticket import Ticket

MAX_OF_REQUESTER = 200
"""Tickets of one customer, newest first, that are told again to find those that were open."""


class BygoneTickets(View):
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

    def merged_into(self, number: int) -> list[int]:
        """Those that were merged into it then, of all that ever were."""
        events = (stored.event for stored in self._events.of(number))
        others = sorted({event.other for event in events if isinstance(event, MergeReceived)})
        tickets = (self.get(other) for other in others)
        return [ticket.number for ticket in tickets if ticket is not None and ticket.merged_into == number]

    def open_of_requester(self, contact: int, limit: int) -> list[int]:
        """Those that had not ended then, of as many as anybody would look through."""
        numbers = self._tickets.of_requester(contact, MAX_OF_REQUESTER)
        tickets = (self.get(number) for number in numbers)
        return [ticket.number for ticket in tickets if ticket is not None and ticket.state not in ENDED][:limit]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tickets, name)


class BygoneEvents(View, Events):
    """What had happened before the mail of this row, and what the dry run states."""

    def __init__(self, uow: Any, row: InboundRow) -> None:
        self._events = uow.events
        self._at = row.received_at
        self._cause = f"inbound:{row.id}"
        stated = self._events.of(row.settlement.ticket) if row.settlement.ticket else ()
        self._first = first_event_of(self._cause, stated)
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
        here = first_event_of(self._cause, history)  # a merge or its undoing begins in the other ticket
        first = min((event for event in (self._first, here) if event is not None), default=None)
        return history, happened_before(history, event=first, at=self._at)

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
