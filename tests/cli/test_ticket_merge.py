"""`maild ticket merge|unmerge|link|unlink|note|reopen`: what agents do by mail, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from maild.cli import maild
from tests.helpers.command_line import write_keys
from tests.helpers.world import WORLD, World, letter

SUPPORT = "support@casa-azul.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk on the disk with two tickets and a key file."""
    world = World(tmp_path, WORLD)
    for who in ("ana@quinta.example", "luis@taller.example"):
        world.take(letter(who, SUPPORT, "Printer", "It eats paper."), to=[SUPPORT], reverse_path=who)
    world.close()
    write_keys(tmp_path)
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(maild, ["-c", str(folder / "maild.toml"), "ticket", *words])
    return result.exit_code, result.output


def test_merge_show_and_unmerge(folder: Path) -> None:
    assert run(folder, "merge", "10001", "10002", "--as", "rui")[1].startswith("ticket 10001: TicketMerged")
    assert "merged into        10002" in run(folder, "show", "10001")[1]
    assert "merged here        10001" in run(folder, "show", "10002")[1]
    assert run(folder, "unmerge", "10001", "--as", "rui")[0] == 0
    assert "merged here" not in run(folder, "show", "10002")[1]


def test_a_merge_that_cannot_be_ends_with_a_data_error(folder: Path) -> None:
    code, said = run(folder, "merge", "10001", "10001", "--as", "rui")
    assert (code, "into itself" in said) == (65, True)
    assert run(folder, "unmerge", "10001", "--as", "rui")[0] == 65


def test_link_show_and_unlink(folder: Path) -> None:
    assert run(folder, "link", "10001", "10002", "--as", "rui")[1].startswith("ticket 10001: TicketLinked")
    for number, other in (("10001", "10002"), ("10002", "10001")):
        assert f"see also           {other} Printer (new)" in run(folder, "show", number)[1]
    assert run(folder, "unlink", "10002", "10001", "--as", "rui")[0] == 0
    assert "see also" not in run(folder, "show", "10001")[1]
    assert run(folder, "unlink", "10002", "10001", "--as", "rui")[0] == 65


def test_note_close_and_reopen(folder: Path) -> None:
    assert "NoteAdded" in run(folder, "note", "10001", "Cable is loose.", "--as", "eva")[1]
    assert "TicketClosed" in run(folder, "close", "10001", "--as", "eva")[1]
    assert "TicketReopened" in run(folder, "reopen", "10001", "again", "--as", "eva")[1]


def test_old_numbers_are_read_whole_or_not_at_all(folder: Path) -> None:
    table = folder / "old.csv"
    table.write_text("4711,10001\n4712,10002\n", "utf-8")
    assert run(folder, "former", "old", str(table))[0] == 65, "the configuration does not name it"
    path = folder / "maild.toml"
    path.write_text(path.read_text("utf-8") + "\n[[former]]\nname = 'old'\nsubject = '#([0-9]+)'\n", "utf-8")
    assert run(folder, "former", "old", str(table))[1] == "2 old numbers of old lead to their tickets\n"
    table.write_text("4711,10001\n4712,99999\n", "utf-8")
    assert "99999" in run(folder, "former", "old", str(table))[1]
    table.write_text("4711\n", "utf-8")
    assert "OLD,NUMBER" in run(folder, "former", "old", str(table))[1]
