"""`maild report`: how the desk has done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from maild.cli.session import EX_USAGE, dumps, fail, house

DAY = click.DateTime(["%Y-%m-%d"])
BY = {"team": "team", "agent": "owner", "category": "category", "day": "day", "month": "month", "all": "all"}
"""What people call it -> what the store does."""


@click.command()
@click.option("--since", type=DAY, help="First day (UTC); 30 days before the end when left out.")
@click.option("--until", type=DAY, help="Last day (UTC), included; today when left out.")
@click.option("--by", multiple=True, type=click.Choice(list(BY)), help="Kept apart by this (may be repeated).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json", "html"]),
    default="text",
    show_default=True,
    help="How it is written.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json: one JSON object a line.")
@click.pass_context
def report(
    ctx: click.Context, since: datetime | None, until: datetime | None, by: tuple[str, ...], form: str, as_json: bool
) -> None:
    """Volume, backlog, times to the first answer and to closing, kept promises, reopened tickets.

    Times are by the clock on the wall. By team, agent and all together when --by is not given.
    """
    from maild.report import Report, as_csv, as_html, as_text, with_shares

    with house(ctx) as app:
        now = app.now()
        last = (until or now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
        end = min(last + timedelta(days=1), max(now, last))
        first = since.replace(tzinfo=UTC) if since else last - timedelta(days=30)
        if first >= end:
            fail(EX_USAGE, "--since must be before --until")
        figures = app.store.reports.figures
        sections = [
            (name, [with_shares(row) for row in figures(since=first, until=end, by=BY[name], now=now)])
            for name in dict.fromkeys(by or ("all", "team", "agent"))
        ]
        days = figures(since=first, until=end, by="day", now=now) if form == "html" else []
        made = Report(desk=app.config.desk.name, since=first, until=last, sections=sections, days=days)
    if as_json or form == "json":
        for heading, rows in sections:
            for row in rows:
                click.echo(dumps({"by": heading, **row}))
        return
    shown = {"text": as_text, "csv": as_csv, "html": as_html}
    click.echo(shown[form](made), nl=False)
