"""Engines for SQLite and PostgreSQL, set up so that what is committed survives a loss of power.

Knows pragmas, BEGIN and session settings; the values of statements stay out of errors and logs (SEC-66). Never runs a
statement of the desk.
"""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import QueuePool

from maild.store.errors import StoreUnsafe
from maild.store.session import Session

BUSY_SECONDS = 8
"""How long a writer waits for another process: well below the 30 s in which a mail client gets its answer."""

WRITER_CACHE_KIB = 32 * 1024
"""Index pages of a hundred thousand tickets stay in memory; taken only as they are touched."""

CHECKPOINT_PAGES = 4000
"""16 MiB of log between checkpoints: pages that many mails touch are written home once for all of them."""

VANISHED = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""Seconds, seconds, times: a machine that vanishes without a word is noticed after 25 s. By itself TCP waits for two
hours, and as long the writer would wait for a dead server, and the server would keep the lock of a dead daemon."""

READERS = 16
"""Pooled connections for reading: the threads of the web server and of the lanes."""


def parse_url(url: str) -> URL:
    """The address of the store. ValueError for engines other than SQLite (in a file) and PostgreSQL with its driver."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # its words may hold the password
        raise ValueError("is no SQLAlchemy URL: write sqlite:///FILE or postgresql://USER@HOST/DATABASE") from None
    name = parsed.get_backend_name()
    if name == "sqlite":
        if not parsed.database or parsed.database == ":memory:" or parsed.query:
            raise ValueError("SQLite needs a plain file: sqlite:///path/to/maild.db")
        return parsed.set(drivername="sqlite+pysqlite")
    if name == "postgresql":
        if find_spec("psycopg") is None:
            raise ValueError("PostgreSQL needs its driver: pip install 'maild[postgres]'")
        return parsed.set(drivername="postgresql+psycopg")
    raise ValueError(f"the store can be sqlite:///… or postgresql://…, not {name}")


def writing_engine(url: URL) -> Engine:
    """For the writer and for migrations. Every transaction takes the write lock as it begins."""
    if url.get_backend_name() == "sqlite":
        _create_private(Path(url.database or ""))
        engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=2, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite_writer)
        # Deferred BEGIN fails at once with "database is locked" when a reader becomes a writer (no waiting helps).
        event.listen(engine, "begin", _begin_immediate)
        return engine
    return create_engine(url, pool_size=1, max_overflow=2, hide_parameters=True, connect_args=_session("maild-writer"))


def reading_engine(url: URL) -> Engine:
    """For queries; writing is refused by the database. No transaction is begun unless somebody says BEGIN."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=QueuePool, pool_size=READERS, max_overflow=READERS, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite_reader)
        return engine
    return create_engine(
        url,
        pool_size=READERS,
        max_overflow=READERS,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args=_session("maild-reader", "-c default_transaction_read_only=on"),
    )


def refuse_unsafe(connection: Connection) -> None:
    """Raise StoreUnsafe when a committed mail could still be lost: our answer to the sender would be a lie."""
    if connection.dialect.name == "sqlite":
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        # With WAL, NORMAL (1) syncs at checkpoints only and OFF (0) never; FULL (2) and EXTRA (3) at each commit.
        if journal != "wal" or not isinstance(synchronous, int) or synchronous < 2:
            raise StoreUnsafe(f"SQLite must run in WAL mode with synchronous=FULL, not {journal} with {synchronous}")
        return
    for setting in ("synchronous_commit", "fsync"):
        if connection.exec_driver_sql(f"SHOW {setting}").scalar() == "off":
            raise StoreUnsafe(f"PostgreSQL must not run with {setting}=off: acknowledged mail could be lost")


def damage(session: Session) -> list[str]:
    """What SQLite finds wrong with its file. PostgreSQL has checks of its own (data checksums, amcheck)."""
    if session.connection.dialect.name != "sqlite":
        return []
    try:
        rows = session.connection.exec_driver_sql("PRAGMA quick_check(10)").all()
    except DatabaseError as error:  # so damaged that the check itself cannot go on
        return [str(error.orig)]
    return [str(row[0]) for row in rows if row[0] != "ok"]


def _create_private(database: Path) -> None:
    """Other people's letters are in it: nobody but our own user may read it, nor the log that SQLite puts beside it."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # what is wrong with the file, SQLite says better
        os.close(os.open(database, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _session(name: str, more: str = "") -> dict[str, Any]:
    theirs = " ".join(f"-c tcp_{setting}={value}" for setting, value in VANISHED.items())
    return {
        "application_name": name,
        "connect_timeout": BUSY_SECONDS,
        **VANISHED,
        "tcp_user_timeout": 25_000,  # milliseconds: the same for what was sent and is not acknowledged
        "options": f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS}s {theirs} {more}".strip(),
    }


def _set_up_sqlite_writer(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not say BEGIN by itself
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{WRITER_CACHE_KIB}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _set_up_sqlite_reader(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
