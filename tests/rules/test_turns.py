"""Members of a team take turns."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.world import WORLD, World, letter

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
TURNS = '\n[[rule]]\nname = "turns"\nwhen = { team = "support" }\nthen = { assign = "in turn" }\n'


def owners(desk: World, *subjects: str) -> list[object]:
    found = []
    for subject in subjects:
        settlement = desk.take(letter(ANA, SUPPORT, subject, "Text."))
        found.append(desk.ticket(settlement.ticket)["owner"])
    return found


def test_each_ticket_goes_to_the_next_member(tmp_path: Path) -> None:
    desk = World(tmp_path, WORLD + TURNS)
    assert owners(desk, "One", "Two", "Three", "Invoice for billing", "Four") == ["rui", "eva", "rui", "", "eva"]
    assert "turns: hit: assign in turn" in desk.app.store.queries.inbound(limit=1)[0].settlement.trace["rules"]
    desk.close()


def test_who_was_put_in_charge_stays(tmp_path: Path) -> None:
    named = '\n[[rule]]\nname = "named"\nwhen = { subject = "eva" }\nthen = { owner = "eva" }\n'
    desk = World(tmp_path, WORLD + named + TURNS)
    assert owners(desk, "One", "For Eva", "Two") == ["rui", "eva", "rui"]
    desk.close()
