"""Rules whose time comes: after and before a moment of a ticket, and every so often; each once, whatever happens."""

from __future__ import annotations

import asyncio
import tomllib
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from maild.clock import rule_ticks
from maild.clock.rule_ticks import RuleTick
from maild.desk.ports import UnitOfWork
from maild.domain.commands import AddAnswer, CloseTicket, ReopenTicket, SetPriority
from maild.domain.intent import Words
from maild.domain.ticket import Priority
from maild.errors import ConfigError
from maild.rules.loader import load_all
from maild.rules.rulebook import Rulebook
from maild.rules.timing import Every
from tests.helpers.world import WORLD, World
from tests.rules.test_changes import do, opened, tags, traces

ANSWER = Words(text="Is it better now?", new_text="Is it better now?")


def timed(on: str, when: str = "", then: str = 'tag = "time"') -> str:
    when = when or 'not = { tag = "never" }'
    return f'\n[[rule]]\nname = "timed"\non = {{ {on} }}\nwhen = {{ {when} }}\nthen = {{ {then} }}\n'


def world(folder: Path, rules: str) -> World:
    return World(folder, WORLD + rules)


def notes(desk: World, number: int) -> int:
    view = desk.app.store.queries.ticket_view(number)
    assert view is not None
    return sum(article["kind"] == "comment" for article in view["articles"])


def test_a_rule_waits_from_the_last_answer_and_acts_once(tmp_path: Path) -> None:
    desk = world(tmp_path, timed('after = "2 days", of = "answer"', then='note = "Ask again."'))
    number = opened(desk)
    desk.clock.advance(days=3)
    desk.tick()
    assert notes(desk, number) == 0
    do(desk, AddAnswer(ticket=number, words=ANSWER))
    desk.clock.advance(days=1)
    do(desk, AddAnswer(ticket=number, words=ANSWER))
    desk.clock.advance(hours=47)
    desk.tick()
    assert notes(desk, number) == 0
    desk.clock.advance(hours=1)
    desk.tick()
    desk.tick()
    desk.clock.advance(days=5)
    desk.tick()
    assert notes(desk, number) == 1
    do(desk, AddAnswer(ticket=number, words=ANSWER))
    desk.clock.advance(days=2)
    desk.tick()
    assert notes(desk, number) == 2
    assert traces(desk, number)[-1].trigger == "after"
    desk.close()


def test_what_was_due_while_nobody_looked_is_done_once_two_processes_too(tmp_path: Path) -> None:
    desk = world(tmp_path, timed('after = "1 h", of = "opened"', then='note = "An hour."'))
    number = opened(desk)
    desk.clock.advance(days=9)
    store = desk.app.store
    ticks = [RuleTick(alarms=store.alarms, writer=store.writer, desk=desk.app.desk, now=desk.clock) for _ in range(2)]

    async def both() -> None:
        due = await store.alarms.due(now=desk.clock(), limit=5)
        assert [alarm.rule for alarm in due] == ["timed"]
        await asyncio.gather(*(tick() for tick in ticks))

    asyncio.run(both())
    assert notes(desk, number) == 1
    assert asyncio.run(store.alarms.due(now=desk.clock(), limit=5)) == []
    desk.close()


def test_a_closed_ticket_waits_for_nothing_but_its_end(tmp_path: Path) -> None:
    desk = world(
        tmp_path,
        timed('after = "2 h", of = "opened"').replace("timed", "open")
        + timed('after = "1 week", of = "closed"', then='tag = "old"'),
    )
    number = opened(desk)
    do(desk, CloseTicket(ticket=number, reason="done"))
    desk.clock.advance(days=6)
    desk.tick()
    assert tags(desk, number) == []
    do(desk, ReopenTicket(ticket=number))
    do(desk, CloseTicket(ticket=number))
    desk.clock.advance(days=6)
    desk.tick()
    assert "old" not in tags(desk, number)
    desk.clock.advance(days=1)
    desk.tick()
    assert "old" in tags(desk, number)
    desk.close()


def test_before_it_is_due_even_when_that_comes_nearer(tmp_path: Path) -> None:
    desk = world(tmp_path, timed('before = "30 minutes", of = "due"'))
    number = opened(desk)
    desk.clock.advance(hours=3)
    desk.tick()
    assert tags(desk, number) == []
    do(desk, SetPriority(ticket=number, priority=Priority.HIGH))
    desk.tick()
    assert tags(desk, number) == ["time"]
    desk.close()


def test_working_time_is_counted_where_it_is_asked_for(tmp_path: Path) -> None:
    desk = world(tmp_path, timed('after = "9 h", of = "opened", working = true'))
    number = opened(desk)
    desk.clock.advance(hours=23, minutes=59)
    desk.tick()
    assert tags(desk, number) == []
    desk.clock.advance(hours=1, minutes=1)
    desk.tick()
    assert tags(desk, number) == ["time"]
    desk.close()


def test_the_condition_is_asked_when_the_time_has_come(tmp_path: Path) -> None:
    desk = world(tmp_path, timed('after = "1 h", of = "opened"', 'priority = "urgent"'))
    number = opened(desk)
    desk.clock.advance(hours=2)
    desk.tick()
    assert traces(desk, number)[-1].trace == ('timed: missed: priority is "normal", wanted urgent',)
    desk.close()


def test_a_new_rule_waits_for_tickets_that_were_there_and_starts_no_flood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_ticks, "PAGE", 2)
    monkeypatch.setattr(rule_ticks, "PAGES", 1)
    desk = world(tmp_path, "")
    old = [opened(desk, f"Old {n}") for n in range(3)]
    desk.clock.advance(days=1)
    new = [opened(desk, f"New {n}") for n in range(3)]
    desk.tick()
    text = timed('after = "12 h", of = "opened"')
    book = load_all([("x", tomllib.loads(text)["rule"])], known=desk.app.rulebook.known)
    desk.app.desk.use_rules(book)
    for _ in range(6):
        desk.tick()
    desk.clock.advance(days=1)
    desk.tick()
    assert [tags(desk, number) for number in (*old, *new)] == [[], [], [], ["time"], ["time"], ["time"]]
    desk.app.desk.use_rules(Rulebook())
    desk.tick()
    desk.close()


def test_every_day_each_open_ticket_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_ticks, "PAGE", 2)
    desk = world(tmp_path, timed('every = ["mon", "wed"], at = "08:30"', 'subject = "printer"', 'note = "Still here."'))
    numbers = [opened(desk, f"Printer {n}") for n in range(5)] + [opened(desk, "Scanner")]
    do(desk, CloseTicket(ticket=numbers[0]))
    desk.tick()
    assert [notes(desk, number) for number in numbers] == [0] * 6
    desk.clock.advance(days=1, hours=23, minutes=29)
    desk.tick()
    assert [notes(desk, number) for number in numbers] == [0] * 6
    desk.clock.advance(minutes=1)
    desk.tick()
    desk.tick()
    assert [notes(desk, number) for number in numbers] == [0, 1, 1, 1, 1, 0]
    desk.clock.advance(days=20)
    desk.tick()
    desk.tick()
    assert [notes(desk, number) for number in numbers] == [0, 2, 2, 2, 2, 0]
    desk.close()


def test_a_ticket_that_cannot_be_asked_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rules = timed('every = "day", at = "08:30"', then='note = "Still here."')
    desk = world(tmp_path, rules + rules.replace('"timed"', '"another"'))
    numbers = [opened(desk, f"Printer {n}") for n in range(3)]
    desk.tick()
    desk.clock.advance(days=1)
    asked = desk.app.desk.hits

    def broken(uow: UnitOfWork, ticket: int, *rest: Any, **named: Any) -> bool:
        if ticket == numbers[1]:
            raise RuntimeError("no such thing")
        return asked(uow, ticket, *rest, **named)

    monkeypatch.setattr(desk.app.desk, "hits", broken)
    desk.tick()
    desk.tick()
    assert [notes(desk, number) for number in numbers] == [2, 0, 2]
    assert f"could not be asked for ticket {numbers[1]}" in caplog.text
    desk.close()


def test_a_page_that_another_process_took_is_left_to_it(tmp_path: Path) -> None:
    desk = world(tmp_path, timed('every = "day", at = "08:30"', then='note = "Still here."'))
    number = opened(desk)
    store = desk.app.store
    desk.tick()
    desk.clock.advance(days=1)
    ticks = [RuleTick(alarms=store.alarms, writer=store.writer, desk=desk.app.desk, now=desk.clock) for _ in range(2)]

    async def both() -> None:
        await asyncio.gather(*(tick() for tick in ticks))

    asyncio.run(both())
    assert notes(desk, number) == 1
    desk.close()


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-25T08:30", "2026-11-25T08:30"),
        ("2026-11-25T08:29", "2026-11-24T08:30"),
        ("2026-07-01T07:30", "2026-07-01T07:30"),
        ("2026-07-01T07:29", "2026-06-30T07:30"),
        # Lisbon leaves summer time at two in the night of 25 October 2026
        ("2026-10-25T08:30", "2026-10-25T08:30"),
        ("2026-10-25T08:00", "2026-10-24T07:30"),
    ],
)
def test_the_last_time_is_told_in_the_zone_of_the_desk(now: str, last: str) -> None:
    every = Every(days=frozenset(range(7)), at=time(8, 30))
    found = every.last(datetime.fromisoformat(f"{now}+00:00"), "Europe/Lisbon")
    assert found == datetime.fromisoformat(f"{last}+00:00")


@pytest.mark.parametrize(
    ("on", "fault"),
    [
        ('"after"', 'write after with its time, such as on = { after = "2 days"'),
        ('{ after = "2 moons", of = "answer" }', "on.after: write a number and minutes"),
        ('{ after = "2 days" }', "on.of: '' is not known"),
        ('{ after = "2 days", of = "anwser" }', "did you mean 'answer'?"),
        ('{ after = "9999999 weeks", of = "answer" }', "on.after: write a number"),
        ('{ before = "2 days", of = "answer" }', "only what is due lies ahead"),
        ('{ every = "day" }', "on.at: write the time of day"),
        ('{ every = "day", at = "25:00" }', "on.at: write the time of day"),
        ('{ every = "workday", at = "08:00" }', "on.every: 'workday' is not known"),
        ('{ every = "day", at = "08:00", of = "due" }', "on.of: no such key"),
        ("{ }", "write one of after, before or every"),
        ('[{ every = "day", at = "08:00" }, { every = "mon", at = "09:00" }]', "only one time a rule"),
    ],
)
def test_a_time_that_cannot_be_is_refused(tmp_path: Path, on: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        world(tmp_path, f'[[rule]]\nname = "x"\non = {on}\nthen = {{ tag = "x" }}\n')
    assert any(fault in problem for problem in caught.value.problems), caught.value.problems


def test_a_rule_without_a_mail_cannot_look_at_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"when\.not\.body: there is no mail where the rule is asked \(on after\)"):
        world(tmp_path, timed('after = "1 h", of = "opened"', 'subject = "x", not = { body = "y" }'))
