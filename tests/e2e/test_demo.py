"""`maild demo --once`: the whole story through real doors, as anybody sees it who tries maild for the first time."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e


def test_the_story_ends_well(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    played = subprocess.run(
        [sys.executable, "-m", "maild", "demo", "--once", "--folder", folder, "--smtp=0", "--lmtp=0", "--web=0"],
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.endswith("The story ends well.\n")
    assert played.stdout.count("    ok  ") > 15
    assert played.stderr == ""
    assert (folder / "maild.toml").is_file(), "the desk can be looked at afterwards"


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        played = subprocess.run(
            [sys.executable, "-m", "maild", "demo", "--once", "--folder", tmp_path, f"--smtp={port}", "--web=0"],
            capture_output=True, text=True, timeout=280, check=False,
        )  # fmt: skip
    assert played.returncode == 69
    assert "other ports: --smtp" in played.stderr
    assert "Traceback" not in played.stderr
