"""`maild templates check`, as an operator runs it: every folder, every fault, and mails to look at."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from maild.cli import maild
from tests.helpers.world import WORLD

CONFIG = WORLD.replace("[desk]", 'templates = "ours"\n\n[desk]', 1).replace(
    'from_name = "Casa Azul Billing"\n', 'from_name = "Casa Azul Billing"\ntemplates = "billing"\n'
)


def prepared(folder: Path, text: str) -> Path:
    (folder / "maild.toml").write_text(CONFIG, "utf-8")
    for name in ("ours", "billing"):
        (folder / name / "mail" / "closed" / "en").mkdir(parents=True)
    (folder / "billing" / "mail" / "closed" / "en" / "body.txt").write_text(text, "utf-8")
    return folder / "maild.toml"


def test_each_mailboxs_folder_is_checked_and_written_to_be_looked_at(tmp_path: Path) -> None:
    path = prepared(tmp_path, "Closed: {{ ticket.number }}")
    found = CliRunner().invoke(maild, ["-c", str(path), "templates", "check", "--out", str(tmp_path / "out")])
    assert found.exit_code == 0, found.output
    assert found.output.endswith("every notice can be written in every language\n")
    whole, own = tmp_path / "out", tmp_path / "out" / "billing@casa-azul.example"
    for folder in (whole, own):
        assert "acknowledgement/pt.html" in (folder / "index.html").read_text("utf-8")
    assert "Closed: 10427" in (own / "closed" / "en.txt").read_text("utf-8")
    assert "Closed: 10427" not in (whole / "closed" / "en.txt").read_text("utf-8")


def test_faults_are_named_with_their_mailbox(tmp_path: Path) -> None:
    path = prepared(tmp_path, "Ask rui@home.example, {{ nobody }}")
    found = CliRunner().invoke(maild, ["-c", str(path), "templates", "check", "--json"])
    assert found.exit_code == 78
    (fault,) = map(json.loads, found.output.splitlines())
    assert fault["mailbox"] == "billing@casa-azul.example"
    assert fault["problem"].startswith("closed/en: ")
    path = prepared_again(tmp_path, "Ask rui@home.example")
    found = CliRunner().invoke(maild, ["-c", str(path), "templates", "check"])
    assert (
        found.output
        == "billing@casa-azul.example: closed/en: tells customers the address rui@home.example of an agent\n"
    )


def prepared_again(folder: Path, text: str) -> Path:
    (folder / "billing" / "mail" / "closed" / "en" / "body.txt").write_text(text, "utf-8")
    return folder / "maild.toml"
