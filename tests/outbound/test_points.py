"""Kill points: nothing without the variable, a killed process with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

SCRIPT = """
from maild import points
for n in range(3):
    points.reach("other")
    print(n, flush=True)
    points.reach("before-data")
"""


@pytest.mark.parametrize(
    ("kill_at", "lines", "code"),
    [("", 3, 0), ("before-data", 1, -signal.SIGKILL), ("before-data:2", 2, -signal.SIGKILL), ("elsewhere", 3, 0)],
)
def test_the_process_dies_at_the_named_point_and_only_there(kill_at: str, lines: int, code: int) -> None:
    environment = {**os.environ, "MAILD_KILL_AT": kill_at}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, timeout=99, check=False)
    assert (len(done.stdout.splitlines()), done.returncode) == (lines, code)
