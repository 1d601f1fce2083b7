"""A contract of the customer's organisation chooses the policy, in the desk and in what-if."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from maild.cli import maild
from maild.config import load
from maild.errors import ConfigError
from tests.helpers.command_line import lend_command_line
from tests.helpers.world import WORLD, World, letter

SUPPORT = "support@casa-azul.example"
GOLD = """
[[organisation]]
name = "Quinta"
domains = ["quinta.example"]
contract = "gold"

[[organisation]]
name = "Taller"
domains = ["taller.example"]

[[sla]]
name = "gold"
calendar = "office"
contracts = ["gold"]
first_response = { normal = 30 }
periodic_update = { normal = 480 }
out_of_hours = { first_response = { normal = 90 } }
around_the_clock = ["urgent"]
pauses = { third_party = ["solution"], hold = ["solution", "periodic_update"] }
"""
STANDARD = '[[sla]]\nname = "standard"'
WITH_GOLD = WORLD.replace(STANDARD, f"{GOLD}\n{STANDARD}")


def test_the_contract_chooses_the_policy(tmp_path: Path) -> None:
    world = World(tmp_path, WITH_GOLD)
    for sender in ("ana@quinta.example", "luis@taller.example", "eve@elsewhere.example"):
        world.take(letter(sender, SUPPORT, f"From {sender}", "It does nothing."), to=[SUPPORT], reverse_path=sender)
    assert [world.ticket(10001 + n)["policy"] for n in range(3)] == ["gold", "standard", "standard"]
    world.close()


def test_what_if_knows_organisations_and_contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, WORLD)
    lend_command_line(world, tmp_path, monkeypatch)
    for sender in ("ana@quinta.example", "luis@taller.example"):
        world.take(letter(sender, SUPPORT, f"From {sender}", "It does nothing."), to=[SUPPORT], reverse_path=sender)
    world.clock.advance(minutes=45)
    draft = tmp_path / "draft.toml"
    draft.write_text(WITH_GOLD, "utf-8")
    given = ["-c", str(tmp_path / "maild.toml"), "sla", "what-if", str(draft), "--json"]
    total = [json.loads(line) for line in CliRunner().invoke(maild, given).output.splitlines()][-1]
    assert total["now"] == {"green": 2, "yellow": 0, "red": 0, "breached": 0}
    assert total["then"] == {"green": 1, "yellow": 0, "red": 0, "breached": 1}
    world.close()


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('contracts = ["gold"]', 'contracts = ["glod"]', "there is no organisation with contract 'glod'"),
        ("hold = [", 'hold = ["lunch", ', "pauses.hold"),
        ('calendar = "office"\ncontracts', "contracts", "never closed"),
        ('calendar = "office"\ncontracts', "contracts", "around_the_clock: without a calendar"),
    ],
)
def test_terms_that_cannot_be_meant_are_refused(tmp_path: Path, written: str, instead: str, said: str) -> None:
    path = tmp_path / "maild.toml"
    path.write_text(WITH_GOLD.replace(written, instead), "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path, year=2026)
    assert said in str(refused.value)
