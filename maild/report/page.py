"""A report as one HTML page that needs nothing else: no script, no picture, no server.

Prints well, reads well on a phone and in the dark. Escapes every value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from maild.report.charts import bars, line, week
from maild.report.rows import COLUMNS, REMARKS, WEEKDAYS, Report, Row, cells, duration

SHOWN = tuple(
    name for name in COLUMNS if name not in ("promised", "kept", "reopened", "asked", "rated", "rated_share", "good")
)
"""Columns of the tables: the shares say it; how many of how many is in the other forms."""

MOVES = {"opened": "opened", "closed": "closed"}
STANDS = {"backlog": "open at the end", "change": "change"}
"""What the two charts show, and what it is called."""

LONGEST_BY_DAY = 100
"""Days drawn one by one; a longer period is drawn by the month."""

STYLE = """
:root { --ink: #1c2733; --soft: #57606a; --line: #d8dee4; --paper: #fff; --tile: #f6f8fa; --a: #1f6feb; --b: #2da44e }
@media (prefers-color-scheme: dark) {
  :root { --ink: #dbe3ea; --soft: #9aa7b3; --line: #2b3743; --paper: #10161d; --tile: #18212b }
  :root { --a: #58a6ff; --b: #3fb950 }
}
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 80rem; padding: 1.5rem 1rem; color: var(--ink);
  background: var(--paper) }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
p { margin: .2rem 0; color: var(--soft) }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; margin: 1.2rem 0 0 }
@media (max-width: 40rem) { .tiles { grid-template-columns: repeat(2, 1fr) } }
.tiles div { background: var(--tile); border-radius: .5rem; padding: .6rem .8rem }
dt { color: var(--soft); font-size: .85rem } dd { margin: 0; font-size: 1.5rem; font-weight: 600 }
dd small { display: block; font-size: .85rem; font-weight: 400; color: var(--soft); line-height: 1.3 }
.wide { overflow-x: auto }
details { margin: .4rem 0 0; color: var(--soft) } summary { cursor: pointer; font-size: .85rem }
details table { width: auto; color: var(--ink) }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .5rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 7rem }
thead th { vertical-align: bottom; font-weight: 600; white-space: normal; min-width: 3.5rem }
svg { width: 100%; min-width: 40rem; height: auto; display: block } svg text { font-size: 11px; fill: var(--soft) }
svg line { stroke: var(--line) } svg text.on { fill: var(--paper) } svg text.off { fill: var(--ink) }
.opened, .hour { fill: var(--a) } .closed { fill: var(--b) } polyline { fill: none; stroke: var(--a); stroke-width: 2 }
circle { fill: var(--a) } .key { margin-right: 1em }
.key::before { content: ""; display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 0; background: var(--a);
  border-radius: 2px; vertical-align: -1px } .key.b::before { background: var(--b) }
@media print { details { display: none } }
@media print { body { max-width: none; padding: 0 } h2 { break-after: avoid } tr, svg { break-inside: avoid } }
"""


def as_html(report: Report) -> str:
    """One page."""
    drawn = report.days if len(report.days) <= LONGEST_BY_DAY else _by_month(report.days)
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<meta name=color-scheme content='light dark'><title>{escape(report.title)}</title><style>{STYLE}</style>"
        f"<h1>{escape(report.desk)}</h1><p>{_period(report)}</p>"
    ]
    if report.remark:
        parts.append(f"<p>{escape(REMARKS[report.remark])}</p>")
        return "\n".join(parts) + "\n"
    parts.append(_tiles(report.whole))
    if drawn:
        parts.append(
            f"<h2>Opened and closed</h2><p><span class=key>opened</span><span class='key b'>closed</span></p>"
            f"{_wide(bars(drawn, MOVES, 'Tickets opened and closed'))}{_as_table(drawn, MOVES)}"
            f"<h2>Open</h2>{_wide(line(drawn, 'backlog', 'Tickets open'))}{_as_table(drawn, STANDS)}"
        )
    if report.hours:
        parts.append(
            f"<h2>Busiest hours</h2><p>Words of customers, in the time of {escape(report.zone)}</p>"
            f"{_wide(week(report.hours, 'Words of customers by weekday and hour'))}{_hours(report.hours)}"
        )
    for heading, rows in report.sections:
        head = "".join(f"<th scope=col>{escape(COLUMNS[name] or heading)}" for name in SHOWN)
        body = "".join(_row(row) for row in rows)
        parts.append(
            f"<h2>By {escape(heading)}</h2><div class=wide><table><thead><tr>{head}<tbody>{body}</table></div>"
            if heading != "all"
            else f"<h2>All</h2><div class=wide><table><thead><tr>{head}<tbody>{body}</table></div>"
        )
    return "\n".join(parts) + "\n"


def _as_table(days: Sequence[Row], names: Mapping[str, str]) -> str:
    """What a drawing shows, for who does not see it or wants the numbers."""
    head = "".join(f"<th scope=col>{escape(called)}" for called in names.values())
    body = "".join(
        f"<tr><th scope=row>{escape(row['group'])}{''.join(f'<td>{row[name]}' for name in names)}" for row in days
    )
    return _folded(f"<thead><tr><td>{head}<tbody>{body}")


def _hours(hours: Mapping[tuple[int, int], int]) -> str:
    head = "".join(f"<th scope=col>{hour:02}" for hour in range(24))
    body = "".join(
        f"<tr><th scope=row>{called}{''.join(f'<td>{hours.get((day, hour), 0)}' for hour in range(24))}"
        for day, called in enumerate(WEEKDAYS)
    )
    return _folded(f"<thead><tr><td>{head}<tbody>{body}")


def _folded(table: str) -> str:
    return f"<details><summary>As a table</summary><div class=wide><table>{table}</table></div></details>"


def _wide(drawing: str) -> str:
    """What a phone may scroll rather than shrink to nothing."""
    return f"<div class=wide>{drawing}</div>"


def _period(report: Report) -> str:
    of = "".join(f", only {name} {value}" for name, value in report.only.items())
    return escape(f"{report.since:%d %B %Y} to {report.until:%d %B %Y} ({report.zone}){of}")


def _tiles(whole: Row) -> str:
    def per_cent(value: int | None) -> str:
        return "-" if value is None else f"{value} %"

    answers = f"{whole['rated']} of {whole['asked']} answered, {per_cent(whole['rated_share'])}"
    rated = ("Rated good", per_cent(whole["good_share"]), answers)
    tiles = [
        ("Opened", str(whole["opened"]), f"{whole['came']} mails in"),
        ("Closed", str(whole["closed"]), f"{whole['left']} answers out"),
        ("Open at the end", str(whole["backlog"]), f"{whole['change']:+} since the beginning"),
        ("First answer, median", duration(whole["first_median"]), f"90 %: {duration(whole['first_ninetieth'])}"),
        ("Next answer, median", duration(whole["next_median"]), f"90 %: {duration(whole['next_ninetieth'])}"),
        ("Solution, median", duration(whole["solution_median"]), f"90 %: {duration(whole['solution_ninetieth'])}"),
        ("Promises kept", per_cent(whole["kept_share"]), f"{whole['kept']} of {whole['promised']}"),
        ("Reopened", per_cent(whole["reopened_share"]), f"{whole['reopened']} of {whole['opened']}"),
        *([rated] if whole["asked"] else []),
    ]
    return (
        "<dl class=tiles>"
        + "".join(
            f"<div><dt>{escape(name)}<dd>{escape(value)} <small>{escape(more)}</small></div>"
            for name, value, more in tiles
        )
        + "</dl>"
    )


def _row(row: Row) -> str:
    first, *rest = cells(row, SHOWN)
    return f"<tr><th scope=row>{escape(first)}{''.join(f'<td>{escape(cell)}' for cell in rest)}"


def _by_month(days: Sequence[Row]) -> list[Row]:
    """Each month with its sums, and what was open at its end."""
    found: dict[str, Row] = {}
    for day in days:
        month = found.setdefault(day["group"][:7], {"group": day["group"][:7], "opened": 0, "closed": 0, "change": 0})
        month["opened"] += day["opened"]
        month["closed"] += day["closed"]
        month["change"] += day["change"]
        month["backlog"] = day["backlog"]
    return list(found.values())
