"""What would become of a mail: the real journey in a transaction that is always undone.

A dry run is the real run (promise 7): the same pipeline, rules and clocks; only the row of the mail and the commit are
missing. Never writes anything.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from maild.app import App
from maild.desk.queues import ClaimedMail, InboundBook, InboundRow, Settlement
from maild.domain.mail import Envelope, InboundMessage
from maild.errors import MaildError


class _Undo(Exception):
    """Carries the outcome out of the transaction and undoes it."""

    def __init__(self, route: dict[str, Any]) -> None:
        super().__init__("dry run")
        self.route = route


class _Book:
    """The book of mail without a row for this one: knows the others, writes nothing down."""

    def __init__(self, book: Any) -> None:
        self._book = book

    def same_content(self, message_id: str, content_key: str) -> InboundRow | None:
        found: InboundRow | None = self._book.same_content(message_id, content_key)
        return found

    def settle(self, mail: int, settlement: Settlement, *, now: datetime) -> None:
        return None


class _Unit:
    """The unit of work with that book."""

    def __init__(self, uow: Any) -> None:
        self._uow = uow
        self.inbound: InboundBook = _Book(uow.inbound)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._uow, name)


def route_of(app: App, octets: bytes, message: InboundMessage, *, reverse_path: str | None) -> dict[str, Any]:
    """Outcome, thread, trust, rules, the ticket as it would be, and the mails that would leave."""
    now = app.now()
    envelope = None if reverse_path is None else Envelope(reverse_path=reverse_path, forward_paths=())
    mail = ClaimedMail(id=0, octets=octets, source="pipe", mailbox="", envelope=envelope, received_at=now, attempts=1)

    def run(uow: Any) -> None:
        unit = _Unit(uow)
        settlement = app.pipeline.process(unit, mail, message, now)
        ticket = uow.tickets.get(settlement.ticket) if settlement.ticket else None
        raise _Undo(
            {
                "outcome": str(settlement.outcome),
                "reason": settlement.reason,
                "thread": settlement.trace.get("thread", []),
                "trust": settlement.trace.get("identity", {}),
                "rules": settlement.trace.get("rules", []),
                "ticket": None
                if ticket is None
                else {
                    "new": bool(settlement.outcome == "opened"),
                    "number": ticket.number,
                    "state": str(ticket.state),
                    "team": ticket.team,
                    "owner": ticket.owner,
                    "category": ticket.category,
                    "request_type": ticket.request_type,
                    "priority": str(ticket.priority),
                    "tags": list(ticket.tags),
                    "policy": ticket.policy,
                    "promised_at": ticket.promised_at.isoformat() if ticket.promised_at else None,
                },
            }
        )

    try:
        app.store.writer.run(run)
    except _Undo as undone:
        return undone.route
    except MaildError as error:
        return {"outcome": "quarantined", "reason": str(error)}
    raise AssertionError("a dry run always undoes itself")
