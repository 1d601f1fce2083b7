"""Tickets by number, and who takes part in them.

Guards every change by the version that was read. Never decides whether a change is allowed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, text, union, update

from maild.desk.ports import Conflict
from maild.domain.lifecycle import ENDED, StateType
from maild.domain.ticket import Ticket
from maild.store.inserts import insert_new, insert_or_leave
from maild.store.mapping import ticket_from, ticket_values
from maild.store.months import StaleMonths
from maild.store.session import Session
from maild.store.tables import NOT_ENDED, participant, ticket

ADD = insert_new(ticket)
GET = select(ticket).where(ticket.c.number == bindparam("wanted"))
INDEXED = ("requester", "state", "team", "owner", "created_at", "closed_at", "waits_until")
"""SQLite writes the index entries of a column anew whenever an update names it, changed or not."""

_save = update(ticket).where(ticket.c.number == bindparam("wanted"), ticket.c.version == bindparam("read"))
_columns = [column.name for column in ticket.c if column.name != "number"]
SAVE = _save.values({name: bindparam(name) for name in _columns})
SAVE_IN_PLACE = _save.values({name: bindparam(name) for name in _columns if name not in INDEXED})
JOIN = insert_or_leave(participant)
LEAVE = delete(participant).where(
    participant.c.ticket == bindparam("from_ticket"), participant.c.contact == bindparam("who")
)
# Literal, so that the engine sees that the partial index answers the question
MERGED_INTO = (
    select(ticket.c.number)
    .where(ticket.c.merged_into == bindparam("wanted"), text("merged_into <> 0"))
    .order_by(ticket.c.number)
)
PARTICIPANTS = union(
    select(ticket.c.requester).where(ticket.c.number == bindparam("wanted")),
    select(participant.c.contact).where(participant.c.ticket == bindparam("wanted")),
)


LAST_OWNERS = (
    select(ticket.c.owner)
    .where(ticket.c.team == bindparam("of_team"))
    .order_by(ticket.c.number.desc())
    .limit(bindparam("at_most"))
)
IN_STATE_AFTER = (
    select(ticket.c.number)
    .where(ticket.c.state == bindparam("in_state"), ticket.c.number > bindparam("above"))
    .order_by(ticket.c.number)
    .limit(bindparam("at_most"))
)
# Literal, so that the engine sees that the partial index answers the question
OPEN_OF = select(func.count()).select_from(ticket).where(ticket.c.owner == bindparam("of_owner"), text(NOT_ENDED))
OF_REQUESTER = (
    select(ticket.c.number)
    .where(ticket.c.requester == bindparam("of_contact"))
    .order_by(ticket.c.number.desc())
    .limit(bindparam("at_most"))
)
OPEN_OF_REQUESTER = (
    select(ticket.c.number)
    .where(ticket.c.requester == bindparam("of_contact"), text(NOT_ENDED))
    .order_by(ticket.c.number.desc())
    .limit(bindparam("at_most"))
)
LOOK_BACK = 50
"""Tickets of a team looked at for its last owner: where so many have none, turns begin anew."""


class TicketRepository:
    """`ports.Tickets` on one connection."""

    def __init__(self, session: Session, months: StaleMonths) -> None:
        self._session = session
        self._months = months
        self._known: dict[int, Ticket] = {}

    def forget(self) -> None:
        """A new transaction begins: what was read before may have changed."""
        self._known.clear()

    def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket; returns it with its number."""
        number = self._session.add_new(ADD, ticket_values(ticket))
        self._months.mark(ticket.created_at, _last_touched(ticket))
        return self._keep(replace(ticket, number=number))

    def get(self, number: int) -> Ticket | None:
        """The ticket, or None."""
        known = self._known.get(number)
        if known is not None:
            return known
        row = self._session.row(GET, {"wanted": number})
        return self._keep(ticket_from(row)) if row else None

    def save(self, ticket: Ticket) -> Ticket:
        """Write a changed ticket back; raises Conflict when its version is stale. Returns it with the new version."""
        saved = replace(ticket, version=ticket.version + 1)
        values = ticket_values(saved)
        values["wanted"] = ticket.number
        values["read"] = ticket.version
        known = self._known.get(ticket.number)
        in_place = (
            known is not None
            and known.version == ticket.version
            and all(getattr(known, name) == getattr(ticket, name) for name in INDEXED)
        )
        if self._session.change(SAVE_IN_PLACE if in_place else SAVE, values) != 1:
            raise Conflict(f"ticket {ticket.number} was changed meanwhile")
        self._months.mark(saved.created_at, _last_touched(saved))
        return self._keep(saved)

    def join(self, number: int, contact: int) -> None:
        """Make a contact a participant; harmless when he is one."""
        self._session.change(JOIN, {"ticket": number, "contact": contact})

    def leave(self, number: int, contact: int) -> None:
        """Make a contact no participant any more; the requester stays what he is."""
        self._session.change(LEAVE, {"from_ticket": number, "who": contact})

    def merged_into(self, number: int) -> list[int]:
        """Numbers of the tickets that are merged into this one."""
        return [row[0] for row in self._session.rows(MERGED_INTO, {"wanted": number})]

    def participants(self, number: int) -> frozenset[int]:
        """Contact ids of the requester and all participants."""
        return frozenset(row[0] for row in self._session.rows(PARTICIPANTS, {"wanted": number}))

    def open_after(self, number: int, limit: int) -> list[int]:
        """Numbers above this one of tickets that have not ended, lowest first: one probe a state."""
        found: list[int] = []
        for state in sorted(set(StateType) - ENDED):
            wanted = {"in_state": state.value, "above": number, "at_most": limit}
            found += (row[0] for row in self._session.rows(IN_STATE_AFTER, wanted))
        return sorted(found)[:limit]

    def open_of_requester(self, contact: int, limit: int) -> list[int]:
        """Numbers of tickets of this contact that have not ended, newest first."""
        rows = self._session.rows(OPEN_OF_REQUESTER, {"of_contact": contact, "at_most": limit})
        return [row[0] for row in rows]

    def of_requester(self, contact: int, limit: int) -> list[int]:
        """Numbers of tickets of this contact, ended or not, newest first: dry runs look back by them."""
        return [row[0] for row in self._session.rows(OF_REQUESTER, {"of_contact": contact, "at_most": limit})]

    def open_of(self, owner: str) -> int:
        """How many tickets that have not ended the agent is in charge of."""
        row = self._session.row(OPEN_OF, {"of_owner": owner})
        return int(row[0]) if row else 0

    def last_owner(self, team: str) -> str:
        """Who is in charge of the newest ticket of the team that anybody is in charge of; "" when there is none."""
        rows = self._session.rows(LAST_OWNERS, {"of_team": team, "at_most": LOOK_BACK})
        return next((row[0] for row in rows if row[0]), "")

    def _keep(self, ticket: Ticket) -> Ticket:
        self._known[ticket.number] = ticket
        return ticket


def _last_touched(ticket: Ticket) -> datetime:
    """The latest of its moments: a mail that waited may be handled after one that came later."""
    moments = (ticket.updated_at, ticket.closed_at, ticket.last_customer_at, ticket.last_agent_at)
    return max(moment for moment in moments if moment is not None)
