"""Rules from the file to the commands: what hits, what misses and why, and what is refused."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from maild.domain.address import Mailbox
from maild.domain.commands import (
    AddNote,
    AddTag,
    AssignOwner,
    CloseTicket,
    SetCategory,
    SetPriority,
    SetRequestType,
    SetTeam,
)
from maild.domain.directory import Directory
from maild.domain.mail import Attachment, InboundMessage, Kind, NewWords
from maild.domain.people import Agent, Category, OwnMailbox, Team
from maild.domain.ticket import Priority
from maild.errors import ConfigError
from maild.rules.engine import MAX_LINE, Firing, evaluate
from maild.rules.examples import check_examples
from maild.rules.facts import AttachmentFacts, RuleFacts, facts_of
from maild.rules.known import KnownNames
from maild.rules.loader import load, load_all
from maild.rules.model import Trigger
from maild.rules.rulebook import Rulebook

DESK = Directory(
    agents=[
        Agent(name="rui", display_name="Rui", addresses=("rui@desk.example",)),
        Agent(name="eva", display_name="Eva", addresses=("eva@desk.example",)),
    ],
    teams=[
        Team(name="support", display_name="Support", members=("eva",)),
        Team(name="billing", display_name="Billing", members=("rui",)),
    ],
    mailboxes=[OwnMailbox(address="support@desk.example", team="support", from_name="Desk")],
    categories=[
        Category(name="invoices", teams=("billing",), request_types=("copy", "mistake")),
        Category(name="printers", request_types=("paper",)),
    ],
)
KNOWN = KnownNames.of(DESK)

MAIL = RuleFacts(
    from_="ana@customer.example",
    from_name="Ana Silva",
    to=("support@desk.example", "boss@customer.example"),
    cc=("boss@customer.example",),
    delivered_to=("support@desk.example",),
    reverse_path="bounces@lists.customer.example",
    subject="Re: Your invoice FT-2026/118, please",
    new_words="Bom dia,\na fatura não está certa: crédito em falta. E o C++?",
    body="Bom dia,\na fatura não está certa: crédito em falta. E o C++?\n> older words",
    headers=(("x-spam-flag", "NO"), ("received", "from a"), ("received", "from b.example")),
    language="pt",
    attachments=(AttachmentFacts(name="Invoice 118.PDF", content_type="application/pdf", size=300_000),),
    mailbox="support@desk.example",
    working_time=True,
    team="support",
)


def rules(text: str) -> Rulebook:
    return load(tomllib.loads(text)["rule"], source="maild.toml", known=KNOWN)


def one(when: str, then: str = 'tag = "hit"') -> Rulebook:
    return rules(f'[[rule]]\nname = "one"\nwhen = {{ {when} }}\nthen = {{ {then} }}')


def ask(book: Rulebook, facts: RuleFacts = MAIL) -> Firing:
    return evaluate(book, Trigger.NEW, facts)


@pytest.mark.parametrize(
    "when",
    [
        'from = "ana@customer.example"',
        'from = "ANA@Customer.Example"',
        'from = "*@customer.example"',
        'from = ["nobody@x.example", "*@*.example"]',
        'from = "/^(ana|rita)@/"',
        'from_name = "silva"',
        'to = "boss@customer.example"',
        'cc = "boss@*"',
        'delivered_to = "support@desk.example"',
        'reverse_path = "*@lists.customer.example"',
        'subject = "invoice"',
        'subject = ["order", "INVOICE"]',
        'subject = "your invoice"',
        'subject = "invoice ft"',
        'subject = "inv*"',
        'subject = "*oice"',
        'subject = "FT-2026/118"',
        'subject = "/FT-\\\\d{4}/"',
        'new_words = "fatura"',
        'new_words = "está certa"',
        'new_words = "CRÉDITO"',
        'new_words = "cre\\u0301dito"',
        'new_words = "c++"',
        'body = "older words"',
        'text = ["nothing", "older"]',
        'text = "invoice"',
        'header = { X-Spam-Flag = "no" }',
        'header = { received = "b.example" }',
        'header = { "X-Spam-Flag" = true, "List-Id" = false }',
        'kind = "message"',
        'language = ["es", "pt"]',
        'mailbox = "Support@desk.example"',
        'team = "support"',
        'owner = ""',
        'priority = "normal"',
        'state = "new"',
        "attachment = true",
        'attachment = { name = "*.pdf" }',
        'attachment = { type = "application/*", size = "> 200 KB" }',
        'attachment = { size = ["> 1 B", "< 1 MB"] }',
        'attachment = { name = "/invoice \\\\d+/" }',
        "working_time = true",
        'from = "*@customer.example", subject = "invoice", attachment = true',
        'any = [{ subject = "order" }, { subject = "invoice" }]',
        'all = [{ subject = "invoice" }, { any = [{ kind = "bounce" }, { language = "pt" }] }]',
        'not = { subject = "order" }',
        'not = { from = "*@customer.example", subject = "order" }',
    ],
)
def test_it_hits(when: str) -> None:
    firing = ask(one(when))
    assert firing.hits == ("one",), firing.trace
    assert firing.commands == (("one", AddTag(tag="hit")),)


@pytest.mark.parametrize("written", ["*für*.pdf", "*fu\u0308r*.pdf"])
@pytest.mark.parametrize("name", ["Rechnung für Ana.pdf", "Rechnung fu\u0308r Ana.pdf"])
def test_a_file_name_is_met_however_its_accents_are_composed(written: str, name: str) -> None:
    file = AttachmentFacts(name=name, content_type="application/pdf", size=9)
    book = one(f'attachment = {{ name = "{written}" }}')
    assert ask(book, replace(MAIL, attachments=(file,))).hits == ("one",)


@pytest.mark.parametrize(
    ("when", "because"),
    [
        ('from = "*@example.com"', 'from is "ana@customer.example", wanted *@example.com'),
        ('from = "*@stomer.example"', "wanted *@stomer.example"),
        ('from = "na@customer.example"', "wanted na@customer.example"),
        ('subject = "voice"', 'subject is "Re: Your invoice FT-2026/118, please", wanted voice'),
        ('subject = "invoice your"', "wanted invoice your"),
        ('subject = "your*ft"', "wanted your*ft"),
        ('subject = "T-2026/118"', "wanted T-2026/118"),
        ('subject = "/(?-i)INVOICE/"', "wanted /(?-i)INVOICE/"),
        ('new_words = "older"', "wanted older"),
        ('new_words = "credito"', "wanted credito"),
        ('header = { List-Id = "x" }', "header.list-id is nothing, wanted x"),
        ("header = { X-Spam-Flag = false }", 'header.x-spam-flag is "NO", wanted none'),
        ('kind = ["bounce", "delay"]', 'kind is "message", wanted bounce or delay'),
        ('language = "en"', 'language is "pt", wanted en'),
        ('team = "billing"', 'team is "support", wanted billing'),
        ('owner = "rui"', 'owner is "", wanted rui'),
        ('tag = "vip"', "tag is nothing, wanted vip"),
        ("attachment = false", 'attachment is "Invoice 118.PDF (application/pdf, 300000 octets)", wanted none'),
        ('attachment = { name = "*.doc" }', "wanted name *.doc"),
        ('attachment = { name = "*.pdf", size = "> 1 MB" }', "wanted name *.pdf, size > 1 MB"),
        ("working_time = false", "working_time is yes, wanted no"),
        ('subject = "invoice", team = "billing"', 'team is "support", wanted billing'),
        ('any = [{ subject = "x1" }, { team = "billing" }]', 'wanted x1; team is "support", wanted billing'),
        ('not = { subject = "invoice" }', "unwanted: subject has invoice"),
    ],
)
def test_it_misses_and_says_why(when: str, because: str) -> None:
    firing = ask(one(when))
    assert firing.commands == ()
    assert firing.trace[0].startswith("one: missed: ")
    assert because in firing.trace[0]


def test_file_order_and_stop() -> None:
    book = rules("""
        [[rule]]
        name = "money"
        when = { subject = "invoice" }
        then = { team = "billing", category = "invoices", request_type = "copy", priority = "high", tag = ["a", "b"] }
        [[rule]]
        name = "urgent money"
        when = { team = "billing" }
        then = { priority = "urgent", owner = "rui" }
        stop = true
        [[rule]]
        name = "late"
        then = { tag = "late" }
    """)
    firing = ask(book)
    assert firing.commands == (
        ("money", SetTeam(team="billing")),
        ("money", SetCategory(category="invoices")),
        ("money", SetRequestType(request_type="copy")),
        ("money", SetPriority(priority=Priority.HIGH)),
        ("money", AddTag(tag="a")),
        ("money", AddTag(tag="b")),
        ("urgent money", SetPriority(priority=Priority.URGENT)),
        ("urgent money", AssignOwner(owner="rui")),
    )
    assert firing.trace == (
        "money: hit: team billing, category invoices, request_type copy, priority high, tag a, tag b",
        "urgent money: hit: priority urgent, owner rui, stop",
        "late: not asked: urgent money stops",
    )
    assert (firing.facts.team, firing.facts.priority, firing.facts.owner) == ("billing", "urgent", "rui")
    assert firing.facts.tags == ("a", "b")
    assert firing.stopped_by == "urgent money"


def test_a_note_and_a_closing_reason() -> None:
    firing = ask(one('from = "*@customer.example"', 'note = "Known customer.", close = "duplicate"'))
    note, close = (command for _, command in firing.commands)
    assert isinstance(note, AddNote)
    assert note.words.text == note.words.new_text == "Known customer."
    assert close == CloseTicket(reason="duplicate")
    assert firing.facts.state == "closed"


def test_captures_are_written_into_fields() -> None:
    book = one(
        'subject = "/(?P<series>FT)-(?P<year>\\\\d{4})/", from = "/@(?P<company>[a-z]+)/"',
        'tag = ["{series}-{year}", "c-{company}"], note = "Invoice of {year}"',
    )
    tags = [c.tag for _, c in ask(book).commands if isinstance(c, AddTag)]
    assert tags == ["FT-2026", "c-customer"]


def test_a_capture_is_text_and_never_a_placeholder_or_a_line() -> None:
    book = one('subject = "/ticket (?P<a>.+) by (?P<b>.+)/"', 'note = "{a}|{b}"')
    facts = replace(MAIL, subject="ticket {b}\x07 by " + "x" * 5000)
    ((_, note),) = ask(book, facts).commands
    assert isinstance(note, AddNote)
    assert note.words.text == "{b}|" + "x" * 200


def test_a_captured_name_must_be_known() -> None:
    book = one('subject = "/queue=(?P<queue>\\\\w+)/"', 'team = "{queue}"')
    assert ask(book, replace(MAIL, subject="queue=billing")).facts.team == "billing"
    firing = ask(book, replace(MAIL, subject="queue=sales"))
    assert firing.commands == ()
    assert firing.trace == ("one: hit: team left alone, 'sales' is not known",)


def test_what_is_so_already_is_not_done_again() -> None:
    firing = ask(one("attachment = true", 'team = "support", priority = "normal"'))
    assert firing.commands == ()
    assert firing.trace == ("one: hit: team is support already, priority is normal already",)


def test_later_rules_find_what_the_desk_will_have_made_of_it() -> None:
    facts = replace(MAIL, owner="eva", category="printers", request_type="paper")
    firing = ask(one("attachment = true", 'team = "billing", category = "invoices"'), facts)
    assert (firing.facts.owner, firing.facts.request_type) == ("", "")


def test_rules_are_asked_on_their_trigger_only_and_once_a_cause() -> None:
    book = rules("""
        [[rule]]
        name = "both"
        on = ["new", "reply"]
        then = { tag = "x" }
        [[rule]]
        name = "answers"
        on = "reply"
        then = { tag = "y" }
    """)
    assert evaluate(book, Trigger.NEW, MAIL).hits == ("both",)
    assert evaluate(book, Trigger.REPLY, MAIL).hits == ("both", "answers")
    again = evaluate(book, Trigger.REPLY, MAIL, skip={"both"})
    assert again.hits == ("answers",)
    assert again.trace[0] == "both: not asked: it has acted already"


def test_a_long_trace_is_kept_short_and_loses_no_hit() -> None:
    tables: list[dict[str, Any]] = [
        {"name": f"r{n}", "when": {"subject": f"w{n}"}, "then": {"tag": "t"}} for n in range(100)
    ]
    tables.append({"name": "last", "then": {"tag": "last"}})
    firing = ask(load(tables, source="x", known=KNOWN))
    assert len(firing.trace) == 101
    brief = firing.brief(misses=5)
    assert brief[-2:] == ("last: hit: tag last", "95 more rules missed or were not asked")
    assert len(brief) == 7


def test_no_line_that_is_kept_is_long() -> None:
    many = [{"subject": f"word{number}"} for number in range(200)]
    firing = ask(load([{"name": "long", "when": {"any": many}, "then": {"tag": "t"}}], source="x", known=KNOWN))
    (whole,), (kept,) = firing.trace, firing.brief()
    assert kept == whole[: MAX_LINE - 1] + "…"


def test_a_rule_is_asked_by_its_name_only_where_it_may_be() -> None:
    book = load(
        [{"name": "a", "on": "manual", "then": {"tag": "a"}}, {"name": "b", "then": {"tag": "b"}}],
        source="x",
        known=KNOWN,
    )
    assert evaluate(book, Trigger.MANUAL, MAIL, only="a").hits == ("a",)
    assert evaluate(book, Trigger.MANUAL, MAIL, only="b").hits == ()
    assert evaluate(book, Trigger.NEW, MAIL, only="b").trace == ("b: hit: tag b",)


def test_the_facts_of_a_mail() -> None:
    message = InboundMessage(
        from_=Mailbox("Ana", "Ana@Customer.example"),
        to=(Mailbox("", "support@desk.example"),),
        cc=(Mailbox("", "C@x.example"),),
        delivered_to=("support@desk.example",),
        subject="Hi",
        headers=(("X-Thing", "1"),),
        text="all of it",
        reply=NewWords(text="of it"),
        attachments=(Attachment(filename="a.txt", content_type="Text/Plain", size=3, sha256=""),),
        kind=Kind.LIST,
        language="en",
    )
    facts = facts_of(message, mailbox="support@desk.example", reverse_path="", forward_paths=["Support+x@desk.example"])
    assert facts.from_ == "ana@customer.example"
    assert facts.to == ("support@desk.example", "c@x.example")
    assert facts.delivered_to == ("support+x@desk.example", "support@desk.example")
    assert facts.new_words == "of it"
    assert facts.headers == (("x-thing", "1"),)
    assert ask(one('header = { x-THING = "1" }, kind = "list", reverse_path = "<>"'), facts).hits == ("one",)


@pytest.mark.parametrize(
    ("table", "complaints"),
    [
        ({}, ["rule number 1: name:", "rule number 1: then: the rule does nothing"]),
        ({"name": "r", "then": {"team": "biling"}}, ["rule 'r': then.team: 'biling'", "did you mean 'billing'?"]),
        ({"name": "r", "wen": {}, "then": {"tag": "x"}}, ["wen: no such key; did you mean 'when'?"]),
        ({"name": "r", "when": {"form": "x"}, "stop": True}, ["when.form: no such key; did you mean 'from'?"]),
        ({"name": "r", "when": {"from": "customer.example"}, "stop": True}, ['write "*@customer.example"']),
        ({"name": "r", "when": {"from": 5}, "stop": True}, ["when.from: write a text or a list"]),
        ({"name": "r", "when": {"subject": []}, "stop": True}, ["when.subject: write a text or a list"]),
        ({"name": "r", "when": {"subject": ""}, "stop": True}, ["an empty text is found everywhere"]),
        ({"name": "r", "when": {"subject": "/(a/"}, "stop": True}, ["RE2 refuses /(a/: missing )"]),
        ({"name": "r", "when": {"subject": "/(?=a)/"}, "stop": True}, ["no look-around"]),
        ({"name": "r", "when": {"header": {"a b": "x"}}, "stop": True}, ["a header name has no spaces"]),
        ({"name": "r", "when": {"header": {}}, "stop": True}, ["is empty and so would always hold"]),
        ({"name": "r", "when": {"not": {}}, "stop": True}, ["is empty and so would always hold"]),
        ({"name": "r", "when": {"any": [{}]}, "stop": True}, ["when.any[1]: is empty"]),
        ({"name": "r", "when": {"any": {}}, "stop": True}, ["when.any: write a list of tables"]),
        ({"name": "r", "when": {"any": [{"not": {"x": "y"}}]}, "stop": True}, ["when.any[1].not.x: no such key"]),
        ({"name": "r", "when": {"kind": "human"}, "stop": True}, ["when.kind: 'human' is not known", "message"]),
        ({"name": "r", "when": {"language": "Portuguese"}, "stop": True}, ["write one such as pt"]),
        ({"name": "r", "when": {"mailbox": "x@y.example"}, "stop": True}, ["write one of: support@desk.example"]),
        ({"name": "r", "when": {"attachment": {"size": "big"}}, "stop": True}, ['write "> 5 MB"']),
        ({"name": "r", "when": {"attachment": {"nam": "x"}}, "stop": True}, ["when.attachment.nam: no such key"]),
        ({"name": "r", "when": {"working_time": "yes"}, "stop": True}, ["write working_time = true"]),
        ({"name": "r", "on": "close", "stop": True}, ["on: 'close' is not known", "new, reply"]),
        ({"name": "r", "stop": "yes"}, ["stop: write stop = true or stop = false"]),
        ({"name": "r", "then": {"request_type": "copy"}}, ["write category beside it"]),
        ({"name": "r", "then": {"category": "printers", "request_type": "copy"}}, ["'copy' is not known", "paper"]),
        ({"name": "r", "then": {"category": "invoices", "team": "support"}}, ["belongs to billing, not to team"]),
        ({"name": "r", "then": {"owner": "eva", "team": "billing"}}, ["'eva' is not in team 'billing'"]),
        ({"name": "r", "then": {"priority": "highest"}}, ["then.priority: 'highest'", "did you mean 'high'?"]),
        ({"name": "r", "then": {"team": ["support", "billing"]}}, ["there can be only one"]),
        ({"name": "r", "then": {"tag": "{order}"}}, ["{order} is not captured; the rule captures nothing"]),
        ({"name": "r", "then": {"tag": "a{"}}, ["is not captured"]),
        ({"name": "r", "then": {"tag": "x" * 51}}, ["1 to 50 characters"]),
        ({"name": "r", "then": {"dorp": "x"}}, ["then.dorp: no such key; did you mean 'drop'?"]),
        ({"name": "r", "then": {"tag": "x"}, "example": [{"hit": 1}]}, ["example 1: mail: say what", "hit: write"]),
    ],
)
def test_what_is_wrong_is_refused_with_its_place_and_remedy(table: dict[str, Any], complaints: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load([table], source="rules.d/10.toml", known=KNOWN)
    text = "\n".join(caught.value.problems)
    assert all(problem.startswith("rules.d/10.toml: rule ") for problem in caught.value.problems)
    for complaint in complaints:
        assert complaint in text


def test_nesting_is_bounded() -> None:
    table: dict[str, Any] = {"subject": "x"}
    for _ in range(2000):
        table = {"not": table}
    with pytest.raises(ConfigError, match="nested deeper"):
        load([{"name": "deep", "when": table, "stop": True}], source="x", known=KNOWN)


def test_all_faults_of_all_files_come_at_once() -> None:
    bad: dict[str, Any] = {"name": "same", "then": {"team": "x"}}
    with pytest.raises(ConfigError) as caught:
        load_all([("a.toml", [bad]), ("b.toml", [bad, {"name": "other"}])], known=KNOWN)
    assert len(caught.value.problems) == 4
    assert "b.toml: rule 'same': name: a.toml has a rule of that name already" in "\n".join(caught.value.problems)


def test_examples_are_held_against_the_rules() -> None:
    book = rules("""
        [[rule]]
        name = "invoices"
        when = { subject = "invoice" }
        then = { team = "billing", tag = "money" }
        [[rule.example]]
        mail = { from = "ana@x.example", subject = "Invoice 1", attachment = [{ name = "a.pdf", size = 10 }] }
        expect = { team = "billing", tag = "money" }
        [[rule.example]]
        mail = { subject = "Order" }
        hit = false
        [[rule.example]]
        mail = { subject = "Your invoice" }
        hit = false
        expect = { team = "support" }
        [[rule.example]]
        mail = { subject = "Bill" }
    """)
    assert check_examples(book) == (
        "maild.toml: rule 'invoices': example 3: the rule should not hit, but invoices: hit: team billing, tag money",
        "maild.toml: rule 'invoices': example 3: team should be 'support', but is billing",
        "maild.toml: rule 'invoices': example 4: the rule should hit, but invoices: missed: "
        'subject is "Bill", wanted invoice',
    )


def test_captures_from_attachment_names_and_addresses() -> None:
    book = one(
        'attachment = { name = "/invoice (?P<number>\\\\d+)/" }, to = "/^(?P<who>[a-z]+)@customer/"',
        'tag = ["n{number}", "{who}"]',
    )
    assert ask(book).facts.tags == ("boss", "n118")


def test_a_capture_that_took_no_part_leaves_the_field_alone() -> None:
    book = one('subject = "/invoice(?P<late> overdue)?/"', 'tag = "{late}"')
    assert ask(book).trace == ("one: hit: tag left alone, nothing was captured for it",)


def test_what_does_not_hold_says_so_inside_not_and_any() -> None:
    book = one(
        'not = { any = [{ attachment = true, working_time = true }, { header = { X-A = true } }, { tag = "x" },'
        ' { reply_to = "a@b.example" }, { not = { kind = "list" } }] }'
    )
    (line,) = ask(book).trace
    assert line == (
        "one: missed: unwanted: (working_time is yes and attachment is any or header.x-a is there or tag is x"
        " or reply_to is a@b.example or not (kind is list))"
    )
