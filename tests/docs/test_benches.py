"""Each bench still runs to its end, with as little work as it can be given; what it measures then says nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAST = {
    "clock": ["--timers", "300", "--due", "20"],
    "ingest": ["--mails", "20", "--stored", "1300", "--rounds", "1", "--delays", "3"],
    "portal": ["--seconds", "0.2", "--rounds", "1"],
    "read": ["--seconds", "0.5", "--count", "10"],
    "report": ["--tickets", "500"],
    "rules": ["--rules", "20", "--rounds", "1"],
}

pytestmark = pytest.mark.slow


def bench(*arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "default"},
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_every_bench_is_run() -> None:
    mains = {path.stem for path in (ROOT / "bench").glob("*.py") if "parse_args()" in path.read_text("utf-8")}
    assert set(LEAST) == mains - {"sink"}


@pytest.mark.parametrize("name", LEAST)
def test_a_bench_runs_to_its_end(name: str) -> None:
    assert re.search(r"\d", bench(f"bench/{name}.py", *LEAST[name]).splitlines()[-1])


@pytest.mark.parametrize("name", LEAST)
def test_a_bench_says_its_options(name: str) -> None:
    assert LEAST[name][0] in bench(f"bench/{name}.py", "--help")
