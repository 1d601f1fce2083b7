"""Which tickets have to do with each other: two rows for each two of them.

Both are written and both are taken away. Never asks whether they belong together.
"""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from maild.store.inserts import insert_or_leave
from maild.store.session import Session
from maild.store.tables import ticket, ticket_link

ADD = insert_or_leave(ticket_link)
OF = select(ticket_link.c.other).where(ticket_link.c.ticket == bindparam("wanted")).order_by(ticket_link.c.other.desc())
SEE_ALSO = (
    select(ticket.c.number, ticket.c.title, ticket.c.state)
    .join(ticket_link, ticket_link.c.other == ticket.c.number)
    .where(ticket_link.c.ticket == bindparam("wanted"))
    .order_by(ticket_link.c.other.desc())
)
REMOVE = delete(ticket_link).where(
    ticket_link.c.ticket == bindparam("from_ticket"), ticket_link.c.other == bindparam("unwanted")
)


class LinkRepository:
    """`ports.Links` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, number: int) -> list[int]:
        """Numbers of the tickets that this one is linked to, newest first."""
        return [row[0] for row in self._session.rows(OF, {"wanted": number})]

    def add(self, number: int, other: int) -> bool:
        """Link two tickets, both ways; False when they are linked."""
        made = [self._session.change(ADD, {"ticket": one, "other": two}) for one, two in _both(number, other)]
        return all(made)

    def remove(self, number: int, other: int) -> bool:
        """Link them no more; False when they are not linked."""
        gone = [self._session.change(REMOVE, {"from_ticket": a, "unwanted": b}) for a, b in _both(number, other)]
        return all(gone)


def _both(number: int, other: int) -> tuple[tuple[int, int], ...]:
    """Both rows, in the same order for whoever writes them: so nobody waits in a circle."""
    low, high = sorted((number, other))
    return (low, high), (high, low)
