"""The map of attacks and faults names tests that exist, and each id is carried by one of them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ((?:SEC|REL)-\d+) \|")


def _names() -> frozenset[str]:
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        found |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    return frozenset(found)


KNOWN = _names()
ROWS = [line for line in (ROOT / "docs/specs.md").read_text("utf-8").splitlines() if ROW.match(line)]


@pytest.mark.parametrize("row", ROWS, ids=[row.split("|")[1].strip() for row in ROWS])
def test_each_fault_is_proven_by_a_test_that_carries_its_id_and_has_a_control(row: str) -> None:
    number, _, _, tests, control = (cell.strip() for cell in row.strip("|").split("|"))
    named = re.findall(r"`(test_\w+)`", f"{tests} {control}")
    assert not [name for name in named if name not in KNOWN]
    assert f"test_{number.lower().replace('-', '_')}_" in tests
    assert control


def test_the_map_is_there() -> None:
    assert len(ROWS) > 10
    assert len(ROWS) == len({row.split("|")[1] for row in ROWS})
