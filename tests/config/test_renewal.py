"""A changed configuration comes into force between two causes; what cannot waits for the next start and is named."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from maild.daemon.doors import CallingSpool
from maild.domain.mail import Envelope, RawMail
from maild.errors import ConfigError
from maild.renewal import Renewal, put_in_force, read_anew
from tests.helpers.world import World, letter, words

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"


def reload(world: World, folder: Path, *changes: tuple[str, str]) -> Renewal:
    """Write the configuration otherwise, as an operator does, and have it taken up."""
    place = folder / "maild.toml"
    text = place.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    place.write_text(text, "utf-8")
    app = replace(world.app, place=place)
    renewal = read_anew(app)
    asyncio.run(put_in_force(app, renewal))
    return renewal


def test_people_that_came_hear_of_the_next_mail(world: World, tmp_path: Path) -> None:
    noa = '[[agent]]\nname = "noa"\ndisplay_name = "Noa"\naddresses = ["noa@home.example"]\n\n[[category]]'
    reload(world, tmp_path, ('members = ["rui", "eva"]', 'members = ["rui", "noa"]'), ("[[category]]", noa))
    world.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    assert len(world.inbox("noa@home.example")) == 1
    assert not world.inbox("eva@home.example")


def test_a_brand_that_came_parts_the_mail_at_doors_that_are_open(world: World, tmp_path: Path) -> None:
    calls: list[bool] = []
    door = CallingSpool(world.app, lambda: calls.append(True))
    reload(
        world, tmp_path, ('display_name = "Customer Support"', 'display_name = "Blue"\nbrand = "blue"'),
        ('display_name = "Billing"', 'display_name = "Green"\nbrand = "green"'),
    )  # fmt: skip
    to = (SUPPORT, "billing@casa-azul.example")
    mail = RawMail(
        octets=letter(ANA, ", ".join(to), "To both", "Hello."), source="smtp", source_key="k",
        received_at=world.clock(), envelope=Envelope(reverse_path="ana@quinta.example", forward_paths=to),
    )  # fmt: skip
    asyncio.run(door.accept(mail))
    claimed = asyncio.run(world.app.store.spool.claim(limit=5, now=world.clock(), lease_seconds=60))
    assert [one.envelope.forward_paths for one in claimed if one.envelope] == [(to[0],), (to[1],)]
    assert calls == [True]


def test_templates_are_those_of_the_folder(world: World, tmp_path: Path) -> None:
    subject = tmp_path / "own" / "mail" / "acknowledgement" / "en" / "subject.txt"
    subject.parent.mkdir(parents=True)
    subject.write_text("Thank you: {{ ticket.title }}\n", "utf-8")
    reload(world, tmp_path, ("[desk]", 'templates = "own"\n[desk]'))
    world.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    assert world.inbox("ana@quinta.example")[0]["Subject"] == "Thank you: Printer"


def test_a_shorter_promise_is_kept_for_tickets_that_are_open(world: World, tmp_path: Path) -> None:
    world.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    world.clock.advance(minutes=70)
    assert not world.tick()
    reload(world, tmp_path, ("normal = 240", "normal = 60"))
    assert world.tick() == 1
    world.clock.advance(minutes=2)
    world.tick()  # a late alarm is a line of a digest
    assert "10:00 (WET)" in words(world.inbox("rui@home.example")[-1])


def test_what_needs_a_restart_waits_and_is_named(world: World, tmp_path: Path) -> None:
    other_name = ('name = "Casa Azul"', 'name = "Casa Verde"')
    renewal = reload(world, tmp_path, other_name, ('leader = "rui"', 'leader = "eva"'))
    assert renewal.waiting == ("desk: name: Casa Azul → Casa Verde",)
    assert "need a restart: desk: name" in renewal.answer
    assert world.app.directory.teams["support"].leader == "eva"


def test_a_team_that_a_mailbox_still_needs_cannot_go_before_the_restart(world: World, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not started again"):
        reload(
            world, tmp_path, ('address = "billing@casa-azul.example"\nteam = "billing"',
                              'address = "billing@casa-azul.example"\nteam = "support"'),
            ('name = "billing"', 'name = "money"'), ('teams = ["billing"]', 'teams = ["money"]'),
            ('team = "billing", category', 'team = "money", category'),
        )  # fmt: skip
    assert "billing" in world.app.directory.teams


def test_a_broken_template_keeps_the_old_ones(world: World, tmp_path: Path) -> None:
    body = tmp_path / "own" / "mail" / "closed" / "en" / "body.txt"
    body.parent.mkdir(parents=True)
    body.write_text("{{ tikcet.title }}\n", "utf-8")
    with pytest.raises(ConfigError, match="tikcet"):
        reload(world, tmp_path, ("[desk]", 'templates = "own"\n[desk]'))
