"""`-c FILE` means the same before the command and after it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from maild.cli import maild
from tests.helpers.world import WORLD


@pytest.mark.parametrize("after", [False, True])
def test_the_configuration_may_be_named_before_or_after_the_command(tmp_path: Path, after: bool) -> None:
    path = tmp_path / "desk.toml"
    path.write_text(WORLD, "utf-8")
    given = ["rules", "check", "-c", str(path)] if after else ["--config", str(path), "rules", "check"]
    result = CliRunner().invoke(maild, given)
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"{path}: no fault")


def test_the_last_one_named_is_used(tmp_path: Path) -> None:
    result = CliRunner().invoke(maild, ["-c", str(tmp_path / "a"), "rules", "check", "-c", str(tmp_path / "b")])
    assert result.exit_code == 78
    assert f"looked at {tmp_path / 'b'}" in result.output
