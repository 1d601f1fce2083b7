"""The desk's tickets as they were before a mail came that has come long ago: for trying rules on it once more.

A view over a unit of work that is always undone. Agents' loads, contacts and preferences are those of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from maild.desk.earlier import first_event_of, happened_before, ticket_before
from maild.desk.ports import Events, KnownMessage, Links, StoredEvent, Timers
from maild.desk.queues import InboundRow
from maild.domain.confirmation import Doubt
from maild.domain.events import MergeReceived, ParticipantJoined, TicketLinked, TicketMerged, TicketUnlinked
from maild.domain.lifecycle import ENDED
from maild.domain.notice import Notice
from maild.domain.sla import SlaTimer
from maild.domain.ticket import Article, Ticket
from maild.ingest.asking import tells_of_use
from maild.outbound.guard import COUNTED

MAX_OF_REQUESTER = 200
"""Tickets of one customer, newest first, that are told again to find those that were open."""


class View:
    """A view that notes what the dry run itself does."""

    def noted(self) -> dict[str, Any]:
        """Its notes so far: `vars` of the view are set to them again where a part of the transaction is undone."""
        return {name: value.copy() for name, value in vars(self).items() if isinstance(value, dict | list | set)}


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


class BygoneArticles(View):
    """What was written before the mail of this row, and what the dry run writes."""

    def __init__(self, articles: Any, tickets: BygoneTickets, row: InboundRow) -> None:
        self._articles = articles
        self._tickets = tickets
        self._row = row
        self._repeated = f"held: {Doubt.REPEATED}" in row.settlement.reason
        self._added: set[int] = set()
        self._remembered: set[tuple[str, int]] = set()

    def add(self, article: Article) -> Article:
        added: Article = self._articles.add(article)
        self._added.add(added.id)
        return added

    def get(self, number: int) -> Article | None:
        found: Article | None = self._articles.get(number)
        return found if found is not None and self._was_there(found) else None

    def of(self, ticket: int) -> list[Article]:
        return [one for one in self._articles.of(ticket) if self._was_there(one)]

    def remember(self, name: str, ticket: int) -> bool:
        known = any(one.ticket == ticket for one in self.known_messages([name]))
        self._articles.remember(name, ticket)
        self._remembered.add((name, ticket))
        return not known

    def remembered(self, name: str, limit: int) -> list[int]:
        found: list[int] = self._articles.remembered(name, limit)
        return [ticket for ticket in found if self._tickets.get(ticket) is not None]

    def known_messages(self, message_ids: Sequence[str]) -> list[KnownMessage]:
        return [one for one in self._articles.known_messages(message_ids) if self._was_known(one)]

    def _was_known(self, known: KnownMessage) -> bool:
        if known.article:
            return self.get(known.article) is not None
        if (known.message_id, known.ticket) in self._remembered:
            return True
        if tells_of_use(known.message_id):
            return self._repeated  # else it is the mail itself that has been done
        return self._tickets.get(known.ticket) is not None

    def _was_there(self, article: Article) -> bool:
        own, at = article.inbound == self._row.id, article.created_at
        return article.id in self._added or (at <= self._row.received_at and not own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._articles, name)


class BygoneLinks(View, Links):
    """Which tickets were linked before the mail of this row, and what the dry run links and unlinks."""

    def __init__(self, events: BygoneEvents) -> None:
        self._events = events
        self._linked: dict[tuple[int, int], bool] = {}

    def of(self, number: int) -> list[int]:
        linked: set[int] = set()
        for stored in self._events.of(number):
            match stored.event:
                case TicketLinked(other=other):
                    linked.add(other)
                case TicketUnlinked(other=other):
                    linked.discard(other)
        told = {other: whether for (one, other), whether in self._linked.items() if one == number}
        linked = {other for other in linked | told.keys() if told.get(other, True)}
        return sorted(linked, reverse=True)

    def add(self, number: int, other: int) -> bool:
        return self._tell(number, other, True)

    def remove(self, number: int, other: int) -> bool:
        return self._tell(number, other, False)

    def _tell(self, number: int, other: int, whether: bool) -> bool:
        """Link or unlink both; False when they are so already."""
        changes = (other in self.of(number)) is not whether
        self._linked |= {(number, other): whether, (other, number): whether}
        return changes


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
