"""Examples of rules that no mail asks: a change, a ticket whose time has come, a call by an agent."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from maild.errors import ConfigError
from maild.rules.examples import check_examples
from maild.rules.known import KnownNames
from maild.rules.loader import load

KNOWN = KnownNames(teams={"support": frozenset({"rui"})}, agents=frozenset({"rui"}))


def failures(rule: str, example: str) -> tuple[str, ...]:
    table: dict[str, Any] = tomllib.loads(f'name = "x"\n{rule}\n[[example]]\n{example}\n')
    return check_examples(load([table], source="x.toml", known=KNOWN))


URGENT = (
    'on = "change"\nwhen = { changed = "priority", old = "normal", new = "urgent", by = "agent" }\nthen = { tag = "u" }'
)


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        (URGENT, 'change = { changed = "priority", old = "normal", new = "urgent" }\nexpect = { tag = "u" }'),
        (URGENT, 'change = { changed = "priority", new = "urgent" }\nhit = false'),
        (URGENT, 'change = { changed = "priority", old = "normal", new = "urgent", by = "rule" }\nhit = false'),
        (
            'on = "change"\nwhen = { changed = "priority", priority = "urgent" }\nthen = { tag = "u" }',
            'change = { changed = "priority", new = "urgent" }',
        ),
        (
            'on = "change"\nwhen = { changed = "tag", tag = "vip" }\nthen = { priority = "high" }',
            'change = { changed = "tag", new = "vip" }\nexpect = { priority = "high" }',
        ),
        (
            'on = "change"\nwhen = { changed = "closed", state = "closed" }\nthen = { reopen = "no" }',
            'change = { changed = "closed" }\nexpect = { state = "open" }',
        ),
        (
            'on = "change"\nwhen = { changed = "kept", new_words = "but" }\nthen = { tag = "u" }',
            'change = { changed = "kept", new = "thanks" }\nmail = { new_words = "Yes, but" }\nexpect = { tag = "u" }',
        ),
        (
            'on = { after = "2 days", of = "answer" }\nwhen = { waiting = "customer" }\nthen = { close = "silence" }',
            'ticket = { waiting = "customer" }\nexpect = { state = "closed" }',
        ),
        (
            'on = "manual"\nwhen = { from = "ana@*", subject = "printer" }\nthen = { team = "support" }',
            'ticket = { requester = "ana@example.com", title = "Printer" }\nexpect = { team = "support" }',
        ),
        (
            'on = { every = "day", at = "08:30" }\nwhen = { since = { opened = "> 2 days" } }\nthen = { tag = "old" }',
            'ticket = { since = { opened = "2 days" } }\nhit = false',
        ),
        (
            'on = ["new", "reply"]\nwhen = { reopen_count = "> 1", watcher = "rui" }\nthen = { tag = "again" }',
            'mail = { subject = "x" }\nticket = { reopen_count = 2, watcher = "rui" }\nexpect = { tag = "again" }',
        ),
    ],
)
def test_the_example_holds(rule: str, example: str) -> None:
    assert failures(rule, example) == ()


def test_one_that_does_not_hold_is_told() -> None:
    (said,) = failures(URGENT, 'change = { changed = "priority", old = "low", new = "urgent" }')
    assert said.startswith("x.toml: rule 'x': example 1: the rule should hit, but x: missed: old is")


def test_a_rule_that_is_called_is_asked_alone() -> None:
    """As it is in real life: a rule before it that stops is not asked."""
    rules = (
        '[[rule]]\nname = "stops"\non = "manual"\nstop = true\n'
        '[[rule]]\nname = "called"\non = "manual"\nthen = { tag = "hit" }\n'
        '[[rule.example]]\nticket = { title = "x" }\nexpect = { tag = "hit" }\n'
    )
    assert check_examples(load(tomllib.loads(rules)["rule"], source="x", known=KNOWN)) == ()


@pytest.mark.parametrize(
    ("on", "example", "fault"),
    [
        ('"change"', 'mail = { subject = "x" }', "mail: the rule is not asked when a mail comes; say what has changed"),
        ('"manual"', 'mail = { subject = "x" }', "say how the ticket stands, such as ticket = {"),
        (
            '"new"',
            'change = { changed = "tag" }',
            "change: the rule is not asked when something changes; say what comes",
        ),
        ('"new"', 'ticket = { state = "open" }', "ticket: nothing happens to the ticket; say what comes in"),
        ('"change"', "hit = false", "change: say what has changed"),
        ('"change"', 'change = { changed = "colour" }', "change.changed: 'colour' is not known"),
        ('"change"', 'change = { new = "urgent" }', "change.changed: say what has changed"),
        ('"change"', 'change = { changed = "tag", by = "robot" }', "change.by: 'robot' is not known"),
        ('"manual"', 'ticket = { since = { opened = "long" } }', "since.opened: write a number"),
        ('"manual"', 'ticket = { subject = "x" }', "ticket.subject: no such key"),
    ],
)
def test_one_that_cannot_show_its_rule_is_a_fault(on: str, example: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        failures(f'on = {on}\nthen = {{ tag = "x" }}', example)
    assert any(fault in problem for problem in caught.value.problems), caught.value.problems
