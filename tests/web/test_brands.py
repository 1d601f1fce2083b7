"""The pages of a ticket bear the name and the time of the mailbox that it was written to (P53)."""

from __future__ import annotations

from pathlib import Path

from maild.daemon import portal_of
from maild.health import Health
from tests.helpers.world import WORLD, World, letter
from webview import create_app

BASE = "https://help.casa-azul.example"
GREEN = 'from_name = "Casa Azul Billing"\nname = "Casa Verde"\nzone = "America/Sao_Paulo"\n'


def test_p53_each_ticket_is_shown_in_the_name_and_zone_of_its_mailbox(tmp_path: Path) -> None:
    world = World(tmp_path, WORLD.replace('from_name = "Casa Azul Billing"\n', GREEN))
    for to in ("billing@casa-azul.example", "support@casa-azul.example"):
        octets = letter("Ana <ana@quinta.example>", to, f"For {to}", "Hello")
        world.take(octets, to=[to], reverse_path="ana@quinta.example")
    health = Health(world.app.store.lanes, now=world.clock)
    client = create_app(portal_of(world.app, health, world.app.store.writer)).test_client()
    green, blue = (
        client.get(f"/t/{world.app.tokens.subject_token(number).strip('[#]')}", base_url=BASE).text
        for number in (10001, 10002)
    )
    assert ("Casa Verde" in green, "Casa Azul" in green, "06:00" in green) == (True, False, True)
    assert ("Casa Verde" in blue, "Casa Azul" in blue, "09:00" in blue) == (False, True, True)
    assert "Casa Azul" in client.get("/", base_url=BASE).text
    world.close()
