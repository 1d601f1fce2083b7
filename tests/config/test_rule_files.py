"""Rules beside the configuration: which files, in which order, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.app import rulebook_of
from maild.config import load
from maild.errors import ConfigError
from maild.rules.examples import check_examples
from tests.helpers.world import WORLD


def desk_with(folder: Path, **files: str) -> Path:
    place = folder / "maild.toml"
    place.write_text(WORLD, "utf-8")
    (folder / "rules.d").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "rules.d" / f"{name}.toml").write_text(text, "utf-8")
    return place


def rule(name: str, more: str = "") -> str:
    return f'[[rule]]\nname = "{name}"\nthen = {{ tag = "{name}" }}\n{more}'


def test_the_configuration_comes_first_then_the_files_by_name(tmp_path: Path) -> None:
    place = desk_with(tmp_path, b20=rule("third") + rule("fourth"), a10=rule("second"))
    (tmp_path / "rules.d" / ".a10.toml.swp.toml").write_text("half written [[", "utf-8")
    (tmp_path / "rules.d" / "README").write_text("not a rule", "utf-8")
    book = rulebook_of(load(place, year=2026), place)
    assert [r.name for r in book.rules] == ["invoices", "loud", "second", "third", "fourth"]
    assert [Path(r.source).name for r in book.rules[1:3]] == ["maild.toml", "a10.toml"]


def test_faults_of_all_files_name_file_and_place(tmp_path: Path) -> None:
    place = desk_with(tmp_path, one='[[rule]]\nname = "x\n', two='[team]\nname = "more"\n', three="rule = 3\n")
    with pytest.raises(ConfigError) as caught:
        rulebook_of(load(place, year=2026), place)
    one, three, two = sorted(caught.value.problems)
    assert "rules.d/one.toml:2: not valid TOML" in one
    assert "line 2" in one
    assert three.endswith("rules.d/three.toml:1: rule: write each rule as [[rule]]")
    assert two.endswith("two.toml:1: team: only [[rule]] stands here; write it into the configuration")


def test_a_name_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    place = desk_with(tmp_path, again=rule("loud"))
    with pytest.raises(ConfigError) as caught:
        rulebook_of(load(place, year=2026), place)
    (problem,) = caught.value.problems
    assert "again.toml:2: rule 'loud': name:" in problem
    assert "maild.toml has a rule of that name already" in problem


def test_an_example_that_fails_is_told_with_its_own_line(tmp_path: Path) -> None:
    place = desk_with(tmp_path, one=rule("first", '\n[[rule.example]]\nmail = { subject = "x" }\nhit = false\n'))
    (failed,) = check_examples(rulebook_of(load(place, year=2026), place))
    assert "rules.d/one.toml:5: rule 'first': example 1: the rule should not hit" in failed
