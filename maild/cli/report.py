"""`maild report`: how the desk has done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from maild.cli.session import EX_DATAERR, EX_USAGE, dumps, fail, house

if TYPE_CHECKING:
    from maild.app import App

DAY = click.DateTime(["%Y-%m-%d"])
BY = ("team", "agent", "category", "organisation", "priority", "product", "day", "week", "month", "hour", "all")
FORMS = ("text", "csv", "json", "html")


@click.command()
@click.option("--since", type=DAY, help="First day; 30 days before the end when left out.")
@click.option("--until", type=DAY, help="Last day, included; today when left out.")
@click.option("--by", multiple=True, type=click.Choice(BY), help="Kept apart by this (may be repeated).")
@click.option("--team", default="", help="Only tickets of this team.")
@click.option("--agent", default="", help="Only tickets that he is in charge of, and his answers.")
@click.option("--category", default="", help="Only this category.")
@click.option("--organisation", default="", help="Only tickets of people of this organisation.")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="How it is written."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json: one JSON object a line.")
@click.pass_context
def report(
    ctx: click.Context, /, since: datetime | None, until: datetime | None, by: tuple[str, ...], form: str,
    as_json: bool, **only: str,
) -> None:  # fmt: skip
    """Mails and answers, tickets opened, closed and open, times to answer and solve, kept promises, reopened tickets.

    Times are by the clock on the wall. When --by is not given: all together, by team and by agent; of one agent,
    category or organisation all together and by team.
    """
    from maild.report.make import make_report, midnight
    from maild.report.page import as_html
    from maild.report.text import as_csv, as_text

    only = {name: value for name, value in only.items() if value}
    with house(ctx) as app:
        now = app.now()
        zone = ZoneInfo(app.config.desk.zone)
        last = until.date() if until else now.astimezone(zone).date()
        first = since.date() if since else last - timedelta(days=30)
        if first > last:
            fail(EX_USAGE, "--since must be before --until")
        begin, over = (midnight(day, zone) for day in (first, last + timedelta(days=1)))
        made = make_report(
            app.store.reports,
            desk=app.config.desk.name,
            since=begin,
            until=max(begin, min(over, now)),
            now=now,
            basis=app.basis,
            by=list(dict.fromkeys(by or _usual(only))),
            charts=form == "html",
            only=only,
        )
        if made.remark:
            _there_is(app, only)
    if as_json or form == "json":
        for heading, rows in made.sections:
            for row in rows:
                click.echo(dumps({"by": heading, **row}))
        return
    shown = {"text": as_text, "csv": as_csv, "html": as_html}
    click.echo(shown[form](made), nl=False)


def _usual(only: Mapping[str, str]) -> tuple[str, ...]:
    """By what a report is kept apart when nobody says: of one value, by what kept months can tell of it."""
    return ("all", "team", "agent") if only.keys() <= {"team"} else ("all", "team")


def _there_is(app: App, only: dict[str, str]) -> None:
    """Where nothing is found, whether the name is only misspelt: what was in the configuration once may still count."""
    config = app.config
    known = {
        "team": [one.name for one in config.team],
        "agent": [one.name for one in config.agent],
        "category": [one.name for one in config.category],
        "organisation": [one.name for one in config.organisation],
    }
    for what, name in only.items():
        names = known[what]
        if name not in names:
            near = get_close_matches(name, names, 1)
            instead = f"did you mean {near[0]}?" if near else f"there are {', '.join(names) or 'none'}"
            fail(EX_DATAERR, f"there is no {what} {name!r}: {instead}")
