"""What would become of a mail: the real journey in a transaction that is always undone.

A dry run is the real run (promise 7): the same pipeline, rules and clocks; only the row of the mail and the commit are
missing. Never writes anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from maild.app import App
from maild.cli.bygone import BygoneArticles, BygoneEvents, BygoneLinks, BygoneOutbox, BygoneTickets, BygoneTimers, View
from maild.desk.queues import ClaimedMail, InboundBook, InboundRow, Settlement
from maild.domain.authentication import UNCHECKED, Authentication
from maild.domain.mail import Envelope, InboundMessage
from maild.domain.ticket import Ticket
from maild.errors import MaildError
from maild.rules.engine import Firing
from maild.rules.rulebook import Rulebook

FIELDS = (
    "state", "waiting", "team", "owner", "category", "request_type", "priority", "severity", "product", "tags",
    "watchers", "policy", "linked",
)  # fmt: skip
"""Of a ticket, in the order in which they are told; `linked` are the numbers of those it is linked to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a mail would go."""

    outcome: str
    reason: str = ""
    new: bool = False
    number: int = 0
    fields: dict[str, Any] | None = None
    """Those of the ticket; None when the mail comes to none."""
    promised_at: datetime | None = None
    thread: tuple[str, ...] = ()
    trust: dict[str, Any] | None = None
    rules: tuple[str, ...] = ()
    mails: tuple[tuple[str, str, str], ...] = ()
    """Notice, recipient, and why the guard would keep it back ("" when it would leave)."""
    firings: tuple[Firing, ...] = ()
    """Every evaluation of rules: for the mail itself, then for the changes it made."""


class _Undo(Exception):
    """Carries the outcome out of the transaction and undoes it."""

    def __init__(self, route: Route) -> None:
        super().__init__("dry run")
        self.route = route


class _Book:
    """The book of mail without a row for this one: knows the others, writes nothing down."""

    def __init__(self, book: Any, *, again: bool) -> None:
        self._book = book
        self._again = again

    def same_content(self, message_id: str, content_key: str) -> InboundRow | None:
        found: InboundRow | None = None if self._again else self._book.same_content(message_id, content_key)
        return found

    def of_ticket(self, ticket: int, limit: int) -> list[InboundRow]:
        rows: list[InboundRow] = self._book.of_ticket(ticket, limit)
        return rows

    def came_from(self, sender: str, since: datetime, until: datetime) -> int:
        found: int = self._book.came_from(sender, since, until)
        return found - 1 if self._again else found

    def settle(self, mail: int, settlement: Settlement, *, now: datetime) -> None:
        return None


class _Outbox(View):
    """The outbox, listening to what is planned."""

    def __init__(self, outbox: Any) -> None:
        self._outbox: Any = outbox
        self.planned: list[tuple[str, str, str]] = []

    def plan(self, notices: Any, *, now: datetime) -> None:
        kept = list(notices)
        self.planned += [(notice.name, notice.recipient.address, notice.suppressed) for notice in kept]
        self._outbox.plan(kept, now=now)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outbox, name)


class _Confirmations:
    """Questions to writers, asked by nobody: the mail that they would be about has no row."""

    def __init__(self, confirmations: Any) -> None:
        self._confirmations = confirmations
        self._asked = False

    def add(self, asked: Any, *, secret: str) -> int:
        self._asked = True
        return 1

    def asked_about(self, mail: int) -> bool:
        return self._asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._confirmations, name)


class _Unit:
    """The unit of work with that book and that outbox."""

    def __init__(self, uow: Any, *, again: InboundRow | None) -> None:
        self._uow = uow
        self.events, self.tickets, self.timers, self.links = uow.events, uow.tickets, uow.timers, uow.links
        self.articles = uow.articles
        outbox: Any = uow.outbox
        if again is not None:
            self.events = BygoneEvents(uow, again)
            self.tickets = BygoneTickets(uow, self.events)
            self.timers = BygoneTimers()
            self.links = BygoneLinks(self.events)
            self.articles = BygoneArticles(uow.articles, self.tickets, again)
            outbox = BygoneOutbox(uow.outbox, again)
        self.confirmations: Any = _Confirmations(uow.confirmations)
        self.inbound: InboundBook = _Book(uow.inbound, again=again is not None)
        self.outbox: Any = _Outbox(outbox)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A part of the transaction; what is undone in the store the views forget too."""
        views = [view for view in vars(self).values() if isinstance(view, View)]
        noted = [view.noted() for view in views]
        try:
            with self._uow.nested():
                yield
        except BaseException:
            for view, before in zip(views, noted, strict=True):
                vars(view).update(before)
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._uow, name)


def rehearse(
    app: App,
    octets: bytes,
    message: InboundMessage,
    *,
    envelope: Envelope | None = None,
    mailbox: str = "",
    at: datetime | None = None,
    authentication: Authentication = UNCHECKED,
    rulebook: Rulebook | None = None,
    again: InboundRow | None = None,
) -> Route:
    """Where the mail would go if it came `at` this time (now when None) under these rules (those in force when None).

    `authentication` is what was found about its sender, as by `checked_now`. With `again` it is a mail that was taken
    in once already: it is no duplicate of itself, and finds the tickets as they were before.
    """
    now = at or app.now()
    mail = _claimed(octets, envelope, mailbox, now)
    firings: list[Firing] = []
    pipeline = app.pipeline.before(app.desk.rehearsing(rulebook or app.rulebook, firings.append))

    def run(uow: Any) -> None:
        unit: Any = _Unit(uow, again=again)
        settlement = pipeline.process(unit, mail, message, now, authentication)
        ticket = unit.tickets.get(settlement.ticket) if settlement.ticket else None
        route = Route(
            outcome=str(settlement.outcome),
            reason=settlement.reason,
            thread=tuple(settlement.trace.get("thread", ())),
            trust=settlement.trace.get("identity", {}),
            rules=tuple(settlement.trace.get("rules", ())),
            mails=tuple(unit.outbox.planned),
            firings=tuple(firings),
        )
        if ticket is not None:
            route = replace(
                route,
                new=str(settlement.outcome) == "opened",
                number=ticket.number,
                fields=_fields(unit, ticket),
                promised_at=ticket.promised_at,
            )
        raise _Undo(route)

    try:
        app.store.writer.run(run)
    except _Undo as undone:
        return undone.route
    except MaildError as error:
        return Route(outcome="quarantined", reason=str(error))
    raise AssertionError("a dry run always undoes itself")


def checked_now(app: App, octets: bytes, message: InboundMessage, *, envelope: Envelope | None) -> Authentication:
    """What the desk's own way of checking senders finds about the mail now; where that is `own`, the DNS is asked."""
    return asyncio.run(app.authenticator.check(_claimed(octets, envelope, "", app.now()), message))


def _claimed(octets: bytes, envelope: Envelope | None, mailbox: str, at: datetime) -> ClaimedMail:
    return ClaimedMail(
        id=0, octets=octets, source="pipe", mailbox=mailbox, envelope=envelope, received_at=at, attempts=1
    )


def _fields(uow: Any, ticket: Ticket) -> dict[str, Any]:
    linked = [str(other) for other in uow.links.of(ticket.number)]
    return {name: linked if name == "linked" else _plain(getattr(ticket, name)) for name in FIELDS}


def route_of(app: App, octets: bytes, message: InboundMessage, *, reverse_path: str | None) -> dict[str, Any]:
    """Outcome, thread, trust, rules, the ticket as it would be, and the mails that would leave."""
    envelope = None if reverse_path is None else Envelope(reverse_path=reverse_path, forward_paths=())
    authentication = checked_now(app, octets, message, envelope=envelope)
    return as_plain(rehearse(app, octets, message, envelope=envelope, authentication=authentication))


def as_plain(route: Route) -> dict[str, Any]:
    """The route as JSON tells it."""
    found: dict[str, Any] = {"outcome": route.outcome, "reason": route.reason}
    if route.trust is None:
        return found
    ticket = None
    if route.fields is not None:
        promised = route.promised_at.isoformat() if route.promised_at else None
        ticket = {"new": route.new, "number": route.number, **route.fields, "promised_at": promised}
    return found | {
        "thread": list(route.thread),
        "trust": route.trust,
        "rules": list(route.rules),
        "ticket": ticket,
        "mails": [{"name": name, "recipient": to, "suppressed": why} for name, to, why in route.mails],
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else "" if value is None else str(value)
