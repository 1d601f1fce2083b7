"""How the outcome of a job gets from the writer's thread to whoever waits: a thread by a future, a coroutine by post.

Waking an event loop costs more than a statement of the database, so a loop is woken once for a whole batch. Never
delivers anything by itself: the writer says when.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol


class Answer(Protocol):
    """What a caller waits for: a future of threads, or a `Promise` to a coroutine."""

    def done(self) -> bool:
        """Whether an answer was given."""

    def set_result(self, result: Any, /) -> None:
        """The job is done and durable."""

    def set_exception(self, exception: BaseException | None, /) -> None:
        """Nothing of the job is kept."""


class LoopAnswers:
    """Answers for the coroutines of one event loop: a whole batch's in one wake-up."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._answers: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._called = False

    def post(self, waiting: asyncio.Future[Any], value: Any, fault: BaseException | None) -> None:
        """From the writer's thread: have the answer delivered in the loop."""
        self._answers.append((waiting, value, fault))
        if not self._called:
            self._called = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._called = False  # first, so that what is posted from here on calls again
        while self._answers:
            waiting, value, fault = self._answers.popleft()
            if waiting.done():
                continue  # the caller was cancelled meanwhile
            if fault is None:
                waiting.set_result(value)
            else:
                waiting.set_exception(fault)


@dataclass(slots=True, eq=False)
class Promise:
    """The answer to a coroutine, made in the writer's thread and delivered in the coroutine's loop."""

    answers: LoopAnswers
    waiting: asyncio.Future[Any]
    given: bool = False

    def done(self) -> bool:
        """Whether an answer was given; the coroutine may not have seen it yet."""
        return self.given

    def set_result(self, result: Any, /) -> None:
        """The job is done and durable."""
        self.given = True
        self.answers.post(self.waiting, result, None)

    def set_exception(self, exception: BaseException | None, /) -> None:
        """Nothing of the job is kept."""
        self.given = True
        self.answers.post(self.waiting, None, exception)
