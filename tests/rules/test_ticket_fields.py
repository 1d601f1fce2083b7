"""Conditions on the ticket itself: its title, its requester, its waits, and how long ago its moments were."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.domain.commands import AddAnswer, CallRule, CloseTicket, ReopenTicket, SetPriority, WaitFor
from maild.domain.intent import Words
from maild.domain.lifecycle import Waiting
from maild.domain.ticket import Priority
from maild.errors import ConfigError, Refused
from maild.rules.engine import evaluate
from maild.rules.facts import RuleFacts
from maild.rules.known import KnownNames
from maild.rules.loader import load
from maild.rules.model import Trigger
from tests.helpers.world import World, letter, reply_address
from tests.rules.test_changes import ANA, do, on_change, opened, tags, world


def manual(when: str) -> str:
    return f'[[rule]]\nname = "called"\non = "manual"\nwhen = {{ {when} }}\nthen = {{ tag = "hit" }}\n'


def said(desk: World, number: int) -> str:
    """Why the rule missed; "" when it hit."""
    try:
        do(desk, CallRule(ticket=number, rule="called"))
    except Refused as refusal:
        return str(refusal)
    return ""


def test_the_title_stays_whatever_is_written(tmp_path: Path) -> None:
    when = 'title = "printer", requester = "*@quinta.example", not = { subject = "printer" }'
    desk = world(tmp_path, f'[[rule]]\nname = "r"\non = "reply"\nwhen = {{ {when} }}\nthen = {{ tag = "hit" }}\n')
    number = opened(desk)
    mail = desk.inbox("ana@quinta.example")[-1]
    to = reply_address(mail)
    desk.take(letter(ANA, to, "Copier", "Me too.", answers=mail), to=[to], reverse_path="ana@quinta.example")
    assert tags(desk, number) == ["hit"]
    desk.close()


def test_what_it_waits_for_and_whether_it_was_answered(tmp_path: Path) -> None:
    desk = world(tmp_path, manual('waiting = ["hold", "third-party"], answered = true, follows = false'))
    number = opened(desk)
    assert "wanted" in said(desk, number)
    do(desk, AddAnswer(ticket=number, words=Words(text="Soon.", new_text="Soon.")))
    assert 'waiting is ""' in said(desk, number)
    do(desk, WaitFor(ticket=number))
    assert 'waiting is "customer", wanted hold or third-party' in said(desk, number)
    do(desk, WaitFor(ticket=number, waiting=Waiting.HOLD))
    assert said(desk, number) == ""
    desk.close()


def test_how_long_ago_and_how_often(tmp_path: Path) -> None:
    when = 'reopen_count = "> 1", since = { opened = "> 2 days", answer = ["> 1 hour", "< 1 day"] }'
    desk = world(tmp_path, manual(when))
    number = opened(desk)
    for _ in range(2):
        do(desk, CloseTicket(ticket=number, reason="done"))
        do(desk, ReopenTicket(ticket=number))
    desk.clock.advance(days=2)
    assert "since opened is 2880 minutes, wanted > 2 days" in said(desk, number)
    desk.clock.advance(minutes=1)
    assert "since answer has not come" in said(desk, number)
    do(desk, AddAnswer(ticket=number, words=Words(text="Soon.", new_text="Soon.")))
    desk.clock.advance(hours=1)
    assert "since answer is 60 minutes, wanted > 1 hour and < 1 day" in said(desk, number)
    desk.clock.advance(hours=1)
    assert said(desk, number) == ""
    desk.clock.advance(days=1)
    assert "since answer" in said(desk, number)
    desk.close()


def test_a_rule_sees_the_wait_that_the_rule_before_has_begun(tmp_path: Path) -> None:
    rules = on_change("rest", 'changed = "priority"', 'wait = "hold"') + on_change(
        "seen", 'changed = "priority", waiting = "hold"', 'tag = "seen"'
    )
    desk = world(tmp_path, rules)
    number = opened(desk)
    do(desk, SetPriority(ticket=number, priority=Priority.HIGH))
    assert tags(desk, number) == ["seen"]
    desk.close()


@pytest.mark.parametrize(
    ("when", "facts", "hits"),
    [
        ({"grouped": "> 20"}, RuleFacts(grouped=21), True),
        ({"grouped": "> 20"}, RuleFacts(grouped=20), False),
        ({"reopen_count": "< 1"}, RuleFacts(), True),
        ({"mails_in_hour": "< 5"}, RuleFacts(), False),
        ({"since": {"closed": "< 1 day"}}, RuleFacts(), False),
        ({"since": {"closed": "< 1 day"}}, RuleFacts(since={"closed": 1439}), True),
        ({"not": {"since": {"closed": "< 1 day"}}}, RuleFacts(), True),
        ({"follows": True}, RuleFacts(follows=True), True),
    ],
)
def test_limits(when: dict[str, object], facts: RuleFacts, hits: bool) -> None:
    book = load([{"name": "x", "when": when, "stop": True}], source="x", known=KnownNames())
    assert bool(evaluate(book, Trigger.NEW, facts).hits) is hits


@pytest.mark.parametrize(
    ("when", "fault"),
    [
        ('since = { due = "> 1 hour" }', "when.since.due: no such key"),
        ('since = { opened = "2 days" }', 'cannot read \'2 days\'; write "> 2 days" or "< 1 hour"'),
        ('waiting = "parts"', "'parts' is not known"),
        ('answered = "no"', "write answered = true or answered = false"),
        ('reopen_count = "many"', "cannot read 'many'"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, when: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        world(tmp_path, manual(when))
    assert any(fault in problem for problem in caught.value.problems), caught.value.problems
