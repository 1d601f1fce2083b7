"""What a look at the clocks costs beside a million that are open: what is due, not what exists.

Measures the scan with nothing due and with some due, in a store with few and one with many open timers, by the store's
own code. The ratio to an empty due set of the same run is what counts; absolute times are those of the machine.

    python bench/clock.py [--timers 1000000] [--due 200]
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from maild.store.engine import Store, open_store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LOOKS = 200
"""Of which the median is taken: a look is short, and other programs disturb it."""


KINDS = (("solution", ""), ("periodic-update", "-30m"), ("first-response", "80% +120m"))
"""Clocks as they are in a desk: of several metrics, some of whose escalation steps have been raised."""


def main() -> None:
    """Fill, measure, print."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--timers", type=int, default=1_000_000, help="open timers of the large store")
    options.add_argument("--due", type=int, default=200, help="timers that are due in it")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small = measured(Path(folder) / "small", 1_000, given.due)
        large = measured(Path(folder) / "large", given.timers, given.due)
    print(f"{'open timers':>14}  {'nothing due':>12}  {f'{given.due} due':>12}  ratio")
    for timers, (nothing, some) in ((1_000, small), (given.timers, large)):
        print(f"{timers:>14,}  {nothing * 1e6:>9.0f} µs  {some * 1e6:>9.0f} µs  {some / nothing:>5.1f}")
    print(f"a look that finds nothing: {large[0] / small[0]:.2f} times as dear beside {given.timers:,} open timers")
    print(f"a look that finds {given.due}: {large[1] / small[1]:.2f} times as dear")


def measured(folder: Path, timers: int, due: int) -> tuple[float, float]:
    """Seconds of a look that finds nothing, and of one that finds `due`, beside so many open timers."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'maild.db'}"
    store = open_store(url, blob_dir=folder)
    store.migrate()
    store.close()
    fill(folder / "maild.db", timers, due)
    store = open_store(url, blob_dir=folder)
    try:
        nothing = asyncio.run(look(store, NOW - timedelta(days=1), 0, due))
        some = asyncio.run(look(store, NOW, due, due))
    finally:
        store.close()
    return nothing, some


async def look(store: Store, at: datetime, expected: int, limit: int) -> float:
    """The median of many looks, in seconds."""
    times = []
    for _ in range(LOOKS):
        start = time.perf_counter()
        found = await store.timers.due(now=at, limit=limit)
        times.append(time.perf_counter() - start)
        if len(found) != expected:
            raise SystemExit(f"{len(found)} timers are due, not {expected}")
    return statistics.median(times)


def fill(file: Path, timers: int, due: int) -> None:
    """Running timers whose alarms lie ahead, and `due` whose alarms are past; goes round the daemon, for speed."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO timer (ticket, metric, cycle, policy, state, stage, started_at, due_at, next_alarm_at, target,"
        " used, raised) VALUES (?, ?, 1, 'standard', 'running', 'green', ?, ?, ?, 2400, 0, ?)",
        (
            (number, metric, _text(NOW), _text(alarm), _text(alarm), raised)
            for number in range(timers)
            for metric, raised in [KINDS[number % len(KINDS)]]
            for alarm in [NOW - timedelta(hours=1) if number < due else NOW + timedelta(seconds=number)]
        ),
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _text(at: datetime) -> str:
    return at.isoformat(" ", "microseconds")


if __name__ == "__main__":
    main()
