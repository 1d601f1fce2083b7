"""`maild report`: the figures of a desk whose days are known."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from maild import app
from maild.cli import maild
from maild.report import chart, duration
from tests.helpers.world import World, letter, reply_address

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"


@pytest.fixture
def desk(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Four tickets: answered after 1, 2 and 6 hours, the first closed and reopened; the fourth never answered."""
    keys = tmp_path / "desk.keys"
    keys.write_text(f"1 {'6b' * 32}\n", "ascii")
    keys.chmod(0o600)
    monkeypatch.setattr(app, "open_app", partial(app.open_app, now=world.clock))
    start = world.clock.now
    for number, hours in enumerate((1, 2, 6, None)):
        world.clock.now = start + timedelta(days=number)
        world.take(letter(ANA, SUPPORT, f"Printer {number}", "Please help."))
        if hours is None:
            continue
        world.clock.advance(hours=hours)
        notice = world.inbox("rui@home.example")[-1]
        orders = "Try this." if number == 2 else "#close\nTry this."
        world.take(letter("rui@home.example", reply_address(notice), "Re: Printer", orders, answers=notice))
        if number == 0:
            world.clock.advance(hours=1)
            answer = world.inbox("ana@quinta.example")[-1]
            world.take(letter(ANA, reply_address(answer), "Re: Printer", "It still does not print.", answers=answer))
    world.clock.now = start + timedelta(days=4)
    return world


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(maild, ["-c", str(folder / "maild.toml"), "report", *words])


def rows(folder: Path, *words: str) -> list[dict[str, Any]]:
    result = run(folder, *words, "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_all_figures_of_the_desk(desk: World, tmp_path: Path) -> None:
    (everything,) = rows(tmp_path, "--by", "all")
    assert everything == {
        "by": "all", "group": "all", "opened": 4, "closed": 1, "backlog": 3, "reopened": 1, "promised": 4, "kept": 2,
        "first_median": 120.0, "first_ninetieth": 360.0, "solution_median": 120.0, "solution_ninetieth": 120.0,
        "kept_share": 50, "reopened_share": 25,
    }  # fmt: skip


def test_by_team_and_agent(desk: World, tmp_path: Path) -> None:
    by = {(row["by"], row["group"]): row["opened"] for row in rows(tmp_path, "--by", "team", "--by", "agent")}
    assert by["team", "support"] == 4
    assert sum(count for (kind, _), count in by.items() if kind == "agent") == 4


def test_days_have_no_backlog(desk: World, tmp_path: Path) -> None:
    days = rows(tmp_path, "--by", "day")
    assert [(day["group"], day["opened"], day["backlog"]) for day in days] == [
        (f"2026-11-{day}", 1, None) for day in (23, 24, 25, 26)
    ]


def test_a_period_takes_only_what_is_in_it(desk: World, tmp_path: Path) -> None:
    (only,) = rows(tmp_path, "--since", "2026-11-24", "--until", "2026-11-24", "--by", "all")
    assert (only["opened"], only["closed"], only["first_median"], only["backlog"]) == (1, 1, 120.0, 1)
    assert run(tmp_path, "--since", "2026-11-25", "--until", "2026-11-24").exit_code == 64


def test_text_and_csv_say_the_same(desk: World, tmp_path: Path) -> None:
    text = run(tmp_path, "--by", "team").output
    line = next(line for line in text.splitlines() if line.startswith("support"))
    assert "2 h 00" in line
    assert "6 h 00" in line
    (head, row) = csv.reader(io.StringIO(run(tmp_path, "--by", "team", "--format", "csv").output))
    assert dict(zip(head, row, strict=True))["first_median"] == "120.0"


def test_the_page_stands_alone_and_escapes(desk: World, tmp_path: Path) -> None:
    place = tmp_path / "maild.toml"
    place.write_text(place.read_text("utf-8").replace('"Casa Azul"', '"Casa <Azul>"'), "utf-8")
    page = run(tmp_path, "--format", "html").output
    assert "Casa &lt;Azul&gt;" in page
    assert "<script" not in page
    assert "http" not in page
    svg = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    assert len(svg.findall("rect")) == 8


@given(st.integers(0, 10**7))
def test_durations_are_short(minutes: int) -> None:
    assert len(duration(minutes)) <= 11


def test_an_empty_day_has_a_bar_of_no_height() -> None:
    assert "height='0.0'" in chart([{"group": "2026-11-23", "opened": 0, "closed": 0}])


def test_the_store_is_asked_by_index(desk: World) -> None:
    """Whole tables are never read: what a report costs is the period's."""
    from sqlalchemy import text

    from maild.store.reports import _statements

    moment = datetime(2026, 11, 23, tzinfo=UTC)
    plans = []
    with desk.app.store.writing_engine.connect() as connection:
        for by in ("team", "day"):
            for statement, _ in _statements("sqlite", by):
                values = {name: moment.isoformat(" ") for name in statement.compile().params}
                asked = text(f"EXPLAIN QUERY PLAN {statement.text}")
                plans += [row[3] for row in connection.execute(asked, values)]
    assert not [plan for plan in plans if plan.startswith("SCAN ticket")], plans
