"""A configuration is applied beside a running daemon, which says that it works by it, and rolled back."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from maild.config import versions
from maild.config.versions import collect
from tests.e2e.daemon import Running
from tests.helpers.waiting import PATIENCE

pytestmark = pytest.mark.e2e

NIGHT = '\n[[team]]\nname = "night"\ndisplay_name = "Night shift"\n'


async def maild(folder: Path, *words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "maild", "-c", str(folder / "maild.toml"), *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_a_running_daemon_takes_it_up_and_says_so(tmp_path: Path) -> None:
    desk = Running(tmp_path / "desk")
    desk.folder.mkdir()
    await desk.prepare()
    await desk.start()
    try:
        place = desk.folder / "maild.toml"
        draft = versions.write_out(collect(place), tmp_path / "draft")
        draft.write_text(draft.read_text("utf-8") + NIGHT, "utf-8")
        code, said = await maild(desk.folder, "apply", str(draft.parent), "--because", "nights are long")
        assert code == 0, said
        assert "team night added" in said
        assert "the daemon: works by it" in said

        draft.write_text(draft.read_text("utf-8").replace("[listener]", "[listener]\nmax_recipients = 7"), "utf-8")
        code, said = await maild(desk.folder, "apply", str(draft.parent), "--because", "fewer")
        assert "the daemon: works by it, but these need a restart: listener: max recipients: 100 → 7" in said

        code, said = await maild(desk.folder, "rollback", "1")
        assert code == 0, said
        assert "team night removed" in said
        assert "the daemon: works by it" in said
    finally:
        await desk.stop()
        await desk.sink.stop()
