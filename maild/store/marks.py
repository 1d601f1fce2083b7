"""When something that is done once in a while was done last, and how far it came.

One row a task. Never runs a task.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from maild.desk.ports import Mark
from maild.store.inserts import insert_or_leave, insert_or_replace
from maild.store.session import Session
from maild.store.tables import mark

GET = select(mark).where(mark.c.name == bindparam("wanted"))
PUT = insert_or_replace(mark)
BEGIN = insert_or_leave(mark)
ADVANCE = (
    update(mark)
    .where(
        mark.c.name == bindparam("wanted"),
        mark.c.at == bindparam("was_at", type_=mark.c.at.type),
        mark.c.reached == bindparam("was_reached"),
    )
    .values(at=bindparam("at"), reached=bindparam("reached"))
)


class MarkRepository:
    """`ports.Marks` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> Mark | None:
        """The mark of a task; None when it was never done."""
        row = self._session.row(GET, {"wanted": name})
        return Mark(at=row.at, reached=row.reached) if row else None

    def put(self, name: str, *, at: datetime, reached: int) -> None:
        """Write down that the task was done."""
        self._session.change(PUT, {"name": name, "at": at, "reached": reached})

    def advance(self, name: str, was: Mark | None, now: Mark) -> bool:
        """Put `now` in the place of `was`; False when somebody else has moved the mark since it was read."""
        values = {"at": now.at, "reached": now.reached}
        if was is None:
            return self._session.change(BEGIN, {"name": name, **values}) == 1
        read = {"wanted": name, "was_at": was.at, "was_reached": was.reached}
        return self._session.change(ADVANCE, {**read, **values}) == 1
