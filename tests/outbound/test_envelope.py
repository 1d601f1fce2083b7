"""What the envelope decides, coming in, and what it needs from a server, going out."""

from __future__ import annotations

import pytest

from tests.helpers.world import World, letter, reply_address

ANA, RUI = "ana@quinta.example", "rui@home.example"
DESK = "support@casa-azul.example"


def test_rel_54_what_leaves_asks_for_no_extension(world: World) -> None:
    """Neither 8BITMIME nor SMTPUTF8: whatever people write, the octets are plain ASCII in lines of bearable length."""
    sender = "João Açúcar <joao@quinta.example>"
    mail = letter(sender, DESK, "Olá, não funciona — 打印机 \U0001f5a8", "ção " * 600 + "\n" + "漢" * 900)
    world.take(mail, to=[DESK], reverse_path="joao@quinta.example")
    notified = world.inbox(RUI)[-1]
    world.take(letter(f"Rui <{RUI}>", reply_address(notified), "Re", "Já está — ção " * 300, answers=notified),
               to=[reply_address(notified)], reverse_path=RUI)  # fmt: skip
    assert world.inbox("joao@quinta.example")
    for reverse_path, path, octets in world.letterbox.mails:
        assert (reverse_path + path).isascii()
        assert octets.isascii()
        assert max(map(len, octets.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("team", ["support", "billing"])
def test_sec_46_what_a_sender_writes_about_delivery_chooses_no_team(world: World, team: str) -> None:
    other = "billing" if team == "support" else "support"
    forged = dict.fromkeys(("Delivered-To", "X-Original-To", "Envelope-To"), f"{other}@casa-azul.example")
    to = f"{team}@casa-azul.example"
    mail = letter(f"Ana <{ANA}>", to, "Pump", "x", headers=forged)
    world.take(mail, to=[to], reverse_path=ANA)
    assert (world.ticket(10001)["team"], world.ticket(10001)["mailbox"]) == (team, to)
    assert world.inbox(ANA)[-1]["From"].addresses[0].addr_spec == to
