"""`maild rules check`: whether the rules, and the whole configuration, can be used."""

from __future__ import annotations

from pathlib import Path

import click

from maild.cli.session import EX_CONFIG, as_json, dumps, fail
from maild.errors import ConfigError


@click.group()
def rules() -> None:
    """Routing rules."""


@rules.command()
@as_json
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Read the configuration and name every fault of it; 0 when it can be used, 78 when not."""
    from maild import config as configuration
    from maild.app import rulebook_of
    from maild.clock.system import now

    given: Path | None = ctx.find_root().obj
    try:
        place = configuration.find(given)
        rulebook = rulebook_of(configuration.load(place, year=now().year), str(place))
    except ConfigError as error:
        if as_json:
            for problem in error.problems:
                click.echo(dumps({"problem": problem}))
            raise SystemExit(EX_CONFIG) from None
        fail(EX_CONFIG, *error.problems)
        return
    if as_json:
        for rule in rulebook.rules:
            click.echo(dumps({"rule": rule.name, "on": sorted(rule.on), "stop": rule.stop}))
        return
    click.echo(f"{place}: {len(rulebook.rules)} rules, no fault")
