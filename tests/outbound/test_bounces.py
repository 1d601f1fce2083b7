"""Mail of ours that comes back: what it does to ticket, address, clock and agent, and what it can never do."""

from __future__ import annotations

from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from maild.desk.queues import Outcome
from tests.helpers.reports import bounce
from tests.helpers.world import WORLD, World, letter, reply_address, words

ANA, RUI, EVA = "ana@quinta.example", "rui@home.example", "eva@home.example"
DESK = "support@casa-azul.example"


def answered(world: World) -> EmailMessage:
    """Ana has asked, Rui has answered at 10:00; returns the answer as Ana's server got it."""
    world.take(letter(f"Ana <{ANA}>", DESK, "The pump is dead", "It does not run."), to=[DESK], reverse_path=ANA)
    world.clock.advance(hours=1)
    mail = world.inbox(RUI)[-1]
    world.take(letter(f"Rui <{RUI}>", reply_address(mail), "Re: pump", "Try the switch.", answers=mail),
               to=[reply_address(mail)], reverse_path=RUI)  # fmt: skip
    world.clock.advance(minutes=5)
    return world.inbox(ANA)[-1]


def back(world: World, mail: EmailMessage, *, to: str = DESK, **values: Any) -> str:
    octets = bounce(to, str(mail["Message-ID"]), **values)
    return world.take(octets, to=[to], reverse_path="").outcome


def reverse_path(world: World, address: str) -> str:
    return next(path for path, to, _ in reversed(world.letterbox.mails) if to == address)


def timer(world: World) -> dict[str, object]:
    view = world.app.store.queries.ticket_view(10001)
    assert view is not None
    found: dict[str, object] = next(t for t in view["timers"] if t["metric"] == "first-response")
    return found


@pytest.mark.parametrize("by", ["message id", "bounce address"])
def test_rel_62_a_bounced_answer_is_told_once_in_words_and_is_no_answer(world: World, by: str) -> None:
    answer = answered(world)
    assert timer(world)["state"] == "met"
    to, mail = (DESK, answer) if by == "message id" else (reverse_path(world, ANA), EmailMessage())
    assert back(world, mail, to=to) == Outcome.APPENDED
    told = world.inbox(RUI)[-1]
    assert "Not delivered" in told["Subject"]
    assert "There is no such address." in words(told)
    assert "counts as not answered" in words(told)
    assert "maild outbox allow ana@quinta.example" in words(told)
    assert "Try the switch." in words(told)
    assert timer(world)["state"] == "running"
    assert timer(world)["met_at"] is None
    ticket = world.ticket(10001)
    assert ticket["first_response_at"] is None
    assert ticket["tags"] == ("undelivered",)
    assert ticket["state"] == "open"
    assert back(world, answer, serial=2) == Outcome.APPENDED
    assert len([m for m in world.inbox(RUI) if "Not delivered" in m["Subject"]]) == 1
    assert world.inbox("mailer-daemon@mx.quinta.example") == []


def test_the_clock_runs_as_if_the_answer_had_never_been_given(world: World) -> None:
    """Four hours are allowed; the answer of the first hour comes back: half of the time is used at 11:00, not later."""
    back(world, answered(world))
    world.clock.advance(hours=1)
    assert world.tick() == 1
    assert str(timer(world)["stage"]) == "yellow"


def test_an_answer_after_the_bounce_is_the_first_one_and_takes_the_mark_off(world: World) -> None:
    back(world, answered(world))
    mail = next(m for m in world.inbox(RUI) if "Your reply goes to" in words(m))
    world.take(letter(f"Rui <{RUI}>", reply_address(mail), "Re: pump", "Once more.", answers=mail),
               to=[reply_address(mail)], reverse_path=RUI)  # fmt: skip
    assert world.ticket(10001)["first_response_at"] == world.clock()
    assert world.ticket(10001)["tags"] == ()
    assert timer(world)["state"] == "met"


def test_rel_55_an_unknown_address_rests_for_60_days_and_one_word_lifts_it(world: World) -> None:
    back(world, answered(world))
    before = len(world.inbox(ANA))
    world.clock.advance(days=59)
    world.take(letter(f"Ana <{ANA}>", DESK, "Another matter", "Hello."), to=[DESK], reverse_path=ANA)
    assert len(world.inbox(ANA)) == before
    held = world.app.store.queries.outbox_rows(state="suppressed")[0]
    assert "does not take our mail (5.1.1): nothing automatic until 2027-01-22" in held["suppressed"]
    assert world.app.store.writer.run(lambda uow: uow.undeliverables.allow(ANA))
    world.take(letter(f"Ana <{ANA}>", DESK, "A third", "Hello."), to=[DESK], reverse_path=ANA)
    assert len(world.inbox(ANA)) == before + 1


def test_an_agents_words_are_tried_at_a_resting_address(world: World) -> None:
    back(world, answered(world))
    before = len(world.inbox(ANA))
    mail = next(m for m in world.inbox(RUI) if "Your reply goes to" in words(m))
    world.take(letter(f"Rui <{RUI}>", reply_address(mail), "Re: pump", "Once more.", answers=mail),
               to=[reply_address(mail)], reverse_path=RUI)  # fmt: skip
    assert len(world.inbox(ANA)) == before + 1


def test_one_full_mailbox_is_an_accident(world: World) -> None:
    back(world, answered(world), status="5.2.2", text="552 5.2.2 over quota")
    assert "The mailbox is full." in words(world.inbox(RUI)[-1])
    record = world.app.store.read(lambda uow: uow.undeliverables.get(ANA))
    assert record is not None
    assert (record.failures, record.until) == (1, None)


def test_rel_62_a_forged_report_has_no_effect(world: World) -> None:
    true = str(answered(world)["Message-ID"])
    token = true.removeprefix("<m.").split(".")[0]
    changed = token[:-3] + ("b" if token[-3] == "a" else "a") + token[-2:]
    before = world.ticket(10001), len(world.letterbox.mails)
    forgeries = (true.replace(token, changed), true.replace(token, "a" * len(token)), "<123@casa-azul.example>")
    for serial, forged in enumerate(forgeries):
        settled = world.take(bounce(DESK, forged, serial=serial), to=[DESK], reverse_path="")
        assert settled.outcome == Outcome.DISCARDED, forged
        assert (world.ticket(10001), len(world.letterbox.mails)) == before
    assert world.app.store.read(lambda uow: uow.undeliverables.get(ANA)) is None
    assert world.take(bounce(DESK, true, serial=9), to=[DESK], reverse_path="").outcome == Outcome.APPENDED


def test_rel_62_a_true_id_with_a_strangers_name_acts_on_its_own_addressee_only(world: World) -> None:
    victim = "director@bank.example"
    world.take(letter(f"D <{victim}>", DESK, "Contract", "Hello."), to=[DESK], reverse_path=victim)
    back(world, answered_second(world), recipient=victim)
    assert world.app.store.read(lambda uow: uow.undeliverables.get(victim)) is None
    assert world.app.store.read(lambda uow: uow.undeliverables.get(ANA)) is not None


def answered_second(world: World) -> EmailMessage:
    world.take(letter(f"Ana <{ANA}>", DESK, "The pump is dead", "It does not run."), to=[DESK], reverse_path=ANA)
    mail = world.inbox(RUI)[-1]
    world.take(letter(f"Rui <{RUI}>", reply_address(mail), "Re: pump", "Try the switch.", answers=mail),
               to=[reply_address(mail)], reverse_path=RUI)  # fmt: skip
    return world.inbox(ANA)[-1]


def test_rel_62_a_bounce_of_a_bounce_sends_nothing(world: World) -> None:
    back(world, answered(world))
    told = world.inbox(RUI)[-1]
    assert "Not delivered" in told["Subject"]
    assert reverse_path(world, RUI) == ""
    before = len(world.letterbox.mails)
    back(world, told, recipient=RUI, serial=2)
    assert len(world.letterbox.mails) == before


@pytest.mark.parametrize("kind", ["bounce", "mailbox"])
def test_a_bounce_comes_back_to_the_mailbox_itself_where_its_server_allows_no_other_sender(
    tmp_path: Path, kind: str
) -> None:
    """And after the setting was changed the other kind is still known: reports come days later."""
    now = WORLD.replace('team = "support"\nfrom_name', f'reverse_path = "{kind}"\nteam = "support"\nfrom_name')
    with closing(World(tmp_path, now)) as world:
        answered(world)
        path = reverse_path(world, ANA)
        local_part, _, domain = path.partition("@")
        user, _, tag = local_part.partition("+")
        assert (user, domain) == ("support" if kind == "mailbox" else "bounce", "casa-azul.example")
        assert back(world, EmailMessage(), to=f"support+{tag[:-1]}2@{domain}") == Outcome.DISCARDED
        other = "bounce" if kind == "mailbox" else "support"
        assert back(world, EmailMessage(), to=f"{other}+{tag}@{domain}", serial=2) == Outcome.APPENDED
        assert "Not delivered" in world.inbox(RUI)[-1]["Subject"]
        assert world.ticket(10001)["tags"] == ("undelivered",)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_changes_nothing(world: World, action: str) -> None:
    answer = answered(world)
    before = world.ticket(10001), len(world.letterbox.mails)
    back(world, answer, action=action, status="2.0.0", text="250 ok")
    assert (world.ticket(10001), len(world.letterbox.mails)) == before


def test_a_delay_is_kept_and_told_once_and_the_clock_stands_still(world: World) -> None:
    answer = answered(world)
    before = len(world.letterbox.mails)
    for serial in (1, 2):
        back(world, answer, action="delayed", status="4.4.1", text="connection timed out", serial=serial)
    told = world.inbox(RUI)[-1]
    assert len(world.letterbox.mails) == before + 1
    assert "Not delivered yet" in told["Subject"]
    assert "connection timed out" in words(told)
    assert world.ticket(10001)["tags"] == ()
    view = world.app.store.queries.ticket_view(10001)
    assert view is not None
    assert [e["delayed"] for e in view["events"] if e["kind"] == "DeliveryFailed"] == [True]
    assert timer(world)["state"] == "met"
