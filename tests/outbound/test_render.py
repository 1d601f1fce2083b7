"""Templates: complete, true to what the planner gives, harmless whatever strangers write, never the end of a mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.confirmation import Doubt
from maild.domain.events import (
    AgentAnswered,
    AlsoAddressed,
    ConfigurationRefused,
    CustomerPassedOn,
    CustomerReplied,
    DeliveryFailed,
    DigestGathered,
    Event,
    FieldChanged,
    Kept,
    MailForwarded,
    MailGrouped,
    MailHeld,
    MailQuarantined,
    MailWithheld,
    MergeReceived,
    NoteAdded,
    OwnerChanged,
    PromiseMoved,
    ReplyKept,
    RuleAnswered,
    SignInRequested,
    SlaStageReached,
    SlaStepRaised,
    TicketClosed,
    TicketMerged,
    TicketOpened,
    TicketRated,
    TicketReopened,
    TicketUnmerged,
    TokensGuessed,
    UnverifiedWritten,
    WeekReported,
    WhyAsked,
    WriterAsked,
)
from maild.domain.lifecycle import StateType
from maild.domain.notice import Notice
from maild.domain.sla import SlaMetric, SlaStage, SlaTimer, TimerState
from maild.domain.ticket import ArticleSender
from maild.outbound.check import check_templates, notice_names, sample
from maild.outbound.render import LANGUAGES, Renderer, templates_root
from maild.outbound.specimens import write_specimens
from maild.outbound.table import NOTICES
from maild.outbound.wording import format_moment
from tests.outbound.fakes import BY_CLOCK, BY_MARTA, NOON, MemoryUow, happen, notice

RENDERER = Renderer()


def test_all_packaged_templates_are_in_order() -> None:
    assert check_templates() == []


def test_every_notice_of_the_table_has_a_sample_and_templates() -> None:
    assert {entry.name for entries in NOTICES.values() for entry in entries} == set(notice_names())


def every_notice() -> Iterator[Notice]:
    """Each notice there is, as the planner really makes it."""
    uow = MemoryUow()
    uow.open(owner="rui")
    uow.write(7, id=720, sender=ArticleSender.AGENT, author="Marta Reis", contact=0, agent="marta", message_id="")
    uow.all_timers[7] = [
        SlaTimer(
            metric=SlaMetric.SOLUTION, cycle=1, policy="p", state=TimerState.RUNNING, stage=SlaStage.GREEN, target=60,
            started_at=NOON, due_at=NOON + timedelta(hours=1), next_alarm_at=None,
        )
    ]  # fmt: skip
    causes: list[Event] = [
        TicketOpened(ticket=7, article=701, acknowledge=True, priority="normal"),
        CustomerPassedOn(ticket=7, article=701, agent="rui"),
        CustomerReplied(ticket=7, article=701), UnverifiedWritten(ticket=7, article=701),
        AgentAnswered(ticket=7, article=720, agent="marta", first=True),
        NoteAdded(ticket=7, article=720, agent="marta"),
        OwnerChanged(ticket=7, old="", new="rui"), FieldChanged(ticket=7, name="team", old="a", new="support"),
        TicketClosed(ticket=7, reason=""), TicketReopened(ticket=7, reason="again", by_reply=False),
        RuleAnswered(ticket=7, article=701, answer="hours"),
        MailGrouped(ticket=7, article=701, count=37, tell=True),
        MailForwarded(ticket=7, article=701, address="partner@y.example"),
        *(ReplyKept(ticket=7, article=701, contact=1, why=why, tell=True) for why in Kept),
        AlsoAddressed(ticket=7, article=701, team="support"),
        TicketRated(ticket=7, rating=1, contact=1, agent="rui", good=False, article=701, tell=True),
        TicketMerged(ticket=7, into=8, state=StateType.OPEN),
        MergeReceived(ticket=7, other=8), TicketUnmerged(ticket=7, out_of=8, state=StateType.OPEN, articles=2),
        DeliveryFailed(ticket=7, article=720, recipient="a@b.example", status="5.1.1", diagnostic="x", delayed=False),
        DeliveryFailed(
            ticket=7, article=720, recipient="a@b.example", status="4.4.1", diagnostic="x", delayed=True, late=True
        ),
        PromiseMoved(ticket=7, old=NOON, new=NOON + timedelta(hours=2), told=True),
        SignInRequested(ticket=7, contact=1, secret="s"),
        MailHeld(ticket=7, agent="rui", subject="s", code="empty", detail=""),
        *(
            WriterAsked(
                ticket=7, confirmation=3, mail=17, agent=agent, contact=contact, address="", doubt=Doubt.TOO_OLD,
                sender="a@b.example", subject="s", does="note", orders=("#close",), received_at=NOON, secret="s",
            )
            for agent, contact in (("rui", 0), ("", 1))
        ), WhyAsked(ticket=7, agent="rui"),
        ConfigurationRefused(ticket=0, faults=("a.toml:1: rule 'x': then: why",)),
        WeekReported(ticket=0, to=("rui", "boss@y.example"), figures=sample("weekly-report")["report"]),
        TokensGuessed(ticket=0, everywhere=0, sources=("20 × x.example",)),
        MailWithheld(ticket=0, refused=2, held=1, reasons=("2 × closed: why",)),
        MailQuarantined(ticket=0, mail=17, sender="x@y.example", subject="s", reason="r"),
        MailHeld(ticket=0, agent="rui", subject="s", code="empty", detail=""),
        *(SlaStageReached(ticket=7, metric=SlaMetric.SOLUTION, cycle=1, stage=stage) for stage in SlaStage),
        SlaStepRaised(
            ticket=7, metric=SlaMetric.SOLUTION, cycle=1, level="+60m", agents=("rui",), addresses=("x@y.example",),
            done=("priority urgent",),
        ),
    ]  # fmt: skip
    causes.append(DigestGathered(ticket=0, agent="rui", items=(2, 3, 9)))
    for event in causes:
        yield from happen(uow, event, by=BY_CLOCK if isinstance(event, SlaStageReached | SlaStepRaised) else BY_MARTA)


def shape(value: Any) -> Any:
    return {key: shape(inner) for key, inner in value.items()} if isinstance(value, dict) else None


def test_samples_have_exactly_what_the_planner_gives() -> None:
    seen = set()
    for planned in every_notice():
        seen.add(planned.name)
        if planned.ticket:
            assert shape(planned.context) == shape(sample(planned.name)), planned.name
    assert seen == set(notice_names())


def test_everything_the_planner_makes_can_be_rendered_in_every_language() -> None:
    for planned in every_notice():
        for language in LANGUAGES:
            rendered = RENDERER.render_strictly(planned.name, language, planned.context)
            assert rendered.subject
            assert rendered.text
            assert "<html" in rendered.html


@pytest.mark.parametrize("name", notice_names())
def test_the_languages_are_really_different_ones(name: str) -> None:
    texts = {RENDERER.render_strictly(name, language, sample(name)).text for language in LANGUAGES}
    assert len(texts) == 3


@pytest.mark.parametrize("name", [name for name in notice_names() if "reply" in sample(name)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_to_agents_say_first_what_a_reply_does_and_list_commands(name: str, language: str) -> None:
    values = sample(name)
    rendered = RENDERER.render_strictly(name, language, values)
    assert rendered.text.startswith("##- ")
    for part in (rendered.text, rendered.html):
        assert part.index("##- ") < part.index("#close")
        # a question takes no command for an answer
        listed = values["reply"]["goes"] != "question"
        assert all((command in part) is listed for command in ("#assign", "#note"))
    assert ("Ana Silva <ana@example.com>, " in rendered.text) is (values["reply"]["goes"] == "customer")


@pytest.mark.parametrize(
    "name", ["answer", "acknowledgement", "closed", "promise-moved", "sign-in", "confirm", "joined"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_to_customers_are_free_of_the_house(name: str, language: str) -> None:
    rendered = RENDERER.render_strictly(name, language, sample(name))
    assert "##-" not in rendered.text
    assert "#close" not in rendered.text + rendered.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_acknowledgement_has_number_token_and_promised_time(language: str) -> None:
    rendered = RENDERER.render_strictly("acknowledgement", language, sample("acknowledgement"))
    for text in (rendered.text, rendered.html):
        assert "10427" in text
        assert "[#10427-K7QP]" in text
        assert "15:30" in text
        assert "https://help.example.org/t/10427-K7QP" in text
    assert rendered.subject == "Re: The printer on the second floor eats paper [#10427-K7QP]"


def test_an_acknowledgement_without_a_promise_promises_nothing() -> None:
    values = sample("acknowledgement")
    values["ticket"]["promised"] = None
    assert "answer by" not in RENDERER.render_strictly("acknowledgement", "en", values).text


@pytest.mark.parametrize(
    ("zone", "language", "shown"),
    [
        ("Europe/Lisbon", "en", "Monday, 24 November 2025, 15:30 (WET)"),
        ("Europe/Lisbon", "pt", "segunda-feira, 24 de novembro de 2025, 15:30 (WET)"),
        ("Europe/Madrid", "es", "lunes, 24 de noviembre de 2025, 16:30 (CET)"),
        ("America/Sao_Paulo", "pt", "segunda-feira, 24 de novembro de 2025, 12:30 (-03)"),
        ("Not/A_Zone", "en", "Monday, 24 November 2025, 15:30 (UTC)"),
        ("", "xx", "Monday, 24 November 2025, 15:30 (UTC)"),
    ],
)
def test_times_are_the_readers(zone: str, language: str, shown: str) -> None:
    assert format_moment("2025-11-24T15:30:00+00:00", zone, language) == shown


@pytest.mark.parametrize(
    ("title", "subject"),
    [("Re: RE: x", "Re: x [#10427-K7QP]"), ("", "Re: (no subject) [#10427-K7QP]"), ("a\n b", "Re: a b [#10427-K7QP]")],
)
def test_a_subject_is_one_line_with_one_reply_mark(title: str, subject: str) -> None:
    values = sample("answer")
    values["ticket"]["title"] = title
    assert RENDERER.render_strictly("answer", "en", values).subject == subject


def test_a_long_title_never_pushes_the_token_out_of_the_subject() -> None:
    values = sample("answer")
    values["ticket"]["title"] = "word " * 100
    assert RENDERER.render_strictly("answer", "en", values).subject.endswith(" [#10427-K7QP]")


HOSTILE = "{{ 7*7 }}{% raw %}{{ ''.__class__.__mro__ }}%(x)s{0.__class__}<script>alert(1)</script><img src=x>"


@pytest.mark.parametrize("name", notice_names())
def test_sec_34_strangers_words_stay_words(name: str) -> None:
    values = sample(name)
    values["person"]["name"] = HOSTILE
    for part, key in (("ticket", "title"), ("mail", "subject"), ("mail", "sender")):
        if values.get(part):
            values[part][key] = HOSTILE
    if "withheld" in values:
        values["withheld"]["reasons"] = [HOSTILE]
    if "guessing" in values:
        values["guessing"]["sources"] = [HOSTILE]
    if "faults" in values:
        values["faults"] = [HOSTILE]
    if "report" in values:
        values["report"]["teams"][0]["name"] = HOSTILE
    if "digest" in values:
        values["digest"]["tickets"][0] |= {"title": HOSTILE}
        values["digest"]["tickets"][0]["lines"][0] |= {"who": HOSTILE, "words": HOSTILE}
        values["digest"]["tickets"][0]["replies"][0]["to"] = HOSTILE
    if values["article"]:
        values["article"] |= {"text": HOSTILE, "author": HOSTILE, "files": [{"filename": HOSTILE, "size": 1}]}
    rendered = RENDERER.render_strictly(name, "en", values)
    assert ("{{ 7*7 }}" in rendered.text) is (name != "escalation-outside")  # which tells nothing of what was written
    assert "<script" not in rendered.html
    assert "<img" not in rendered.html


@given(text=st.text(max_size=300))
def test_every_letter_of_an_answer_reaches_the_customer(text: str) -> None:
    values = sample("answer")
    values["article"]["text"] = text
    rendered = RENDERER.render_strictly("answer", "en", values)
    assert text in rendered.text
    visible = re.sub(r"<[^>]*>|&nbsp;|\s", "", rendered.html.partition("<body")[2])
    wanted = str(jinja2.filters.do_forceescape(text)) if text else ""
    assert re.sub(r"\s", "", wanted) in visible.replace("\u00a0", "")


@pytest.fixture
def override(tmp_path: Path) -> Path:
    (tmp_path / "mail" / "acknowledgement" / "en").mkdir(parents=True)
    return tmp_path


def write(override: Path, text: str, part: str = "body.txt") -> Path:
    path = override / "mail" / "acknowledgement" / "en" / part
    path.write_text(text, "utf-8")
    return path


def acknowledged(override: Path, language: str = "en") -> Any:
    return Renderer(override).render(notice(context=sample("acknowledgement"), language=language))


def test_an_override_goes_before_what_is_packaged_and_only_where_it_is(override: Path) -> None:
    write(override, "Ours: {{ ticket.number }}")
    rendered = acknowledged(override)
    assert rendered.text == "Ours: 10427"
    assert "Thank you" in rendered.html
    assert check_templates(override) == []


def test_a_region_may_have_words_of_its_own(override: Path) -> None:
    region = override / "mail" / "acknowledgement" / "pt_BR"
    region.mkdir()
    (region / "body.txt").write_text("Oi!", "utf-8")
    assert acknowledged(override, "pt_BR").text == "Oi!"
    assert acknowledged(override, "pt_BR").subject == acknowledged(override, "pt").subject
    assert check_templates(override) == []


def test_an_unknown_language_reads_english(override: Path) -> None:
    assert "Thank you" in acknowledged(override, "fi").text


BOMBS = (
    "{{ 'a' * 10**10 }}", "{{ 9**9**9 }}", "{{ 'x'.ljust(10**9) }}", "{{ '%99999999d' % 1 }}",
    "{{ 'x'|center(10**9) }}", "{{ '%99999999d'|format(1) }}", "{{ range(10**9)|list }}", "{{ (1).to_bytes(10**9) }}",
    "{{ lipsum(n=10**9) }}", "{{ [1]|batch(10**9)|list }}", "{{ 1|round(10**9, 'ceil') }}",
    "{{ 'aaaa'.translate({97: ticket.title}) }}", "{{ range(99999)|join('0123456789' ~ ticket.title) }}",
    "{% set n = namespace(x='aaaa') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "{% set n = namespace(x=99) %}{% for i in range(60) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "{% set n = namespace(x='aaaa') %}{% for i in range(60) %}{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% set x = a %}{% endfor %}{% endfor %}",
    "{% for a in article_of_nobody or 'aaaaaaaaaaaaaaaa' * 1 %}{% endfor %}",
    "{% macro m(n) %}{{ m(n - 1) ~ m(n - 1) if n else 'a' }}{% endmacro %}{{ m(40) }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    "{% for a in range(9999) %}{{ desk.name }}0123456789012345678901234567890123456789012345678901234567890123456789"
    "01234567890123456789012345678901234567890123456789012345678901234567890123456789{% endfor %}",
    "{% include 'acknowledgement/en/body.txt' %}",
)  # fmt: skip
"""Each would take gigabytes or hours if it were let."""


@pytest.mark.parametrize("template", BOMBS)
def test_sec_34_a_template_of_an_operator_cannot_eat_the_machine(override: Path, template: str) -> None:
    write(override, template)
    rendered = acknowledged(override)
    assert rendered.problem.startswith("template acknowledgement/en: ")
    assert "Thank you for writing." in rendered.text


def test_sec_34_no_packaged_mail_comes_near_the_limit() -> None:
    """The control of the bombs: what a whole answer of three hundred thousand letters costs is let."""
    values = sample("answer")
    values["article"]["text"] = "The roller is worn.\n" * 15_000
    assert RENDERER.render_strictly("answer", "en", values).text.count("roller") == 15_000


@pytest.mark.parametrize(
    "template",
    [
        "{{ nobody }}", "{% if %}", "{{ ticket.number / 0 }}", "{{ ''.__class__ }}", "{% include 'nothing.txt' %}",
        "{{ desk.update({'name': 'x'}) }}", "{{ ticket.title | safe }}",
    ],
)  # fmt: skip
def test_a_failing_template_is_named_and_the_mail_leaves_in_the_packaged_words(override: Path, template: str) -> None:
    write(override, template)
    rendered = acknowledged(override)
    assert rendered.problem.startswith("template acknowledgement/en: ")
    assert replace(rendered, problem="") == RENDERER.render_strictly("acknowledgement", "en", sample("acknowledgement"))
    assert [p.partition(": ")[0] for p in check_templates(override)] == ["acknowledgement/en"]


def test_when_the_packaged_words_fail_too_a_plain_text_leaves() -> None:
    values = sample("acknowledgement")
    del values["person"]
    rendered = RENDERER.render(notice(context=values))
    assert rendered.problem.startswith("template acknowledgement/en: ")
    assert rendered.html == ""
    assert rendered.subject == "[#10427-K7QP] The printer on the second floor eats paper"
    assert "https://help.example.org/t/10427-K7QP" in rendered.text


def test_a_line_that_the_sample_does_not_reach_is_checked_too(override: Path) -> None:
    write(override, "{% if ticket.refuses_replies %}{{ nobody }}{% endif %}{{ ticket.number }}")
    assert [p.partition(": ")[0] for p in check_templates(override)] == ["acknowledgement/en"]


def test_the_words_of_a_region_are_checked_too(override: Path) -> None:
    region = override / "mail" / "acknowledgement" / "pt_BR"
    region.mkdir()
    (region / "body.txt").write_text("{{ nobody }}", "utf-8")
    assert [p.partition(": ")[0] for p in check_templates(override)] == ["acknowledgement/pt_BR"]


def test_every_mail_is_written_to_be_looked_at(override: Path, tmp_path: Path) -> None:
    write(override, "Ours: {{ ticket.number }}")
    out = tmp_path / "out"
    out.mkdir()
    assert write_specimens(out, "Mails", override) == len(notice_names()) * len(LANGUAGES)
    page = (out / "index.html").read_text("utf-8")
    for name in notice_names():
        for language in LANGUAGES:
            for kind in ("html", "txt"):
                assert f'href="{name}/{language}.{kind}"' in page
                assert (out / name / f"{language}.{kind}").stat().st_size
    assert "Ours: 10427" in (out / "acknowledgement" / "en.txt").read_text("utf-8")


def test_the_built_in_text_holds_all_that_matters() -> None:
    for name in notice_names():
        rendered = RENDERER.render(notice(name="no-such-notice", context=sample(name)))
        values = sample(name)
        for wanted in (values["article"] or {}).get("text", ""), values["links"].get("sign_in", ""):
            assert wanted in rendered.text
        if "held" in values:
            assert values["held"]["detail"] in rendered.text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{% autoescape false %}<p>{{ ticket.title }}</p>{% endautoescape %}", "without escaping"),
        ("<p><b>x</p>", "wrong order"),
        ("<img src='https://x.example/pixel'>", "src="), ("   ", "body.html is empty"),
        ("<p>open", "<p> is not closed"),
    ],
)  # fmt: skip
def test_the_check_sees_what_would_look_wrong(override: Path, text: str, problem: str) -> None:
    write(override, text, "body.html")
    assert any(problem in found for found in check_templates(override))


def test_the_check_sees_an_agents_mail_without_its_marker(tmp_path: Path) -> None:
    folder = tmp_path / "mail" / "new-ticket" / "es"
    folder.mkdir(parents=True)
    (folder / "body.txt").write_text("Hola", "utf-8")
    assert len([p for p in check_templates(tmp_path) if p.startswith("new-ticket/es: body.txt does not begin")]) == 1


def test_p19_the_check_sees_an_agents_address_in_a_customers_mail(override: Path) -> None:
    write(override, "{{ ticket.number }} Write to RUI@Private.example")
    said = "acknowledgement/en: tells customers the address rui@private.example of an agent"
    assert check_templates(override, private=["rui@private.example", "eva@private.example"]) == [said]


def test_the_check_sees_files_that_nothing_reads(override: Path) -> None:
    path = write(override, "x", "body.text")
    assert check_templates(override) == [f"{path}: no notice, language or part of this name"]
    assert check_templates(override / "missing") == [f"{override / 'missing'} is not a folder"]


def test_templates_are_where_the_package_says() -> None:
    assert (templates_root() / "mail" / "answer" / "pt" / "body.txt").is_file()
    assert json.loads((templates_root() / "samples" / "answer.json").read_text("utf-8"))
