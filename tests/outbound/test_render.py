"""Templates: complete, true to what the planner gives, harmless whatever strangers write, never the end of a mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
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
    WaitOver,
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
from maild.outbound.table import NOTICES
from maild.outbound.wording import format_moment
from tests.outbound.fakes import BY_CLOCK, BY_MARTA, NOON, MemoryUow, happen, notice

RENDERER = Renderer()


def test_all_packaged_templates_are_in_order() -> None:
    assert check_templates() == []


def test_every_notice_of_the_table_has_a_sample_and_templates() -> None:
    assert {entry.name for entries in NOTICES.values() for entry in entries} == set(notice_names())


BY_THE_CLOCK = (SlaStageReached, SlaStepRaised, WaitOver)


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
        WaitOver(ticket=7, until=NOON),
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
    causes.append(DigestGathered(ticket=0, agent="", items=(2, 3, 9), address="second-line@partner.example"))
    for event in causes:
        yield from happen(uow, event, by=BY_CLOCK if isinstance(event, BY_THE_CLOCK) else BY_MARTA)


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
def test_words_that_nobody_wrote_are_the_desks(language: str) -> None:
    values = sample("note")
    values["by"] = values["article"]["author"] = ""
    rendered = RENDERER.render_strictly("note", language, values)
    wrote = {"en": "wrote on", "pt": "escreveu em", "es": "escribió el"}[language]
    assert f"Northwind Help {wrote}" in rendered.text
    assert f">Northwind Help {wrote}" in rendered.html


def test_the_week_tells_what_was_open_at_its_end() -> None:
    """The mail comes hours after the week has ended: what is open by then is another number."""
    rendered = RENDERER.render_strictly("weekly-report", "en", sample("weekly-report"))
    assert "Open at the end: " in rendered.text
    assert "Open now" not in rendered.text


@pytest.mark.parametrize(("language", "said"), [("en", "1 mail"), ("pt", "1 mensagem"), ("es", "1 correo")])
def test_an_hour_with_one_mail_has_one(language: str, said: str) -> None:
    values = sample("weekly-report")
    values["report"]["busiest"] = [{"weekday": 0, "hour": 9, "came": 1}]
    rendered = RENDERER.render_strictly("weekly-report", language, values)
    assert f"9-10 h: {said}\n" in rendered.text
    assert f"h: {said}<" in rendered.html


@pytest.mark.parametrize("language", ["pt", "es"])
def test_a_person_is_not_taken_for_a_man_where_he_is_content_or_not(language: str) -> None:
    said = RENDERER.render_strictly("bad-rating", language, sample("bad-rating")).text
    said += RENDERER.render_strictly("closed", language, sample("closed")).text
    assert not re.search("satisfeit[oa]|satisfech[oa]", said)


@pytest.mark.parametrize("language", ["pt", "es"])
def test_what_nobody_changed_agrees_with_its_gender(language: str) -> None:
    """Team and priority are feminine in both."""
    words = json.loads((templates_root() / "mail" / "_layout" / f"words.{language}.json").read_text("utf-8"))
    nobody = {"pt": "nenhuma regra ou pessoa a mudou.", "es": "ninguna regla ni persona la ha cambiado."}[language]
    said = words["why"]["findings"]
    assert all(said[code].endswith(nobody) for code in ("by-mailbox", "from-the-start"))


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
        for reply in values["digest"]["tickets"][0]["replies"]:
            reply["to"] = HOSTILE
    if values["article"]:
        values["article"] |= {"text": HOSTILE, "author": HOSTILE, "files": [{"filename": HOSTILE, "size": 1}]}
    rendered = RENDERER.render_strictly(name, "en", values)
    assert ("{{ 7*7 }}" in rendered.text) is (
        name not in ("escalation-outside", "escalations-outside")
    )  # which tell nothing of what was written
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


def test_sec_34_no_packaged_mail_comes_near_the_limit() -> None:
    """The control of the bombs: what a whole answer of three hundred thousand letters costs is let."""
    values = sample("answer")
    values["article"]["text"] = "The roller is worn.\n" * 15_000
    assert RENDERER.render_strictly("answer", "en", values).text.count("roller") == 15_000


def test_when_the_packaged_words_fail_too_a_plain_text_leaves() -> None:
    values = sample("acknowledgement")
    del values["person"]
    rendered = RENDERER.render(notice(context=values))
    assert rendered.problem.startswith("template acknowledgement/en: ")
    assert rendered.html == ""
    assert rendered.subject == "[#10427-K7QP] The printer on the second floor eats paper"
    assert "https://help.example.org/t/10427-K7QP" in rendered.text


def test_the_built_in_text_holds_all_that_matters() -> None:
    for name in notice_names():
        rendered = RENDERER.render(notice(name="no-such-notice", context=sample(name)))
        values = sample(name)
        for wanted in (values["article"] or {}).get("text", ""), values["links"].get("sign_in", ""):
            assert wanted in rendered.text
        if "held" in values:
            assert values["held"]["detail"] in rendered.text


def test_templates_are_where_the_package_says() -> None:
    assert (templates_root() / "mail" / "answer" / "pt" / "body.txt").is_file()
    assert json.loads((templates_root() / "samples" / "answer.json").read_text("utf-8"))
