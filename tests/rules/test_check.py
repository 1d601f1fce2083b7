"""`maild rules check`: the whole file read, the examples run, every fault named."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from maild.cli import maild
from tests.helpers.world import WORLD

EX_CONFIG = 78


def check(folder: Path, more: str, *options: str) -> Result:
    path = folder / "maild.toml"
    path.write_text(WORLD + more, "utf-8")
    return CliRunner().invoke(maild, ["-c", str(path), "rules", "check", *options])


def test_a_good_file(tmp_path: Path) -> None:
    result = check(tmp_path, '\n[[rule.example]]\nmail = { subject = "Urgent!" }\nexpect = { priority = "urgent" }\n')
    assert result.exit_code == 0, result.output
    assert result.output.endswith("maild.toml: no fault; rules: 2, examples: 1\n")


def test_an_example_that_fails_is_a_fault(tmp_path: Path) -> None:
    result = check(tmp_path, '\n[[rule.example]]\nmail = { subject = "Urgent!" }\nhit = false\n', "--json")
    assert result.exit_code == EX_CONFIG
    assert "the rule should not hit" in json.loads(result.output)["problem"]


def test_all_faults_of_the_rules_are_named(tmp_path: Path) -> None:
    bad = '\n[[rule]]\nname = "x"\nwhen = { subjct = "a" }\nthen = { team = "biling" }\n'
    result = check(tmp_path, bad)
    assert result.exit_code == EX_CONFIG
    assert "when.subjct: no such key; did you mean 'subject'?" in result.output
    assert "then.team: 'biling' is not known; did you mean 'billing'?" in result.output
