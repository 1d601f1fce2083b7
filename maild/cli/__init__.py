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

SAID = {
    "apply": "Put FILE or FOLDER in force, all of it or nothing, and keep who did it, when and why.",
    "demo": "Play a customer's story through a desk of its own, then stay up for you to try.",
    "doctor": "Look at everything that mail needs: a line each, and what to do.",
    "history": "The versions of the configuration, newest first: who, when, why, and which is in force.",
    "ingest": "Store and process mails: FILES, or - for standard input.",
    "init": "Write maild.toml and the token keys into FOLDER; never overwrites anything.",
    "inspect": "Show how mails are read: senders, kind and why, new words, parts and attachments.",
    "migrate": "Bring the store to the schema of this release; harmless when it is there already.",
    "outbox": "Mail on its way out.",
    "plan": "What FILE or FOLDER would change, in words; writes nothing.",
    "quarantine": "Mails that need a person.",
    "report": (
        "Mails and answers, tickets opened, closed and open, times to answer and solve, kept promises, "
        "reopened tickets."
    ),
    "rollback": "Bring back the version that was in force before this one, or VERSION of `maild history`.",
    "rules": "Routing rules.",
    "run": "Run everything that is configured, until SIGTERM or Ctrl-C.",
    "sla": "Clocks and service levels.",
    "templates": "The mails that maild writes.",
    "ticket": "Look at tickets and work on them.",
    "trace": "Everything decided about a mail or a ticket, and why it stands as it does.",
}
"""What `maild --help` says of each: the first sentence of the command's own help, which a test compares. Asking the
commands would import the whole house."""


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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, SAID[name]) for name in self.list_commands(ctx)])

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
