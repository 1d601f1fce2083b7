"""What a ticket waits for: asked for by mail, by a rule or by hand, and what of it the clocks see."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.domain.commands import AssignOwner, MergeTicket, ResumeTicket, SetPriority, UnmergeTicket, WaitFor
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent, Trust
from maild.domain.lifecycle import StateType, Waiting
from maild.domain.promise import SlaTimer, TimerState
from maild.domain.ticket import Priority
from maild.ingest.orders import read_orders
from tests.helpers.world import MONDAY, WORLD, World, letter, reply_address, words

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
DECEMBER = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
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
        ("#wait until 3 Dec", WaitFor(waiting=Waiting.HOLD, until=DECEMBER)),
        ("#wait customer até 3 de dezembro às 9h", WaitFor(until=DECEMBER)),
        ("#wait third party hasta 03/12/2026 09:00", WaitFor(waiting=Waiting.THIRD_PARTY, until=DECEMBER)),
        ("#resume", ResumeTicket()),
    ],
)
def test_orders_that_agents_write(desk: World, line: str, command: Command) -> None:
    assert read_orders(line, desk.app.directory, written=MONDAY).commands == (command,)


def test_a_wait_for_what_there_is_not_proposes_what_there_is(desk: World) -> None:
    (problem,) = read_orders("#wait lunch", desk.app.directory, written=MONDAY).problems
    assert problem == "#wait lunch → #wait customer | #wait third-party | #wait hold | #wait until 3 Dec"


def test_a_wait_until_no_day_proposes_one(desk: World) -> None:
    (problem,) = read_orders("#wait until soon", desk.app.directory, written=MONDAY).problems
    assert problem == "#wait until soon → #wait until 2026-12-03 14:00 | #wait until 3 Dec"


def by_mail(desk: World, order: str) -> None:
    notice = desk.inbox("rui@home.example")[0]
    octets = letter("rui@home.example", reply_address(notice), "Re", order, answers=notice)
    desk.take(octets, to=[reply_address(notice)], reverse_path="rui@home.example")


def test_a_wait_is_over_when_it_was_said_and_its_owner_is_told(desk: World) -> None:
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    give(desk, AssignOwner(ticket=10_001, owner="rui"))
    desk.clock.advance(minutes=30)
    by_mail(desk, "#wait until tomorrow 10:00")
    assert (desk.ticket(10_001)["state"], desk.ticket(10_001)["waiting"]) == ("pending", "hold")
    told = len(desk.inbox("rui@home.example"))
    desk.clock.now = MONDAY.replace(day=24, hour=9, minute=59)
    desk.tick()
    assert desk.ticket(10_001)["state"] == "pending"
    desk.clock.now = MONDAY.replace(day=24, hour=10, minute=20)  # nobody looked for twenty minutes
    for _ in range(2):
        desk.tick()
    assert (desk.ticket(10_001)["state"], desk.ticket(10_001)["waits_until"]) == ("open", None)
    (mail,) = desk.inbox("rui@home.example")[told:]
    assert "Tuesday" in words(mail)
    assert "10:00" in words(mail)
    # the policy lets the first response wait as well, so its promise has moved, once
    assert len(desk.inbox("ana@quinta.example")) == 2
    give(desk, SetPriority(ticket=10_001, priority=Priority.HIGH))
    # thirty minutes of Monday, and those since ten o'clock
    assert clocks(desk)["solution"].used == 30 + 20


def test_a_wait_until_a_day_that_has_passed_is_refused_with_words(desk: World) -> None:
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    for order, said in (("#wait until 3 Nov", "2026-11-03 09:00"), ("#wait until 2031-01-01", "2031-01-01 09:00")):
        by_mail(desk, order)
        assert said in words(desk.inbox("rui@home.example")[-1])
        assert desk.ticket(10_001)["state"] == "new"


def test_whoever_writes_before_ends_the_wait_and_nobody_is_woken(desk: World) -> None:
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    give(desk, WaitFor(ticket=10_001, waiting=Waiting.HOLD, until=DECEMBER))
    give(desk, ResumeTicket(ticket=10_001))
    told = len(desk.inbox("rui@home.example"))
    desk.clock.now = DECEMBER
    assert desk.ticket(10_001)["waits_until"] is None
    desk.tick()
    assert not any("3 December" in words(mail) for mail in desk.inbox("rui@home.example")[told:])
