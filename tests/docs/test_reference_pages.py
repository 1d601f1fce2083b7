"""The pages that are made from the program are those that stand in docs. `make docs` makes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.cli import reference
from maild.desk.operations import OPERATIONS
from maild.domain import events

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["commands", "desk"])
def test_the_page_is_what_the_program_says(page: str) -> None:
    said: str = getattr(reference, page)()
    assert (DOCS / f"{page}.md").read_text("utf-8") == said, f"docs/{page}.md is old: run `make docs`"


def test_every_command_is_in_the_page_with_every_option() -> None:
    page = reference.commands()
    for heading in ("maild run", "maild ingest", "maild ticket show", "maild quarantine release", "maild rules check"):
        assert f"## `{heading}`\n" in page
    for option in ("`--with [smtp", "`--json`", "`--mailbox ADDRESS`", "`--as AGENT`"):
        assert option in page
    assert "| `" in page
    for line in page.splitlines():
        if line.startswith("| `-"):
            meaning = line.split(" | ")[1].strip()
            assert meaning, f"no meaning is given for {line}"


def test_every_operation_and_event_has_a_meaning() -> None:
    page = reference.desk()
    for operation in OPERATIONS.values():
        assert f"| `{operation.word}` | " in page
    for name, event in vars(events).items():
        if isinstance(event, type) and issubclass(event, events.Event) and event is not events.Event:
            assert f"| `{name}` | " in page
    assert "|  |" not in page.partition("## Events")[0].partition("## Operations")[2].partition("## Who")[0]
