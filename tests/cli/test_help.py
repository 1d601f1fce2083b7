"""`maild --help` answers at once and says what the commands say of themselves."""

from __future__ import annotations

import subprocess
import sys

import click

from maild.cli import COMMANDS, SAID, maild


def test_each_command_is_told_of_by_the_first_sentence_of_its_own_help() -> None:
    context = click.Context(maild)
    first = {name: maild.get_command(context, name) for name in COMMANDS}
    assert {name: command.get_short_help_str(200) for name, command in first.items() if command} == SAID


def test_help_imports_no_room() -> None:
    asked = "import sys, maild.cli\ntry: maild.cli.maild(['--help'])\nfinally: print(sorted(sys.modules))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert SAID["run"] in told
    for heavy in ("sqlalchemy", "maild.app", "maild.cli.run", "pydantic", "jinja2"):
        assert f"'{heavy}'" not in told
