"""The figures of a week as the weekly mail shows them: plain JSON, beside those of the week before.

Bars are shares of the highest, in per cent, because mail clients show tables and no drawings. Writes no word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from maild.domain.directory import Directory
from maild.report.make import make_report, midnight
from maild.report.rows import NOBODY, Report, Row, duration
from maild.store.places import Basis
from maild.store.reports import StoreReports

WEEK = timedelta(days=7)

BUSIEST = 3
"""Hours named."""

SHOWN = ("opened", "closed", "backlog", "came", "left", "promised", "kept", "kept_share", "reopened", "reopened_share",
         "asked", "rated", "rated_share", "good", "good_share")  # fmt: skip


def weekly_figures(
    reports: StoreReports, *, until: datetime, now: datetime, basis: Basis, directory: Directory, team: str = ""
) -> dict[str, Any]:
    """The seven days before `until`, a midnight at the desk, of one team or of all; asks the store for two weeks."""
    zone = ZoneInfo(basis.zone)
    last = until.astimezone(zone).date()
    monday, before_that = (midnight(last - back, zone) for back in (WEEK, 2 * WEEK))
    found: list[Report] = [
        make_report(
            reports, desk="", since=since, until=end, now=now, basis=basis, by=("team", "agent"), charts=True,
            only={"team": team} if team else {},
        )
        for since, end in ((monday, until), (before_that, monday))
    ]  # fmt: skip
    week, before = found
    sections: Mapping[str, Any] = dict(week.sections)
    highest = max((day["opened"] for day in week.days), default=0) or 1
    busiest = sorted(week.hours.items(), key=lambda item: (-item[1], item[0]))[:BUSIEST]
    return {
        "team": _team(directory, team) if team else "",
        "since": week.since.date().isoformat(),
        "until": week.until.date().isoformat(),
        "whole": _shown(week.whole),
        "before": _shown(before.whole),
        "days": [
            {
                "day": day["group"], "opened": day["opened"], "closed": day["closed"],
                "bar": 100 * day["opened"] // highest,
            }
            for day in week.days
        ],
        "teams": [
            {"name": _team(directory, row["group"]), **_shown(row)}
            for row in sections["team"]
            if not team and _worth(row)
        ],
        "agents": [
            {"name": _agent(directory, row["group"]), **_shown(row)}
            for row in sections["agent"]
            if row["group"] != NOBODY and _worth(row)
        ],
        "busiest": [{"weekday": weekday, "hour": hour, "came": came} for (weekday, hour), came in busiest],
    }  # fmt: skip


def _shown(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in SHOWN} | {
        "first": duration(row["first_median"]),
        "first_ninetieth": duration(row["first_ninetieth"]),
        "next": duration(row["next_median"]),
        "solution": duration(row["solution_median"]),
        "solution_ninetieth": duration(row["solution_ninetieth"]),
    }


def _worth(row: Row) -> bool:
    return any(row[name] for name in ("opened", "closed", "backlog", "came", "left"))


def _team(directory: Directory, name: str) -> str:
    team = directory.teams.get(name)
    return team.display_name if team else name


def _agent(directory: Directory, name: str) -> str:
    agent = directory.agents.get(name)
    return agent.display_name if agent else name
