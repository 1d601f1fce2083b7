"""Mails of one kind are one ticket: which are, for how long, and who hears of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.commands import AddAnswer, CloseTicket, WaitFor
from maild.domain.intent import Words
from maild.domain.lifecycle import Waiting
from maild.errors import ConfigError
from maild.rules.likeness import shape
from tests.helpers.world import WORLD, World, letter
from tests.rules.test_changes import SUPPORT, do

MONITOR = "monitor@quinta.example"
RULE = """
[[rule]]
name = "alerts"
on = "new"
when = { from = "*@quinta.example" }
then = { group = "2 h", tag = "alert" }
"""
KEYED = RULE.replace(
    'when = { from = "*@quinta.example" }', "when = { subject = '/(?i)alert (?P<key>[a-z]+)/' }"
)  # fmt: skip


def world(folder: Path, rules: str = RULE, config: str = WORLD) -> World:
    return World(folder, config + rules)


def alert(desk: World, subject: str, sender: str = MONITOR, to: str = SUPPORT, **headers: str) -> Any:
    unique = f"<{desk.app.store.lanes.book()['accepted']}@monitor.example>"
    octets = letter(sender, to, subject, f"See {unique}.", message_id=unique, headers=headers)
    settled = desk.take(octets, to=[to], reverse_path=sender)
    desk.clock.advance(minutes=1)
    return settled


def test_p36_five_hundred_alerts_of_a_monitor_are_one_ticket(tmp_path: Path) -> None:
    desk = world(tmp_path)
    first = alert(desk, "Disk 91% full on db-1 at 09:00")
    agents = len(desk.inbox("rui@home.example"))
    found = [alert(desk, f"disk {number}%  full on db-1 at 09:{number}") for number in range(60)]
    assert {one.ticket for one in found} == {first.ticket}
    assert {one.outcome for one in found} == {"appended"}
    assert desk.ticket(first.ticket)["grouped"] == 60
    assert len(desk.inbox(MONITOR)) == 1, "one acknowledgement"
    told = desk.inbox("rui@home.example")[agents:]
    assert len(told) == 1, "an hour has passed once"
    assert "(+60)" in told[0]["Subject"]
    for number in range(59):
        alert(desk, f"Disk {number}% full on db-1 at 10:{number}")
    assert len(desk.inbox("rui@home.example")[agents:]) == 1
    alert(desk, "Disk 5% full on db-1 at 11:30")
    assert len(desk.inbox("rui@home.example")[agents:]) == 2
    assert desk.ticket(first.ticket)["tags"] == ("alert",)
    assert desk.ticket(first.ticket)["grouped"] == 120
    desk.close()


def test_what_came_stands_in_ticket_and_trace(tmp_path: Path) -> None:
    desk = world(tmp_path)
    number = alert(desk, "Disk 1").ticket
    second = alert(desk, "Disk 2")
    assert "alerts: hit: group 2 h, tag alert" in second.trace["rules"]
    view = desk.app.store.queries.ticket_view(number)
    assert view is not None
    assert len(view["articles"]) == 2
    assert [event["count"] for event in view["events"] if event["kind"] == "MailGrouped"] == [1]
    assert second.article == view["articles"][-1]["id"]
    desk.close()


@pytest.mark.parametrize(
    ("subject", "sender", "to"),
    [
        ("Disk full on web", MONITOR, SUPPORT),
        ("Disk 9", "other@quinta.example", SUPPORT),
        ("Disk 9", "monitor@sub.quinta.example", SUPPORT),
        ("Disk 9", MONITOR, "billing@casa-azul.example"),
    ],
)
def test_other_subjects_senders_and_mailboxes_are_other_tickets(
    tmp_path: Path, subject: str, sender: str, to: str
) -> None:
    desk = world(tmp_path, RULE.replace('"*@quinta.example"', '"*quinta.example"'))
    first = alert(desk, "Disk 7")
    assert alert(desk, subject, sender, to).ticket != first.ticket
    assert alert(desk, "Disk 8").ticket == first.ticket
    desk.close()


def test_a_captured_key_stands_in_place_of_the_subject(tmp_path: Path) -> None:
    desk = world(tmp_path, KEYED)
    first = alert(desk, "Alert db: disk is full")
    assert alert(desk, "ALERT DB: memory is full").ticket == first.ticket
    assert alert(desk, "Alert web: disk is full").ticket != first.ticket
    desk.close()


def test_the_time_is_counted_from_the_last_one(tmp_path: Path) -> None:
    desk = world(tmp_path)
    first = alert(desk, "Disk 1").ticket
    desk.clock.advance(minutes=110)
    assert alert(desk, "Disk 2").ticket == first
    desk.clock.advance(minutes=110)
    assert alert(desk, "Disk 3").ticket == first
    desk.clock.advance(minutes=121)
    second = alert(desk, "Disk 4").ticket
    assert second != first
    assert alert(desk, "Disk 5").ticket == second
    desk.close()


def test_an_ended_ticket_takes_none(tmp_path: Path) -> None:
    desk = world(tmp_path)
    first = alert(desk, "Disk 1").ticket
    do(desk, CloseTicket(ticket=first, reason="bigger disk"))
    second = alert(desk, "Disk 2")
    assert (second.outcome, desk.ticket(first)["grouped"]) == ("opened", 0)
    assert alert(desk, "Disk 3").ticket == second.ticket
    desk.close()


def test_state_and_clocks_stay_as_they_are(tmp_path: Path) -> None:
    desk = world(tmp_path)
    first = alert(desk, "Disk 1").ticket
    do(desk, AddAnswer(ticket=first, words=Words(text="On it.", new_text="On it.")))
    do(desk, WaitFor(ticket=first, waiting=Waiting.HOLD))
    clocks = desk.app.store.writer.run(lambda uow: uow.timers.of(first))
    alert(desk, "Disk 2")
    assert desk.ticket(first)["waiting"] == "hold"
    assert desk.app.store.writer.run(lambda uow: uow.timers.of(first)) == clocks
    desk.close()


def test_p34_mail_that_may_be_forged_opens_a_ticket_of_its_own(tmp_path: Path) -> None:
    """Where the desk wants its customers proven, what is not stays out of their tickets."""
    desk = world(tmp_path, '\n[trust]\ncustomers = "signed"\n' + RULE)
    first = alert(desk, "Disk 1")
    second = alert(desk, "Disk 2")
    assert second.outcome == "opened"
    assert second.ticket != first.ticket
    assert any("not sure enough who wrote" in line for line in second.trace["rules"])
    desk.close()


def test_marked_alerts_are_grouped_where_they_open_tickets(tmp_path: Path) -> None:
    config = WORLD.replace("[desk]", '[desk]\nautomatic_mail = "ticket"')
    desk = world(tmp_path, RULE, config)
    first = alert(desk, "Disk 1", **{"Auto-Submitted": "auto-generated"})
    assert first.outcome == "opened"
    assert alert(desk, "Disk 2", **{"Auto-Submitted": "auto-generated"}).ticket == first.ticket
    assert desk.inbox(MONITOR) == []
    desk.close()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"2 h"', '"soon"', r"rule 'alerts': then\.group: write a number and minutes"),
        ('"2 h"', '"0 h"', r"then\.group: write a number"),
        ('on = "new"', 'on = ["new", "reply"]', r"then\.group: a reply is in its ticket already"),
        ('on = "new"', 'on = "change"', r"then\.group: there is no mail to keep"),
    ],
)
def test_faults_are_told_with_file_and_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"maild\.toml:\d+: .*{said}"):
        world(tmp_path, RULE.replace(old, new))


@given(st.text(max_size=60), st.lists(st.integers(0, 10**9), min_size=2, max_size=2))
def test_numbers_make_no_difference(subject: str, numbers: list[int]) -> None:
    shapes = {shape(f"{subject} {number} x") for number in numbers}
    assert len(shapes) == 1
    (found,) = shapes
    assert not re.search(r"[1-9]|00|\s\s", found)
    assert shape(found) == found
