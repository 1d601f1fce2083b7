"""`maild sla explain` and `maild sla what-if`: what the clocks did, and what other policies would have made of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from maild.cli.session import EX_CONFIG, EX_DIFFERS, EX_NOINPUT, as_json, dumps, fail, house
from maild.errors import ConfigError

if TYPE_CHECKING:
    from maild.app import App

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def span(ctx: click.Context, param: click.Parameter, text: str) -> timedelta:
    """A length of time such as 36h, 90d or 12w; at most some twenty years."""
    unit = UNITS.get(text[-1:])
    if unit is None or not text[:-1].isascii() or not text[:-1].isdigit() or len(text) > 6:
        raise click.BadParameter(f"{text!r}: write a number and h, d or w, such as 90d", ctx, param)
    return min(int(text[:-1]) * unit, timedelta(days=7_300))


@click.group()
def sla() -> None:
    """Clocks and service levels."""


@sla.command()
@click.argument("number", type=int)
@as_json
@click.pass_context
def explain(ctx: click.Context, number: int, as_json: bool) -> None:
    """Every clock of ticket NUMBER, segment by segment, so that it can be added up by hand.

    Times are in the zone of the desk; with --json in UTC, a line a clock.
    """
    with house(ctx) as app:
        lines = clock_rows(app, number) if as_json else clock_lines(app, number)
        if lines is None:
            fail(EX_NOINPUT, f"there is no ticket {number}")
            return
        for line in lines:
            click.echo(line if isinstance(line, str) else dumps(line))


@sla.command("what-if")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--last", callback=span, default="90d", metavar="90d", show_default=True, help="Tickets opened within this time."
)
@as_json
@click.pass_context
def what_if(ctx: click.Context, file: Path, last: timedelta, as_json: bool) -> None:
    """How far the clocks of past tickets would have come under the policies and calendars of configuration FILE.

    Each ticket counts once, at the worst stage that any of its clocks reached, under the policies of today and then
    under those of FILE. Exit status 1 when any ticket would have come to another stage, 78 when FILE has a fault.
    """
    from maild import config as configuration
    from maild.cli.what_if import tell_compared

    with house(ctx) as app:
        try:
            draft = configuration.load(file.resolve(), year=app.now().year)
        except ConfigError as error:
            fail(EX_CONFIG, *error.problems)
            return
        if tell_compared(app, draft, file.resolve().parent, last, as_json):
            raise SystemExit(EX_DIFFERS)


def clock_lines(app: App, number: int) -> list[str] | None:
    """The clocks of a ticket told in lines; None when there is no such ticket."""
    from maild.desk.moments import raised
    from maild.domain.explain import explain as told

    found = app.store.read(lambda uow: (uow.tickets.get(number), uow.events.of(number), uow.timers.of(number)))
    if found[0] is None:
        return None
    history = app.desk.clockwork.lived((stored.at, stored.event) for stored in found[1])
    zone = ZoneInfo(app.config.desk.zone)
    said = raised((stored.at, stored.event) for stored in found[1])
    clockwork = app.desk.clockwork
    return told(
        history, clockwork.by_name, now=app.now(), zone=zone, previous=found[2], raised=said,
        versions=clockwork.versions,
    )  # fmt: skip


def clock_rows(app: App, number: int) -> list[dict[str, Any]] | None:
    """The same as values: each clock with its segments."""
    from msgspec import to_builtins

    from maild.domain.history import History
    from maild.domain.sla import ledger, reckon

    found = app.store.read(lambda uow: (uow.tickets.get(number), uow.events.of(number), uow.timers.of(number)))
    if found[0] is None:
        return None
    history = app.desk.clockwork.lived((stored.at, stored.event) for stored in found[1])
    policies, versions = app.desk.clockwork.by_name, app.desk.clockwork.versions
    terms = {(clock.metric, clock.cycle): clock.terms for clock in History(policies, history).clocks}
    segments = ledger(history, policies, now=app.now())
    rows: list[dict[str, Any]] = []
    for timer in reckon(history, policies, previous=found[2]):
        mine = [s for s in segments if (s.metric, s.cycle) == (timer.metric, timer.cycle)]
        held = terms.get((timer.metric, timer.cycle))
        used = sum(segment.minutes for segment in mine) if held else timer.used
        since = versions.edited_at(held.policy) if held else None
        told = {**to_builtins(timer), "used": used, "policy_since": to_builtins(since)}
        rows.append({**told, "segments": to_builtins(mine)})
    return rows
