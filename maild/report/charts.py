"""Plain SVG: bars by day, a line of what is open, and the hours of the week.

Each chart says in words what it shows, and each mark its number. No script, no font, nothing fetched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from maild.report.rows import WEEKDAYS, Row

WIDTH, HEIGHT = 960, 190
"""Units of the drawing; the page scales it."""

LEFT, BOTTOM, TOP = 44, 22, 8
"""Room for the numbers beside, the days below, and a little above."""

LABELS = 8
"""Days named below a chart at most: more would run into each other."""

CELL = 30
"""Width of an hour in the week's chart."""


def bars(days: Sequence[Row], names: Mapping[str, str], about: str) -> str:
    """Bars side by side for each day; `names` are the figures and what they are called."""
    highest = max((row[name] for row in days for name in names), default=0)
    top = _round_up(highest)
    step = (WIDTH - LEFT) / max(1, len(days))
    thick = step * 0.8 / len(names)
    marks = []
    for place, row in enumerate(days):
        for side, (name, called) in enumerate(names.items()):
            height = row[name] / top * (HEIGHT - BOTTOM - TOP)
            marks.append(
                f"<rect class='{name}' x='{LEFT + (place + 0.1) * step + side * thick:.1f}' "
                f"y='{HEIGHT - BOTTOM - height:.1f}' width='{thick:.1f}' height='{height:.1f}'>"
                f"<title>{escape(row['group'])}: {row[name]} {escape(called)}</title></rect>"
            )
    told = ", ".join(f"{sum(row[name] for row in days)} {called}" for name, called in names.items())
    return _drawing(about, f"{told}; at most {highest} at once", _axes(days, step, top) + "".join(marks))


def line(days: Sequence[Row], name: str, about: str) -> str:
    """A line through the value of each day, and a spot for each that says it."""
    values = [int(row[name] or 0) for row in days]
    top = _round_up(max(values, default=0))
    step = (WIDTH - LEFT) / max(1, len(days))
    points = [
        (LEFT + (place + 0.5) * step, HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP))
        for place, value in enumerate(values)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    spots = "".join(
        f"<circle class='{name}' cx='{x:.1f}' cy='{y:.1f}' r='2.5'>"
        f"<title>{escape(row['group'])}: {value}</title></circle>"
        for (x, y), row, value in zip(points, days, values, strict=True)
    )
    drawn = f"<polyline class='{name}' points='{path}'/>" if points else ""
    last = values[-1] if values else 0
    return _drawing(
        about, f"{last} at the end, at most {max(values, default=0)}", _axes(days, step, top) + drawn + spots
    )


def week(hours: Mapping[tuple[int, int], int], about: str) -> str:
    """Seven rows of 24 hours; the fuller the darker, with the number in each."""
    highest = max(hours.values(), default=0) or 1
    marks = []
    for weekday, called in enumerate(WEEKDAYS):
        y = 18 + weekday * 24
        marks.append(f"<text x='0' y='{y + 16}'>{called}</text>")
        for hour in range(24):
            count = hours.get((weekday, hour), 0)
            shade = 0.06 + 0.94 * count / highest if count else 0.04
            x = LEFT + hour * CELL * 1.27
            marks.append(
                f"<rect class='hour' x='{x:.1f}' y='{y}' width='{CELL * 1.2:.1f}' height='22' rx='3' "
                f"fill-opacity='{shade:.2f}'><title>{called} {hour:02} h: {count}</title></rect>"
            )
            if count:
                dark = " class='on'" if shade > 0.55 else " class='off'"
                marks.append(f"<text{dark} x='{x + CELL * 0.6:.1f}' y='{y + 15}' text-anchor='middle'>{count}</text>")
    marks += [f"<text x='{LEFT + hour * CELL * 1.27:.1f}' y='12'>{hour:02} h</text>" for hour in range(0, 24, 3)]
    weekday, hour = max(hours, key=lambda place: (hours[place], place), default=(0, 0))
    most = f"Most on {WEEKDAYS[weekday]} from {hour:02} to {hour + 1:02} h"
    return _drawing(about, most, "".join(marks), height=18 + 7 * 24 + 4)


def _drawing(title: str, about: str, inside: str, height: int = HEIGHT) -> str:
    """With a title and a description for who hears it; WAI-ARIA wants both named by their ids."""
    name = "".join(letter if letter.isalnum() else "-" for letter in title.lower())
    return (
        f"<svg role='img' aria-labelledby='{name}-title {name}-desc' viewBox='0 0 {WIDTH} {height}'>"
        f"<title id='{name}-title'>{escape(title)}</title><desc id='{name}-desc'>{escape(about)}</desc>{inside}</svg>"
    )


def _axes(days: Sequence[Row], step: float, top: int) -> str:
    """Three lines with their numbers, and some of the days."""
    parts = []
    for part in (0.0, 0.5, 1.0):
        y = HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP)
        parts.append(f"<line x1='{LEFT}' x2='{WIDTH}' y1='{y:.1f}' y2='{y:.1f}'/>")
        parts.append(f"<text x='{LEFT - 6}' y='{y + 4:.1f}' text-anchor='end'>{top * part:g}</text>")
    every = max(1, -(-len(days) // LABELS))
    parts += [
        f"<text x='{LEFT + place * step:.1f}' y='{HEIGHT - 6}'>{escape(days[place]['group'])}</text>"
        for place in range(0, len(days), every)
    ]
    return "".join(parts)


def _round_up(highest: int) -> int:
    """The next of 2, 4, 6, 8, 10, 20, 40, 60, …: half of it is a whole number."""
    power = 1
    while highest > 10 * power:
        power *= 10
    return next(step * power for step in (2, 4, 6, 8, 10) if step * power >= highest)
