"""The command line: one module a command, imported only when that command is called.

A command translates words into a call of a room and prints what comes back; it holds no rule of the business.
"""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from maild import __version__

COMMANDS = {
    "apply": "maild.cli.apply:apply",
    "demo": "maild.cli.demo:demo",
    "doctor": "maild.cli.doctor:doctor",
    "history": "maild.cli.apply:history",
    "ingest": "maild.cli.ingest:ingest",
    "init": "maild.cli.init:init",
    "inspect": "maild.cli.inspect:inspect",
    "migrate": "maild.cli.run:migrate",
    "outbox": "maild.cli.outbox:outbox",
    "plan": "maild.cli.plan:plan",
    "quarantine": "maild.cli.quarantine:quarantine",
    "report": "maild.cli.report:report",
    "rollback": "maild.cli.apply:rollback",
    "rules": "maild.cli.rules:rules",
    "run": "maild.cli.run:run",
    "sla": "maild.cli.sla:sla",
    "templates": "maild.cli.templates:templates",
    "ticket": "maild.cli.ticket:ticket",
    "trace": "maild.cli.trace:trace",
}
"""Command name -> where it lives. Kept as text so that `maild inspect` need not import the database."""


WITHOUT_CONFIGURATION = frozenset({"demo", "init"})
"""Commands that read none."""


def _choose(ctx: click.Context, option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.find_root().obj = value


config_option = click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path),
    callback=_choose,
    expose_value=False,
    help="Configuration; else $MAILD_CONFIG, ./maild.toml, /etc/maild/maild.toml.",
)


def _with_config(command: click.Command) -> click.Command:
    """The command with `-c` of its own, so that `maild run -c FILE` is as good as `maild -c FILE run`."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _with_config(inner)
    elif not any(option.name == "config" for option in command.params):
        config_option(command)
    return command


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command if cmd_name in WITHOUT_CONFIGURATION else _with_config(command)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@config_option
@click.version_option(__version__, prog_name="maild")
def maild() -> None:
    """The helpdesk that lives in the mail."""
