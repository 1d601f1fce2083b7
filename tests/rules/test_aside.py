"""Mail that rules keep from its ticket, and mail that they answer: nothing is lost, nobody is annoyed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from maild.cli.route import rehearse
from maild.desk.queues import Outcome
from maild.errors import ConfigError
from maild.ingest.parse import read
from tests.helpers.world import WORLD, World, letter, reply_address, words
from tests.rules.test_changes import opened

ANA = "Ana Silva <ana@quinta.example>"
PATH = "ana@quinta.example"
SUPPORT = "support@casa-azul.example"
ASIDE = """
[[rule]]
name = "first"
then = { tag = "seen" }

[[rule]]
name = "casino"
on = ["new", "reply"]
when = { subject = "casino" }
then = { drop = "advertisement" }

[[rule]]
name = "fraud"
on = ["new", "reply"]
when = { new_words = "bank account" }
then = { hold = "asks for a bank account", priority = "high" }
"""
ANSWERS = """
[[answer]]
name = "hours"
text.en = "We are here from 9 to 18. {number}"
text.pt = "Estamos cá das 9 às 18. {number}"
text.es = "De 9 a 18. {number}"

[[rule]]
name = "when"
on = ["new", "reply"]
when = { text = ["opening hours", "horário"] }
then = { answer = "hours" }
"""


def world(folder: Path, rules: str) -> World:
    return World(folder, WORLD + rules)


def test_a_dropped_mail_is_counted_kept_and_told(tmp_path: Path) -> None:
    desk = world(tmp_path, ASIDE)
    settled = desk.take(letter(ANA, SUPPORT, "Casino bonus", "Win."), to=[SUPPORT], reverse_path=PATH)
    assert (settled.outcome, settled.ticket) == (Outcome.DISCARDED, 0)
    assert settled.reason == "rule casino: advertisement"
    (row,) = desk.app.store.queries.inbound(limit=5)
    assert row.settlement.trace["rules"][-2:] == [
        "casino: hit: drop advertisement",
        'fraud: missed: new_words is "Win.", wanted bank account',
    ]
    assert desk.app.store.blobs.get(row.sha256)
    assert desk.app.store.queries.ticket_rows() == []
    assert desk.letterbox.mails == []
    book = desk.app.store.lanes.book()
    assert (book["accepted"], book["discarded"], book["opened"]) == (1, 1, 0)
    assert opened(desk) == 10_001
    desk.close()


def test_a_held_mail_waits_for_a_person_and_then_goes_on(tmp_path: Path) -> None:
    desk = world(tmp_path, ASIDE)
    settled = desk.take(letter(ANA, SUPPORT, "Hello", "My bank account is"), to=[SUPPORT], reverse_path=PATH)
    assert (settled.outcome, settled.reason) == (Outcome.QUARANTINED, "rule fraud: asks for a bank account")
    assert "asks for a bank account" in words(desk.inbox("operator@casa-azul.example")[-1])
    assert desk.app.store.queries.ticket_rows() == []
    (row,) = desk.app.store.queries.inbound(limit=5)
    assert asyncio.run(desk.app.store.spool.release(row.id, now=desk.clock()))
    desk.drain()
    (row,) = desk.app.store.queries.inbound(limit=5)
    assert (row.settlement.outcome, row.settlement.ticket) == (Outcome.OPENED, 10_001)
    assert "fraud: hit: hold left alone, a person has released the mail, priority high" in row.settlement.trace["rules"]
    desk.close()


def test_a_reply_is_held_without_a_trace_in_its_ticket(tmp_path: Path) -> None:
    desk = world(tmp_path, ASIDE)
    number = opened(desk)
    mail = desk.inbox(PATH)[-1]
    to, before = reply_address(mail), desk.app.store.queries.ticket_view(number)
    settled = desk.take(letter(ANA, to, "Re: Printer", "My bank account", answers=mail), to=[to], reverse_path=PATH)
    assert settled.outcome is Outcome.QUARANTINED
    assert desk.app.store.queries.ticket_view(number) == before
    desk.close()


def test_a_dry_run_says_so_too(tmp_path: Path) -> None:
    desk = world(tmp_path, ASIDE)
    for number, text in enumerate(("Casino", "Hello")):
        octets = letter(ANA, SUPPORT, text, "My bank account", message_id=f"<{number}@x.example>")
        dry = rehearse(desk.app, octets, read(octets, own=desk.app.directory.own_addresses))
        real = desk.take(octets)
        assert (dry.outcome, dry.reason, list(dry.rules)) == (real.outcome, real.reason, real.trace["rules"])
    desk.close()


@pytest.mark.parametrize(
    ("text", "said"), [("What are your opening hours?", "We are here from 9 to 18. 10001"),
                       ("Bom dia, qual é o vosso horário? Obrigado", "Estamos cá das 9 às 18. 10001")]
)  # fmt: skip
def test_a_rule_answers_in_the_language_of_the_customer(tmp_path: Path, text: str, said: str) -> None:
    desk = world(tmp_path, ANSWERS)
    number = opened(desk, "Question", text)
    (mail,) = desk.inbox(PATH)
    assert said in words(mail)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert desk.ticket(number)["first_response_at"] is None
    desk.close()


def test_no_robot_is_answered(tmp_path: Path) -> None:
    desk = world(tmp_path, ANSWERS)
    for headers in ({"Auto-Submitted": "auto-generated"}, {"Precedence": "bulk"}, {"List-Id": "<l.example>"}):
        octets = letter(ANA, SUPPORT, f"Opening hours {headers}", "Text", headers=headers)
        desk.take(octets, to=[SUPPORT], reverse_path=PATH)
    assert desk.inbox(PATH) == []
    traces = [row.settlement.trace.get("rules", []) for row in desk.app.store.queries.inbound(limit=9)]
    assert any("when: hit: answer left alone, the mail may get no automatic answer" in trace for trace in traces)
    desk.close()


def test_answers_are_capped_as_every_automatic_mail(tmp_path: Path) -> None:
    desk = world(tmp_path, ANSWERS)
    for number in range(30):
        opened(desk, f"Opening hours {number}")
    assert 1 <= len(desk.inbox(PATH)) <= 10
    desk.close()


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ('[[rule]]\nname = "x"\non = ["new", "change"]\nthen = { hold = "y" }', "then.hold: there is no mail to keep"),
        ('[[rule]]\nname = "x"\nthen = { answer = "hour" }', "'hour' is not known"),
        ('[[answer]]\nname = "hours"\ntext = { en = "Nine." }', "answer[1].text: 'hours' has no pt, es"),
        ('[[answer]]\nname = "hours"\ntext = { en = "{name}", pt = "x", es = "x" }', "only {number} can stand"),
        ('[[answer]]\nname = "hours"\ntext = { en = " ", pt = "x", es = "x" }', "en is empty"),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, rules: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        world(tmp_path, "\n" + rules + "\n")
    assert any(fault in problem for problem in caught.value.problems), caught.value.problems
