"""Every shell line in the documents is a command that exists, with options that it has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from maild.cli import maild
from tests.docs.test_documents import PAGES, blocks, name

ROOT = Path(__file__).parents[2]
TARGETS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

LINES = [
    pytest.param(line.strip(), id=f"{name(page)}: {line.strip()}")
    for page in PAGES
    for block in blocks(page, "sh")
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip()
]


@pytest.mark.parametrize("line", LINES)
def test_the_line_can_be_typed(line: str) -> None:
    parts = shlex.split(line, comments=True)
    assert parts, "a line that is only a comment belongs into the text"
    while parts and re.fullmatch(r"[A-Z_]+=\S*", parts[0]):
        parts.pop(0)
    if ">" in parts:
        parts = parts[: parts.index(">")]
    match parts:
        case ["maild", *rest]:
            parse(rest)
        case ["make", *words]:
            assert {word for word in words if "=" not in word} <= TARGETS
        case _:
            assert parts[0].rpartition("/")[2] in PROGRAMS, f"what is {parts[0]}?"


PROGRAMS = {
    *("cd", "chmod", "cp", "export", "touch", "${EDITOR:-vi}"),
    *("pip", "python", "python3", "pytest", "rsync", "sqlite3", "swaks", "waitress-serve"),
}
"""What the documents may ask for besides `maild` and `make`."""


def parse(words: list[str]) -> None:
    """Parse a command line as `maild` would, and run nothing."""
    command: click.Command = maild
    context = click.Context(command, info_name="maild")
    while isinstance(command, click.Group):
        assert words, "a command is missing"
        assert not words[0].startswith("-"), f"a command is missing before {words[0]}"
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    command.parse_args(context, list(words))


def test_a_wrong_option_would_be_found() -> None:
    with pytest.raises(click.UsageError):
        parse(["run", "--no-such-option"])
    with pytest.raises(AssertionError):
        parse(["no-such-command"])


def test_commands_named_in_the_text_exist() -> None:
    """`maild word word` in running text, too."""
    for page in PAGES:
        for words in re.findall(r"`maild ((?:-\S+ \S+ )?[a-z][^`]*)`", page.read_text("utf-8")):
            parts = words.split()
            if parts[0] == "-c":
                parts = parts[2:]
            context = click.Context(maild, info_name="maild")
            found = maild.get_command(context, parts[0])
            assert found is not None, f"{name(page)}: `maild {words}`"
            if isinstance(found, click.Group) and len(parts) > 1 and parts[1].isalpha():
                for alternative in parts[1].split("|"):
                    assert found.get_command(context, alternative) is not None, f"{name(page)}: `maild {words}`"
