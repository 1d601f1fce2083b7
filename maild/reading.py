"""The way in, once mail is on disk: the processes that read it, and the lane that finds each mail its place.

Puts parts together only; how mail is read and placed is in `ingest`.
"""

from __future__ import annotations

from collections.abc import Callable

from maild.app import App
from maild.ingest.gate import Limits
from maild.ingest.reader import Reader
from maild.ingest.spool import SpoolLane


def reader_of(app: App) -> Reader:
    """The reading processes of an opened house, not started yet."""
    settings = app.config.reading
    limits = Limits(cpu_seconds=settings.cpu_seconds, memory=settings.memory_mib * 1024 * 1024)
    return Reader(processes=settings.workers or None, limits=limits)


def lane_of(app: App, reader: Reader, *, on_settled: Callable[[], None] = lambda: None) -> SpoolLane:
    """The lane that takes waiting mails to a started reader; `on_settled` is called when some have their place."""
    return SpoolLane(
        spool=app.store.spool,
        writer=app.store.writer,
        reader=reader,
        pipeline=app.pipeline,
        authenticator=app.authenticator,
        own=app.directory.own_addresses,
        now=app.now,
        on_settled=on_settled,
    )
