"""What a report costs on a million tickets of two years, beside one bare count over the rows of its period.

Fills a store in bulk, has its months kept, and times each report by the code of `maild report`, median of a few. The
ratio to the floor of the same run is what counts; absolute times are those of the machine.

    python bench/report.py [--tickets 1000000] [--store postgresql://…]

Without `--store` it is a SQLite file that goes away again; a database that is named is filled when it is empty.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func, select
from years import DOMAINS, NOW, TEAMS, fill

from maild.report.make import make_report
from maild.report.page import as_html
from maild.report.text import as_csv, as_text
from maild.store.engine import Store, open_store
from maild.store.places import Basis
from maild.store.session import Session
from maild.store.tables import article, ticket

ROUNDS = 3
"""Of which the median is taken."""

BASIS = Basis(
    zone="Europe/Lisbon", organisations="by domain", organisation_of=lambda address: address.partition("@")[2]
)
MONTH = (datetime(2026, 10, 2, tzinfo=UTC), NOW)
KEPT = (datetime(2026, 5, 31, 23, tzinfo=UTC), datetime(2026, 6, 30, 23, tzinfo=UTC))
"""June on the desk's wall, an hour ahead of UTC."""
YEARS = (datetime(2024, 11, 1, tzinfo=UTC), NOW)
USUAL = ("all", "team", "agent")
ONE = ("all", "team")
"""What a report on one organisation shows when nobody says what by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A report as somebody asks for it."""

    name: str
    period: tuple[datetime, datetime]
    by: tuple[str, ...] = USUAL
    only: dict[str, str] = field(default_factory=dict)
    form: Callable[..., str] = as_text


REPORTS = (
    Asked(name="last 30 days, text", period=MONTH),
    Asked(name="last 30 days, HTML", period=MONTH, form=as_html),
    Asked(name="last 30 days, by everything, CSV", period=MONTH, form=as_csv,
          by=("all", "team", "agent", "category", "organisation", "day", "hour")),
    Asked(name="last 30 days of one team", period=MONTH, only={"team": TEAMS[0]}),
    Asked(name="last 30 days of one organisation", period=MONTH, by=ONE, only={"organisation": DOMAINS[0]}),
    Asked(name="one kept month, text", period=KEPT),
    Asked(name="one kept month, by organisation, CSV", period=KEPT, by=("organisation",), form=as_csv),
    Asked(name="24 months, text", period=YEARS),
    Asked(name="24 months, by month and category, CSV", period=YEARS, by=("month", "category"), form=as_csv),
    Asked(name="24 months, HTML", period=YEARS, form=as_html),
    Asked(name="24 months of one team", period=YEARS, only={"team": TEAMS[0]}),
    Asked(name="24 months of one organisation", period=YEARS, by=ONE, only={"organisation": DOMAINS[40]}),
)  # fmt: skip


def main() -> None:
    """Fill, keep, measure, print."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--tickets", type=int, default=1_000_000)
    options.add_argument("--store", default="", help="a database; a SQLite file of its own when left out")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.store or f"sqlite:///{folder}/maild.db"
        store = open_store(url, blob_dir=Path(folder))
        try:
            store.migrate()
            begun = time.perf_counter()
            if not store.queries.ticket_rows(limit=1):
                fill(url, given.tickets)
                print(f"filled in {time.perf_counter() - begun:.0f} s")
            measure(store)
        finally:
            store.close()


def measure(store: Store) -> None:
    """Print what it costs to keep a month, and each report beside its floor."""
    months = store.reports.missing(now=NOW, basis=BASIS)
    keeping = [timed(partial(store.reports.keep_month, month, now=NOW, basis=BASIS)) for month in months]
    if keeping:
        print(f"keeping a month: {statistics.median(keeping):.2f} s, {len(keeping)} of them")
    print(f"{'report':<40}  {'seconds':>8}  {'floor':>7}  ratio")
    for asked in REPORTS:
        took = statistics.median(timed(partial(made, store, asked)) for _ in range(ROUNDS))
        floor = statistics.median(timed(partial(bare, store, *asked.period)) for _ in range(ROUNDS))
        print(f"{asked.name:<40}  {took:>8.3f}  {floor:>7.3f}  {took / floor:>5.1f}")
    print(f"most memory at once: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def made(store: Store, asked: Asked) -> str:
    """The report as it is written."""
    since, until = asked.period
    report = make_report(
        store.reports,
        desk="Casa Azul",
        since=since,
        until=until,
        now=NOW,
        basis=BASIS,
        by=asked.by,
        charts=asked.form is as_html,
        only=asked.only,
    )
    return asked.form(report)


def bare(store: Store, since: datetime, until: datetime) -> None:
    """Tickets and words of the period counted by one statement each: what any count over rows costs at least."""

    def read(session: Session) -> None:
        for table, one in ((ticket, ticket.c.owner), (article, article.c.agent)):
            within = (table.c.created_at >= since, table.c.created_at < until)
            session.connection.execute(select(func.count(), func.max(one)).where(*within)).one()

    store._readers.run_at_once(read)


def timed(work: Callable[[], object]) -> float:
    """Seconds it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
