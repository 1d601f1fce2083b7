"""Read-only connections for pages, listings and scans.

Runs a function over a session, in this thread or in one of its own; StoreUnavailable when the database fails. Never
writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from maild.store.errors import as_store_error
from maild.store.session import Session

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
"""For coroutines: scans and cursor look-ups of the lanes; pages come with threads of their own."""


class Readers:
    """Lends pooled connections on which every statement is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store-reader")

    def run(self, read: Callable[[Session], T]) -> T:
        """Run `read(session)` in this thread. Each statement sees the newest committed state."""
        with self._connection() as connection:
            return read(Session(connection))

    def run_at_once(self, read: Callable[[Session], T]) -> T:
        """The same, but all statements see one and the same state."""
        with self._connection() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            else:
                connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                return read(Session(connection))
            finally:
                connection.exec_driver_sql("ROLLBACK")

    async def run_async(self, read: Callable[[Session], T]) -> T:
        """`run` for coroutines, in a thread of the reader's own."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.run, read)

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Something slow that needs no connection, such as writing a large file, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except Exception as fault:
            told = as_store_error(fault)
            if told is fault:
                raise
            raise told from fault

    def close(self) -> None:
        """Wait for running reads and close all connections."""
        self._threads.shutdown(wait=True)
        self._engine.dispose()
