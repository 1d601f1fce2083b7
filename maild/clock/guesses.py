"""Tells the operator that somebody guesses tokens: once an hour at most, a restart in between or not.

Never acts against anybody: a domain can be forged, and behind a network there may be customers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from maild.desk.executor import Desk
from maild.desk.ports import Mark, UnitOfWork, Writer
from maild.domain.commands import TellGuessing
from maild.domain.guesses import Guesser, Guesses
from maild.domain.intent import Actor, ActorKind, Cause, Intent

AGAIN = timedelta(hours=1)
"""Who goes on guessing is told of so often."""

SOURCES_TOLD = 20
"""Of the sources, the worst: nobody reads more."""

_GUESSING = "guessing"


class GuessTick:
    """Looks whether somebody has sent too many wrong tokens since the operator was last told."""

    def __init__(self, *, guesses: Guesses, writer: Writer, desk: Desk, now: Callable[[], datetime]) -> None:
        self._guesses = guesses
        self._writer = writer
        self._desk = desk
        self._now = now

    async def __call__(self) -> bool:
        """Look, and plan the mail if there is something to tell and it is time; True when it was planned."""
        now = self._now()
        found = self._guesses.guessers(now)
        return bool(found) and await self._writer.run_async(lambda uow: self._tell(uow, found, now))

    def _tell(self, uow: UnitOfWork, guessers: list[Guesser], now: datetime) -> bool:
        mark = uow.marks.get(_GUESSING)
        if mark is not None and now - mark.at < AGAIN:
            return False
        fresh = [one for one in guessers if mark is None or one.last > mark.at]
        if not fresh:
            return False
        told = 1 + (mark.reached if mark else 0)
        if not uow.marks.advance(_GUESSING, mark, Mark(at=now, reached=told)):
            return False  # another process tells
        named = [one for one in fresh if one.source]
        command = TellGuessing(
            everywhere=sum(one.count for one in fresh if not one.source),
            sources=tuple(f"{one.count} × {one.source}" for one in named[:SOURCES_TOLD]),
        )
        intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="clock"), commands=(command,))
        self._desk.run(uow, intent, cause=Cause(key=f"{_GUESSING}:{told}"), now=now)
        return True
