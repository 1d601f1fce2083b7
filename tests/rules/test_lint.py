"""Rules that are right one by one and odd together."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from maild.domain.directory import Directory
from maild.domain.people import Agent, Category, OwnMailbox, Team
from maild.rules.known import KnownNames
from maild.rules.lint import warnings
from maild.rules.loader import load
from maild.rules.rulebook import Rulebook

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
        ('subject = "invoice"', 'subject = "invoice 2026"'),
        ('subject = "inv*"', 'subject = ["invoice 2026", "inven*"]'),
        ('text = "invoice"', 'subject = "invoice", kind = "list"'),
        ('to = "*@quinta.example"', 'cc = "ana@quinta.example"'),
        ('from = "*@*.example"', 'from = "ana*@quinta.example"'),
        ('attachment = { size = "> 1 MB" }', 'attachment = { name = "*.pdf", size = "> 5 MB" }'),
        ('attachment = { name = "*.pdf" }', 'attachment = { name = ["in*.pdf", "a.pdf"] }'),
        ('header = { X-Spam = true }', 'header = { X-Spam = "yes" }'),
        ('mails_in_hour = "> 1"', 'mails_in_hour = ["> 5", "< 9"]'),
        ('not = { kind = "list" }', 'kind = ["message", "bounce"]'),
        ('any = [{ subject = "a" }, { from = "*@quinta.example" }]',
         'any = [{ from = "ana@quinta.example" }, { subject = "a b" }]'),
        ('all = [{ language = "pt" }, { mailbox = "support@casa.example" }]',
         'language = "pt", mailbox = "support@casa.example"'),
    ],
)  # fmt: skip
def test_a_rule_behind_a_stop_that_always_holds_with_it_is_never_asked(first: str, second: str) -> None:
    (line,) = odd(TO_BILLING, rule("first", first, more=STOP), rule("second", second))
    assert line == (
        "rule 'second': can never be asked: 'first' before it holds whenever this one does, and stops; put this one "
        "before it, or take it out"
    )
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
    assert lines == [
        "rule 'special': category is in vain: 'general' hits whenever this one does, and sets something else; put "
        "this one behind it"
    ]
    assert (
        odd(
            TO_BILLING,
            rule("general", 'subject = "spam"', 'category = "invoices"'),
            rule("special", 'subject = "spam", kind = "list"', 'category = "spam"'),
        )
        == []
    )


@pytest.mark.parametrize(
    ("when", "on", "why"),
    [
        ('all = [{ kind = "list" }, { kind = "message" }]', '"new"', "kind is list and kind is message"),
        ('all = [{ team = "billing" }, { team = "support" }]', '"new"', "team is billing and team is support"),
        ('all = [{ from = "a@x.example" }, { from = "*@y.example" }]', '"new"',
         "from is a@x.example and from is *@y.example"),
        ('attachment = { size = ["> 5 MB", "< 1 MB"] }', '"new"', "attachment is size > 5 MB and < 1 MB is never so"),
        ('mails_in_hour = ["> 5", "< 3"]', '"new"', "mails_in_hour is more than 5 and fewer than 3 is never so"),
        ('subject = "a", not = { text = "a" }', '"new"', "subject has a and not (text has a)"),
        ('not = { priority = ["low", "normal", "high", "urgent"] }', '"new"',
         "not (priority is high or low or normal or urgent) is never so"),
        ('state = "closed"', '{ after = "1 h", of = "opened" }', "state is closed is never so on after"),
        ('state = "open"', '{ after = "1 h", of = "closed" }', "state is open is never so on after"),
        ('changed = "opened", new = "x"', '"change"', "changed is opened and new is x"),
        ('changed = "rated", new = "fine"', '"change"', "changed is rated and new is fine"),
        ('changed = "sla", old = "response"', '"change"', "changed is sla and old is response"),
    ],
)  # fmt: skip
def test_wishes_that_exclude_each_other(when: str, on: str, why: str) -> None:
    (line,) = odd(TO_BILLING, rule("never", when, more=f"on = {on}"))
    assert line == f"rule 'never': can never hit: {why}; mend the conditions, or take the rule out"


def test_a_rule_that_can_never_hit_where_it_is_asked_for_one_of_its_reasons() -> None:
    (line,) = odd(TO_BILLING, rule("half", 'changed = "priority"', more='on = ["new", "change"]'))
    assert line == "rule 'half': can never hit on new: changed is priority is never so on new; leave new out"


@pytest.mark.parametrize("on", ['"change"', '{ after = "1 h", of = "opened" }', '"manual"'])
def test_a_stop_ends_nothing_for_rules_that_are_asked_alone_or_again(on: str) -> None:
    first = rule("first", more=f"on = {on}\n{STOP}")
    assert odd(TO_BILLING, first, rule("second", 'priority = "high"', more=f"on = {on}")) == []


def test_two_rules_that_want_different_things_of_the_same_mails() -> None:
    lines = odd(
        TO_BILLING,
        rule("low", 'subject = "a", language = "pt"', 'priority = "low"'),
        rule("high", 'all = [{ language = "pt" }, { subject = "a" }]', 'priority = "high"'),
    )
    assert lines == [
        "rule 'low': is in conflict with 'high': it hits the same mails, and sets priority to something else; keep one "
        "of them"
    ]


def test_a_value_that_a_rule_looks_at_before_it_is_overwritten_is_not_in_vain() -> None:
    low, high = rule("low", 'subject = "a"', 'priority = "low"'), rule("high", 'subject = "a"', 'priority = "high"')
    reads = rule("reads", 'priority = "low"')
    hears = rule("hears", 'changed = "priority", new = "low"', more='on = "change"')
    assert odd(TO_BILLING, low, reads, high) == []
    assert odd(TO_BILLING, low, high, hears) == []
    assert len(odd(TO_BILLING, low, high, rule("other", 'changed = "owner"', more='on = "change"'))) == 1


def test_work_on_mails_that_are_dropped() -> None:
    drop = rule("spam", 'from = "*@spam.example"', 'drop = "spam"')
    work = rule("work", 'from = "a@spam.example"', 'tag = "y"')
    why = "drops every mail that this one hits, but one that a person has released; let them hit different mails"
    assert odd(TO_BILLING, drop, work) == odd(TO_BILLING, work, drop) == [f"rule 'work': is in vain: 'spam' {why}"]
    assert odd(TO_BILLING, drop, rule("others", 'from = "*@*.example"')) == []
    assert odd(TO_BILLING, rule("look", 'from = "*@spam.example"', 'hold = "look"'), work) == []


def test_an_assignment_that_finds_nobody() -> None:
    desk = Directory(
        agents=[
            Agent(name="rui", display_name="Rui", addresses=("rui@home.example",), skills=frozenset({"sql"})),
            Agent(name="eva", display_name="Eva", addresses=("eva@home.example",)),
        ],
        teams=[
            Team(name="support", display_name="Support", members=("rui",)),
            Team(name="billing", display_name="Billing", leader="rui"),
            Team(name="shop", display_name="Shop", members=("eva",)),
        ],
        mailboxes=[OwnMailbox(address="support@casa.example", team="support", from_name="Casa")],
    )
    rules = [{"name": team, "then": {"team": team, "assign": "skill sql"}} for team in ("support", "billing", "shop")]
    assert warnings(load(rules, source="r.toml", known=KnownNames.of(desk)), desk)[-1] == (
        "r.toml: rule 'shop': assigns to nobody: nobody in team 'shop' has the skill 'sql'; give it to a member"
    )


def test_teams_that_nothing_leads_to() -> None:
    assert odd(rule("a")) == [
        "team 'billing': no mailbox, category or rule sends it a ticket; write a rule with then = "
        '{ team = "billing" }, or take the team out'
    ]


def test_a_team_with_nobody_in_it() -> None:
    desk = Directory(
        teams=[Team(name="support", display_name="Support")],
        mailboxes=[OwnMailbox(address="support@casa.example", team="support", from_name="Casa")],
    )
    assert warnings(Rulebook(), desk) == (
        "team 'support': gets tickets and has neither members nor a leader to hear of them; write members",
    )


def test_rules_check_tells_them_and_is_content(tmp_path: Path) -> None:
    from tests.rules.test_check import check

    result = check(tmp_path, '\n[[rule]]\nname = "late"\nwhen = { subject = "fatura" }\nthen = { tag = "x" }\n')
    assert result.exit_code == 0
    assert "warning: " in result.output
    assert "rule 'late': can never be asked: 'invoices' before it" in result.output
