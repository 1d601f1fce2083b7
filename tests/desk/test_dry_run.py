"""A dry run is the real run: the same mail gives the same answer, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.cli.route import route_of
from maild.ingest.parse import read
from tests.helpers.world import World, letter, reply_address

ANA = "Ana Silva <ana@quinta.example>"
DESK = "support@casa-azul.example"


def files(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix not in (".db-shm",)}


@pytest.mark.parametrize("subject", ["Fatura errada", "urgent: printer", "Printer"])
def test_dry_run_equals_real_run_on_a_new_mail(world: World, subject: str) -> None:
    octets = letter(ANA, DESK, subject, "Please help.")
    dry = route_of(world.app, octets, read(octets), reverse_path=None)
    settlement = world.take(octets)
    ticket = world.ticket(settlement.ticket)
    assert dry["outcome"] == settlement.outcome
    assert dry["rules"] == settlement.trace["rules"]
    assert dry["thread"] == settlement.trace["thread"]
    assert dry["ticket"]["number"] == settlement.ticket
    for name in ("state", "team", "owner", "category", "request_type", "priority", "policy"):
        assert dry["ticket"][name] == str(ticket[name])


def test_dry_run_equals_real_run_on_an_agents_answer(world: World) -> None:
    world.take(letter(ANA, DESK, "Printer", "Please help."))
    notice = world.inbox("rui@home.example")[0]
    octets = letter("rui@home.example", reply_address(notice), "Re: Printer", "#close\nDone.", answers=notice)
    dry = route_of(world.app, octets, read(octets), reverse_path="rui@home.example")
    assert (dry["outcome"], dry["ticket"]["state"], dry["trust"]["trust"]) == ("appended", "closed", "signed")
    assert world.ticket(10001)["state"] == "new"
    world.take(octets)
    assert world.ticket(10001)["state"] == "closed"


def test_dry_run_writes_nothing(world: World, tmp_path: Path) -> None:
    world.take(letter(ANA, DESK, "Printer", "Please help."))
    before = files(tmp_path)
    octets = letter(ANA, DESK, "Another", "Please help with this too.")
    route_of(world.app, octets, read(octets), reverse_path=None)
    assert files(tmp_path) == before
