"""Other policies tried on the tickets that there were: how far their clocks would have come.

Replays histories from the store. Writes nothing, and tells nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli.session import dumps, show_rows

if TYPE_CHECKING:
    from maild.app import App
    from maild.config.model import Config
    from maild.desk.ports import StoredEvent, UnitOfWork
    from maild.domain.sla_policy import SlaPolicy
    from maild.domain.ticket import Ticket

STAGES = ("green", "yellow", "red", "breached")


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
