"""What tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.command_line import lend_command_line
from tests.helpers.world import World


@pytest.fixture
def desk(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A desk whose command line lives at the same time."""
    lend_command_line(world, tmp_path, monkeypatch)
    return world
