"""A report for the terminal and for spreadsheets.

Writes values as they are; no cell can be taken for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from textwrap import wrap

from maild.report.rows import ACTS, COLUMNS, REMARKS, Report, cells

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that spreadsheets take for a formula: names come from mails and the configuration."""


ALWAYS = ("group", *ACTS[:4], "backlog", "change")
"""Figures that are told though they are nothing; of the others only those of which there is something."""


def as_text(report: Report) -> str:
    """A table for each section; of a period without anything only that it is so."""
    lines = [report.title, *([REMARKS[report.remark]] if report.remark else [])]
    for heading, rows in report.sections if not report.remark else ():
        columns = list(zip(*map(cells, rows), strict=True)) or [()] * len(COLUMNS)
        told = [
            (COLUMNS[name] or heading, column)
            for name, column in zip(COLUMNS, columns, strict=True)
            if (name in ALWAYS and set(column) != {"-"}) or set(column) - {"-", "0"}
        ]
        lines += ["", *_table(told)]
    return "\n".join(lines) + "\n"


def _table(columns: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    """The lines of a table: names to the left, figures to the right, headings no wider than they must be."""
    widths = [max(map(len, [*heading.split(), *column])) for heading, column in columns]
    headings = [wrap(heading, width) for (heading, _), width in zip(columns, widths, strict=True)]
    high = max(map(len, headings))
    padded = [[""] * (high - len(heading)) + heading + list(column)
              for heading, (_, column) in zip(headings, columns, strict=True)]  # fmt: skip
    for first, *rest in zip(*padded, strict=True):
        figures = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join([first.ljust(widths[0]), *figures]).rstrip()


def as_csv(report: Report) -> str:
    """Comma-separated values (RFC 4180): times in minutes, a column for what the rows are grouped by."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["by", *COLUMNS])
    for heading, rows in report.sections:
        for row in rows:
            name = str(row["group"])
            safe = f"'{name}" if name.startswith(FORMULA) else name
            rest = ("" if row.get(key) is None else row[key] for key in COLUMNS if key != "group")
            writer.writerow([heading, safe, *rest])
    return out.getvalue()
