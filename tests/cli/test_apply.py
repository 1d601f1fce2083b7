"""`maild plan`, `apply`, `rollback`, `history`: told in words, put in force whole, taken back by one command."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maild.cli import maild
from maild.config import versions
from maild.config.versions import collect
from tests.helpers.world import World, letter

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
NIGHT = '\n[[team]]\nname = "night"\ndisplay_name = "Night shift"\nmembers = ["eva"]\n'


@pytest.fixture
def desk(desk: World) -> World:
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    return desk


@pytest.fixture
def draft(desk: World, tmp_path: Path) -> Path:
    """A copy of the configuration to write in."""
    return versions.write_out(collect(tmp_path / "maild.toml"), tmp_path / "draft").parent


def run(folder: Path, command: str, *words: object) -> Result:
    return CliRunner().invoke(maild, [command, "-c", str(folder / "maild.toml"), *map(str, words)])


def change(draft: Path, old: str, new: str) -> None:
    place = draft / "maild.toml"
    text = place.read_text("utf-8")
    assert old in text
    place.write_text(text.replace(old, new), "utf-8")


def test_a_plan_tells_what_would_change_and_changes_nothing(draft: Path, tmp_path: Path) -> None:
    before = collect(tmp_path / "maild.toml")
    assert run(tmp_path, "plan", draft).output == "nothing would change\n"
    change(draft, "high = 120, urgent = 60", "high = 60, urgent = 60")
    done = run(tmp_path, "plan", draft)
    assert done.exit_code == 1
    assert "sla standard: first response of high: 120 min → 60 min" in done.output
    assert "concerns 1 tickets that are not closed: 10001" in done.output
    assert collect(tmp_path / "maild.toml") == before


def test_a_plan_of_a_mailbox_that_goes_says_which_tickets_it_concerns(draft: Path, tmp_path: Path) -> None:
    change(draft, f'[[mailbox]]\naddress = "{SUPPORT}"\nteam = "support"\nfrom_name = "Casa Azul Support"\n', "")
    done = run(tmp_path, "plan", draft, "--json")
    gone, *_ = map(json.loads, done.output.splitlines())
    assert (gone["change"], gone["what"], gone["name"], gone["open_tickets"]) == ("removed", "mailbox", SUPPORT, 1)
    assert gone["restart"]


def test_a_draft_with_faults_is_refused_with_all_of_them(draft: Path, tmp_path: Path) -> None:
    before = collect(tmp_path / "maild.toml")
    change(draft, 'leader = "rui"', 'leader = "riu"')
    (draft / "rules.d").mkdir()
    (draft / "rules.d" / "10.toml").write_text('[[rule]]\nname = "x"\nwhen = { subjct = ["a"] }\n', "utf-8")
    for words in (("plan", draft), ("apply", draft, "--because", "why not")):
        done = run(tmp_path, *words)
        assert done.exit_code == 78
        assert "did you mean rui?" in done.output
        assert "maild-plan-" not in done.output
    assert collect(tmp_path / "maild.toml") == before
    assert run(tmp_path, "history").output.count("\n") == 2  # heading, and that nothing is known


def test_a_template_that_cannot_be_rendered_is_refused(draft: Path, tmp_path: Path) -> None:
    change(draft, "[desk]", 'templates = "words"\n[desk]')
    body = draft / "words" / "mail" / "closed" / "en" / "body.txt"
    body.parent.mkdir(parents=True)
    body.write_text("{{ tikcet.title }}", "utf-8")
    done = run(tmp_path, "plan", draft)
    assert done.exit_code == 78
    assert "tikcet" in done.output


def test_applied_recorded_and_rolled_back(draft: Path, tmp_path: Path) -> None:
    first = collect(tmp_path / "maild.toml")
    change(draft, '[[agent]]\nname = "rui"', f'{NIGHT}\n[[agent]]\nname = "rui"')
    done = run(tmp_path, "apply", draft, "--because", "nights are long", "--by", "eva")
    assert done.exit_code == 0, done.output
    assert "team night added" in done.output
    assert "no daemon runs" in done.output
    second = collect(tmp_path / "maild.toml")
    assert second == collect(draft / "maild.toml")
    rows = [json.loads(line) for line in run(tmp_path, "history", "--json").output.splitlines()]
    assert [(row["who"], row["because"], row["in_force"]) for row in rows] == [
        ("eva", "nights are long", True), ("", "", False),
    ]  # fmt: skip

    done = run(tmp_path, "rollback")
    assert done.exit_code == 0, done.output
    assert "team night removed" in done.output
    assert collect(tmp_path / "maild.toml") == first
    assert run(tmp_path, "rollback").exit_code == 66, "before the first one there is none"
    assert run(tmp_path, "rollback", 2).exit_code == 0
    assert collect(tmp_path / "maild.toml") == second


def test_a_disk_that_fills_up_after_the_decision_does_not_take_it_back(
    draft: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new files are in force from the rename on, wherever they stand: whoever is told otherwise applies twice."""
    place, draft_file = tmp_path / "maild.toml", draft / "maild.toml"
    draft_file.write_text(draft_file.read_text("utf-8") + NIGHT, "utf-8")

    def full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    with monkeypatch.context() as patched:
        patched.setattr(versions, "_move_in", full)
        done = run(tmp_path, "apply", draft, "--because", "nights")
        assert done.exit_code == 0
        assert "version 2 is in force" in done.output
        assert f"{place}: No space left on device: the files stand in .maild-apply still" in done.output
        assert b"night" in collect(place)["maild.toml"]
        assert "in force" in run(tmp_path, "history").output.splitlines()[1]
    run(tmp_path, "history")
    assert "night" in place.read_text("utf-8")


def test_what_was_written_by_hand_is_kept_before_it_goes(draft: Path, tmp_path: Path) -> None:
    change(draft, '[[agent]]\nname = "rui"', f'{NIGHT}\n[[agent]]\nname = "rui"')
    assert run(tmp_path, "apply", draft, "--because", "nights").exit_code == 0
    change(tmp_path, "yellow = 50", "yellow = 60")
    by_hand = collect(tmp_path / "maild.toml")
    assert "written by hand" in run(tmp_path, "history").output
    assert run(tmp_path, "apply", draft, "--because", "nights again").exit_code == 0
    assert run(tmp_path, "rollback").exit_code == 0
    assert collect(tmp_path / "maild.toml") == by_hand


def test_a_broken_configuration_in_force_can_be_rolled_back(draft: Path, tmp_path: Path) -> None:
    change(draft, "yellow = 50", "yellow = 60")
    assert run(tmp_path, "apply", draft, "--because", "warn later").exit_code == 0
    good = collect(tmp_path / "maild.toml")
    change(tmp_path, 'leader = "rui"', 'leader = "riu"')
    done = run(tmp_path, "rollback")
    assert done.exit_code == 0, done.output
    assert "what is in force has a fault" in done.output
    assert collect(tmp_path / "maild.toml") == good


def test_a_draft_that_is_not_there(desk: World, tmp_path: Path) -> None:
    done = run(tmp_path, "plan", tmp_path / "nowhere")
    assert done.exit_code == 78
    assert "No such file" in done.output


def test_the_effect_on_mails_and_clocks_when_asked(draft: Path, tmp_path: Path) -> None:
    (draft / "rules.d").mkdir()
    (draft / "rules.d" / "10.toml").write_text(
        '[[rule]]\nname = "printers"\nwhen = { subject = ["printer"] }\nthen = { priority = "high" }\n', "utf-8"
    )
    done = run(tmp_path, "plan", draft, "--effect")
    assert done.exit_code == 1, done.output
    assert 'rule printers added: when { subject = ["printer"] }; then { priority = "high" }' in done.output
    assert "priority: normal -> high" in done.output
    assert "mails: 1, treated otherwise: 1" in done.output
    assert "all      all       1        1 -> 1" in done.output


def test_warnings_name_the_files_as_they_stand_in_the_draft(draft: Path, tmp_path: Path) -> None:
    (draft / "rules.d").mkdir()
    (draft / "rules.d" / "10.toml").write_text(
        '[[rule]]\nname = "never"\nwhen = { attachment = { size = ["> 5 MB", "< 1 MB"] } }\nthen = { tag = "x" }\n',
        "utf-8",
    )
    done = run(tmp_path, "plan", draft)
    assert "warning: rules.d/10.toml:1: rule 'never': can never hit" in done.output
    told = run(tmp_path, "plan", draft, "--effect", "--json")
    assert all(json.loads(line) for line in told.output.splitlines())
