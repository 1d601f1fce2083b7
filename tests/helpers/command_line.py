"""The command line of a desk of a test: it opens the desk's own files and lives at the desk's time."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from maild import app
from tests.helpers.world import World


def write_keys(folder: Path) -> None:
    """The key file of this desk, as private as it must be, with the keys that `World` has."""
    keys = folder / "desk.keys"
    keys.write_text(f"1 {'6b' * 32}\n", "ascii")
    keys.chmod(0o600)


def lend_command_line(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on `maild -c FOLDER/maild.toml …` works on this desk, with its keys and its clock."""
    write_keys(folder)
    monkeypatch.setattr(app, "open_app", partial(app.open_app, now=world.clock))
