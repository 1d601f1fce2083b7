"""A report for the terminal and for spreadsheets.

Writes values as they are; no cell can be taken for a formula.
"""

from __future__ import annotations

import csv
import io

from maild.report.rows import COLUMNS, REMARKS, Report, cells

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that spreadsheets take for a formula: names come from mails and the configuration."""


def as_text(report: Report) -> str:
    """A table for each section; of a period without anything only that it is so."""
    lines = [report.title, *([REMARKS[report.remark]] if report.remark else [])]
    for heading, rows in report.sections if not report.remark else ():
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
            name = str(row["group"])
            safe = f"'{name}" if name.startswith(FORMULA) else name
            rest = ("" if row.get(key) is None else row[key] for key in COLUMNS if key != "group")
            writer.writerow([heading, safe, *rest])
    return out.getvalue()
