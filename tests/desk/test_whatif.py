"""Histories replayed: under the same policies they give what was lived."""

from __future__ import annotations

import pytest

from maild.desk.moments import moments
from maild.desk.whatif import replayed, worst_stage
from maild.domain.sla import SlaStage, reckon
from tests.helpers.world import World, letter, reply_address

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"


@pytest.mark.parametrize("subject", ["Printer", "Fatura 12", "Urgent!"])
def test_the_same_policies_give_the_same_clocks(world: World, subject: str) -> None:
    world.take(letter(ANA, SUPPORT, subject, "Please help."))
    agent = "eva@home.example" if subject.startswith("Fatura") else "rui@home.example"
    notice = world.inbox(agent)[-1]
    world.clock.advance(minutes=50)
    orders = "#priority high\nDone that."
    world.take(letter(agent, reply_address(notice), "Re", orders, answers=notice))
    ticket, history = world.app.store.read(lambda uow: (uow.tickets.get(10_001), uow.events.of(10_001)))
    assert ticket is not None
    work = world.app.desk.clockwork
    lived = reckon(moments((one.at, one.event) for one in history), work.by_name)
    assert reckon(replayed(ticket, history, work.policies), work.by_name) == lived


@pytest.mark.parametrize(
    ("minutes", "stage"),
    [(100, SlaStage.GREEN), (120, SlaStage.YELLOW), (192, SlaStage.RED), (240, SlaStage.RED), (301, SlaStage.BREACHED)],
)
def test_the_worst_stage_of_a_ticket_that_waits(world: World, minutes: int, stage: SlaStage) -> None:
    """Of 240 minutes from nine o'clock: yellow at 120, red at 192, breached after lunch."""
    world.take(letter(ANA, SUPPORT, "Printer", "Please help."))
    world.clock.advance(minutes=minutes)
    history = world.app.store.read(lambda uow: uow.events.of(10_001))
    found = moments((one.at, one.event) for one in history)
    assert worst_stage(found, world.app.desk.clockwork.by_name, now=world.clock.now) is stage
