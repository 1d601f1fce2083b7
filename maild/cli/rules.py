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
    """Read the configuration, run the rules' examples, name every fault; 0 when all is well, 78 when not."""
    from maild import config as configuration
    from maild.app import rulebook_of
    from maild.clock.system import now
    from maild.rules.examples import check_examples

    given: Path | None = ctx.find_root().obj
    try:
        place = configuration.find(given)
        rulebook = rulebook_of(configuration.load(place, year=now().year), place)
        if failed := check_examples(rulebook):
            raise ConfigError(list(failed))
    except ConfigError as error:
        if as_json:
            for problem in error.problems:
                click.echo(dumps({"problem": problem}))
            raise SystemExit(EX_CONFIG) from None
        fail(EX_CONFIG, *error.problems)
        return
    if as_json:
        for rule in rulebook.rules:
            click.echo(dumps({"rule": rule.name, "file": rule.source, "on": sorted(rule.on), "stop": rule.stop}))
        return
    examples = sum(len(rule.examples) for rule in rulebook.rules)
    files = len({rule.source for rule in rulebook.rules} - {str(place)})
    beside = f" and {files} file{'s' if files > 1 else ''} of rules.d" if files else ""
    click.echo(f"{place}{beside}: no fault; rules: {len(rulebook.rules)}, examples: {examples}")
