"""Every operation of the desk is an action of rules, or docs/rules.md says why it is none."""

from __future__ import annotations

import re
from pathlib import Path

import maild.desk.ops  # noqa: F401 - importing the operations fills the registry
from maild.desk.operations import OPERATIONS, Surface
from maild.rules.actions import BUILDERS

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
VALUES = {"priority": "high", "wait": "hold", "assign": "in turn", "group": "2 hours", "link": "2 days"}
"""Of the actions that take no other text."""


def built() -> set[str]:
    """The operations that actions ask for."""
    return {OPERATIONS[type(build(VALUES.get(key, "x")))].word for key, build in BUILDERS.items()}


def excused() -> set[str]:
    """The operations that the page gives a reason for."""
    section = PAGE.split("### What rules do not do")[1].split("### ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {word for row in rows for word in re.findall("`([a-z-]+)`", row)}


def test_every_operation_is_an_action_or_has_a_reason() -> None:
    asked_for = {one.word for one in OPERATIONS.values() if one.surfaces != Surface.INSIDE}
    assert asked_for == built() | excused(), "write an action, or a line under What rules do not do"
    assert not built() & excused()


def test_what_is_declared_for_rules_is_what_rules_ask_for() -> None:
    assert {one.word for one in OPERATIONS.values() if Surface.RULE in one.surfaces} == built()
