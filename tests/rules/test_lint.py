"""Rules that are right one by one and odd together."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.directory import Directory
from maild.domain.people import Agent, Category, OwnMailbox, Team
from maild.rules.engine import evaluate
from maild.rules.facts import RuleFacts
from maild.rules.known import KnownNames
from maild.rules.lint import warnings
from maild.rules.loader import load
from maild.rules.model import Rulebook, Trigger

DESK = Directory(
    agents=[Agent(name="rui", display_name="Rui", addresses=("rui@home.example",))],
    teams=[
        Team(name="support", display_name="Support", members=("rui",)),
        Team(name="billing", display_name="Billing", members=("rui",)),
    ],
    mailboxes=[OwnMailbox(address="support@casa.example", team="support", from_name="Casa")],
    categories=[Category(name="invoices"), Category(name="spam")],
)


def book(text: str) -> Rulebook:
    return load(tomllib.loads(text)["rule"], source="r.toml", known=KnownNames.of(DESK))


def rule(name: str, when: str = "", then: str = 'tag = "x"', more: str = "") -> str:
    return f'[[rule]]\nname = "{name}"\nwhen = {{ {when} }}\nthen = {{ {then} }}\n{more}\n'.replace("when = {  }\n", "")


TO_BILLING = rule("route", 'subject = "bill"', 'team = "billing"')
STOP = "stop = true"


def odd(*rules: str) -> list[str]:
    return [line.removeprefix("r.toml: ") for line in warnings(book("".join(rules)), DESK)]


def test_nothing_odd_says_nothing() -> None:
    assert odd(TO_BILLING, rule("a", 'subject = "x"', more=STOP), rule("b", 'subject = "y"')) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("", 'subject = "invoice"'),
        ('subject = ["invoice", "fatura"]', 'subject = "invoice", kind = "list"'),
        ('from = "*@quinta.example"', 'from = "ana@quinta.example"'),
        ('kind = ["list", "bounce"]', 'kind = "list"'),
        ('all = [{ language = "pt" }, { mailbox = "support@casa.example" }]',
         'language = "pt", mailbox = "support@casa.example"'),
    ],
)  # fmt: skip
def test_a_rule_behind_a_stop_that_always_holds_with_it_is_never_asked(first: str, second: str) -> None:
    (line,) = odd(TO_BILLING, rule("first", first, more=STOP), rule("second", second))
    assert line == ("rule 'second': can never be asked: 'first' before it holds whenever this one does, and stops")
    assert odd(TO_BILLING, rule("first", first), rule("second", second)) == []


def test_a_stop_for_replies_does_not_shadow_new_mail() -> None:
    first = rule("first", more='on = "reply"\nstop = true')
    assert odd(TO_BILLING, first, rule("second")) == []


def test_a_field_that_a_rule_between_writes_is_not_taken_for_granted() -> None:
    first = rule("first", 'priority = "high"', more=STOP)
    raised = rule("raise", 'subject = "loud"', 'priority = "high"')
    assert odd(TO_BILLING, first, raised, rule("second", 'priority = "high"')) == []
    assert len(odd(TO_BILLING, first, rule("second", 'priority = "high"'))) == 1


def test_a_setting_that_is_always_undone() -> None:
    lines = odd(
        TO_BILLING,
        rule("special", 'subject = "spam", kind = "list"', 'category = "spam"'),
        rule("general", 'subject = "spam"', 'category = "invoices"'),
    )
    assert lines == ["rule 'special': category is in vain: 'general' hits whenever this one does, and sets another"]
    assert (
        odd(
            TO_BILLING,
            rule("general", 'subject = "spam"', 'category = "invoices"'),
            rule("special", 'subject = "spam", kind = "list"', 'category = "spam"'),
        )
        == []
    )


def test_wishes_that_exclude_each_other() -> None:
    lines = odd(TO_BILLING, rule("never", 'all = [{ kind = "list" }, { kind = "message" }]'))
    assert lines == ["rule 'never': can never hit: kind is list and kind is message"]


def test_teams_that_nothing_leads_to() -> None:
    assert odd(rule("a")) == ["team 'billing': no mailbox and no rule sends it a ticket"]


def test_a_team_with_nobody_in_it() -> None:
    desk = Directory(
        teams=[Team(name="support", display_name="Support")],
        mailboxes=[OwnMailbox(address="support@casa.example", team="support", from_name="Casa")],
    )
    assert warnings(Rulebook(), desk) == (
        "team 'support': gets tickets and has neither members nor a leader to hear of them",
    )


WHENS = st.sampled_from(
    ["", 'subject = "a"', 'subject = ["a", "b"]', 'kind = "list"', 'subject = "a", kind = "list"',
     'priority = "high"', 'tag = "t"', 'not = { subject = "a" }', 'any = [{ subject = "b" }, { priority = "high" }]']
)  # fmt: skip
THENS = st.sampled_from(['tag = "t"', 'priority = "high"', 'category = "spam"', 'team = "billing"', 'close = "x"'])


@given(
    parts=st.lists(st.tuples(WHENS, THENS, st.booleans()), min_size=1, max_size=5),
    subject=st.sampled_from(["a", "b", "a b", "c"]),
    listed=st.booleans(),
    urgent=st.booleans(),
)
def test_no_rule_that_hits_is_called_dead(
    parts: list[tuple[str, str, bool]], subject: str, listed: bool, urgent: bool
) -> None:
    text = "".join(rule(f"r{i}", w, t, STOP if s else "") for i, (w, t, s) in enumerate(parts))
    rulebook = book(text)
    facts = RuleFacts(subject=subject, team="support")
    if listed:
        facts = replace(facts, kind=facts.kind.LIST)
    if urgent:
        facts = replace(facts, priority="high")
    hits = evaluate(rulebook, Trigger.NEW, facts).hits
    dead = {line.split("'")[1] for line in warnings(rulebook, DESK) if "can never" in line}
    assert dead.isdisjoint(hits)


def test_rules_check_tells_them_and_is_content(tmp_path: Path) -> None:
    from tests.rules.test_check import check

    result = check(tmp_path, '\n[[rule]]\nname = "late"\nwhen = { subject = "fatura" }\nthen = { tag = "x" }\n')
    assert result.exit_code == 0
    assert "warning: " in result.output
    assert "rule 'late': can never be asked: 'invoices' before it" in result.output
