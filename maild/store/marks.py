"""When something that is done once in a while was done last, and how far it came.

One row a task. Never runs a task.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from maild.desk.ports import Mark
from maild.store.inserts import insert_or_replace
from maild.store.session import Session
from maild.store.tables import mark

GET = select(mark).where(mark.c.name == bindparam("wanted"))
PUT = insert_or_replace(mark)


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
