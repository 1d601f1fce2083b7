"""The page on service levels: everything it shows in TOML is a configuration."""

from __future__ import annotations

from pathlib import Path

import maild
from maild.config import load, promises
from maild.config.service import Roster, RosterException
from tests.helpers.world import WORLD

PAGE = Path(maild.__file__).parent.parent / "docs" / "sla.md"
CONTRACT = '[[organisation]]\nname = "Quinta"\ndomains = ["quinta.example"]\ncontract = "gold"\n'


def test_the_examples_are_a_configuration(tmp_path: Path) -> None:
    parts = PAGE.read_text("utf-8").split("```")[1::2]
    blocks = [part.removeprefix("toml\n") for part in parts if part.startswith("toml\n")]
    # a table that belongs to the first policy stands right behind it
    first, later = blocks[0], sorted(blocks[1:], key=lambda block: not block.startswith(("[sla.", "[[sla.")))
    people = WORLD[: WORLD.index("[[calendar]]")]
    path = tmp_path / "maild.toml"
    path.write_text("\n".join([people, CONTRACT, first, *later]), "utf-8")
    config = load(path, year=2026)
    policies = promises.policies(config, promises.calendars(config, tmp_path, year=2026, problems=[]), problems=[])
    assert [policy.name for policy in policies] == ["standard", "gold"]


def test_every_key_of_a_roster_is_told() -> None:
    page = PAGE.read_text("utf-8")
    for key in (*Roster.model_fields, *RosterException.model_fields):
        assert f"`{key}`" in page, key
