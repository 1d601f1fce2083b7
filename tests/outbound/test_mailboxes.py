"""Several brands in one desk: each mailbox has its own name, signature, words, language, hours and zone (P53)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.config import load
from maild.errors import ConfigError
from tests.helpers.world import WORLD, World, letter, reply_address, words

LUIS = "Luis Ortega <luis@taller.example>"
BILLING = "billing@casa-azul.example"
SUPPORT = "support@casa-azul.example"

BRAND = """\
from_name = "Casa Azul Billing"
name = "Casa Verde"
signature_file = "verde.txt"
templates = "verde"
language = "es"
zone = "America/Sao_Paulo"
calendar = "evenings"
"""
CONFIG = (
    WORLD.replace('from_name = "Casa Azul Billing"\n', BRAND).replace('calendar = "office"\n', "")
    + """
[guard]
unproven_per_day = 2

[[calendar]]
name = "evenings"
zone = "Europe/Lisbon"
week = { "mon-fri" = "18:00-22:00" }
"""
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "verde.txt").write_text("Casa Verde\nTel. 210 000 000\n", "utf-8")
    own = tmp_path / "verde" / "mail" / "answer" / "es"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("VERDE: {{ article.text }}", "utf-8")
    world = World(tmp_path, CONFIG)
    yield world
    world.close()


def write(world: World, to: str) -> None:
    world.take(letter(LUIS, to, str(ord(to[0])), "5678 90"), to=[to], reverse_path="luis@taller.example")


def test_p53_each_mailbox_writes_in_its_own_name_language_zone_and_signature(desk: World) -> None:
    write(desk, BILLING)
    write(desk, SUPPORT)
    green, blue = (words(mail) for mail in desk.inbox("luis@taller.example"))
    assert "Casa Verde\nTel. 210 000 000\n" in green.replace("\r\n", "\n")
    assert "Gracias" in green
    assert "Casa Azul" not in green
    assert "Thank you" in blue
    assert "Casa Verde" not in blue
    html = desk.inbox("luis@taller.example")[0].get_body(("html",))
    assert html is not None
    assert "Tel. 210 000 000" in html.get_content()


def test_p53_the_promise_is_reckoned_in_the_hours_of_the_mailbox(desk: World) -> None:
    write(desk, BILLING)
    write(desk, SUPPORT)
    green, blue = desk.ticket(10001), desk.ticket(10002)
    assert (green["policy"], str(green["promised_at"])[:16]) == (f"standard, {BILLING}", "2026-11-23 22:00")
    assert (blue["policy"], str(blue["promised_at"])[:16]) == ("standard", "2026-11-23 13:00")
    # 22:00 in Lisbon is 19:00 for its customers in Sao Paulo
    assert "19:00 (-03)" in words(desk.inbox("luis@taller.example")[0])


def test_p53_each_mailbox_has_templates_of_its_own(desk: World) -> None:
    for to in (BILLING, SUPPORT):
        write(desk, to)
    for notice in [mail for mail in desk.inbox("eva@home.example") if "New" in words(mail)]:
        octets = letter("Eva <eva@home.example>", reply_address(notice), "Re: it", "Hecho.", answers=notice)
        desk.take(octets, to=[reply_address(notice)], reverse_path="eva@home.example")
    green, blue = (words(mail) for mail in desk.inbox("luis@taller.example")[2:])
    assert green.startswith("VERDE: Hecho.")
    assert blue.startswith("Hecho.")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('language = "es"', 'language = "fr"', "mailbox[2].language"),
        ('language = "es"', 'signature = "x"', "write signature or signature_file, not both"),
        ('calendar = "evenings"', 'calendar = "evening"', "mailbox[2].calendar: there is no calendar 'evening'"),
        ('templates = "verde"', 'templates = "grün"', "mailbox[2].templates: there is no folder"),
        ('"verde.txt"', '"blau.txt"', "mailbox[2].signature_file"),
    ],
)
def test_what_a_mailbox_names_must_be_there(desk: World, tmp_path: Path, old: str, new: str, fault: str) -> None:
    path = tmp_path / "maild.toml"
    path.write_text(CONFIG.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path, year=2026)
    assert fault in "\n".join(refused.value.problems)
