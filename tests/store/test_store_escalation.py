"""Two processes raise the same clocks on one store: each level once, whoever is killed or has a wrong clock."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from maild.app import App, open_app
from maild.clock.ticks import SlaTick
from maild.desk.ports import StoredEvent, UnitOfWork
from maild.domain.address import Mailbox
from maild.domain.commands import OpenTicket
from maild.domain.events import SlaStageReached, SlaStepRaised
from maild.domain.intent import Actor, ActorKind, Cause, Intent, Words
from tests.clock.test_escalation import ESCALATING
from tests.helpers.command_line import write_keys
from tests.helpers.racing import Interrupted
from tests.helpers.ticking import Process
from tests.helpers.world import MONDAY

pytestmark = pytest.mark.slow

TICKETS = 4
FIRST_LEVELS = ("yellow", "60%")


@pytest.fixture
def place(url: str, tmp_path: Path) -> Path:
    """The configuration of a desk on this store, with tickets that were opened on Monday at nine."""
    write_keys(tmp_path)
    place = tmp_path / "maild.toml"
    place.write_text(f'{ESCALATING}\n[store]\nurl = "{url}"\n', "utf-8")
    app = open_app(place, now=lambda: MONDAY)
    for number in range(TICKETS):
        command = OpenTicket(
            requester=Mailbox("", f"c{number}@quinta.example"),
            mailbox="support@casa-azul.example",
            words=Words(text="It does nothing.", new_text="It does nothing.", subject=f"Printer {number}"),
        )
        intent = Intent(actor=Actor(kind=ActorKind.CONTACT, via="mail"), commands=(command,))
        app.store.writer.run(partial(app.desk.run, intent=intent, cause=Cause(key=f"test:{number}"), now=MONDAY))
    app.close()
    return place


@pytest.fixture
def look(place: Path) -> Iterator[App]:
    app = open_app(place, now=lambda: MONDAY)
    yield app
    app.close()


def raised(app: App) -> dict[str, int]:
    """How many first responses have each level in the record. No clock has one twice."""
    found: Counter[tuple[int, str, int, str]] = Counter()
    for row in app.store.queries.ticket_rows(limit=50):
        for stored in app.store.read(partial(_history, number=row["number"])):
            match stored.event:
                case SlaStageReached(ticket=ticket, metric=metric, cycle=cycle, stage=stage):
                    found[ticket, str(metric), cycle, str(stage)] += 1
                case SlaStepRaised(ticket=ticket, metric=metric, cycle=cycle, level=level):
                    found[ticket, str(metric), cycle, level] += 1
    assert set(found.values()) <= {1}, found
    return dict(Counter(level for _, metric, _, level in found if metric == "first-response"))


def _history(uow: UnitOfWork, *, number: int) -> list[StoredEvent]:
    return uow.events.of(number)


def tick_together(processes: list[Process], times: list[datetime]) -> list[bool]:
    """Let all look before any raises; whether each has come to its end alive."""
    for process, now in zip(processes, times, strict=True):
        process.say(f"tick {now.isoformat()}")
    heard = [process.hear() for process in processes]
    while "looked" in heard:
        for process, word in zip(processes, heard, strict=True):
            if word == "looked":
                process.say("go")
        heard = [p.hear() if word == "looked" else word for p, word in zip(processes, heard, strict=True)]
    return [word == "done" for word in heard]


Begin = Callable[..., list[Process]]


@pytest.fixture
def begin(place: Path) -> Iterator[Begin]:
    """Starts a process for each point at which one is killed, "" for none; those that are left are ended."""
    started: list[Process] = []

    def start(*kill_at: str) -> list[Process]:
        processes = [Process(place, MONDAY, kill_at=point) for point in kill_at]
        started.extend(processes)
        assert [process.hear() for process in processes] == ["ready"] * len(kill_at)
        return processes

    yield start
    for process in started:
        process.end()


def test_rel_51_two_processes_that_tick_at_once_raise_each_level_once(begin: Begin, look: App) -> None:
    processes = begin("", "")
    due = MONDAY + timedelta(minutes=150)
    assert tick_together(processes, [due, due]) == [True, True]
    assert raised(look) == dict.fromkeys(FIRST_LEVELS, TICKETS)
    ahead, back = MONDAY + timedelta(days=2), MONDAY - timedelta(hours=8)
    for times in ([ahead, back], [back, ahead], [ahead, ahead], [due, back]):
        assert tick_together(processes, times) == [True, True]
    found = raised(look)
    # what a night has held back is one stage a clock, the highest
    assert {level: found.get(level) for level in ("breached", "+60m")} == {"breached": TICKETS, "+60m": TICKETS}
    assert [process.end() for process in processes] == [0, 0]


@pytest.mark.parametrize("point", ["alarm-decided:2", "alarm-raised:2"])
def test_rel_51_killed_between_deciding_and_telling_each_level_is_raised_once(
    begin: Begin, look: App, point: str
) -> None:
    processes = begin(point, "")
    due = MONDAY + timedelta(minutes=150)
    alive, other = tick_together(processes, [due, due])
    assert other
    assert raised(look) == dict.fromkeys(FIRST_LEVELS, TICKETS)
    if alive:  # the other one was quicker every time: it dies at the next opportunity
        assert tick_together(processes[:1], [due + timedelta(minutes=200)]) == [False]
    assert processes[0].end() == -signal.SIGKILL
    (again,) = begin("")
    assert tick_together([again, processes[1]], [due + timedelta(days=2)] * 2) == [True, True]
    assert raised(look)["+60m"] == TICKETS
    assert [again.end(), processes[1].end()] == [0, 0]


def test_rel_51_files_that_are_read_anew_raise_nothing_again(begin: Begin, place: Path, look: App) -> None:
    processes = begin("", "")
    due = MONDAY + timedelta(minutes=150)
    assert tick_together(processes, [due, due]) == [True, True]
    text = place.read_text("utf-8").replace("yellow = 50", "yellow = 40").replace("normal = 240", "normal = 200")
    place.write_text(text.replace('tell = ["leader"]', 'tell = ["team"]'), "utf-8")
    processes[0].say("reload")  # the other one works by the old files
    assert processes[0].hear() == "done"
    assert tick_together(processes, [due, due]) == [True, True]
    assert {level: raised(look).get(level) for level in FIRST_LEVELS} == dict.fromkeys(FIRST_LEVELS, TICKETS)
    processes[1].say("reload")
    assert processes[1].hear() == "done"
    for minutes in (160, 300, 301, 500):
        now = MONDAY + timedelta(minutes=minutes)
        assert tick_together(processes, [now, now]) == [True, True]
    assert raised(look)["+60m"] == TICKETS
    assert [process.end() for process in processes] == [0, 0]


@pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.server)], indirect=True)
def test_a_clock_that_another_process_raises_while_it_is_looked_at_is_raised_once(place: Path, look: App) -> None:
    due = MONDAY + timedelta(minutes=150)
    other = open_app(place, now=lambda: due)

    def tick(app: App, writer: Any) -> int:
        return asyncio.run(SlaTick(timers=app.store.timers, writer=writer, desk=app.desk, now=lambda: due)())

    try:
        tick(look, Interrupted(look.store.writer, "timers.of", lambda: tick(other, other.store.writer)))
    finally:
        other.close()
    assert raised(look) == dict.fromkeys(FIRST_LEVELS, TICKETS)
