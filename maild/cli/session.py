"""What every command of the command line shares: the configuration, the opened house, and how rows are printed.

Exit codes are those of sysexits(3), so that a mail server can call us: 75 means try again, 78 a faulty configuration.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.errors import ConfigError, MaildError

if TYPE_CHECKING:
    from maild.app import App

EX_OK = 0
EX_DIFFERS = 1
"""As diff(1) has it: nothing is wrong, but something is not the same."""
EX_USAGE = 64
EX_DATAERR = 65
EX_NOINPUT = 66
EX_UNAVAILABLE = 69
EX_TEMPFAIL = 75
EX_CONFIG = 78

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@contextmanager
def house(ctx: click.Context, *, lock: bool = False, migrate: bool | None = None) -> Iterator[App]:
    """The house that the configuration describes, closed at the end; faults end the command with their exit code."""
    from maild.app import open_app

    config: Path | None = ctx.find_root().obj
    try:
        app = open_app(config, lock=lock, migrate=migrate)
    except ConfigError as error:
        fail(EX_CONFIG, *error.problems)
    except MaildError as error:
        fail(EX_TEMPFAIL, str(error))
    except OSError as error:
        fail(EX_TEMPFAIL, f"{error.filename or 'the store'}: {error.strerror or error}")
    try:
        yield app
    except MaildError as error:
        fail(EX_UNAVAILABLE, str(error))
    finally:
        app.close()


def fail(code: int, *sentences: str) -> Any:
    """Say what is wrong on standard error, a line each, and end with the code."""
    for sentence in sentences:
        click.echo(f"maild: {sentence}", err=True)
    sys.exit(code)


def show_rows(rows: Iterable[dict[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as JSON lines, or as a table of the named columns."""
    if as_json:
        for row in rows:
            click.echo(dumps(row))
        return
    table = [[plain(row.get(column)) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *table, strict=True)]
    for line in [[c.replace("_", " ") for c in columns], *table]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def dumps(value: Any) -> str:
    """One line of JSON; times as ISO 8601."""
    return json.dumps(value, ensure_ascii=False, default=_json)


def plain(value: Any) -> str:
    """A value as one line of a terminal: no control character of a stranger gets through (SEC-35)."""
    if value is None:
        return "-"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return "".join(c if c.isprintable() else " " for c in text)[:200] or "-"


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
