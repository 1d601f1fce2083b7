"""Makes a report of an opened house: asks the store once for the period, and sorts the answer.

The command line and the weekly mail both begin here. Writes no page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from maild.domain.directory import Directory
from maild.domain.figures import Cell
from maild.report.rows import BY, Report, busiest, every_day, row_of, rows_by
from maild.store.reports import Figures, StoreReports
from maild.store.tally import Basis


def basis_of(directory: Directory, zone: str, organisations: Mapping[str, str]) -> Basis:
    """What the figures depend on in the configuration; `organisations` are those of each domain."""
    told = sha256(repr(sorted(organisations.items())).encode()).hexdigest() if organisations else ""
    return Basis(zone=zone, organisations=told, organisation_of=directory.organisation_of)


def make_report(
    reports: StoreReports,
    *,
    desk: str,
    since: datetime,
    until: datetime,
    now: datetime,
    basis: Basis,
    by: Sequence[str],
    only: Mapping[str, str] | None = None,
) -> Report:
    """The report from the day `since` to before the moment `until`; `only` is by what people call it."""
    wanted = {BY[name]: value for name, value in (only or {}).items()}
    found = reports.figures(since=since, until=until, now=now, basis=basis, only=wanted)
    return report_of(found, desk=desk, since=since, until=until, zone=basis.zone, by=by, only=only or {})


def report_of(
    found: Figures,
    *,
    desk: str,
    since: datetime,
    until: datetime,
    zone: str,
    by: Sequence[str],
    only: Mapping[str, str],
) -> Report:
    """The figures sorted."""
    backlog = found.backlog["all"].get("all", 0)
    last = max(since, until - timedelta(microseconds=1))
    return Report(
        desk=desk,
        since=since,
        until=last,
        zone=zone,
        whole=row_of("all", found.tables["all"].get("all", Cell()), backlog),
        sections=[(name, rows_by(name, found.tables, found.backlog)) for name in by],
        days=every_day(found.tables["day"], since, last, backlog),
        hours=busiest(found.tables["hour"]),
        only=only,
    )
