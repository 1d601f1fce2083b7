"""How fast mail goes through the real daemon, and how much of it comes out right.

    python bench/ingest.py [--mails 2000] [--stored 1000 100000] [--rounds 1]

A mail's whole journey: by SMTP into the listener, through the readers and the desk, and its acknowledgement and the
agent's notice out to a sink. Mails a second are told as a ratio to a floor taken in the same run on the same mails:
mail-parser's parse and one durable insert each. Everything on one machine, the feeding and the sink too.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import mailparser
from corpus import Corpus
from daemon import Desk
from feed import drip, feed
from fill import multiply
from judge import Verdict, judge, waiting
from letters import Mail

BASE_MAILS = 600
"""Mails that the daemon itself takes in before its rows are multiplied."""

WARM_MAILS = 60
"""Mails of each run that are not measured: the first ones pay for imports and templates."""

GIVE_UP_SECONDS = 30.0
"""So long without anything at the sink, and what is missing will not come."""

REST_SECONDS = 3.0
"""After so long a daemon without mail is at rest."""


@dataclass(slots=True)
class Figures:
    """One measured run."""

    stored: int
    mails: int = 0
    seconds: float = 0.0
    floors: list[float] = field(default_factory=list)
    """Mails a second of the floor: before, between and after."""
    floor_costs: list[float] = field(default_factory=list)
    """CPU milliseconds a mail of the floor."""
    costs: dict[str, float] = field(default_factory=dict)
    """CPU milliseconds a mail, by process."""
    delays: list[float] = field(default_factory=list)
    """Milliseconds from the first octet in until the acknowledgement is out."""
    at_rest: dict[str, float] = field(default_factory=dict)
    after: dict[str, float] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.mails / self.seconds

    @property
    def floor(self) -> float:
        """Mails a second of the floor."""
        return statistics.fmean(self.floors)


def floor(mails: Sequence[Mail], folder: Path, figures: Figures, *, at_most: int = 300) -> None:
    """Parse with mail-parser and make one durable insert for each mail, and nothing else."""
    chosen = mails[:: max(1, len(mails) // at_most)]
    path = folder / "floor.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, digest BLOB, subject TEXT, octets BLOB)")
        begin, cpu = time.monotonic(), time.process_time()
        for mail in chosen:
            parsed = mailparser.parse_from_bytes(mail.octets)
            values = (sha256(mail.octets).digest(), parsed.subject, mail.octets)
            connection.execute("INSERT INTO mail (digest, subject, octets) VALUES (?, ?, ?)", values)
        figures.floors.append(len(chosen) / (time.monotonic() - begin))
        figures.floor_costs.append(1000 * (time.process_time() - cpu) / len(chosen))
    path.unlink()


def expected(mails: Sequence[Mail]) -> int:
    """Mails that should leave: an acknowledgement and a notice for each new mail, a notice for replies and bounces."""
    counts = {"new": 2, "reply": 1, "bounce": 1}
    return sum(counts.get(mail.kind, 0) for mail in mails if mail.thread >= 0)


def journey(desk: Desk, mails: Sequence[Mail]) -> float:
    """Feed all, wait until everything is out; seconds from the first octet in to the last one out."""
    before = desk.basket.look()
    wanted = before + expected(mails)
    begin = last = time.monotonic()
    taken = asyncio.run(feed(desk.smtp, mails))
    if taken != len(mails):
        sys.exit(f"only {taken} of {len(mails)} mails were taken: see {desk.folder / 'daemon.log'}")
    seen = before
    while seen < wanted and time.monotonic() - last < GIVE_UP_SECONDS:
        time.sleep(0.02)
        now = desk.basket.look()
        if now > seen:
            seen, last = now, time.monotonic()
    end = desk.basket.mails[-1].at if seen > before else begin
    while waiting(desk.folder):
        time.sleep(0.02)
        end = time.monotonic()
    return end - begin


def acknowledgements(desk: Desk, mails: Sequence[Mail]) -> dict[int, bytes]:
    """What the sink has for the writers of new mails, by number of the mail."""
    by_address = {one.recipient: one.octets for one in desk.basket.mails}
    return {m.thread: by_address[m.sender] for m in mails if m.kind == "new" and m.sender in by_address}


def run(desk: Desk, corpus: Corpus, figures: Figures) -> list[Mail]:
    """One corpus through a running daemon, in two halves: the replies need the acknowledgements."""
    first = corpus.first()
    floor(first, desk.folder, figures)
    before = desk.costs()
    figures.seconds += journey(desk, first)
    second = corpus.second(acknowledgements(desk, first))
    floor([*first, *second], desk.folder, figures)
    figures.seconds += journey(desk, second)
    costs = desk.costs()
    mails = [*first, *second]
    figures.mails += len(mails)
    figures.costs = {name: 1000 * (costs[name] - before[name]) / len(mails) for name in costs}
    floor(mails, desk.folder, figures)
    return mails


def delays(desk: Desk, corpus: Corpus, each_second: float) -> list[float]:
    """Milliseconds from arrival to acknowledgement at a low rate."""
    begun = asyncio.run(drip(desk.smtp, corpus.new, each_second=each_second))
    end = time.monotonic() + GIVE_UP_SECONDS
    ours: dict[str, float] = {}
    while len(ours) < len(begun) and time.monotonic() < end:
        time.sleep(0.05)
        desk.basket.look()
        ours = {mail.recipient: mail.at for mail in desk.basket.mails if mail.recipient in begun}
    return [1000 * (ours[sender] - at) for sender, at in begun.items() if sender in ours]


def measure(folder: Path, stored: int, number: int, given: argparse.Namespace) -> Figures:
    """One run on the store in `folder`."""
    figures = Figures(stored=stored)
    desk = Desk(folder)
    desk.start()
    try:
        time.sleep(REST_SECONDS)
        figures.at_rest = desk.memory()
        journey(desk, Corpus(WARM_MAILS, number=number + 1).first())
        mails = run(desk, Corpus(given.mails, number=number), figures)
        desk.basket.look()
        figures.verdict = judge(folder, mails, desk.basket.mails)
        if given.delays:
            figures.delays = delays(desk, Corpus(2 * given.delays, number=number + 2), given.rate)
        figures.after = desk.memory()
    finally:
        desk.stop()
    return figures


def prepare(folder: Path, sizes: Sequence[int]) -> dict[int, Path]:
    """A store of each size: a few hundred mails through the daemon, and then their rows many times over."""
    base = folder / "base"
    desk = Desk(base)
    desk.start()
    try:
        run(desk, Corpus(BASE_MAILS, number=1), Figures(stored=0))
    finally:
        desk.stop()
    found = {}
    for size in sizes:
        found[size] = shutil.copytree(base, folder / str(size))
        begin = time.monotonic()
        have = multiply(found[size], size)
        print(f"filled with {have} tickets in {time.monotonic() - begin:.0f} s", flush=True)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mails", type=int, default=2000, help="mails of a run")
    parser.add_argument("--stored", type=int, nargs="+", default=[1_000, 100_000], help="tickets stored before")
    parser.add_argument("--rounds", type=int, default=1, help="runs on each store, in turn")
    parser.add_argument("--delays", type=int, default=100, help="mails at a low rate, for the time a mail takes")
    parser.add_argument("--rate", type=float, default=5.0, help="mails a second of the low rate")
    parser.add_argument("--folder", type=Path, help="where to work; kept afterwards")
    given = parser.parse_args()
    logging.disable()  # mail-parser warns of parts that it does not know
    folder = given.folder or Path(tempfile.mkdtemp(prefix="maild-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        stores = prepare(folder, given.stored)
        done = []
        for turn in range(given.rounds):
            for place, (size, store) in enumerate(stores.items()):
                done.append(measure(store, size, 1000 + 100 * turn + 10 * place, given))
                show(done[-1])
        compare(done)
    finally:
        if given.folder is None:
            shutil.rmtree(folder)


def show(figures: Figures) -> None:
    """One run in words."""
    costs = ", ".join(f"{name} {cost:.1f}" for name, cost in figures.costs.items())
    costs += f", floor {statistics.fmean(figures.floor_costs):.1f}"
    print(f"\n{figures.stored} tickets stored, {figures.mails} mails")
    print(f"  whole journey    {figures.rate:8.0f} mails/s   ratio to the floor {figures.rate / figures.floor:.2f}")
    print(f"  floor            {figures.floor:8.0f} mails/s   ({', '.join(f'{one:.0f}' for one in figures.floors)})")
    print(f"  processor time   {costs} ms a mail")
    for question, asked in figures.verdict.asked.items():
        print(f"  {question:24} {figures.verdict.right[question]} of {asked}")
    if figures.delays:
        centiles = statistics.quantiles(figures.delays, n=100)
        print(f"  arrival to acknowledgement  p50 {centiles[49]:.0f} ms, p99 {centiles[98]:.0f} ms")
    for when, memory in (("at rest", figures.at_rest), ("afterwards", figures.after)):
        print(f"  memory {when:12} {', '.join(f'{name} {mib:.0f}' for name, mib in memory.items())} MiB")
    for line in figures.verdict.wrong:
        print(f"  WRONG {line[:300]}")
    sys.stdout.flush()


def compare(done: Sequence[Figures]) -> None:
    """The medians of all rounds beside the aims."""
    ratios: dict[int, float] = {}
    print()
    for size in dict.fromkeys(one.stored for one in done):
        mine = [one for one in done if one.stored == size]
        ratios[size] = statistics.median(one.rate / one.floor for one in mine)
        rate = statistics.median(one.rate for one in mine)
        print(f"{size:7} stored: {rate:.0f} mails/s, {ratios[size]:.2f} of the floor (aim 0.25), {len(mine)} rounds")
    if len(ratios) > 1:
        print(f"growth: {ratios[max(ratios)] / ratios[min(ratios)]:.2f} of the rate on the small store (aim 0.90)")


if __name__ == "__main__":
    main()
