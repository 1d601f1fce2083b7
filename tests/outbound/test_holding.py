"""Mail that waits: an answer that can be taken back, mail that is held, and what a person does with both."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from maild.cli.outbox import outbox
from maild.desk.queues import Outcome
from maild.domain.notice import DeliveryResult
from tests.helpers.world import WORLD, World, letter, reply_address, words

ANA, RUI = "ana@quinta.example", "rui@home.example"
DESK = "support@casa-azul.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Answers wait a minute."""
    made = World(tmp_path, WORLD + "\n[smtp]\nundo_seconds = 60\n")
    yield made
    made.close()


def ask(world: World) -> EmailMessage:
    world.take(letter(f"Ana <{ANA}>", DESK, "Pump", "It does not run."), to=[DESK], reverse_path=ANA)
    return world.inbox(RUI)[-1]


def reply(world: World, mail: EmailMessage, text: str) -> str:
    to = reply_address(mail)
    return world.take(letter(f"Rui <{RUI}>", to, "Re: pump", text, answers=mail), to=[to], reverse_path=RUI).outcome


def states(world: World) -> dict[str, str]:
    return {row["name"]: row["state"] for row in world.app.store.queries.outbox_rows()}


def test_an_answer_waits_and_then_leaves(world: World) -> None:
    before = len(world.inbox(ANA))
    reply(world, ask(world), "Try the switch.")
    assert len(world.inbox(ANA)) == before + 1  # the acknowledgement, which waits for nobody
    world.clock.advance(seconds=61)
    world.send()
    assert "Try the switch." in words(world.inbox(ANA)[-1])


@pytest.mark.parametrize("word", ["#undo", "UNDO", "Undo."])
def test_the_agent_takes_it_back_by_replying_with_one_word(world: World, word: str) -> None:
    mail = ask(world)
    reply(world, mail, "Your password is hunter2.")
    assert world.ticket(10001)["first_response_at"] is not None
    assert reply(world, mail, word) == Outcome.APPENDED
    world.clock.advance(minutes=10)
    world.send()
    assert not any("hunter2" in words(m) for m in world.inbox(ANA))
    assert world.ticket(10001)["first_response_at"] is None
    assert states(world)["answer"] == "dropped"
    view = world.app.store.queries.ticket_view(10001)
    assert view is not None
    assert {t["state"] for t in view["timers"] if t["metric"] == "first-response"} == {"running"}


def test_too_late_is_said_and_changes_nothing(world: World) -> None:
    mail = ask(world)
    reply(world, mail, "Try the switch.")
    world.clock.advance(seconds=61)
    world.send()
    assert reply(world, mail, "#undo") == Outcome.QUARANTINED
    assert "too late" in words(world.inbox(RUI)[-1])
    assert world.ticket(10001)["first_response_at"] is not None
    assert states(world)["answer"] == "sent"


def test_a_mail_is_held_shown_released_and_dropped_in_one_act(world: World) -> None:
    uow = world.app.store.writer
    reply(world, ask(world), "Try the switch.")
    item = next(row["id"] for row in world.app.store.queries.outbox_rows() if row["name"] == "answer")
    assert uow.run(lambda u: u.outbox.hold(item))
    world.clock.advance(hours=5)
    world.send()
    assert states(world)["answer"] == "held"
    assert world.app.store.read(lambda u: u.outbox.held(10)) == [item]
    assert not uow.run(lambda u: u.outbox.hold(item))
    assert uow.run(lambda u: u.outbox.release(item, now=world.clock()))
    world.send()
    assert states(world)["answer"] == "sent"
    assert not uow.run(lambda u: u.outbox.drop(item, because="x", now=world.clock()))


def test_what_was_tried_once_leaves_with_the_same_octets_after_any_act_of_a_person(world: World) -> None:
    """REL-52: never a text that was rendered again, and never another Message-ID."""
    world.letterbox.refuse[ANA] = DeliveryResult(delivered=False, permanent=False, code=451, text="later")
    ask(world)
    item = next(row["id"] for row in world.app.store.queries.outbox_rows() if row["name"] == "acknowledgement")
    composed = world.app.store.outbox.octets(item)
    assert composed
    world.clock.advance(days=1)
    world.letterbox.refuse.clear()
    assert world.app.store.writer.run(lambda u: u.outbox.hold(item))
    assert world.app.store.writer.run(lambda u: u.outbox.release(item, now=world.clock()))
    world.send()
    assert world.raw_inbox(ANA) == [composed]


def test_the_command_line_knows_every_verb() -> None:
    listed = CliRunner().invoke(outbox, ["--help"]).output
    assert all(f"  {verb} " in listed for verb in ("allow", "drop", "hold", "list", "release", "retry", "show"))
