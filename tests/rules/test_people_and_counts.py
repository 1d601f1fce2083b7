"""Who wrote, what his house has agreed with us, how sure we are, and how much he writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.cli.route import rehearse
from maild.domain.commands import AddAddress
from maild.ingest.parse import read
from tests.helpers.world import WORLD, World, letter
from tests.rules.test_changes import do, opened, tags

HOUSE = '\n[[organisation]]\nname = "Quinta"\ndomains = ["quinta.example"]\ncontract = "gold"\n'


def world(folder: Path, when: str) -> World:
    return World(folder, WORLD + HOUSE + f'\n[[rule]]\nname = "x"\nwhen = {{ {when} }}\nthen = {{ tag = "hit" }}\n')


@pytest.mark.parametrize(
    ("when", "hit"),
    [
        ('contract = "gold"', True),
        ('contract = ""', False),
        ('person = "*@quinta.example"', True),
        ('person = "rita@quinta.example"', False),
        ('trust = "from-only"', True),
        ('trust = ["aligned", "signed"]', False),
        ('organisation = "Quinta", not = { trust = "signed" }', True),
    ],
)
def test_who_wrote(tmp_path: Path, when: str, hit: bool) -> None:
    desk = world(tmp_path, when)
    opened(desk, "Earlier")
    assert ("hit" in tags(desk, opened(desk))) is hit
    desk.close()


def test_a_person_is_the_same_by_another_address(tmp_path: Path) -> None:
    desk = world(tmp_path, 'person = "ana@quinta.example"')
    do(desk, AddAddress(ticket=opened(desk), address="ana@home.example"))
    octets = letter("ana@home.example", "support@casa-azul.example", "From home", "Hello.")
    number = desk.take(octets, to=["support@casa-azul.example"], reverse_path="ana@home.example").ticket
    assert "hit" in tags(desk, number)
    desk.close()


def test_mails_of_a_sender_are_counted_over_an_hour(tmp_path: Path) -> None:
    desk = world(tmp_path, 'mails_in_hour = ["> 2", "< 5"]')
    hits = []
    for number in range(6):
        octets = letter("ANA@quinta.example", "support@casa-azul.example", f"Alarm {number}", "Again.")
        dry = rehearse(desk.app, octets, read(octets, own=desk.app.directory.own_addresses))
        real = desk.take(octets, to=["support@casa-azul.example"], reverse_path="ana@quinta.example")
        assert dry.fields is not None
        hits.append("hit" in tags(desk, real.ticket))
        assert ("hit" in dry.fields["tags"]) is hits[-1]
    assert hits == [False, False, True, True, False, False]
    desk.clock.advance(hours=1, minutes=1)
    assert "hit" not in tags(desk, opened(desk, "Later"))
    desk.close()
