"""`maild templates check`: every notice in every language, rendered with its sample."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maild.cli.session import EX_CONFIG, as_json, dumps, fail
from maild.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    Folders = dict[str, Sequence[Path]]


@click.group()
def templates() -> None:
    """The mails that maild writes."""


@templates.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write every mail into this folder as well, HTML and text, with an index.html that leads to them.",
)
@as_json
@click.pass_context
def check(ctx: click.Context, out: Path | None, as_json: bool) -> None:
    """Render everything, templates of your own included; 0 when all is well, 78 when not."""
    from maild.outbound.check import check_templates
    from maild.outbound.specimens import write_specimens

    found = 0
    folders, private = _of_configuration(ctx.find_root().obj)
    for whose, overrides in folders.items():
        for problem in check_templates(*overrides, private=private):
            found += 1
            told = f"{whose}: {problem}" if whose else problem
            click.echo(dumps({"mailbox": whose, "problem": problem}) if as_json else told)
        if out is not None:
            folder = out / whose if whose else out
            folder.mkdir(parents=True, exist_ok=True)
            count = write_specimens(folder, f"Mails of {whose}" if whose else "Mails", *overrides)
            if not as_json:
                click.echo(f"{count} mails to look at: {folder / 'index.html'}")
    if found:
        sys.exit(EX_CONFIG)
    if not as_json:
        click.echo("every notice can be written in every language")


def _of_configuration(given: Path | None) -> tuple[Folders, Sequence[str]]:
    """The folders of templates that go before the packaged ones, of the desk by "", of mailboxes by their addresses;
    and the addresses of agents."""
    from maild import config as configuration
    from maild.clock.system import now

    try:
        place = configuration.find(given)
        config = configuration.load(place, year=now().year)
    except ConfigError as error:
        if given is not None:
            fail(EX_CONFIG, *error.problems)
        return {"": ()}, ()
    desk = (place.parent / config.templates,) if config.templates else ()
    folders: Folders = {"": desk}
    folders |= {m.address: (place.parent / m.templates, *desk) for m in config.mailbox if m.templates}
    return folders, [address for agent in config.agent for address in agent.addresses]
