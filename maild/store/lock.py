"""One process on one store: a lock on a file beside SQLite, an advisory lock in PostgreSQL; and one job at a time where
several processes work.

The operating system and the database free a lock when its holder dies. Never waits for the store's own.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sqlalchemy import Connection, bindparam, func, select

from maild.store.errors import StoreLocked
from maild.store.session import Session

ADVISORY_KEY = 0x6D61696C64
"""The letters "maild": advisory locks of PostgreSQL are numbers."""


ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(bindparam("number")))


class FileLock:
    """Held from construction to `release`."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.lock")
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._descriptor, 32).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise StoreLocked(f"process {holder or '?'} works on {database} already") from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, b"%d\n" % os.getpid(), 0)

    def release(self) -> None:
        """Let another process take it. The file stays: removing it would race with whoever opens it."""
        os.close(self._descriptor)


def lock_session(connection: Connection) -> None:
    """Take PostgreSQL's lock for as long as this session lives; StoreLocked when another session has it."""
    taken = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({ADVISORY_KEY})").scalar()
    connection.commit()
    if not taken:
        raise StoreLocked("another process works on this PostgreSQL database already")


def one_at_a_time(session: Session, name: bytes) -> None:
    """Wait until no other transaction has passed here with this name and not yet ended. SQLite has one at a time."""
    if session.dialect != "sqlite":
        session.rows(ONE_AT_A_TIME, {"number": int.from_bytes(name[:8], "big", signed=True)})
