"""What pages and listings ask: rows as plain values, times as aware datetimes.

Reads committed state only. Never decides who may see what it returns.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, or_, select, text

from maild.desk.queues import InboundRow
from maild.domain.address import Mailbox
from maild.domain.confirmation import Confirmation
from maild.domain.notice import OutboxState
from maild.domain.rating import Rating
from maild.domain.ticket import StoredFile
from maild.store.articles import ArticleRepository
from maild.store.capabilities import CapabilityRepository
from maild.store.confirmations import ConfirmationRepository
from maild.store.events import EventRepository
from maild.store.inbound import inbound_from
from maild.store.links import SEE_ALSO
from maild.store.mapping import contact_from, notice_from, ticket_from
from maild.store.people import BY_ID, PeopleRepository
from maild.store.ratings import RatingRepository
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import UNSENT, article, article_file, contact, inbound, outbox, outbox_attempt, ticket
from maild.store.tickets import GET, MERGED_INTO, PARTICIPANTS
from maild.store.timers import TimerRepository
from maild.store.types import key, storable

STATUS = select(
    ticket.c.number,
    ticket.c.state,
    ticket.c.waiting,
    ticket.c.language,
    ticket.c.created_at,
    ticket.c.updated_at,
    ticket.c.first_response_at,
    ticket.c.promised_at,
    ticket.c.closed_at,
    ticket.c.merged_into,
    ticket.c.requester,
    ticket.c.mailbox,
    select(contact.c.zone).where(contact.c.id == ticket.c.requester).scalar_subquery().label("zone"),
).where(ticket.c.number == bindparam("wanted"))
_UNSENT = (
    OutboxState.DEFERRED, OutboxState.FAILED, OutboxState.OUTCOME_UNKNOWN, OutboxState.SUPPRESSED, OutboxState.HELD,
    OutboxState.DROPPED,
)  # fmt: skip
FILE = (
    select(article_file)
    .join(article, article.c.id == article_file.c.article)
    .where(article.c.ticket == bindparam("of_ticket"), article_file.c.sha256 == bindparam("digest"))
    .limit(1)
)


class StoreQueries:
    """`queues.Queries`."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def ticket_rows(self, *, state: str = "", team: str = "", owner: str = "", limit: int = 50) -> list[dict[str, Any]]:
        """Tickets, newest first: all fields of the ticket, and its requester as `requester`."""
        wanted = (
            select(ticket, contact.c.name.label("_name"), contact.c.address.label("_address"))
            .join(contact, contact.c.id == ticket.c.requester)
            .order_by(ticket.c.number.desc())
            .limit(limit)
        )
        for column, value in ((ticket.c.state, state), (ticket.c.team, team), (ticket.c.owner, owner)):
            if value:
                wanted = wanted.where(column == value)

        def read(session: Session) -> list[dict[str, Any]]:
            found = []
            for row in session.connection.execute(wanted):
                values = dict(row._mapping)
                requester = {"id": row.requester, "name": values.pop("_name"), "address": values.pop("_address")}
                for name in ("tags", "muted", "watchers"):
                    values[name] = msgspec.json.decode(values[name])
                found.append(values | {"requester": requester})
            return found

        return self._readers.run(read)

    def ticket_status(self, number: int) -> dict[str, Any] | None:
        """What anybody with number and check may see: state, dates, promised time, language. No names, no words.

        For the pages alone there is where it was merged to, the number and the zone of its requester, and its mailbox.
        """

        def read(session: Session) -> dict[str, Any] | None:
            row = session.row(STATUS, {"wanted": number})
            return row._asdict() if row else None

        return self._readers.run(read) if _fits(number) else None

    def ticket_view(self, number: int) -> dict[str, Any] | None:
        """`ticket`, `requester`, his `addresses`, `participants` (ids), `merged` (numbers), `see_also`, `articles`,
        `events` and `timers` at once."""
        return self._readers.run_at_once(lambda session: _view(session, number)) if _fits(number) else None

    def ticket_file(self, number: int, sha256: str) -> StoredFile | None:
        """The attachment with this digest if it is one of this ticket: a digest alone opens nothing."""
        try:
            values = {"of_ticket": number, "digest": bytes.fromhex(sha256)}
        except ValueError:
            return None

        def read(session: Session) -> StoredFile | None:
            row = session.row(FILE, values)
            if row is None:
                return None
            return StoredFile(
                filename=row.filename,
                content_type=row.content_type,
                size=row.size,
                sha256=sha256.lower(),
                inline=row.inline,
                content_id=row.content_id,
            )

        return self._readers.run(read) if _fits(number) else None

    def inbound(
        self,
        *,
        search: str = "",
        sender: str = "",
        outcome: str = "",
        since: datetime | None = None,
        before: int = 0,
        limit: int = 50,
    ) -> list[InboundRow]:
        """Mails of the book by id, Message-ID, sender or part of the subject, newest first."""
        wanted = select(inbound).order_by(inbound.c.id.desc()).limit(limit)
        if since is not None:
            wanted = wanted.where(inbound.c.received_at >= since)
        if before:
            wanted = wanted.where(inbound.c.id < before)
        if outcome:
            wanted = wanted.where(inbound.c.outcome == outcome)
        if sender:
            wanted = wanted.where(inbound.c.sender_key == key(Mailbox("", sender).key))
        search = storable(search)
        if search.isascii() and search.isdigit() and _fits(int(search[:20])):
            wanted = wanted.where(inbound.c.id == int(search))
        elif search.startswith("<"):
            wanted = wanted.where(inbound.c.message_key == key(search))
        elif search:
            wanted = wanted.where(
                or_(
                    inbound.c.sender.icontains(search, autoescape=True),
                    inbound.c.subject.icontains(search, autoescape=True),
                    inbound.c.message_key == key(f"<{search}>"),
                )
            )
        return self._readers.run(lambda session: [inbound_from(row) for row in session.connection.execute(wanted)])

    def outbox_rows(self, *, state: str = "", ticket: int = 0, item: int = 0, limit: int = 50) -> list[dict[str, Any]]:
        """Mails that leave, newest first, with their attempts."""
        wanted = select(outbox).order_by(outbox.c.id.desc()).limit(limit)
        if state:
            wanted = wanted.where(outbox.c.state == state)
        if state in _UNSENT:
            wanted = wanted.where(text(UNSENT))  # said as the partial index says it
        if ticket:
            wanted = wanted.where(outbox.c.ticket == ticket)
        if item:
            wanted = wanted.where(outbox.c.id == item)

        def read(session: Session) -> list[dict[str, Any]]:
            rows = session.connection.execute(wanted).all()
            tries: dict[int, list[dict[str, Any]]] = {row.id: [] for row in rows}
            attempts = (
                select(outbox_attempt)
                .where(outbox_attempt.c.item.in_(tries))
                .order_by(outbox_attempt.c.item, outbox_attempt.c.number)
            )
            for attempt in session.connection.execute(attempts):
                tries[attempt.item].append({"at": attempt.at, "code": attempt.code, "text": attempt.text})
            return [_outbox_row(row, tries[row.id]) for row in rows]

        return self._readers.run_at_once(read)

    def capability(self, *, secret: str, kind: str, now: datetime) -> tuple[int, int] | None:
        """(ticket, contact) of a secret of the portal that is neither expired nor used up; None else."""
        return self._readers.run(lambda session: CapabilityRepository(session).find(secret=secret, kind=kind, now=now))

    def confirmation(self, secret: str) -> Confirmation | None:
        """The question that a link's secret answers, whatever has become of it."""
        return self._readers.run(lambda session: ConfirmationRepository(session).find(secret))

    def rating(self, secret: str) -> Rating | None:
        """The rating that a link's secret gives, whatever has become of it."""
        return self._readers.run(lambda session: RatingRepository(session).find(secret))


def _fits(number: int) -> bool:
    # A number typed by a stranger may be too large for a column.
    return 0 <= number < 2**63


def _view(session: Session, number: int) -> dict[str, Any] | None:
    row = session.row(GET, {"wanted": number})
    if row is None:
        return None
    found = ticket_from(row)
    requester = contact_from(session.row(BY_ID, {"contact": found.requester}))
    events = []
    for stored in EventRepository(session).of(number):
        circumstances = {"id": stored.id, "at": stored.at, "kind": type(stored.event).__name__, "cause": stored.cause}
        events.append(circumstances | {"actor": _plain(stored.actor)} | _plain(stored.event))
    return {
        "ticket": _plain(found),
        "requester": _plain(requester),
        "addresses": [_plain(one) for one in PeopleRepository(session).addresses(found.requester)],
        "participants": sorted(row[0] for row in session.rows(PARTICIPANTS, {"wanted": number})),
        "merged": [row[0] for row in session.rows(MERGED_INTO, {"wanted": number})],
        "see_also": [row._asdict() for row in session.rows(SEE_ALSO, {"wanted": number})],
        "articles": [_plain(one) for one in ArticleRepository(session).of(number)],
        "events": events,
        "timers": [_plain(one) for one in TimerRepository(session).of(number)],
    }


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value, builtin_types=(datetime,))


def _outbox_row(row: Any, attempts: list[dict[str, Any]]) -> dict[str, Any]:
    notice = notice_from(row.notice)
    return {
        "id": row.id,
        "ticket": row.ticket,
        "article": row.article,
        "name": notice.name,
        "class": notice.klass.value,
        "recipient": notice.recipient.address,
        "sender": notice.sender.address,
        "message_id": notice.message_id,
        "cause": notice.cause,
        "suppressed": notice.suppressed,
        "state": row.state,
        "attempts": row.attempts,
        "created_at": row.created_at,
        "next_attempt_at": row.due_at,
        "settled_at": row.settled_at,
        "last_error": row.last_error,
        "tries": attempts,
    }
