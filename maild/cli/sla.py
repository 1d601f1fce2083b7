"""`maild sla explain` and `maild sla what-if`: what the clocks did, and what other policies would have made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from maild.cli.session import EX_CONFIG, EX_NOINPUT, as_json, dumps, fail, house, show_rows
from maild.errors import ConfigError

if TYPE_CHECKING:
    from maild.app import App
    from maild.config.model import Config
    from maild.desk.ports import StoredEvent, UnitOfWork
    from maild.domain.sla_policy import SlaPolicy
    from maild.domain.ticket import Ticket

STAGES = ("green", "yellow", "red", "breached")


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
    under those of FILE.
    """
    from maild import config as configuration

    with house(ctx) as app:
        try:
            draft = configuration.load(file.resolve(), year=app.now().year)
        except ConfigError as error:
            fail(EX_CONFIG, *error.problems)
            return
        tell_compared(app, draft, file.resolve().parent, last, as_json)


def tell_compared(app: App, draft: Config, folder: Path, last: timedelta, as_json: bool) -> None:
    """A row for each team and priority: how far the clocks came, and would have come under the draft, which names
    files of `folder`."""
    from maild.config import promises

    year, problems = app.now().year, list[str]()
    calendars = promises.calendars(draft, folder, year=year, problems=problems)
    then = promises.policies(draft, calendars, problems=problems)
    rows = _compared(app, draft, then, last)
    if as_json:
        for row in rows:
            click.echo(dumps(row))
        return
    shown = []
    for row in rows:
        cells = {f"{stage}": f"{row['now'][stage]} -> {row['then'][stage]}" for stage in STAGES}
        shown.append({"team": row["team"], "priority": row["priority"], "tickets": row["tickets"], **cells})
    show_rows(shown, ("team", "priority", "tickets", *STAGES), as_json=False)


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
        used = sum(segment.minutes for segment in mine)
        held = terms.get((timer.metric, timer.cycle))
        since = versions.edited_at(held.policy) if held else None
        told = {**to_builtins(timer), "used": used, "policy_since": to_builtins(since)}
        rows.append({**told, "segments": to_builtins(mine)})
    return rows


def _history(uow: UnitOfWork, *, number: int) -> tuple[Ticket, str, list[StoredEvent]] | None:
    """The ticket, the address of its requester, and what happened to it."""
    ticket = uow.tickets.get(number)
    return (ticket, uow.people.get(ticket.requester).address, uow.events.of(number)) if ticket else None


def _compared(app: App, draft: Config, then: Sequence[SlaPolicy], last: timedelta) -> list[dict[str, Any]]:
    """A row for each team and priority, and one for all.

    Each side knows the organisations and contracts of its own configuration."""
    from maild.config import build
    from maild.desk.whatif import replayed, worst_stage

    now = app.now()
    sides = {"now": (app.desk.clockwork.policies, app.directory), "then": (then, build.directory(draft))}
    counts: dict[tuple[str, str], dict[str, Counter[str]]] = {}
    for number in app.store.reports.opened_since(now - last):
        found = app.store.read(partial(_history, number=number))
        if found is None:
            continue
        ticket, address, history = found
        for side, (policies, directory) in sides.items():
            organisation = directory.organisation_of(address)
            moments = replayed(
                ticket, history, policies, organisation=organisation, contract=directory.contract_of(organisation)
            )
            stage = worst_stage(moments, {p.name: p for p in policies}, now=now)
            for key in ((ticket.team, str(ticket.priority)), ("all", "all")):
                counts.setdefault(key, {name: Counter() for name in sides})[side][stage] += 1
    rows: list[dict[str, Any]] = []
    for (team, priority), sums in sorted(counts.items(), key=lambda item: (item[0][0] == "all", item[0])):
        stages = {side: {stage: counted[stage] for stage in STAGES} for side, counted in sums.items()}
        rows.append({"team": team, "priority": priority, "tickets": sums["now"].total(), **stages})
    return rows
