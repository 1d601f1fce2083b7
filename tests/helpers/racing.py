"""Two processes at the same thing, in turn instead of by chance: one is held up in its job while the other does his.

On PostgreSQL only: SQLite lets nobody begin while somebody writes.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from maild.desk.ports import Writer
from maild.store.engine import Store


class Interrupted:
    """A writer in whose first job others do their work, as soon as it has once asked `part` (such as "timers.of")."""

    def __init__(self, writer: Writer, part: str, others: Callable[[], object]) -> None:
        self._writer = writer
        self._part = part
        self._others: Callable[[], object] | None = others

    def run(self, job: Callable[[Any], Any]) -> Any:
        """See `Writer`."""
        return self._writer.run(partial(self._interrupted, job=job))

    async def run_async(self, job: Callable[[Any], Any]) -> Any:
        """See `Writer`."""
        return await self._writer.run_async(partial(self._interrupted, job=job))

    @property
    def happened(self) -> bool:
        """Whether the others have had their turn."""
        return self._others is None

    def _interrupted(self, uow: Any, *, job: Callable[[Any], Any]) -> Any:
        name, _, question = self._part.partition(".")
        repository = getattr(uow, name)
        asked = getattr(repository, question)

        def ask_and_wait(*values: Any, **named: Any) -> Any:
            found = asked(*values, **named)
            others, self._others = self._others, None
            if others is not None:
                others()
            return found

        setattr(repository, question, ask_and_wait)
        try:
            return job(uow)
        finally:
            delattr(repository, question)


class Beside:
    """Others who begin in the middle of a job and go on until they are done, or have to wait for who holds them up."""

    def __init__(self, store: Store, job: Callable[[], object]) -> None:
        self._store = store
        self._job = job
        self._threads = ThreadPoolExecutor(1)
        self._end: Future[object] | None = None

    def __call__(self) -> None:
        self._end = self._threads.submit(self._job)
        while not self._end.done() and not self._store.read(_somebody_waits):
            pass

    def finish(self) -> None:
        """Wait until they are done; raises what they raised."""
        assert self._end is not None
        self._end.result()
        self._threads.shutdown()


def _somebody_waits(uow: Any) -> bool:
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return bool(uow.session.connection.exec_driver_sql(waits).scalar())
