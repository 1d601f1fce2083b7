"""`maild plan`: what another configuration would change, in words, and whom it concerns.

Makes every check that a start would make. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from maild.cli.session import EX_CONFIG, EX_DIFFERS, EX_TEMPFAIL, as_json, dumps, fail, plain
from maild.cli.sla import span
from maild.config.versions import write_out
from maild.errors import ConfigError, MaildError

if TYPE_CHECKING:
    from maild.candidate import Candidate
    from maild.config.difference import Change
    from maild.store.engine import Store

SHOWN = 5
"""Numbers of tickets named where one change concerns many."""

CONCERNED = {"mailbox": "mailbox", "team": "team", "agent": "owner", "category": "category", "sla": "policy"}
"""Section -> column of the tickets that an entry of it is named by."""

draft_argument = click.argument("draft", type=click.Path(path_type=Path), metavar="FILE|FOLDER")


@click.command()
@draft_argument
@click.option(
    "--effect", is_flag=True, help="Also what it would have done: rules on mails that came, clocks on tickets."
)
@click.option(
    "--mails", default=200, show_default=True, type=click.IntRange(1), help="So many last mails, for --effect."
)
@click.option("--last", callback=span, default="30d", show_default=True, metavar="30d",
              help="Tickets opened within this time, for --effect.")  # fmt: skip
@as_json
@click.pass_context
def plan(ctx: click.Context, draft: Path, effect: bool, mails: int, last: timedelta, as_json: bool) -> None:
    """What FILE or FOLDER would change, in words; writes nothing.

    FOLDER is a whole configuration (maild.toml, rules.d, templates); FILE is one file of it. 0 when nothing would
    change, 1 when something would, 78 when the draft has faults.
    """
    from maild.config.versions import draft as draft_of

    place = place_of(ctx)
    with faults_told(), store_of(place) as store:
        old, new = in_force(place), examined(place, draft_of(place, draft))
        changes = changes_between(old, new)
        for change in changes:
            tell(change, store, as_json)
        for odd in new.odd:
            click.echo(dumps({"warning": odd}) if as_json else f"warning: {odd}")
        if effect:
            _tell_effect(ctx, new, mails, last, as_json)
        if not changes and not as_json:
            click.echo("nothing would change")
    if changes:
        raise SystemExit(EX_DIFFERS)


def tell(change: Change, store: Store, as_json: bool) -> None:
    count, numbers = 0, list[int]()
    if change.what in CONCERNED and change.name and change.kind != "added":
        count, numbers = store.reports.concerned(CONCERNED[change.what], change.name, limit=SHOWN)
    if as_json:
        click.echo(
            dumps(
                {"change": change.kind, "what": change.what, "name": change.name, "said": list(change.said),
                 "restart": change.restart, "open_tickets": count}
            )
        )  # fmt: skip
        return
    click.echo(plain(change.sentence) + (" (needs a restart)" if change.restart else ""))
    if count:
        more = ", …" if count > len(numbers) else ""
        click.echo(f"    concerns {count} tickets that are not closed: {', '.join(map(str, numbers))}{more}")


def _tell_effect(ctx: click.Context, new: Candidate, mails: int, last: timedelta, as_json: bool) -> None:
    from maild.cli.rules import tell_stored
    from maild.cli.session import house
    from maild.cli.what_if import tell_compared

    with house(ctx) as app:
        if not as_json:
            click.echo(f"the last {mails} mails under the rules of the draft:")
        tell_stored(app, new.rulebook, mails, None, as_json)
        if not as_json:
            days = last.total_seconds() / 86_400
            click.echo(f"clocks of the tickets opened in the last {days:g} days, now -> with the draft:")
        with TemporaryDirectory(prefix="maild-plan-") as made:
            # calendars may name files of the draft
            folder = write_out(new.files, Path(made)).parent
            tell_compared(app, new.config, folder, last, as_json)


def place_of(ctx: click.Context) -> Path:
    from maild import config as configuration
    from maild.config.versions import finish

    given: Path | None = ctx.find_root().obj
    try:
        place = configuration.find(given)
    except ConfigError as error:
        fail(EX_CONFIG, *error.problems)
        raise
    with suppress(OSError):  # what cannot be moved is read where it is
        finish(place)
    return place


def in_force(place: Path) -> Candidate | None:
    """What is in force; None when it has faults, which are told."""
    from maild.config.versions import collect

    try:
        return examined(place, collect(place))
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"what is in force has a fault: {problem}", err=True)
        return None


def examined(place: Path, files: Any) -> Candidate:
    from maild.candidate import examine
    from maild.clock.system import now

    return examine(files, folder=place.parent, year=now().year)


def changes_between(old: Candidate | None, new: Candidate) -> list[Change]:
    from maild.candidate import compared

    return compared(old, new)


@contextmanager
def faults_told() -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        fail(EX_CONFIG, *error.problems)
    except MaildError as error:
        fail(EX_TEMPFAIL, str(error))


@contextmanager
def store_of(place: Path) -> Iterator[Store]:
    """The store alone: a configuration with faults can be rolled back too, as long as its [store] can be read."""
    from maild.config.database import open_store_of

    store = open_store_of(place, migrate=True)
    try:
        yield store
    finally:
        store.close()
