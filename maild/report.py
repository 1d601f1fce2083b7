"""Figures of the desk as a table, CSV, or one HTML page that needs nothing else: no script, no picture, no server.

Shows what `store.reports` has reckoned. Reckons nothing but shares of its figures.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

Row = dict[str, Any]

COLUMNS = {
    "group": "",
    "opened": "opened",
    "closed": "closed",
    "backlog": "open at the end",
    "first_median": "first answer, median",
    "first_ninetieth": "first answer, 90 %",
    "solution_median": "solution, median",
    "solution_ninetieth": "solution, 90 %",
    "promised": "promised",
    "kept": "kept",
    "kept_share": "kept, %",
    "reopened": "reopened",
    "reopened_share": "reopened, %",
}
"""The figures in the order in which they are shown, and what they are called."""

DURATIONS = ("first_median", "first_ninetieth", "solution_median", "solution_ninetieth")

CHART_WIDTH, CHART_HEIGHT = 720, 160
"""Pixels; the page scales it."""

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1c2733 }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .5rem; text-align: right; border-bottom: 1px solid #d5dce3 }
th:first-child, td:first-child { text-align: left } thead th { vertical-align: bottom; font-weight: 600 }
svg { width: 100%; height: auto } .opened { fill: #1f6feb } .closed { fill: #2da44e } text { font-size: 11px }
@media (prefers-color-scheme: dark) {
  body { background: #10161d; color: #dbe3ea } th, td { border-color: #2b3743 } text { fill: #dbe3ea }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of a period. `sections` are (heading, rows), `days` the volume day by day for the chart."""

    desk: str
    since: datetime
    until: datetime
    sections: Sequence[tuple[str, Sequence[Row]]]
    days: Sequence[Row] = field(default=())

    @property
    def title(self) -> str:
        """What the report is of."""
        return f"{self.desk}: {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"


def with_shares(row: Row) -> Row:
    """The row with the shares of kept promises and of reopened tickets, in per cent; None where there were none."""
    return row | {
        "kept_share": _share(row["kept"], row["promised"]),
        "reopened_share": _share(row["reopened"], row["opened"]),
    }


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


def cells(row: Row) -> list[str]:
    """One row as people read it."""
    found = []
    for name in COLUMNS:
        value = row.get(name)
        found.append(duration(value) if name in DURATIONS else "-" if value in (None, "") else str(value))
    return found


def as_text(report: Report) -> str:
    """A table for the terminal."""
    lines = [report.title]
    for heading, rows in report.sections:
        table = [[COLUMNS[name] or heading for name in COLUMNS], *map(cells, rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines.append("")
        for line in table:
            rest = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
            lines.append("  ".join([line[0].ljust(widths[0]), *rest]).rstrip())
    return "\n".join(lines) + "\n"


def as_csv(report: Report) -> str:
    """Comma-separated values (RFC 4180): times in minutes, a column for what the rows are grouped by."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["by", *COLUMNS])
    for heading, rows in report.sections:
        for row in rows:
            writer.writerow([heading, *("" if row.get(name) is None else row[name] for name in COLUMNS)])
    return out.getvalue()


def as_html(report: Report) -> str:
    """One page."""
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style><h1>{escape(report.title)}</h1>"
    ]
    if report.days:
        parts.append(f"<h2>Opened and closed, by day</h2>{chart(report.days)}")
    for heading, rows in report.sections:
        head = "".join(f"<th scope=col>{escape(COLUMNS[name] or heading)}" for name in COLUMNS)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}' for cell in cells(row))}" for row in rows)
        parts.append(f"<h2>By {escape(heading)}</h2><table><thead><tr>{head}<tbody>{body}</table>")
    return "\n".join(parts) + "\n"


def chart(days: Sequence[Row]) -> str:
    """Two bars a day, as SVG; each says its number when pointed at."""
    highest = max((max(day["opened"], day["closed"]) for day in days), default=0) or 1
    step = CHART_WIDTH / max(1, len(days))
    bars = []
    for place, day in enumerate(days):
        for side, name in enumerate(("opened", "closed")):
            height = day[name] / highest * CHART_HEIGHT
            bars.append(
                f"<rect class='{name}' x='{(place + 0.1 + 0.4 * side) * step:.1f}' y='{CHART_HEIGHT - height:.1f}' "
                f"width='{0.4 * step:.1f}' height='{height:.1f}'><title>{escape(day['group'])}: {day[name]} {name}"
                "</title></rect>"
            )
    label = f"highest {highest} a day; {days[0]['group']} to {days[-1]['group']}; blue opened, green closed"
    return (
        f"<svg role='img' aria-label='{escape(label)}' viewBox='0 0 {CHART_WIDTH} {CHART_HEIGHT + 20}'>{''.join(bars)}"
        f"<text x='0' y='{CHART_HEIGHT + 15}'>{escape(label)}</text></svg>"
    )


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
