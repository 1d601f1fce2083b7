"""Quiet hours and digests: what waits, for how long, what becomes of it, and that nobody is told twice or never."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from maild.clock.digests import DigestTick
from maild.outbound.render import LANGUAGES, templates_root
from maild.outbound.table import MAY_WAIT
from tests.helpers.world import WORLD, World, letter, reply_address, words

ANA, LUIS = "Ana Silva <ana@quinta.example>", "Luis Ortega <luis@taller.example>"
SUPPORT = "support@casa-azul.example"
RUI, EVA = "rui@home.example", "eva@home.example"

NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)

QUIET_RUI = WORLD.replace(
    '[[agent]]\nname = "rui"\n', '[[agent]]\nname = "rui"\nlanguage = "pt"\nquiet = "20:00-07:00"\n'
)
DIGEST_RUI = WORLD.replace(
    '[[agent]]\nname = "rui"\n', '[[agent]]\nname = "rui"\ndigest = "16:30"\ndigest_of = ["note", "sla-yellow"]\n'
)


@pytest.fixture
def night(tmp_path: Path) -> Iterator[World]:
    """A desk late in the evening; Rui is not to be disturbed before seven."""
    world = World(tmp_path, QUIET_RUI)
    world.clock.now = NIGHT
    yield world
    world.close()


def write(world: World, sender: str, subject: str, text: str = "Please help.") -> int:
    return world.take(letter(sender, SUPPORT, subject, text), to=[SUPPORT], reverse_path=sender).ticket


def answer(world: World, sender: str, to: str, text: str, answers: EmailMessage | None = None) -> Any:
    octets = letter(sender, to, "Re: it", text, answers=answers)
    return world.take(octets, to=[to], reverse_path=sender.rpartition("<")[2].rstrip(">"))


def states(world: World, recipient: str) -> list[tuple[str, str]]:
    rows = world.app.store.queries.outbox_rows(limit=200)
    return [(row["name"], row["state"]) for row in reversed(rows) if recipient in str(row["recipient"])]


def test_p46_what_comes_in_quiet_hours_is_one_mail_in_the_morning(night: World) -> None:
    write(night, ANA, "Printer")
    night.clock.advance(minutes=20)
    write(night, LUIS, "Invoice is late")  # of another team
    write(night, LUIS, "Server")
    answer(night, ANA, reply_address(night.inbox("ana@quinta.example")[0]), "It smokes now.")
    assert night.inbox(RUI) == []
    assert len(night.inbox(EVA)) == 4
    night.clock.now = MORNING
    night.tick()
    (digest,) = night.inbox(RUI)
    assert digest["Subject"] == "3 novidades em 2 pedidos"
    said = words(digest)
    assert said.index("[#10001-") < said.index("It smokes now.") < said.index("[#10003-")
    assert "Invoice" not in said
    assert digest["Auto-Submitted"] == "auto-generated"
    night.tick()
    assert len(night.inbox(RUI)) == 1
    assert states(night, RUI) == [("new-ticket", "gathered")] * 2 + [("customer-reply", "gathered"), ("digest", "sent")]


def test_a_reply_beside_a_ticket_lands_on_that_ticket_and_one_to_the_digest_on_none(night: World) -> None:
    write(night, ANA, "Printer")
    write(night, LUIS, "Server")
    night.clock.now = MORNING
    night.tick()
    (digest,) = night.inbox(RUI)
    line = next(line for line in words(digest).splitlines() if line.startswith("Responder a Luis Ortega"))
    assert answer(night, f"Rui <{RUI}>", line.rpartition(" ")[2], "I am on my way.").ticket == 10002
    (mail,) = (m for m in night.inbox("luis@taller.example") if "on my way" in words(m))
    assert "10001" not in words(mail)
    before = len(night.app.store.queries.ticket_rows())
    settled = answer(night, f"Rui <{RUI}>", reply_address(digest), "Which one is this?", digest)
    assert (settled.outcome, settled.ticket) == ("quarantined", 0)
    assert "which-ticket" in settled.reason
    assert len(night.app.store.queries.ticket_rows()) == before
    assert "Um resumo trata de vários pedidos" in words(night.inbox(RUI)[-1])


def test_a_single_thing_that_has_waited_is_the_mail_it_is(night: World) -> None:
    write(night, ANA, "Printer")
    night.clock.now = MORNING
    night.tick()
    (mail,) = night.inbox(RUI)
    assert "Please help." in words(mail)
    assert answer(night, f"Rui <{RUI}>", reply_address(mail), "Yes.", mail).ticket == 10001
    assert states(night, RUI) == [("new-ticket", "sent")]


def test_what_is_urgent_comes_at_once(night: World) -> None:
    write(night, ANA, "urgent: water in the server room")
    assert len(night.inbox(RUI)) == 1
    write(night, ANA, "Printer")
    assert [mail["Subject"] for mail in night.inbox(RUI)] == ["[#10001-5A9Q] urgent: water in the server room"]


def test_nobody_is_woken_by_his_own_act_nor_told_of_it_later(night: World) -> None:
    write(night, ANA, "Printer")
    eva = night.inbox(EVA)[0]
    answer(night, f"Eva <{EVA}>", reply_address(eva), "#assign rui\n#note\nYours.", eva)
    night.clock.now = MORNING
    night.tick()
    said = words(night.inbox(RUI)[0])
    assert "Eva Marín entregou-lhe o pedido" in said or "Eva Marín deixou uma nota interna" in said
    assert "Rui Costa deixou" not in said


def test_rel_70_one_digest_a_person_after_an_outage_and_with_two_processes(night: World) -> None:
    write(night, ANA, "Printer")
    write(night, LUIS, "Server")
    night.rotate([*night.keys])  # started again: what waits is in the database
    night.clock.now = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    app = night.app
    two = [DigestTick(writer=app.store.writer, desk=app.desk, now=night.clock) for _ in range(2)]

    async def both() -> list[int]:
        return await asyncio.gather(*(tick() for tick in two))

    assert sum(asyncio.run(both())) in (1, 2)
    night.send()
    assert len(night.inbox(RUI)) == 1


def test_the_mails_of_a_named_kind_wait_for_the_digest_at_its_time(tmp_path: Path) -> None:
    world = World(tmp_path, DIGEST_RUI)
    write(world, ANA, "Printer")
    eva = world.inbox(EVA)[0]
    for note in ("First look.", "Second look."):
        answer(world, f"Eva <{EVA}>", reply_address(eva), f"#note\n{note}", eva)
    assert [mail["Subject"] for mail in world.inbox(RUI)] == ["[#10001-5A9Q] Printer"]
    world.clock.now = datetime(2026, 11, 23, 16, 29, tzinfo=UTC)
    world.tick()
    assert "digest" not in dict(states(world, RUI))
    world.clock.now = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    world.tick()
    said = words(world.inbox(RUI)[-1])
    assert said.index("First look.") < said.index("Second look.")
    world.close()


def test_a_waiting_mail_can_be_let_out_or_dropped_by_hand(night: World) -> None:
    write(night, ANA, "Printer")
    write(night, LUIS, "Server")
    waiting = [row["id"] for row in night.app.store.queries.outbox_rows(state="waiting", limit=9)]
    first, second = sorted(waiting)
    run = night.app.store.writer.run
    assert run(lambda uow: uow.outbox.release(first, now=NIGHT))
    assert run(lambda uow: uow.outbox.drop(second, because="dropped by hand", now=NIGHT))
    night.send()
    assert len(night.inbox(RUI)) == 1
    night.clock.now = MORNING
    night.tick()
    assert len(night.inbox(RUI)) == 1


def test_a_digest_has_words_for_every_notice_that_may_wait() -> None:
    for language in LANGUAGES:
        words_of = json.loads((templates_root() / "mail" / "_layout" / f"words.{language}.json").read_text("utf-8"))
        assert set(words_of["happened"]) >= MAY_WAIT, language


def test_p46_unsubscribing_mutes_the_ticket_and_nothing_else(night: World) -> None:
    write(night, ANA, "Printer")
    (mail,) = night.inbox(EVA)
    assert mail["List-Id"] == '"Casa Azul Support" <support.casa-azul.example>'
    (address,) = re.findall(r"^<mailto:([^?>]+)\?subject=mute>$", mail["List-Unsubscribe"].strip())
    settled = answer(night, f"Eva <{EVA}>", address, "#close\nUnsubscribe me, says a mail program.")
    assert (settled.outcome, settled.ticket) == ("appended", 10001)
    assert night.ticket(10001)["muted"] == ("eva",)
    assert night.ticket(10001)["state"] == "new"
    assert len(night.inbox("ana@quinta.example")) == 1
    # somebody else who has caught the address changes nothing, and neither does it open anything to him
    before = night.ticket(10001)
    answer(night, f"Rui <{RUI}>", address, "Me too")
    answer(night, ANA, address, "And me")
    after = night.ticket(10001)
    assert (after["muted"], after["state"]) == (before["muted"], before["state"])


def test_only_mail_that_muting_ends_says_how_to_leave(night: World) -> None:
    write(night, ANA, "urgent: Printer")
    for minute in (31, 49, 61):
        night.clock.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC) + timedelta(minutes=minute)
        night.tick()
    rows = {row["message_id"]: row["name"] for row in night.app.store.queries.outbox_rows(limit=99)}
    named = {
        rows[mail["Message-ID"]]: (mail["List-Id"] is not None, mail["List-Unsubscribe"] is not None)
        for address in (EVA, RUI, "ana@quinta.example")
        for mail in night.inbox(address)
    }
    assert named["new-ticket"] == named["sla-red"] == (True, True)
    assert named["sla-breached"] == named["acknowledgement"] == (False, False)


def test_p29_a_clock_of_a_ticket_that_is_done_is_no_news_in_the_morning(tmp_path: Path) -> None:
    world = World(tmp_path, QUIET_RUI.replace('quiet = "20:00-07:00"', 'quiet = "10:30-18:00"'))
    write(world, ANA, "Printer")
    write(world, LUIS, "Server")
    world.clock.now = datetime(2026, 11, 23, 11, 0, 30, tzinfo=UTC)
    world.tick()
    assert [state for name, state in states(world, RUI) if name == "sla-yellow"] == ["waiting"] * 2
    eva = world.inbox(EVA)
    answer(world, f"Eva <{EVA}>", reply_address(eva[0]), "#close", eva[0])
    world.clock.now = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    world.tick()
    late = [words(mail) for mail in world.inbox(RUI)[2:]]
    assert not any("10001" in said and "marelo" in said for said in late)
    assert ("sla-yellow", "dropped") in states(world, RUI)
    world.close()


def test_p29_nothing_is_sent_where_nothing_is_news(tmp_path: Path) -> None:
    world = World(tmp_path, QUIET_RUI.replace('quiet = "20:00-07:00"', 'quiet = "10:30-12:00"'))
    write(world, ANA, "Printer")
    world.clock.now = datetime(2026, 11, 23, 11, 0, 30, tzinfo=UTC)
    world.tick()
    eva = world.inbox(EVA)[0]
    answer(world, f"Eva <{EVA}>", reply_address(eva), "#close", eva)
    before = len(world.inbox(RUI))
    world.clock.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    world.tick()
    assert len(world.inbox(RUI)) == before
    world.close()


def test_p46_an_agent_sets_his_quiet_hours_and_digest_by_mail(tmp_path: Path) -> None:
    world = World(tmp_path)
    write(world, ANA, "Printer")
    eva = world.inbox(EVA)[0]
    answer(world, f"Eva <{EVA}>", reply_address(eva), "#quiet 09:05-10:00", eva)
    world.clock.now = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
    write(world, LUIS, "Server")
    write(world, ANA, "Cables")
    assert (len(world.inbox(EVA)), len(world.inbox(RUI))) == (1, 3)
    world.clock.now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    world.tick()
    assert world.inbox(EVA)[1]["Subject"] == "2 things about 2 tickets"
    answer(world, f"Eva <{EVA}>", reply_address(eva), "#quiet off\n#digest 12:30", eva)
    write(world, LUIS, "Screen")
    assert len(world.inbox(EVA)) == 2
    answer(world, f"Eva <{EVA}>", reply_address(eva), "#digest off", eva)
    write(world, LUIS, "Mouse")
    assert len(world.inbox(EVA)) == 3
    world.close()


def test_an_agent_who_writes_hours_that_are_none_is_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    write(world, ANA, "Printer")
    eva = world.inbox(EVA)[0]
    for said in ("#quiet 00:00-24:00", "#digest 8:30"):
        answer(world, f"Eva <{EVA}>", reply_address(eva), said, eva)
        assert f"{said.split()[0]} off" in words(world.inbox(EVA)[-1])
    world.close()
