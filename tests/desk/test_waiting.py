"""What a ticket waits for: asked for by mail, by a rule or by hand, and what of it the clocks see."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.domain.commands import MergeTicket, ResumeTicket, UnmergeTicket, WaitFor
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent, Trust
from maild.domain.lifecycle import StateType, Waiting
from maild.domain.promise import SlaTimer, TimerState
from maild.ingest.orders import read_orders
from tests.helpers.world import WORLD, World, letter

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
PAUSES = """
[sla.pauses]
customer = ["solution"]
hold = ["solution", "first_response"]

[[rule]]
name = "parked"
when = { subject = "parked" }
then = { wait = "hold" }
"""


@pytest.fixture
def desk(tmp_path: Path) -> World:
    """A desk whose policy pauses while a ticket is on hold, and whose rule puts tickets on hold."""
    policy = "yellow = 50\nred = 80\n"
    return World(tmp_path, WORLD.replace(policy, policy + PAUSES))


def give(desk: World, *commands: Command) -> None:
    actor = Actor(kind=ActorKind.AGENT, name="rui", via="cli", trust=Trust.SIGNED)
    desk.app.store.writer.run(
        lambda uow: desk.app.desk.run(
            uow, Intent(actor=actor, commands=commands), cause=Cause(key="test"), now=desk.clock()
        )
    )


def clocks(desk: World, number: int = 10_001) -> dict[str, SlaTimer]:
    found = desk.app.store.read(lambda uow: uow.timers.of(number))
    return {str(timer.metric): timer for timer in found}


def test_p28_created_by_a_rule_on_hold_has_used_nothing(desk: World) -> None:
    desk.take(letter(ANA, SUPPORT, "parked", "Next month."))
    assert desk.ticket(10_001)["waiting"] == "hold"
    assert {t.state for t in clocks(desk).values()} == {TimerState.PAUSED}
    desk.clock.advance(days=20)
    assert desk.tick() == 0
    give(desk, ResumeTicket(ticket=10_001))
    assert {(t.state, t.used) for t in clocks(desk).values()} == {(TimerState.RUNNING, 0)}


def test_p28_waiting_for_one_after_the_other_does_not_count_twice(desk: World) -> None:
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    desk.clock.advance(minutes=60)
    for waiting in (Waiting.CUSTOMER, Waiting.CUSTOMER, Waiting.HOLD, Waiting.CUSTOMER):
        give(desk, WaitFor(ticket=10_001, waiting=waiting))
        desk.clock.advance(minutes=30)
    give(desk, ResumeTicket(ticket=10_001), ResumeTicket(ticket=10_001))
    # the first response stood still on hold alone, thirty minutes of which fell into the lunch break
    assert {name: t.used for name, t in clocks(desk).items()} == {"solution": 60, "first-response": 60 + 60}


def test_a_merge_taken_back_waits_for_what_it_waited_for(desk: World) -> None:
    for subject in ("one", "two"):
        desk.take(letter(ANA, SUPPORT, subject, f"About {subject}."))
    give(desk, WaitFor(ticket=10_002, waiting=Waiting.HOLD))
    give(desk, MergeTicket(ticket=10_002, into=10_001))
    give(desk, UnmergeTicket(ticket=10_002))
    assert (desk.ticket(10_002)["state"], desk.ticket(10_002)["waiting"]) == (StateType.PENDING, "hold")
    assert clocks(desk, 10_002)["first-response"].state is TimerState.PAUSED


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("#wait", WaitFor()),
        ("#wait Customer", WaitFor()),
        ("#wait third party", WaitFor(waiting=Waiting.THIRD_PARTY)),
        ("#WAIT third-party", WaitFor(waiting=Waiting.THIRD_PARTY)),
        ("#wait hold", WaitFor(waiting=Waiting.HOLD)),
        ("#resume", ResumeTicket()),
    ],
)
def test_orders_that_agents_write(desk: World, line: str, command: Command) -> None:
    assert read_orders(line, desk.app.directory).commands == (command,)


def test_a_wait_for_what_there_is_not_proposes_what_there_is(desk: World) -> None:
    (problem,) = read_orders("#wait lunch", desk.app.directory).problems
    assert problem == "#wait lunch → #wait customer | #wait third-party | #wait hold"
