"""The book of accepted mail, as far as it belongs to a unit of work: duplicates, and where each mail ended.

Settles a mail once. Never judges what a mail is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text, update

from maild.desk.queues import AlreadySettled, InboundRow, Outcome, Settlement
from maild.store.lock import one_at_a_time
from maild.store.mapping import mapping_from, strings_from, to_json
from maild.store.session import Session
from maild.store.tables import inbound
from maild.store.types import key, literals

SAME_CONTENT = (
    select(inbound)
    .where(
        inbound.c.message_key == bindparam("message_key"),
        inbound.c.content_digest == bindparam("content_digest"),
        inbound.c.outcome.not_in(literals(Outcome.WAITING, Outcome.DUPLICATE)),
    )
    .order_by(inbound.c.id)
    .limit(1)
)
SETTLE = (
    update(inbound)
    .where(inbound.c.id == bindparam("wanted"), inbound.c.outcome.in_(literals(Outcome.WAITING)))
    .values(
        {
            name: bindparam(name)
            for name in (
                "outcome",
                "settled_at",
                "reason",
                "stage",
                "ticket",
                "article",
                "message_id",
                "message_key",
                "content_key",
                "content_digest",
                "sender",
                "sender_key",
                "subject",
                "trace",
            )
        }
        | {"lease_until": None}
    )
)
# Literal, so that the engine sees that the partial index answers the question
OF_TICKET = (
    select(inbound)
    .where(inbound.c.ticket == bindparam("about"), text("ticket <> 0"))
    .order_by(inbound.c.id.desc())
    .limit(bindparam("at_most"))
)
COUNTED_AT_MOST = 1000
"""Mails of one sender: who has sent so many in an hour is counted no further."""

# Literal, so that the engine sees that the partial index answers the question
NEWEST_FROM = (
    select(inbound.c.received_at)
    .where(inbound.c.sender_key == bindparam("from_sender"), text("sender_key IS NOT NULL"))
    .order_by(inbound.c.id.desc())
    .limit(COUNTED_AT_MOST)
)


class InboundRepository:
    """`queues.InboundBook` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def same_content(self, message_id: str, content_key: str) -> InboundRow | None:
        """A settled mail with this Message-ID and content that was not itself a duplicate."""
        if not message_id or not content_key:
            return None
        values = {"message_key": key(message_id), "content_digest": key(content_key)}
        # Two processes with a copy each must not both find nothing; the second waits for the first one's commit.
        one_at_a_time(self._session, values["message_key"])
        row = self._session.row(SAME_CONTENT, values)
        return inbound_from(row) if row else None

    def came_from(self, sender: str, since: datetime, until: datetime) -> int:
        """How many mails of this folded address came between these and have their place, of the last thousand."""
        rows = self._session.rows(NEWEST_FROM, {"from_sender": key(sender)})
        return sum(since < row[0] <= until for row in rows)

    def settle(self, mail: int, settlement: Settlement, *, now: datetime) -> None:
        """Write down where the mail ended; AlreadySettled when somebody else did, whose effects then stand."""
        values = settlement_values(settlement)
        values |= {"wanted": mail, "settled_at": now}
        if self._session.change(SETTLE, values) != 1:
            raise AlreadySettled(mail)

    def of_ticket(self, ticket: int, limit: int) -> list[InboundRow]:
        """The newest mails that came for a ticket, whatever became of them, oldest first."""
        rows = self._session.rows(OF_TICKET, {"about": ticket, "at_most": limit})
        return [inbound_from(row) for row in reversed(rows)]


def settlement_values(settlement: Settlement) -> dict[str, Any]:
    """The columns of `inbound` that tell how a mail ended."""
    return {
        "outcome": settlement.outcome.value,
        "reason": settlement.reason,
        "stage": settlement.stage,
        "ticket": settlement.ticket,
        "article": settlement.article,
        "message_id": settlement.message_id,
        "message_key": key(settlement.message_id) if settlement.message_id else None,
        "content_key": settlement.content_key,
        "content_digest": key(settlement.content_key) if settlement.content_key else None,
        "sender": settlement.sender,
        "sender_key": key(settlement.sender_address) if settlement.sender_address else None,
        "subject": settlement.subject,
        "trace": to_json(settlement.trace) if settlement.trace else "{}",
    }


def inbound_from(row: Any) -> InboundRow:
    """One row of `inbound`."""
    return InboundRow(
        id=row.id,
        source=row.source,
        source_key=row.source_key,
        mailbox=row.mailbox,
        received_at=row.received_at,
        settled_at=row.settled_at,
        size=row.size,
        sha256=row.sha256.hex(),
        reverse_path=row.reverse_path,
        forward_paths=strings_from(row.forward_paths),
        attempts=row.attempts,
        settlement=Settlement(
            outcome=Outcome(row.outcome),
            reason=row.reason,
            stage=row.stage,
            ticket=row.ticket,
            article=row.article,
            message_id=row.message_id,
            content_key=row.content_key,
            sender=row.sender,
            subject=row.subject,
            trace=mapping_from(row.trace),
        ),
    )
