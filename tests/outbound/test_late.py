"""A smarthost that is away for hours or days: what leaves afterwards, and who hears of it in between (REL-53, P32)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from maild.clock.late import LateTick
from tests.helpers.world import World, letter, reply_address, words

ANA, RUI = "ana@quinta.example", "rui@home.example"
DESK = "support@casa-azul.example"
AWAY = "no session with smtp.casa-azul.example:587: connection refused"


def look(world: World, hours: float = 4) -> int:
    after = timedelta(hours=hours)
    return asyncio.run(LateTick(after=after, writer=world.app.store.writer, desk=world.app.desk, now=world.clock)())


def answer_while_away(world: World, *, tickets: int = 1) -> None:
    """Ana has asked, the server goes away, Rui answers."""
    for n in range(tickets):
        world.take(letter(f"Ana <{ANA}>", DESK, f"Pump {n}", "x"), to=[DESK], reverse_path=ANA)
    mails = [mail for mail in world.inbox(RUI) if "Your reply goes to" in words(mail)]
    world.letterbox.away = AWAY
    for n, mail in enumerate(mails):
        world.take(letter(f"Rui <{RUI}>", reply_address(mail), "Re", f"Answer {n}.", answers=mail),
                   to=[reply_address(mail)], reverse_path=RUI)  # fmt: skip


def wait(world: World, hours: float) -> None:
    """Time passes; now and then, at most every half an hour, the relay knocks and the watch looks."""
    step = max(0.5, hours / 16)
    for _ in range(round(hours / step)):
        world.clock.advance(hours=step)
        world.send()
        look(world)


@pytest.mark.parametrize("hours", [2, 48])
def test_rel_53_after_the_smarthost_was_away_everything_leaves_once_and_in_order(world: World, hours: int) -> None:
    answer_while_away(world, tickets=3)
    before = len(world.inbox(ANA))
    wait(world, hours)
    assert len(world.inbox(ANA)) == before
    world.letterbox.away = ""
    wait(world, 1)
    said = [words(mail).split(".")[0] for mail in world.inbox(ANA)[before:]]
    assert said == ["Answer 0", "Answer 1", "Answer 2"]
    rows = world.app.store.queries.outbox_rows(limit=100)
    assert {row["attempts"] for row in rows if row["name"] == "answer"} == {1}, "waiting is no attempt"
    late = [mail for mail in world.inbox(RUI) if "Not delivered yet" in mail["Subject"]]
    assert len(late) == (0 if hours == 2 else 3)


def test_rel_53_the_owner_is_told_once_after_four_hours_with_what_was_said(world: World) -> None:
    answer_while_away(world)
    wait(world, 3.5)
    assert world.app.store.queries.outbox_rows(ticket=10001)[0]["name"] != "delayed"
    wait(world, 40)
    world.letterbox.away = ""
    wait(world, 1)
    (told,) = [mail for mail in world.inbox(RUI) if "Not delivered yet" in mail["Subject"]]
    assert "Your answer to ana@quinta.example has not been delivered yet" in words(told)
    assert "connection refused" in words(told)
    assert "Answer 0." in words(told)
    assert world.ticket(10001)["first_response_at"] is not None, "it counts as given when it was written"
    assert world.ticket(10001)["tags"] == ()


def test_rel_53_after_five_days_it_has_failed_and_counts_as_not_given(world: World) -> None:
    answer_while_away(world)
    wait(world, 6 * 24)
    row = next(row for row in world.app.store.queries.outbox_rows(limit=100) if row["name"] == "answer")
    assert row["state"] == "failed"
    assert row["last_error"].startswith("given up after 5 days")
    assert world.ticket(10001)["first_response_at"] is None
    world.letterbox.away = ""
    wait(world, 1)
    told = [mail for mail in world.inbox(RUI) if "Not delivered:" in mail["Subject"]]
    assert len(told) == 1
    assert "You can:" in words(told[0])


def test_nothing_is_told_of_what_has_left_or_is_no_answer(world: World) -> None:
    world.letterbox.away = AWAY
    world.take(letter(f"Ana <{ANA}>", DESK, "Pump", "x"), to=[DESK], reverse_path=ANA)
    world.clock.advance(hours=5)
    assert look(world) == 0, "an acknowledgement that waits is no agent's word"
    world.letterbox.away = ""
    world.clock.advance(hours=1)
    answer_while_away(world)
    world.letterbox.away = ""
    world.clock.advance(hours=1)
    world.send()
    world.clock.advance(hours=9)
    assert look(world) == 0


def test_each_mail_is_looked_at_once(world: World) -> None:
    answer_while_away(world)
    world.clock.advance(hours=5)
    assert look(world) == 1
    assert look(world) == 0
    reached = world.app.store.read(lambda uow: uow.marks.get("late"))
    assert reached is not None
    found = world.app.store.read(lambda uow: uow.outbox.late(reached.reached, before=world.clock(), limit=10))
    assert found[1] == []
