"""`maild trace` answers in words what an operator asks first, for a ticket, a mail, or an id."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import event

from maild.cli import maild
from maild.domain.notice import DeliveryResult
from tests.helpers.command_line import write_keys
from tests.helpers.world import WORLD, World, letter, reply_address

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
RUI = "rui@home.example"


@pytest.fixture
def desk(desk: World) -> World:
    """A desk with one invoice, which a rule gave to billing, and one other ticket."""
    desk.take(letter(ANA, SUPPORT, "Invoice 17", "The sum is wrong.", message_id="<a1@client.example>"))
    desk.take(letter("Luis <luis@taller.example>", SUPPORT, "Printer", "It does nothing."))
    return desk


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(maild, ["-c", str(folder / "maild.toml"), "trace", *words])


def told(folder: Path, *words: str) -> str:
    result = run(folder, *words)
    assert result.exit_code == 0, result.output
    return result.output


def test_why_is_it_with_this_team(desk: World, tmp_path: Path) -> None:
    assert "Billing, since 23 Nov 2026, 09:00, by the rule invoices." in told(tmp_path, "10001")
    assert "Customer Support: the first mail was written to support@casa-azul.example" in told(tmp_path, "10002")


def test_rules_that_missed_say_by_which_condition(desk: World, tmp_path: Path) -> None:
    missed = [line for line in told(tmp_path, "10002").splitlines() if "invoices: missed" in line]
    assert len(missed) == 1
    assert "subject" in missed[0]


def test_why_did_nobody_answer(desk: World, tmp_path: Path) -> None:
    assert "Nobody has answered the customer; he has been waiting since 23 Nov 2026, 09:00." in told(tmp_path, "10001")


def test_why_has_the_customer_no_answer_though_there_is_one(desk: World, tmp_path: Path) -> None:
    desk.letterbox.refuse["luis@taller.example"] = DeliveryResult(
        delivered=False, permanent=True, code=550, text="no such mailbox here"
    )
    notice = desk.inbox(RUI)[-1]
    desk.take(letter(RUI, reply_address(notice), "Re: Printer", "Turn it on.", answers=notice))
    lines = told(tmp_path, "10002")
    assert "Rui Costa answered on 23 Nov 2026, 09:00, but the mail" in lines
    assert "no such mailbox here" in lines


def test_why_had_the_answer_no_effect(desk: World, tmp_path: Path) -> None:
    notice = desk.inbox(RUI)[-1]
    desk.take(letter(RUI, reply_address(notice), "Re: Printer", "#clsoe\nTurn it on.", answers=notice))
    assert "A mail of rui@home.example on 23 Nov 2026, 09:00 had no effect" in told(tmp_path, "10002")


def test_why_is_it_red(desk: World, tmp_path: Path) -> None:
    desk.clock.advance(hours=1, minutes=50)
    lines = told(tmp_path, "10001")
    assert "first answer: red, 110 of 120 minutes used, due 23 Nov 2026, 11:00 (policy standard)." in lines
    assert "110 min; opened, policy standard" in lines


@pytest.mark.parametrize("search", ["<a1@client.example>", "inbound:1", "ana@quinta.example", "Invoice"])
def test_a_mail_by_any_of_its_names_with_rules_and_clocks(desk: World, tmp_path: Path, search: str) -> None:
    lines = told(tmp_path, search)
    assert lines.startswith("Mail 1  <a1@client.example>")
    assert "  rule       invoices: hit: " in lines
    assert "Ticket 10001 now" in lines
    assert "solution 1: runs, green" in lines


def test_our_own_message_id_is_the_ticket(desk: World, tmp_path: Path) -> None:
    ours = str(desk.inbox("ana@quinta.example")[0]["Message-ID"])
    assert told(tmp_path, ours).startswith("Ticket 10001: Invoice 17")
    assert told(tmp_path, ours.strip("<>")).startswith("Ticket 10001: Invoice 17")
    assert told(tmp_path, "[#10001-K7QP]").startswith("Ticket 10001: Invoice 17")


def test_a_whole_address_is_nobody_elses(desk: World, tmp_path: Path) -> None:
    desk.take(letter("Joana <joana@quinta.example>", SUPPORT, "Mine, not ana@quinta.example's", "It is."))
    assert told(tmp_path, "ana@quinta.example").count("Mail ") == 1
    assert told(tmp_path, "ana@quinta.example").startswith("Mail 1 ")
    assert told(tmp_path, "ana@quinta").count("  subject ") == 2
    assert told(tmp_path, "na@quinta.example").count("  subject ") == 2, "nobody writes from there"


def test_p49_a_sender_is_found_by_index(desk: World, tmp_path: Path) -> None:
    assert told(tmp_path, "--from", "Ana@Quinta.example").count("Mail ") == 1
    asked: list[tuple[str, Any]] = []
    engine = desk.app.store._readers._engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    desk.app.store.queries.inbound(sender="ana@quinta.example")
    ((statement, values),) = [found for found in asked if "FROM inbound" in found[0]]
    with engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert [line for line in plan if "ix_inbound_sender" in line], plan


def test_as_json_the_same(desk: World, tmp_path: Path) -> None:
    desk.clock.advance(minutes=10)
    ticket = json.loads(told(tmp_path, "10001", "--json"))
    assert {one["code"] for one in ticket["findings"]} >= {"unanswered", "acknowledged", "set", "nobody", "runs"}
    assert ticket["came"][0]["rules"][0].startswith("invoices: hit")
    mail = json.loads(told(tmp_path, "inbound:1", "--json"))
    assert mail["clocks"][0]["segments"]
    assert mail["mails"]


def test_what_is_not_there_and_what_is_not_asked(desk: World, tmp_path: Path) -> None:
    assert run(tmp_path, "10099").exit_code == 66
    assert run(tmp_path).exit_code == 64


def test_rules_that_no_mail_brought_are_told_with_the_clocks(tmp_path: Path) -> None:
    rules = (
        '\n[[rule]]\nname = "soon"\non = { before = "30 minutes", of = "due" }\n'
        'then = { tag = "soon", priority = "urgent" }\n'
        '[[rule]]\nname = "hot"\non = "change"\nwhen = { changed = "priority", new = "urgent" }\n'
        'then = { note = "Hot." }\n'
    )
    with closing(World(tmp_path, WORLD + rules)) as desk:
        write_keys(tmp_path)
        desk.take(letter(ANA, SUPPORT, "Invoice 17", "The sum is wrong."))
        desk.clock.advance(hours=1, minutes=50)
        desk.tick()
        lines = [line.strip() for line in told(tmp_path, "10001").splitlines()]
        at = lines.index("Rules asked since")
        assert lines[at + 1].endswith("a time before it is due had come")
        assert "soon: hit: priority urgent, tag soon" in lines[at + 2]
        assert any("hot: hit: note Hot." in line for line in lines[at + 2 : lines.index("Clocks")])


def test_an_acknowledgement_is_sent_when_it_has_left(desk: World, tmp_path: Path) -> None:
    desk.letterbox.refuse["eva@nova.example"] = DeliveryResult(delivered=False, permanent=False, code=451, text="later")
    desk.take(letter("Eva <eva@nova.example>", SUPPORT, "Scanner", "It does nothing."))
    assert "The acknowledgement of 23 Nov 2026, 09:00 has not left yet." in told(tmp_path, "10003")
    del desk.letterbox.refuse["eva@nova.example"]
    desk.clock.advance(hours=2)
    desk.send()
    lines = told(tmp_path, "10003")
    assert "An acknowledgement was sent on 23 Nov 2026, 11:00." in lines
    assert "23 Nov 2026, 09:00  acknowledgement → eva@nova.example: sent 23 Nov 2026, 11:00" in lines
