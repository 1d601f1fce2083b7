"""By when we answer, as the customer reads it: in his language and zone, by mail and on the portal."""

from __future__ import annotations

import re

import pytest

from maild.daemon.pages import portal_of
from maild.health import Health
from tests.helpers.world import World, letter, words
from webview import create_app

SUPPORT = "support@casa-azul.example"
MAILS = {
    "en": ("The printer does not work any more, could you please have a look at it today?", "by Monday, 23 November"),
    "pt": ("Bom dia, a impressora deixou de funcionar e preciso muito de ajuda, obrigado.", "até segunda-feira"),
    "es": ("Buenos días, la impresora ya no funciona y necesito ayuda, muchas gracias.", "antes del lunes"),
}
MONTHS = {"en": "November", "pt": "novembro", "es": "noviembre"}


@pytest.mark.parametrize("language", list(MAILS))
def test_the_promise_is_told_in_the_readers_language_and_zone(world: World, language: str) -> None:
    text, said = MAILS[language]
    world.take(letter("Ana Silva <ana@quinta.example>", SUPPORT, "Printer", text))
    (mail,) = world.inbox("ana@quinta.example")
    told = " ".join(words(mail).split())
    assert said in told
    assert MONTHS[language] in told
    assert "13:00 (WET)" in told  # four working hours from nine, as the clock in Lisbon shows it
    client = create_app(
        portal_of(world.app, Health(world.app.store.lanes, now=world.clock), world.app.store.writer)
    ).test_client()
    link = re.search(r"https://help\.casa-azul\.example(/t/\S+)", told)
    assert link
    page = client.get(
        link[1].rstrip("."), base_url="https://help.casa-azul.example", headers={"Accept-Language": language}
    ).text
    assert MONTHS[language] in page
    assert "13:00" in page
