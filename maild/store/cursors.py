"""How far each IMAP folder has been read.

Keeps UIDVALIDITY and UID. Never guesses what a changed UIDVALIDITY means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from maild.store.inserts import insert_or_replace
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import imap_cursor
from maild.store.writer import GroupWriter

if TYPE_CHECKING:
    from maild.store.uow import StoreUnitOfWork

GET = select(imap_cursor.c.uidvalidity, imap_cursor.c.uid).where(
    imap_cursor.c.mailbox == bindparam("of_mailbox"), imap_cursor.c.folder == bindparam("of_folder")
)
PUT = insert_or_replace(imap_cursor)


class CursorBook:
    """`queues.Cursors`."""

    def __init__(self, writer: GroupWriter, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def get(self, mailbox: str, folder: str) -> tuple[int, int] | None:
        """(uidvalidity, last settled uid), or None when the folder was never read."""

        def read(session: Session) -> tuple[int, int] | None:
            row = session.row(GET, {"of_mailbox": mailbox, "of_folder": folder})
            return (row[0], row[1]) if row else None

        return await self._readers.run_async(read)

    async def put(self, mailbox: str, folder: str, uidvalidity: int, uid: int) -> None:
        """Move the cursor."""
        values = {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "uid": uid}

        def write(uow: StoreUnitOfWork) -> None:
            uow.session.change(PUT, values)

        await self._writer.run_async(write)
