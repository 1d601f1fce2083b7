"""A process that looks for due clocks when it is told to: a desk of its own on a store that others work on as well.

Started by a test, which says what time it is; between looking and raising it waits until it is told to go on, so that
two of them have seen the same before either has raised it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from maild.app import open_app
from maild.clock.edited import EditTick
from maild.clock.ticks import SlaTick
from maild.renewal import put_in_force, read_anew
from maild.store.timers import TimerLane

CODE = "import sys; from pathlib import Path; from tests.helpers.ticking import work; work(Path(sys.argv[1]))"


class _Watched:
    """Due clocks that are told of when they have been looked at."""

    def __init__(self, timers: TimerLane) -> None:
        self._timers = timers

    async def due(self, *, now: datetime, limit: int) -> list[tuple[int, str, int]]:
        found = await self._timers.due(now=now, limit=limit)
        _say("looked")
        await asyncio.to_thread(sys.stdin.readline)
        return found

    async def waits_over(self, *, now: datetime, limit: int) -> list[tuple[int, datetime]]:
        return await self._timers.waits_over(now=now, limit=limit)

    async def open_under(self, policy: str, *, after: int, limit: int) -> tuple[list[int], int | None]:
        return await self._timers.open_under(policy, after=after, limit=limit)


def work(place: Path) -> None:
    """Obey line by line: `tick TIME`, `reload`; answer each with `done`."""
    now = datetime.fromisoformat(sys.stdin.readline().strip())
    app = open_app(place, now=lambda: now)
    timers = _Watched(app.store.timers)
    clocks = SlaTick(timers=timers, writer=app.store.writer, desk=app.desk, now=lambda: now)
    edits = EditTick(timers=timers, writer=app.store.writer, desk=app.desk, now=lambda: now)
    _say("ready")
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "tick":
            now = datetime.fromisoformat(rest)
            asyncio.run(edits())
            asyncio.run(clocks())
        else:
            asyncio.run(put_in_force(app, read_anew(app)))
        _say("done")
    app.close()


def _say(word: str) -> None:
    print(word, flush=True)


class Process:
    """Such a process, seen from the test."""

    def __init__(self, place: Path, now: datetime, *, kill_at: str = "") -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-c", CODE, str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "MAILD_KILL_AT": kill_at},
        )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._in: IO[str] = self._child.stdin
        self._out: IO[str] = self._child.stdout
        self.say(now.isoformat())

    def say(self, words: str) -> None:
        self._in.write(f"{words}\n")
        self._in.flush()

    def hear(self) -> str:
        """The next thing it says; "" when it is dead."""
        return self._out.readline().strip()

    def end(self) -> int:
        """Let it end; what it ended with."""
        with suppress(BrokenPipeError):  # it is dead, and has not read what it was told last
            self._in.close()
        ended = self._child.wait(60)
        self._out.close()
        return ended
