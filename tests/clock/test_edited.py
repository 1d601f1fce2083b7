"""Policies that are edited while tickets are open: brought to each of them once, in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from maild.app import App
from maild.clock import edited
from maild.clock.edited import EditTick, in_force
from maild.desk.executor import Desk
from maild.domain.commands import ReckonClocks
from maild.domain.events import FieldChanged, PromiseMoved
from maild.domain.promise import SlaTimer
from maild.renewal import put_in_force, read_anew
from tests.helpers.world import WORLD, World, letter, words

ANA = "ana@quinta.example"
SUPPORT = "support@casa-azul.example"
LONGER = ("normal = 240, high", "normal = 480, high")
GOLD = """
[[sla]]
name = "gold"
calendar = "office"
organisations = ["Quinta"]
first_response = { normal = 30 }

[[sla]]
name = "standard"
"""
PARTIES = """
[[organisation]]
name = "Quinta"
domains = ["quinta.example"]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, WORLD)
    world.restart(WORLD)
    world.tick()
    yield world
    world.close()


def edit(desk: World, folder: Path, *changes: tuple[str, str], also: str = "") -> None:
    """Write the configuration otherwise and have the running desk take it up, as its file watch does."""
    text = (folder / "maild.toml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "maild.toml").write_text(text + also, "utf-8")
    app = replace(desk.app, place=folder / "maild.toml")
    asyncio.run(put_in_force(app, read_anew(app)))


def write(desk: World, subject: str = "Printer") -> int:
    return desk.take(letter(f"Ana <{ANA}>", SUPPORT, subject, f"About {subject}.")).ticket


def told(desk: World) -> list[str]:
    return [str(mail["Subject"]) for mail in desk.inbox(ANA)]


def clock(desk: World, number: int) -> SlaTimer:
    return next(t for t in desk.app.store.read(lambda uow: uow.timers.of(number)) if t.metric == "first-response")


def events(desk: World, number: int) -> list[object]:
    return [stored.event for stored in desk.app.store.read(lambda uow: uow.events.of(number))]


def walk(desk: World) -> int:
    """Let one tick walk, of a process that has just begun; how many tickets it reckoned."""
    return asyncio.run(tick_of(desk)())


def tick_of(desk: World, app: App | None = None) -> EditTick:
    app = app or desk.app
    return EditTick(timers=desk.app.store.timers, writer=desk.app.store.writer, desk=app.desk, now=desk.clock)


def test_a_promise_moved_by_an_edit_is_corrected_once_though_nothing_happens(desk: World, tmp_path: Path) -> None:
    number = write(desk)
    acknowledged = len(told(desk))
    desk.clock.advance(minutes=10)
    edit(desk, tmp_path, LONGER)
    assert len(told(desk)) == acknowledged
    desk.tick()
    correction = desk.inbox(ANA)[acknowledged:]
    assert len(correction) == 1
    assert "18:00" in words(correction[0])
    assert desk.ticket(number)["promised_at"] == clock(desk, number).due_at
    edit(desk, tmp_path, ("normal = 480, high", "normal = 900, high"))
    for _ in range(2):
        desk.tick()
        walk(desk)
    assert len(told(desk)) == acknowledged + 1
    assert len([event for event in events(desk, number) if isinstance(event, PromiseMoved)]) == 1


def test_a_policy_that_is_new_is_chosen_though_nothing_happens(desk: World, tmp_path: Path) -> None:
    number = write(desk)
    desk.clock.advance(minutes=20)
    edit(desk, tmp_path, ('[[sla]]\nname = "standard"\n', GOLD), also=PARTIES)
    desk.clock.advance(minutes=5)
    desk.tick()
    assert desk.ticket(number)["policy"] == "gold"
    assert FieldChanged(ticket=number, name="policy", old="standard", new="gold") in events(desk, number)
    assert (clock(desk, number).used, clock(desk, number).target) == (25, 30)  # what was used stays used


def test_policies_that_are_gone_promise_nothing_any_more(desk: World, tmp_path: Path) -> None:
    number = write(desk)
    policy = WORLD[WORLD.index("[[sla]]") : WORLD.index("[[rule]]")]
    edit(desk, tmp_path, (policy, ""))
    desk.tick()
    assert desk.ticket(number)["policy"] == ""
    assert (clock(desk, number).state, clock(desk, number).next_alarm_at) == ("cancelled", None)


def test_a_stage_that_is_edited_is_told_when_the_new_one_says(desk: World, tmp_path: Path) -> None:
    number = write(desk)
    was = clock(desk, number).next_alarm_at
    edit(desk, tmp_path, ("yellow = 50", "yellow = 10"))
    desk.tick()
    now = clock(desk, number).next_alarm_at
    assert was is not None
    assert now is not None
    assert (was - now).total_seconds() == 96 * 60


def test_when_nothing_is_edited_nothing_is_reckoned(desk: World, tmp_path: Path) -> None:
    write(desk)
    edit(desk, tmp_path, ('leader = "rui"', 'leader = "eva"'))
    with patch.object(Desk, "run", side_effect=AssertionError("nothing is to be done")):
        assert walk(desk) == 0


def test_a_walk_that_was_cut_short_goes_on_where_it_was(
    desk: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [write(desk, f"Printer {n}") for n in range(5)]
    monkeypatch.setattr(edited, "PAGE", 2)
    monkeypatch.setattr(edited, "PAGES", 1)
    edit(desk, tmp_path, LONGER)
    met = []
    for expected in (2, 2, 1, 0):
        assert walk(desk) == expected
        met.append([number for number in numbers if clock(desk, number).target == 480])
    assert met == [numbers[:2], numbers[:4], numbers, numbers]


def test_tickets_of_other_policies_are_passed_over(desk: World, tmp_path: Path) -> None:
    edit(desk, tmp_path, ('[[sla]]\nname = "standard"\n', GOLD), also=PARTIES)
    walk(desk)
    write(desk)
    other = desk.take(letter("Luis <luis@taller.example>", SUPPORT, "Lamp", "It is dark.")).ticket
    edit(desk, tmp_path, LONGER)
    assert walk(desk) == 1
    assert clock(desk, other).target == 480


def test_a_ticket_that_cannot_be_reckoned_holds_up_no_other(desk: World, tmp_path: Path) -> None:
    numbers = [write(desk, f"Printer {n}") for n in range(3)]
    edit(desk, tmp_path, LONGER)
    run = Desk.run

    def fails(self: Desk, uow: object, intent: object, **how: object) -> object:
        if ReckonClocks(ticket=numbers[1]) in intent.commands:  # type: ignore[attr-defined] # as it is called
            raise RuntimeError("damaged")
        return run(self, uow, intent, **how)  # type: ignore[arg-type] # as it is called

    with patch.object(Desk, "run", fails):
        walk(desk)
    assert [clock(desk, number).target for number in numbers] == [480, 240, 480]
    assert walk(desk) == 0


def test_of_two_processes_the_one_that_read_last_says_what_holds(desk: World, tmp_path: Path) -> None:
    number = write(desk)
    # a copy of the desk, which keeps to the old files
    other = replace(desk.app, desk=desk.app.desk.rehearsing(desk.app.rulebook, lambda firing: None))
    behind = tick_of(desk, other)
    edit(desk, tmp_path, ('[[sla]]\nname = "standard"\n', GOLD), also=PARTIES)
    walk(desk)
    for _ in range(2):
        assert asyncio.run(behind()) == 0
        assert walk(desk) == 0
    assert desk.ticket(number)["policy"] == "gold"


@pytest.mark.parametrize(
    ("old", "new", "concerned"),
    [
        ("normal = 240", "normal = 241", {"standard"}),
        ("14:00-18:00", "14:00-17:00", {"standard"}),
        ("red = 80", "red = 81", {"standard"}),
        ("red = 80", 'red = 80\n[[sla.step]]\nmetric = "solution"\nat = "90%"\ntell = ["leader"]\n', {"standard"}),
        ('name = "standard"', 'name = "standard"\nteams = ["support"]', {""}),
        ('calendar = "office"', 'calendar = "office"\ncontracts = ["gold"]', {""}),
        ('leader = "eva"', 'leader = "rui"', set()),
        ('name = "office"', 'name = "office"  # hours', set()),
    ],
)
def test_only_what_an_edit_concerns_is_another_number(tmp_path: Path, old: str, new: str, concerned: set[str]) -> None:
    contract = PARTIES + 'contract = "gold"\n'
    world = World(tmp_path, WORLD + contract)
    before = in_force(world.app.desk.clockwork, world.app.directory)
    world.restart((WORLD + contract).replace(old, new))
    after = in_force(world.app.desk.clockwork, world.app.directory)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == concerned
    world.close()
