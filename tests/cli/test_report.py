"""`maild report`: the figures of a desk whose days are known."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from maild.cli import maild
from maild.domain.figures import Cell, quantile, stepped
from maild.domain.mail import Envelope, RawMail
from maild.report.charts import bars, line
from maild.report.page import as_html
from maild.report.rows import Report, duration, every, row_of
from maild.report.text import as_csv, as_text
from tests.helpers.world import World, letter, reply_address

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"


@pytest.fixture
def desk(desk: World) -> World:
    """Four tickets: answered after 1, 2 and 6 hours, the first closed and reopened; the fourth never answered."""
    start = desk.clock.now
    for number, hours in enumerate((1, 2, 6, None)):
        desk.clock.now = start + timedelta(days=number)
        desk.take(letter(ANA, SUPPORT, f"Printer {number}", "Please help."))
        if hours is None:
            continue
        desk.clock.advance(hours=hours)
        notice = desk.inbox("rui@home.example")[-1]
        orders = "Try this." if number == 2 else "#close\nTry this."
        desk.take(letter("rui@home.example", reply_address(notice), "Re: Printer", orders, answers=notice))
        if number == 0:
            desk.clock.advance(hours=1)
            answer = desk.inbox("ana@quinta.example")[-1]
            desk.take(letter(ANA, reply_address(answer), "Re: Printer", "It still does not print.", answers=answer))
    desk.clock.now = start + timedelta(days=4)
    return desk


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(maild, ["-c", str(folder / "maild.toml"), "report", *words])


def rows(folder: Path, *words: str) -> list[dict[str, Any]]:
    result = run(folder, *words, "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_all_figures_of_the_desk(desk: World, tmp_path: Path) -> None:
    (everything,) = rows(tmp_path, "--by", "all")
    assert everything == {
        "by": "all", "group": "all", "opened": 4, "closed": 1, "backlog": 3, "change": 3, "came": 5, "left": 3,
        "reopened": 1, "promised": 4, "kept": 2, "first_median": 120, "first_ninetieth": 360, "next_median": None,
        "next_ninetieth": None, "solution_median": 120, "solution_ninetieth": 120, "kept_share": 50,
        "reopened_share": 25, "asked": 0, "rated": 0, "rated_share": None, "good": 0, "good_share": None,
    }  # fmt: skip


def test_the_next_answer_counts_from_the_oldest_words_without_one(desk: World, tmp_path: Path) -> None:
    desk.clock.now = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    answer = desk.inbox("ana@quinta.example")[-2]  # the last one acknowledges the ticket without an answer
    desk.take(letter(ANA, reply_address(answer), "Re: Printer", "And now?", answers=answer))
    desk.clock.advance(hours=1)
    desk.take(letter(ANA, reply_address(answer), "Re: Printer", "Hello?", answers=answer))
    desk.clock.advance(hours=1)
    notice = desk.inbox("rui@home.example")[-1]
    desk.take(letter("rui@home.example", reply_address(notice), "Re: Printer", "Now it is.", answers=notice))
    desk.clock.advance(minutes=1)
    (everything,) = rows(tmp_path, "--by", "all")
    assert everything["next_median"] == 120


def test_busiest_hours_are_those_of_the_desk(desk: World, tmp_path: Path) -> None:
    busy = {row["group"]: row["came"] for row in rows(tmp_path, "--by", "hour")}
    assert busy == {"Mon 09-10 h": 1, "Mon 11-12 h": 1, "Tue 09-10 h": 1, "Wed 09-10 h": 1, "Thu 09-10 h": 1}


def test_a_closing_that_a_late_mail_has_undone_is_no_closing(desk: World, tmp_path: Path) -> None:
    """The mail came before the ticket was closed, and waited until the month of the closing was counted and kept."""
    answer = desk.inbox("ana@quinta.example")[-1]
    reply = letter(ANA, reply_address(answer), "Re: Printer", "It does not.", answers=answer)
    arrived = desk.clock()
    desk.clock.now = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
    notice = desk.inbox("rui@home.example")[-2]
    date = "Mon, 07 Dec 2026 09:00:00 +0000"
    order = letter("rui@home.example", reply_address(notice), "Re: Printer", "#close", answers=notice, date=date)
    desk.take(order)
    desk.clock.now = datetime(2027, 1, 7, 9, 0, tzinfo=UTC)
    december = ("--since", "2026-12-01", "--until", "2026-12-31", "--by", "all")
    assert [row["closed"] for row in rows(tmp_path, *december)] == [1]
    mail = RawMail(
        octets=reply, source="smtp", source_key="late", received_at=arrived,
        envelope=Envelope(reverse_path="ana@quinta.example", forward_paths=(reply_address(answer),)),
    )  # fmt: skip
    asyncio.run(desk.app.store.spool.accept(mail))
    desk.drain()
    assert [row["closed"] for row in rows(tmp_path, *december)] == [0]


def test_organisations_and_only_one_of_something(desk: World, tmp_path: Path) -> None:
    place = tmp_path / "maild.toml"
    more = '\n[[organisation]]\nname = "Quinta"\ndomains = ["quinta.example"]\n'
    place.write_text(place.read_text("utf-8") + more, "utf-8")
    (quinta,) = rows(tmp_path, "--by", "organisation")
    assert (quinta["group"], quinta["opened"], quinta["backlog"]) == ("Quinta", 4, 3)
    assert not rows(tmp_path, "--by", "team", "--team", "billing")
    (mine,) = rows(tmp_path, "--by", "agent", "--agent", "rui")
    assert mine["left"] == 3


def test_weeks_and_months(desk: World, tmp_path: Path) -> None:
    found = {row["group"]: row for row in rows(tmp_path, "--by", "week", "--by", "month")}
    assert list(found) == ["2026-W44", "2026-W45", "2026-W46", "2026-W47", "2026-W48", "2026-10", "2026-11"]
    for name, opened, backlog, change in (("2026-W47", 0, 0, 0), ("2026-W48", 4, 3, 3), ("2026-11", 4, 3, 3)):
        row = found[name]
        assert (row["opened"], row["backlog"], row["change"]) == (opened, backlog, change)


def test_by_team_and_agent(desk: World, tmp_path: Path) -> None:
    by = {(row["by"], row["group"]): row["opened"] for row in rows(tmp_path, "--by", "team", "--by", "agent")}
    assert by["team", "support"] == 4
    assert sum(count for (kind, _), count in by.items() if kind == "agent") == 4


def test_each_day_says_what_was_open_at_its_end(desk: World, tmp_path: Path) -> None:
    days = rows(tmp_path, "--by", "day", "--since", "2026-11-22")
    assert [(day["group"], day["opened"], day["closed"], day["backlog"], day["change"]) for day in days] == [
        ("2026-11-22", 0, 0, 0, 0), ("2026-11-23", 1, 0, 1, 1), ("2026-11-24", 1, 1, 1, 0),
        ("2026-11-25", 1, 0, 2, 1), ("2026-11-26", 1, 0, 3, 1), ("2026-11-27", 0, 0, 3, 0),
    ]  # fmt: skip
    for day in days:
        (alone,) = rows(tmp_path, "--by", "all", "--since", day["group"], "--until", day["group"])
        assert alone["backlog"] == day["backlog"]


def test_days_are_those_of_the_desk(desk: World, tmp_path: Path) -> None:
    place = tmp_path / "maild.toml"
    place.write_text(place.read_text("utf-8").replace('"Europe/Lisbon"', '"Pacific/Auckland"'), "utf-8")
    assert [(day["group"], day["came"]) for day in rows(tmp_path, "--by", "day", "--since", "2026-11-23")][:3] == [
        ("2026-11-23", 1), ("2026-11-24", 2), ("2026-11-25", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["text", "csv", "html", "json"])
@pytest.mark.parametrize("period", [("2027-01-01", "2027-01-31"), ("2020-01-01", "2020-01-31")])
def test_a_period_of_which_there_is_nothing_to_tell(
    desk: World, tmp_path: Path, form: str, period: tuple[str, str]
) -> None:
    since, until = period
    result = run(tmp_path, "--since", since, "--until", until, "--format", form, "--by", "all", "--by", "month")
    assert result.exit_code == 0, result.output
    said = "has not begun" if since > "2026" else "Nothing happened"
    assert (said in result.output) == (form in {"text", "html"})


def test_a_period_takes_only_what_is_in_it(desk: World, tmp_path: Path) -> None:
    (only,) = rows(tmp_path, "--since", "2026-11-24", "--until", "2026-11-24", "--by", "all")
    assert (only["opened"], only["closed"], only["first_median"], only["backlog"]) == (1, 1, 120, 1)
    assert run(tmp_path, "--since", "2026-11-25", "--until", "2026-11-24").exit_code == 64


def test_text_and_csv_say_the_same(desk: World, tmp_path: Path) -> None:
    text = run(tmp_path, "--by", "team").output
    line = next(line for line in text.splitlines() if line.startswith("support"))
    assert "2 h 00" in line
    assert "6 h 00" in line
    (head, row) = csv.reader(io.StringIO(run(tmp_path, "--by", "team", "--format", "csv").output))
    assert dict(zip(head, row, strict=True))["first_median"] == "120"


def test_the_page_stands_alone_and_escapes(desk: World, tmp_path: Path) -> None:
    place = tmp_path / "maild.toml"
    place.write_text(place.read_text("utf-8").replace('"Casa Azul"', '"Casa <Azul>"'), "utf-8")
    page = run(tmp_path, "--format", "html").output
    assert "Casa &lt;Azul&gt;" in page
    assert "<script" not in page
    assert "http" not in page
    drawings = [ElementTree.fromstring(f"<svg{part.partition('</svg>')[0]}</svg>") for part in page.split("<svg")[1:]]
    assert len(drawings) == 3
    bars = [rect for rect in drawings[0].findall("rect") if float(rect.get("height", "0"))]
    assert len(bars) == 5, "four opened, one closed"
    for drawing in drawings:
        named = [drawing.find(name) for name in ("title", "desc")]
        assert all(one is not None and one.text for one in named)
        assert drawing.get("aria-labelledby", "").split() == [one.get("id") for one in named if one is not None]
    assert page.count("<summary>As a table</summary>") == len(drawings)


@given(st.integers(0, 10**7))
def test_durations_are_short(minutes: int) -> None:
    assert len(duration(minutes)) <= 11


@given(st.integers(0, 10**6))
def test_steps_are_fine_enough(minutes: int) -> None:
    assert abs(stepped(minutes) - minutes) <= max(0.5, 0.05 * minutes)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=50), st.sampled_from([50, 90]))
def test_a_quantile_is_a_value_that_so_many_do_not_exceed(values: list[int], part: int) -> None:
    times = Counter(map(stepped, values))
    found = quantile(times, part)
    assert found is not None
    assert found in times
    steps = sorted(map(stepped, values))
    assert sum(step <= found for step in steps) * 100 >= part * len(values)
    assert sum(step < found for step in steps) * 100 < part * len(values)


def test_a_day_without_anything_is_drawn() -> None:
    days = every("day", {}, date(2026, 11, 23), date(2026, 11, 24), 3)
    assert [(day["group"], day["backlog"]) for day in days] == [("2026-11-23", 3), ("2026-11-24", 3)]
    assert "height='0.0'" in bars(days, {"opened": "opened"}, "Opened")
    assert line(days, "backlog", "Open").count("<circle") == 2


def test_sec_35_a_name_is_no_formula(desk: World, tmp_path: Path) -> None:
    row = row_of("=1+1", Cell(), 0)
    report = Report(
        desk="d", since=desk.clock(), until=desk.clock(), zone="UTC", whole=row, remark="", sections=[("team", [row])]
    )
    assert "'=1+1" in as_csv(report)
    assert "<b>" not in as_html(replace(report, desk="<b>"))


def test_a_table_fits_a_terminal_and_leaves_out_what_nobody_has(desk: World, tmp_path: Path) -> None:
    row = row_of("support", Cell(opened=5, closed=3, came=5, left=4), 2)
    report = Report(
        desk="d", since=desk.clock(), until=desk.clock(), zone="UTC", whole=row, remark="",
        sections=[("team", [row]), ("hour", [row_of("Mon 09-10 h", Cell(came=2), None)])],
    )  # fmt: skip
    assert as_text(report).splitlines()[1:] == [
        "",
        "                         open",
        "                           at          mails  answers",
        "team     opened  closed   end  change     in      out",
        "support       5       3     2      +2      5        4",
        "",
        "                             mails  answers",
        "hour         opened  closed     in      out",
        "Mon 09-10 h       0       0      2        0",
    ]


def test_a_team_that_is_not_there_is_not_a_team_without_figures(desk: World, tmp_path: Path) -> None:
    done = CliRunner().invoke(maild, ["-c", str(tmp_path / "maild.toml"), "report", "--team", "suport"])
    assert done.exit_code == 65
    assert "there is no team 'suport': did you mean support?" in done.output
