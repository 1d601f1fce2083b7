"""Histories replayed: under the same policies they give what was lived."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given

from maild.desk.moments import moments
from maild.desk.ports import UnitOfWork
from maild.desk.whatif import replayed, worst_stage
from maild.domain.commands import SetPriority
from maild.domain.sla import SlaStage, SlaTimer, TimerState, reckon
from maild.domain.ticket import Priority
from tests.desk.test_earlier import FEW, LIVES, Make, aimed, desks, read, run, two_tickets
from tests.helpers.world import WORLD, World, letter, reply_address

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


# ------------------------------------------------------------------ law

SEVERAL = """
[[sla]]
name = "money"
calendar = "office"
teams = ["billing"]
first_response = { normal = 60, high = 30 }
next_response = { normal = 90, high = 45, low = 200 }
solution = { normal = 600, high = 300 }
yellow = 60
red = 90

[[sla]]
name = "standard"
next_response = { normal = 120, high = 60, low = 400 }
periodic_update = { normal = 480, high = 240 }
"""
LATE = ["green", "yellow", "red", "breached"]


def aim(priority: Priority) -> Make:
    return lambda number, other: SetPriority(ticket=number, priority=priority)


def timers_of(uow: UnitOfWork, *, number: int) -> list[SlaTimer]:
    return uow.timers.of(number)


@FEW
@example(life=[(True, aim(Priority.HIGH), 180), (True, aim(Priority.LOW), 5)])
@given(life=LIVES)
def test_the_policies_in_force_give_what_was_lived(life: list[tuple[bool, Make, int]], tmp_path: Path) -> None:
    """Over pauses, merges taken back, bounced answers, absence notes, reopenings, and policies chosen by hand."""
    desk = desks(tmp_path, WORLD.replace('[[sla]]\nname = "standard"\n', SEVERAL))
    numbers = two_tickets(desk)
    for first, make, minutes in life:
        desk.clock.advance(minutes=minutes)
        number, other = numbers if first else numbers[::-1]
        run(desk, aimed(desk, make(number, other)))
        desk.tick()
    work = desk.app.desk.clockwork
    for number in numbers:
        ticket, history = read(desk, number)
        again = replayed(ticket, history, work.policies)
        assert again == moments((one.at, one.event) for one in history)
        timers = desk.app.store.read(partial(timers_of, number=number))
        replay = {(t.metric, t.cycle): t for t in reckon(again, work.by_name, previous=timers, now=desk.clock())}
        for timer in timers:
            told = replay[timer.metric, timer.cycle]
            assert (told.state, told.due_at, told.met_at, told.policy, told.target, told.used) == (
                timer.state, timer.due_at, timer.met_at, timer.policy, timer.target, timer.used,
            )  # fmt: skip
        lived = [LATE.index(timer.stage) for timer in timers if timer.state is not TimerState.CANCELLED]
        assert LATE.index(worst_stage(again, work.by_name, now=desk.clock())) >= max(lived, default=0)
