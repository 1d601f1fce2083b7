"""The wheel in an empty environment, as an operator installs it: init, run, a mail and its acknowledgement, the portal.

Needs the package registry for the dependencies; offline, the test says so and is skipped, in CI it fails.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZipFile

import aiosmtplib
import pytest

from tests.e2e.browser import Letterboxes, token_of
from tests.e2e.daemon import free_port
from tests.helpers.waiting import PATIENCE
from tests.helpers.world import letter, words

pytestmark = [pytest.mark.e2e, pytest.mark.server, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
ANA = "ana@quinta.example"
UV = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent)) or ""
"""Used where it is: it installs in seconds what pip takes a minute for."""


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command to its end; what it said when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=_environment())
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def _environment() -> dict[str, str]:
    """Ours without anything that would let the checkout be imported instead of the wheel."""
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV", "MAILD_CONFIG")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree."""
    out = tmp_path_factory.mktemp("dist")
    with_uv = ["--installer", "uv"] if UV else []
    run(sys.executable, "-m", "build", *with_uv, "--wheel", "--outdir", out, ROOT)
    (built,) = out.glob("maild-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the `maild` command of an environment that holds the wheel and nothing else of ours."""
    place = tmp_path_factory.mktemp("venv")
    _holds_what_it_needs_and_nothing_of_the_tests(wheel)
    run(sys.executable, "-m", "venv", *(["--without-pip"] if UV else []), place)
    python = place / "bin" / "python"
    install: list[str | Path] = (
        [UV, "pip", "install", "--quiet", "--python", python] if UV else [python, "-m", "pip", "install", "-q"]
    )
    installing = subprocess.run([*install, wheel], capture_output=True, text=True, check=False, env=_environment())
    if installing.returncode != 0:
        why = f"the wheel could not be installed: {installing.stderr[-500:]}"
        if os.environ.get("CI") != "true" and "connection" in installing.stderr.lower():
            pytest.skip(why)
        pytest.fail(why)
    return place / "bin"


@pytest.fixture
async def boxes() -> AsyncIterator[Letterboxes]:
    made = Letterboxes()
    await made.sink.start()
    yield made
    await made.sink.stop()


async def test_init_and_run_from_the_wheel(installed: Path, tmp_path: Path, boxes: Letterboxes) -> None:
    maild, desk = installed / "maild", tmp_path / "desk"
    said = run(maild, "init", desk, cwd=tmp_path)
    assert f"maild run -c {desk}/maild.toml" in said
    config = desk / "maild.toml"
    assert run(maild, "-c", config, "rules", "check", cwd=tmp_path)
    smtp, web = _put_on_free_ports(config, sink=boxes.sink.port)

    process = await asyncio.create_subprocess_exec(
        maild, "run", "-c", config, cwd=tmp_path, env=_environment(), stderr=asyncio.subprocess.PIPE
    )
    try:
        await _ready(process)
        mail = letter(f"Ana <{ANA}>", "support@example.org", "The network is down", "Hello, nothing works. Thank you")
        await aiosmtplib.send(
            mail, sender=ANA, recipients=["support@example.org"], hostname="127.0.0.1", port=smtp, start_tls=False
        )
        receipt = await boxes.next(ANA)
        assert "We have your message" in words(receipt)
        assert receipt.get_body(("html",)) is not None
        page = await asyncio.to_thread(_get, f"http://127.0.0.1:{web}/t/{token_of(receipt)}")
        assert "New: we have it" in page
        assert "color-scheme" in await asyncio.to_thread(_get, f"http://127.0.0.1:{web}/static/portal.css")
        assert '"status":"ok"' in re.sub(r"\s", "", await asyncio.to_thread(_get, f"http://127.0.0.1:{web}/healthz"))
        process.send_signal(signal.SIGINT)  # Ctrl-C
        async with asyncio.timeout(PATIENCE):
            _, log = await process.communicate()
        assert process.returncode == 0, log.decode()
        assert b"Traceback" not in log
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _holds_what_it_needs_and_nothing_of_the_tests(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    needed = {
        "maild/_templates/mail/acknowledgement/pt/body.html",
        "maild/_templates/web/lookup.html",
        "maild/locale/es.po",
        "maild/store/migrations/env.py",
        "webview/static/portal.css",
    }
    assert needed <= names
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"maild", "webview"}


def _put_on_free_ports(config: Path, *, sink: int) -> tuple[int, int]:
    """The written configuration as it is, but for the ports; returns those of SMTP and portal."""
    text = config.read_text("utf-8")
    ports = free_port(), free_port(), free_port()
    for old, new in zip(("127.0.0.1:2525", "127.0.0.1:2424", "127.0.0.1:8080"), ports, strict=True):
        assert old in text
        text = text.replace(old, f"127.0.0.1:{new}")
    assert "port = 25\n" in text
    config.write_text(text.replace("port = 25\n", f"port = {sink}\n"), "utf-8")
    return ports[0], ports[2]


async def _ready(process: asyncio.subprocess.Process) -> None:
    """Read the log until the doors are open."""
    assert process.stderr is not None
    said = b""
    async with asyncio.timeout(PATIENCE):
        while b"ready:" not in said:
            line = await process.stderr.readline()
            assert line, f"it has ended: {said.decode()}"
            said += line


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        page: bytes = answer.read()
    return page.decode("utf-8")
