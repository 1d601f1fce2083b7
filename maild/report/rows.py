"""Figures as rows that people read: medians, shares, what was open at the end, by team, agent, day and so on.

Reckons shares and quantiles of what was added up. Asks no store and writes no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from maild.domain.figures import Cell, Table, added, quantile

Row = dict[str, Any]

BY = {
    "all": "all", "team": "team", "agent": "owner", "category": "category", "organisation": "organisation",
    "priority": "priority", "product": "product", "day": "day", "week": "day", "month": "month", "hour": "hour",
}  # fmt: skip
"""What people call it -> the dimension it is made of."""

PERIODS: Mapping[str, Callable[[date], str]] = {
    "day": date.isoformat,
    "week": lambda day: "{}-W{:02}".format(*day.isocalendar()),
    "month": lambda day: day.isoformat()[:7],
}
"""What a day belongs to, by what people ask for: itself, its ISO 8601 week `2026-W48`, its month `2026-11`."""

REMARKS = {
    "future": "This period has not begun yet.",
    "empty": "Nothing happened in this period, and no ticket was open at its end.",
}
"""What is said of a period of which there are no figures."""

ACTS = ("opened", "closed", "came", "left", "asked", "backlog")
"""Where all of these are nothing, there is nothing to tell."""

COLUMNS = {
    "group": "",
    "opened": "opened",
    "closed": "closed",
    "backlog": "open at end",
    "change": "change",
    "came": "mails in",
    "left": "answers out",
    "first_median": "first answer, median",
    "first_ninetieth": "90 %",
    "next_median": "next answer, median",
    "next_ninetieth": "90 %",
    "solution_median": "solution, median",
    "solution_ninetieth": "90 %",
    "promised": "promised",
    "kept": "kept",
    "kept_share": "kept, %",
    "reopened": "reopened",
    "reopened_share": "reopened, %",
    "asked": "asked to rate",
    "rated": "rated",
    "rated_share": "rated, %",
    "good": "rated good",
    "good_share": "good, %",
}
"""The figures in the order in which they are shown, and what they are called."""

DURATIONS = tuple(f"{name}_{part}" for name in ("first", "next", "solution") for part in ("median", "ninetieth"))

NOBODY = "(none)"
"""What a row without a name is called: no owner, no category, no organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of a period, its last day included. `sections` are (heading, rows); `days` and `hours` for charts."""

    desk: str
    since: datetime
    until: datetime
    zone: str
    whole: Row
    remark: str
    """`future`: the period has not begun; `empty`: nothing happened in it; else ""."""
    sections: Sequence[tuple[str, Sequence[Row]]]
    days: Sequence[Row] = field(default=())
    hours: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """(weekday from Monday 0, hour) -> words of customers, in the desk's zone."""
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the report is of."""
        of = "".join(f", {name} {value}" for name, value in self.only.items())
        return f"{self.desk}{of}: {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"


def rows_by(by: str, tables: Mapping[str, Table], backlog: Mapping[str, Mapping[str, int]]) -> list[Row]:
    """A row for each name there is something of, by name; hours of the week in their order."""
    dimension = BY[by]
    table = tables[dimension]
    if by == "hour":
        return [row_of(_hour_name(name), table[name], None) for name in sorted(table, key=_hour_place)]
    waiting = backlog.get(dimension)
    names = ["all"] if by == "all" else sorted({*table, *(waiting or ())})
    return [
        row_of(name or NOBODY, table.get(name, Cell()), waiting.get(name, 0) if waiting is not None else None)
        for name in names
    ]


def row_of(name: str, cell: Cell, backlog: int | None) -> Row:
    """One row; None where there is nothing to tell a median or share of."""
    row: Row = {
        "group": name, "opened": cell.opened, "closed": cell.closed, "backlog": backlog,
        "change": None if backlog is None else cell.opened - cell.closed, "came": cell.came, "left": cell.left,
    }  # fmt: skip
    for kind in ("first", "next", "solution"):
        times: dict[int, int] = getattr(cell, kind)
        row |= {f"{kind}_median": quantile(times, 50), f"{kind}_ninetieth": quantile(times, 90)}
    return row | {
        "promised": cell.promised, "kept": cell.kept, "kept_share": share(cell.kept, cell.promised),
        "reopened": cell.reopened, "reopened_share": share(cell.reopened, cell.opened),
        "asked": cell.asked, "rated": cell.rated, "rated_share": share(cell.rated, cell.asked),
        "good": cell.good, "good_share": share(cell.good, cell.rated),
    }  # fmt: skip


def every(by: str, table: Table, first: date, last: date, backlog: int) -> list[Row]:
    """A row for each day, week or month up to the last one, the quiet ones too, each with what was open at its end."""
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    names = {day.isoformat(): PERIODS[by](day) for day in days}
    together = table if BY[by] == by else added({names[day]: cell} for day, cell in table.items())
    rows = [row_of(name, together.get(name, Cell()), 0) for name in dict.fromkeys(names.values())]
    for row in reversed(rows):
        row["backlog"] = backlog
        backlog -= row["change"]
    return rows


def busiest(table: Table) -> dict[tuple[int, int], int]:
    """(weekday, hour) -> words of customers."""
    return {_hour_place(name): cell.came for name, cell in table.items()}


def share(part: int, whole: int) -> int | None:
    """In per cent; None of nothing."""
    return round(100 * part / whole) if whole else None


def duration(minutes: float | None) -> str:
    """`45 min`, `3 h 20`, `2 d 4 h`: short enough for a column."""
    if minutes is None:
        return "-"
    whole = round(minutes)
    if whole < 60:
        return f"{whole} min"
    if whole < 60 * 48:
        return f"{whole // 60} h {whole % 60:02}"
    return f"{whole // 1440} d {whole % 1440 // 60} h"


def cells(row: Row, names: Iterable[str] = COLUMNS) -> list[str]:
    """One row as people read it."""
    found = []
    for name in names:
        value = row.get(name)
        if name in DURATIONS:
            found.append(duration(value))
        elif name == "change" and value:
            found.append(f"{value:+}")
        else:
            found.append("-" if value in (None, "") else str(value))
    return found


def _hour_place(name: str) -> tuple[int, int]:
    weekday, _, hour = name.partition("-")
    return int(weekday), int(hour)


def _hour_name(name: str) -> str:
    weekday, hour = _hour_place(name)
    return f"{WEEKDAYS[weekday]} {hour:02}-{hour + 1:02} h"


WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
