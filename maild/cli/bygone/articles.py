"""What was written in tickets before a mail came, what was remembered, and how they were linked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from maild.cli.bygone.tickets import BygoneEvents, BygoneTickets
from maild.cli.bygone.view import View
from maild.desk.ports import KnownMessage, Links
from maild.desk.queues import InboundRow
from maild.domain.confirmation import Doubt
from maild.domain.events import TicketLinked, TicketUnlinked
from maild.domain.ticket import Article
from maild.ingest.asking import tells_of_use


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
