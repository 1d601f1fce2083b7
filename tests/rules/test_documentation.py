"""What docs/rules.md and docs/sla.md say is what the program does."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from maild.config.service import Calendar, Sla
from maild.domain.explain import explain
from maild.domain.hours import build_calendar
from maild.domain.people import Category
from maild.domain.sla import Moment, MomentKind, SlaMetric, SlaPolicy
from maild.domain.ticket import Priority
from maild.rules.actions import BUILDERS
from maild.rules.example_facts import CHANGE_KEYS, MAIL_KEYS, TICKET_KEYS
from maild.rules.examples import check_examples
from maild.rules.known import KnownNames
from maild.rules.loader import KEYS, load
from maild.rules.view import CHANGE_FIELDS
from maild.rules.whens import CONDITIONS

DOCS = Path(__file__).parents[2] / "docs"
KNOWN = KnownNames(
    teams={"billing": frozenset(), "support": frozenset()},
    categories={
        "invoices": Category(name="invoices", teams=("billing",), request_types=("copy",)),
        "printers": Category(name="printers"),
    },
    agents=frozenset({"rui"}),
    mailboxes=frozenset({"support@example.org"}),
    organisations=frozenset({"Quinta"}),
    contracts=frozenset({"gold"}),
    severities=frozenset({"critical"}),
    products=frozenset({"printer", "scanner"}),
    policies=frozenset({"gold"}),
    answers=frozenset({"opening hours"}),
    webhooks=frozenset({"chat"}),
    forward_to=frozenset({"partner@example.net"}),
)


def blocks(name: str) -> list[str]:
    """The TOML in a page."""
    parts = (DOCS / name).read_text("utf-8").split("```")
    return [part.removeprefix("toml\n") for part in parts[1::2] if part.startswith("toml\n")]


def test_every_example_of_the_rules_page_loads_and_holds() -> None:
    tables = [table for block in blocks("rules.md") for table in tomllib.loads(block).get("rule", ())]
    book = load(tables, source="docs/rules.md", known=KNOWN)
    assert len(book.rules) == 11
    assert sum(len(rule.examples) for rule in book.rules) == 6
    assert check_examples(book) == ()


def test_every_row_of_the_tables_of_conditions_and_actions_loads() -> None:
    page = (DOCS / "rules.md").read_text("utf-8")
    when, then = page.split("## Conditions")[1].split("## Actions")
    then = then.split("### Captures")[0]
    tables = []
    for text, wrap in ((when, "when"), (then, "then")):
        for row in (line for line in text.splitlines() if line.startswith("| `")):
            key, example = row.split("`")[1], row.split("|")[-2].split("`")[1]
            assert example.startswith(f"{key} = ")
            value = tomllib.loads(example)
            if key == "request_type" and wrap == "then":
                value["category"] = "invoices"
            on = ["change"] if key in {*CHANGE_FIELDS, "reopen"} else ["new"]
            tables.append({"name": f"{wrap} {key}", "on": on, wrap: value, "stop": True})
    assert len(load(tables, source="docs/rules.md", known=KNOWN).rules) == len(tables) >= 24


def test_every_key_is_documented() -> None:
    page = (DOCS / "rules.md").read_text("utf-8")
    for key in {*KEYS, *CONDITIONS, *BUILDERS, *MAIL_KEYS, *TICKET_KEYS, *CHANGE_KEYS}:
        assert f"`{key}" in page, key


def test_the_service_levels_page_is_true() -> None:
    block = blocks("sla.md")[0]
    raw = tomllib.loads(block)
    calendar, sla = Calendar.model_validate(raw["calendar"][0]), Sla.model_validate(raw["sla"][0])
    built = build_calendar(calendar.name, zone=calendar.zone, week=calendar.week, holidays=calendar.holidays)
    assert built.holidays == {date(2026, 12, 24)}
    assert sla.calendar == calendar.name
    page = (DOCS / "sla.md").read_text("utf-8")
    policy = SlaPolicy(
        name=sla.name,
        calendar=built,
        targets={SlaMetric.SOLUTION: {Priority(p): minutes for p, minutes in sla.solution.items()}},
    )
    moments = [
        Moment(at=at, kind=kind, value=value)
        for at, kind, value in (
            (datetime(2026, 11, 20, 14, tzinfo=UTC), MomentKind.OPENED, ""),
            (datetime(2026, 11, 20, 14, tzinfo=UTC), MomentKind.POLICY, "standard"),
            (datetime(2026, 11, 20, 14, tzinfo=UTC), MomentKind.PRIORITY, "high"),
            (datetime(2026, 11, 20, 14, 30, tzinfo=UTC), MomentKind.PAUSED, ""),
            (datetime(2026, 11, 23, 12, 15, tzinfo=UTC), MomentKind.RESUMED, ""),
        )
    ]
    told = explain(
        moments, {"standard": policy}, now=datetime(2026, 11, 23, 15, tzinfo=UTC), zone=ZoneInfo("Europe/Lisbon")
    )
    assert "\n".join(told) in page, "\n".join(told)
    for key in {*Calendar.model_fields, *Sla.model_fields}:
        assert f"`{key}`" in page, key
