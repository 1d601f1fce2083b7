"""The one thread that writes: jobs that wait together share a transaction, and so a sync to disk.

Each job of a shared transaction has a savepoint, so that a bad one fails alone. Never tells a caller that his job is
done before COMMIT has returned.
"""

from __future__ import annotations

import asyncio
import queue
import random
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection

from maild.desk.ports import Conflict
from maild.errors import Busy
from maild.store.answers import Answer, LoopAnswers, Promise
from maild.store.errors import StoreClosed, StoreUnavailable, as_store_error

if TYPE_CHECKING:
    from maild.store.uow import StoreUnitOfWork

T = TypeVar("T")

BATCH = 200
"""Jobs in one transaction at most: beyond, the shared sync no longer weighs, but a failed commit hits more."""

TRIES = 3
"""A job that lost against another process is run so often in all."""

SWITCH_SECONDS = 0.0005
"""How long another thread may keep the interpreter from the writer, who hands it away with every statement. With
Python's 5 ms a mail's transaction took 11 ms beside a busy event loop, with this 3 ms, and the loop did as much."""

_RETRYABLE = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL's serialization failure, deadlock, lock not available."""


@dataclass(slots=True, eq=False)
class _Job:
    run: Callable[[Any], Any]
    done: Answer
    tries: int = 0


class GroupWriter:
    """`ports.Writer`. `open_connection` gives a connection of the writer's own; `bind` a unit of work over it."""

    def __init__(
        self, open_connection: Callable[[], Connection], bind: Callable[[Connection], StoreUnitOfWork]
    ) -> None:
        self._open_connection = open_connection
        self._bind = bind
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self._uow: StoreUnitOfWork | None = None
        self._loop_answers: LoopAnswers | None = None
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    def run(self, job: Callable[[StoreUnitOfWork], T]) -> T:
        """Run `job(unit_of_work)`, commit, return its value. Blocks; never call it on the event loop.

        Raises what the job raised; errors.Busy when it lost three times against others; StoreUnavailable when the
        database failed. Nothing of the job is kept then.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a job cannot wait for another job")
        future: Future[T] = Future()
        self._submit(_Job(job, future))
        return future.result()

    async def run_async(self, job: Callable[[StoreUnitOfWork], T]) -> T:
        """The same for coroutines; a cancelled caller does not cancel the commit."""
        loop = asyncio.get_running_loop()
        answers = self._loop_answers
        if answers is None or answers.loop is not loop:
            answers = self._loop_answers = LoopAnswers(loop)
        waiting: asyncio.Future[T] = loop.create_future()
        self._submit(_Job(job, Promise(answers, waiting)))
        return await waiting

    @property
    def waiting(self) -> int:
        """How many jobs wait for the next transaction: a number that grows tells of a database that is too slow."""
        return self._jobs.qsize()

    def close(self) -> None:
        """Finish what waits, then stop. Later jobs get StoreClosed."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _submit(self, job: _Job) -> None:
        with self._gate:
            if self._closed:
                raise StoreClosed("the store is closed")
            self._jobs.put(job)

    def _work(self) -> None:
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
        last = False
        while not last:
            batch: list[_Job] = []
            last = self._collect(batch)
            while batch:
                batch = self._commit(batch)
        self._drop_connection()

    def _collect(self, batch: list[_Job]) -> bool:
        """Wait for a job and take all that wait with it; True when no more will come."""
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == BATCH:
                return False
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return False
        return True

    def _commit(self, batch: list[_Job]) -> list[_Job]:
        """Run a batch in one transaction; returns the jobs that shall be run again."""
        done: list[tuple[_Job, Any]] = []
        again: list[_Job] = []
        try:
            uow = self._begin()
            if len(batch) == 1:
                self._run_alone(uow, batch[0], done, again)
            else:
                for job in batch:
                    self._run_beside_others(uow, job, done, again)
            if done and not uow.session.whole:
                raise StoreUnavailable("the database gave up the transaction")
            if done:
                uow.session.connection.commit()
            else:
                uow.session.connection.rollback()
        except BaseException as fault:
            # The outcome of a failed COMMIT is unknown, so nothing is tried again here: callers look it up by key.
            self._drop_connection()
            answer = as_store_error(fault)
            for job in batch:
                if not job.done.done():
                    job.done.set_exception(answer)
            return []
        for job, value in done:
            job.done.set_result(value)
        if again:
            sleep(random.uniform(0.001, 0.01))  # noqa: S311 - lets the winner commit; nothing secret
        return again

    def _begin(self) -> StoreUnitOfWork:
        if self._connection is None or self._uow is None:
            self._connection = self._open_connection()
            self._uow = self._bind(self._connection)
        self._connection.begin()
        return self._uow

    def _run_alone(self, uow: StoreUnitOfWork, job: _Job, done: list[tuple[_Job, Any]], again: list[_Job]) -> None:
        uow.forget()
        try:
            value = job.run(uow)
        except Exception as fault:
            self._fail(uow, job, fault, again)
        else:
            done.append((job, value))

    def _run_beside_others(
        self, uow: StoreUnitOfWork, job: _Job, done: list[tuple[_Job, Any]], again: list[_Job]
    ) -> None:
        uow.forget()
        uow.session.tell("SAVEPOINT job")
        try:
            value = job.run(uow)
        except Exception as fault:
            uow.session.tell("ROLLBACK TO SAVEPOINT job")
            self._fail(uow, job, fault, again)
        else:
            done.append((job, value))
        uow.session.tell("RELEASE SAVEPOINT job")

    def _fail(self, uow: StoreUnitOfWork, job: _Job, fault: Exception, again: list[_Job]) -> None:
        if uow.session.lost:
            raise fault
        job.tries += 1
        if not _lost_a_race(fault):
            job.done.set_exception(as_store_error(fault))
        elif job.tries < TRIES:
            again.append(job)
        else:
            why = str(fault).partition("\n")[0]
            busy = Busy(
                "busy", "others were quicker {tries} times, so nothing was done: {why}", tries=str(TRIES), why=why
            )
            busy.__cause__ = fault
            job.done.set_exception(busy)

    def _drop_connection(self) -> None:
        connection, self._connection, self._uow = self._connection, None, None
        if connection is not None:
            try:
                connection.invalidate()
            finally:
                connection.close()


def _lost_a_race(fault: Exception) -> bool:
    return isinstance(fault, Conflict) or getattr(getattr(fault, "orig", fault), "sqlstate", None) in _RETRYABLE
