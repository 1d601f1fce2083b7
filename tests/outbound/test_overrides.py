"""Templates of an operator: before the packaged ones, looked through by the check, and never the end of a mail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maild.outbound.check import check_templates, notice_names, sample
from maild.outbound.render import LANGUAGES, Renderer
from maild.outbound.specimens import write_specimens
from tests.outbound.fakes import notice

RENDERER = Renderer()


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
    "{% set x = [-9999999]|map('a step taken')|list %}{% for a in range(99999) %}{% for b in range(99) %}{% endfor %}"
    "{% endfor %}",
)  # fmt: skip
"""Each would take gigabytes or hours if it were let."""


@pytest.mark.parametrize("template", BOMBS)
def test_sec_34_a_template_of_an_operator_cannot_eat_the_machine(override: Path, template: str) -> None:
    write(override, template)
    rendered = acknowledged(override)
    assert rendered.problem.startswith("template acknowledgement/en: ")
    assert "Thank you for writing." in rendered.text


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
