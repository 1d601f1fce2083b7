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

AT_A_TIME = 500
"""Tickets read in one go: a snapshot that is held for a second keeps no writer's log from being folded."""


def tell_compared(app: App, draft: Config, folder: Path, last: timedelta, as_json: bool) -> bool:
    """A row for each team and priority: how far the clocks came, and would have come under the draft, which names
    files of `folder`. Whether anything would have been otherwise."""
    from maild.config import promises

    year, problems = app.now().year, list[str]()
    calendars = promises.calendars(draft, folder, year=year, problems=problems)
    then = promises.policies(draft, calendars, problems=problems)
    rows = _compared(app, draft, then, last)
    if as_json:
        for row in rows:
            click.echo(dumps(row))
    else:
        shown = []
        for row in rows:
            cells = {stage: _cell(row["now"][stage], row["then"][stage]) for stage in STAGES}
            shown.append({"team": row["team"], "priority": row["priority"], "tickets": row["tickets"], **cells})
        show_rows(shown, ("team", "priority", "tickets", *STAGES), as_json=False)
    return any(row["differ"] for row in rows)


def _cell(now: int, then: int) -> str:
    return f"{now} -> {then}" + (f" ({then - now:+d})" if then != now else "")


def _histories(uow: UnitOfWork, *, numbers: Sequence[int]) -> list[tuple[Ticket, str, list[StoredEvent]]]:
    """The tickets, the address of each one's requester, and what happened to it."""
    tickets = [ticket for number in numbers if (ticket := uow.tickets.get(number)) is not None]
    return [(t, uow.people.get(t.requester).address, uow.events.of(t.number)) for t in tickets]


def _compared(app: App, draft: Config, then: Sequence[SlaPolicy], last: timedelta) -> list[dict[str, Any]]:
    """A row for each team and priority, and one for all.

    Each side knows the organisations and contracts of its own configuration. `differ` counts the tickets whose stage
    would have been another one, also where the sums are the same."""
    from maild.config import build
    from maild.desk.whatif import replayed, worst_stage

    now = app.now()
    sides = (
        (app.desk.clockwork.policies, app.directory),
        (then, build.directory(draft)),
    )
    by_name = [{policy.name: policy for policy in policies} for policies, _ in sides]
    counts: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    numbers = app.store.reports.opened_since(now - last)
    for start in range(0, len(numbers), AT_A_TIME):
        page = numbers[start : start + AT_A_TIME]
        for ticket, address, history in app.store.read(partial(_histories, numbers=page)):
            stages = []
            for (policies, directory), named in zip(sides, by_name, strict=True):
                organisation = directory.organisation_of(address)
                contract = directory.contract_of(organisation)
                moments = replayed(ticket, history, policies, organisation=organisation, contract=contract)
                stages.append(str(worst_stage(moments, named, now=now)))
            for key in ((ticket.team, str(ticket.priority)), ("all", "all")):
                counts.setdefault(key, Counter())[stages[0], stages[1]] += 1
    return [
        {"team": team, "priority": priority, **_sums(counted)}
        for (team, priority), counted in sorted(counts.items(), key=lambda item: (item[0][0] == "all", item[0]))
    ]


def _sums(counted: Counter[tuple[str, str]]) -> dict[str, Any]:
    """Of pairs (stage now, stage then): how many tickets, how many at each stage on each side, how many differ."""
    now, then = Counter[str](), Counter[str]()
    for (before, after), tickets in counted.items():
        now[before] += tickets
        then[after] += tickets
    return {
        "tickets": counted.total(),
        "now": {stage: now[stage] for stage in STAGES},
        "then": {stage: then[stage] for stage in STAGES},
        "change": {stage: then[stage] - now[stage] for stage in STAGES},
        "differ": sum(tickets for (before, after), tickets in counted.items() if before != after),
    }
