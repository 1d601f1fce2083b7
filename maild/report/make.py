"""Makes a report of an opened house: asks the store once for the period, and sorts the answer.

The command line and the weekly mail both begin here. Writes no page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from maild.domain.directory import Directory
from maild.domain.figures import Cell
from maild.report.rows import ACTS, BY, PERIODS, Report, Row, busiest, every, row_of, rows_by
from maild.store.places import Basis
from maild.store.reports import Figures, StoreReports


def basis_of(directory: Directory, zone: str, organisations: Mapping[str, str]) -> Basis:
    """What the figures depend on in the configuration; `organisations` are those of each domain."""
    told = sha256(repr(sorted(organisations.items())).encode()).hexdigest() if organisations else ""
    return Basis(zone=zone, organisations=told, organisation_of=directory.organisation_of)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins on the desk's wall, in UTC."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def make_report(
    reports: StoreReports,
    *,
    desk: str,
    since: datetime,
    until: datetime,
    now: datetime,
    basis: Basis,
    by: Sequence[str],
    charts: bool = False,
    only: Mapping[str, str] = {},
) -> Report:
    """The report from `since` to before `until`, by what people call it; with `charts` its days and hours too."""
    wanted = {BY[name] for name in by} - {"all"} | ({"day", "hour"} if charts else set())
    found = reports.figures(
        since=since, until=until, now=now, basis=basis, wanted=wanted, only={BY[name]: only[name] for name in only}
    )
    return report_of(found, desk=desk, since=since, until=until, now=now, zone=basis.zone, by=by, only=only)


def report_of(
    found: Figures,
    *,
    desk: str,
    since: datetime,
    until: datetime,
    now: datetime,
    zone: str,
    by: Sequence[str],
    only: Mapping[str, str],
) -> Report:
    """The figures sorted."""
    backlog = found.backlog["all"].get("all", 0)
    wall = ZoneInfo(zone)
    first, last = since.astimezone(wall), max(since, until - timedelta(microseconds=1)).astimezone(wall)
    whole = row_of("all", found.tables["all"].get("all", Cell()), backlog)

    def periods(name: str) -> list[Row]:
        return every(name, found.tables[BY[name]], first.date(), last.date(), backlog)

    return Report(
        desk=desk,
        since=first,
        until=last,
        zone=zone,
        whole=whole,
        remark="future" if since >= now else "empty" if not any(whole[name] for name in ACTS) else "",
        sections=[
            (name, periods(name) if name in PERIODS else rows_by(name, found.tables, found.backlog)) for name in by
        ],
        days=periods("day") if "day" in found.tables else (),
        hours=busiest(found.tables.get("hour", {})),
        only=only,
    )
