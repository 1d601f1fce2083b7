"""Opens the store: one writer, many readers, and everything that is kept behind both.

Puts the parts together and takes them apart again. Never creates or changes tables unless `migrate` is called.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from maild.store import migrate
from maild.store.blobs import BlobFiles, BlobStore
from maild.store.calls import CallQueue
from maild.store.connect import damage, parse_url, reading_engine, refuse_unsafe, writing_engine
from maild.store.cursors import CursorBook
from maild.store.lanes import StoreLanes
from maild.store.lock import FileLock, lock_session
from maild.store.reader import Readers
from maild.store.reads import StoreQueries
from maild.store.relay import RelayQueue
from maild.store.reports import StoreReports
from maild.store.rule_alarms import RuleAlarmLane
from maild.store.spool import MailSpool
from maild.store.timers import TimerLane
from maild.store.uow import StoreUnitOfWork
from maild.store.versions import VersionBook
from maild.store.writer import GroupWriter

T = TypeVar("T")


class Store:
    """Everything that is kept. Use `open_store`."""

    def __init__(
        self, writing: Engine, reading: Engine, *, files: BlobFiles, file_lock: FileLock | None, alone: bool
    ) -> None:
        self.writing_engine = writing
        self._files = files
        self._file_lock = file_lock
        self._lock_session = alone and file_lock is None
        self._readers = Readers(reading)
        self.writer = GroupWriter(self._open_connection, self._bind)
        self.spool = MailSpool(self.writer, self._readers, files)
        self.outbox = RelayQueue(self.writer, self._readers, files, alone=alone)
        self.timers = TimerLane(self._readers)
        self.alarms = RuleAlarmLane(self._readers)
        self.calls = CallQueue(self.writer, self._readers)
        self.cursors = CursorBook(self.writer, self._readers)
        self.blobs = BlobStore(self.writer, self._readers, files)
        self.queries = StoreQueries(self._readers)
        self.lanes = StoreLanes(self._readers)
        self.reports = StoreReports(self._readers, self.writer)
        self.versions = VersionBook(self.writer, self._readers)

    def read(self, job: Callable[[StoreUnitOfWork], T]) -> T:
        """Run `job(unit_of_work)` on a read-only connection, beside the writer and never waiting for it."""
        return self._readers.run_at_once(lambda session: job(self._bind(session.connection)))

    def migrate(self) -> None:
        """Create the tables, or bring them to this release."""
        migrate.upgrade(self.writing_engine)

    def is_current(self) -> bool:
        """Whether the tables are exactly those of this release."""
        return self._readers.run(lambda session: migrate.current_revision(session.connection)) == migrate.HEAD

    def damage(self) -> list[str]:
        """What the engine itself finds wrong with its files; reads all of them. Empty where it has no such check."""
        return self._readers.run(damage)

    def close(self) -> None:
        """Finish what waits, close all connections, free the lock. May be called twice."""
        self.writer.close()
        self._readers.close()
        self.writing_engine.dispose()
        lock, self._file_lock = self._file_lock, None
        if lock is not None:
            lock.release()

    def _open_connection(self) -> Connection:
        connection = self.writing_engine.connect()
        try:
            refuse_unsafe(connection)
            connection.rollback()
            if self._lock_session:
                lock_session(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _bind(self, connection: Connection) -> StoreUnitOfWork:
        return StoreUnitOfWork(connection, self._files)


def open_store(url: str, *, blob_dir: Path, lock: bool = False) -> Store:
    """Open the store at `url` with large blobs under `blob_dir`.

    With `lock` this process works on it alone: StoreLocked when another one does. StoreUnsafe when the database could
    lose what it has committed; StoreUnavailable when it cannot be reached; ValueError for other engines.
    """
    parsed = parse_url(url)
    writing = writing_engine(parsed)
    file_lock = FileLock(Path(parsed.database or "")) if lock and parsed.get_backend_name() == "sqlite" else None
    store = Store(writing, reading_engine(parsed), files=BlobFiles(blob_dir), file_lock=file_lock, alone=lock)
    try:
        store.writer.run(lambda uow: None)
    except BaseException:
        store.close()
        raise
    return store
