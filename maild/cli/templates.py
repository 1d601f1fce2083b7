"""`maild templates check`: every notice in every language, rendered with its sample."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from maild.cli.session import EX_CONFIG, as_json, dumps, fail
from maild.errors import ConfigError


@click.group()
def templates() -> None:
    """The mails that maild writes."""


@templates.command()
@as_json
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Render everything, templates of your own included; 0 when all is well, 78 when not."""
    from maild import config as configuration
    from maild.clock.system import now
    from maild.outbound.check import check_templates

    given: Path | None = ctx.find_root().obj
    override: Path | None = None
    try:
        place = configuration.find(given)
        config = configuration.load(place, year=now().year)
        override = place.parent / config.templates if config.templates else None
    except ConfigError as error:
        if given is not None:
            fail(EX_CONFIG, *error.problems)
    problems = check_templates(override)
    for problem in problems:
        click.echo(dumps({"problem": problem}) if as_json else problem)
    if problems:
        sys.exit(EX_CONFIG)
    if not as_json:
        click.echo("every notice can be written in every language")
