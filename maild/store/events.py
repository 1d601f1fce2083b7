"""The append-only record of facts.

Stores each event with who caused it and when. Never changes or drops one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select

from maild.desk.ports import StoredEvent
from maild.domain.events import Event
from maild.domain.intent import Actor, Cause
from maild.store.inserts import insert_new
from maild.store.mapping import actor_from, event_from, to_json
from maild.store.session import Session
from maild.store.tables import event

APPEND = insert_new(event)
OF_TICKET = select(event).where(event.c.ticket == bindparam("wanted")).order_by(event.c.id)


class EventRepository:
    """`ports.Events` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, events: Iterable[Event], *, actor: Actor, cause: Cause, at: datetime) -> list[int]:
        """Store events in order; returns their ids."""
        acted = to_json(actor)
        ids: list[int] = []
        for fact in events:
            values = {
                "ticket": fact.ticket,
                "at": at,
                "kind": type(fact).__name__,
                "body": to_json(fact),
                "actor": acted,
                "cause": cause.key,
            }
            ids.append(self._session.add_new(APPEND, values))
        return ids

    def of(self, ticket: int) -> list[StoredEvent]:
        """All events of a ticket, oldest first."""
        return [
            StoredEvent(
                id=row.id,
                at=row.at,
                event=event_from(row.kind, row.body),
                actor=actor_from(row.actor),
                cause=row.cause,
            )
            for row in self._session.rows(OF_TICKET, {"wanted": ticket})
        ]
