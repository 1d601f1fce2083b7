"""What the customer is told of the time of his answer, and when that is put right."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maild.domain.events import PromiseMoved
from tests.helpers.world import World, letter, reply_address

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
TODAY, TUESDAY = datetime(2026, 11, 23, 13, tzinfo=UTC), datetime(2026, 11, 24, 18, tzinfo=UTC)


def opened(world: World, **headers: str) -> None:
    world.take(letter(ANA, SUPPORT, "Printer", "Please help.", headers=headers))
    assert world.ticket(10_001)["promised_at"] == TODAY


def order(world: World, words: str) -> None:
    notice = world.inbox("rui@home.example")[0]
    world.take(letter("rui@home.example", reply_address(notice), "Re: Printer", words, answers=notice))


def moves(world: World) -> list[PromiseMoved]:
    stored = world.app.store.read(lambda uow: uow.events.of(10_001))
    return [one.event for one in stored if isinstance(one.event, PromiseMoved)]


def test_a_later_time_is_told_once_and_becomes_the_promise(world: World) -> None:
    opened(world)
    order(world, "#priority low")
    assert [(m.old, m.new, m.told) for m in moves(world)] == [(TODAY, TUESDAY, True)]
    assert world.ticket(10_001)["promised_at"] == TUESDAY
    assert "24 November 2026" in str(world.inbox("ana@quinta.example")[-1].get_body(("plain",)))
    order(world, "#priority high")
    order(world, "#priority low\n#team support")
    assert len(moves(world)) == 1
    assert len(world.inbox("ana@quinta.example")) == 2


def test_an_earlier_time_moves_nothing(world: World) -> None:
    opened(world)
    order(world, "#priority urgent")
    assert moves(world) == []
    assert world.ticket(10_001)["promised_at"] == TODAY


def test_after_the_answer_nothing_is_put_right(world: World) -> None:
    opened(world)
    order(world, "Try this.")
    order(world, "#priority low")
    assert moves(world) == []


def test_who_got_no_acknowledgement_gets_no_correction(world: World) -> None:
    opened(world, Precedence="bulk")
    before = len(world.inbox("ana@quinta.example"))
    order(world, "#priority low")
    assert [m.told for m in moves(world)] == [False]
    assert len(world.inbox("ana@quinta.example")) == before == 0


def test_an_acknowledgement_that_leaves_late_promises_no_time_that_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody() -> None:
        return None

    with monkeypatch.context() as away:
        away.setattr(world, "_send", nobody)
        opened(world)
    world.clock.advance(days=1)
    world.send()
    (told,) = world.inbox("ana@quinta.example")
    for kind in ("plain", "html"):
        words = str(told.get_body((kind,)))
        assert "10001" in words
        assert "23 November 2026" not in words
        assert "answer by" not in words.lower()
