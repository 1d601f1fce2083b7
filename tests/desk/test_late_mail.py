"""A mail that waited, in quarantine say, counts from when it came, and sets nothing back."""

from __future__ import annotations

import asyncio
from datetime import datetime

from maild.domain.mail import Envelope, RawMail
from tests.helpers.world import World, letter, reply_address

ANA = "Ana Silva <ana@quinta.example>"
RUI = "rui@home.example"
SUPPORT = "support@casa-azul.example"


def comes_late(world: World, octets: bytes, to: str, sender: str, *, arrived: datetime) -> None:
    """A mail that came at this time is handled only now."""
    envelope = Envelope(reverse_path=sender, forward_paths=(to,))
    mail = RawMail(octets=octets, source="smtp", source_key="late", received_at=arrived, envelope=envelope)
    asyncio.run(world.app.store.spool.accept(mail))
    world.drain()


def test_a_customers_mail_that_waited_does_not_set_his_last_words_back(world: World) -> None:
    number = world.take(letter(ANA, SUPPORT, "Printer", "It does nothing.")).ticket
    known = world.inbox("ana@quinta.example")[-1]
    arrived, to = world.clock(), reply_address(known)
    world.clock.advance(hours=2)
    world.take(letter(ANA, to, "Re: Printer", "Please.", answers=known, message_id="<2@ana.example>"))
    last = world.ticket(number)["last_customer_at"]
    late = letter(ANA, to, "Re: Printer", "Before that.", answers=known, message_id="<1@ana.example>")
    comes_late(world, late, to, "ana@quinta.example", arrived=arrived)
    assert world.ticket(number)["last_customer_at"] == last == world.clock()


def test_an_agents_answer_that_waited_does_not_set_his_last_words_back(world: World) -> None:
    number = world.take(letter(ANA, SUPPORT, "Printer", "It does nothing.")).ticket
    known = world.inbox(RUI)[-1]
    arrived, to = world.clock(), reply_address(known)
    world.clock.advance(hours=2)
    world.take(letter(RUI, to, "Re: Printer", "Is it on?", answers=known, message_id="<2@rui.example>"))
    late = letter(RUI, to, "Re: Printer", "We look into it.", answers=known, message_id="<1@rui.example>")
    comes_late(world, late, to, RUI, arrived=arrived)
    assert world.ticket(number)["last_agent_at"] == world.clock()
