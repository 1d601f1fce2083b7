"""Two processes at the same thing, in turn instead of by chance: one is held up in its job while the other does his.

On PostgreSQL only: SQLite lets nobody begin while somebody writes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from maild.desk.ports import Writer


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
