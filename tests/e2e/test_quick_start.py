"""The five minutes of the README, as they stand there: init, its tables, a real IMAP account, a reply, `#close`.

The tables are those of the page; only hosts, ports and the test's own certificate are put in their place.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tomllib
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.config.sample import SAMPLE
from tests.docs.test_documents import blocks
from tests.e2e.browser import Letterboxes, token_of
from tests.helpers import dovecot as dovecot_helper
from tests.helpers.dovecot import PASSWORD, Dovecot
from tests.helpers.waiting import PATIENCE
from tests.helpers.world import letter, reply_address, words

pytestmark = [pytest.mark.e2e, pytest.mark.server]

ROOT = Path(__file__).parents[2]
ANA = "ana@quinta.example"
YOU = "you@example.org"


async def test_a_desk_with_a_real_mailbox(tmp_path: Path) -> None:
    if why := dovecot_helper.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    boxes = Letterboxes()
    dovecot = Dovecot()
    await boxes.sink.start()
    dovecot.start()
    try:
        await _five_minutes(tmp_path / "desk", dovecot, boxes)
    finally:
        dovecot.remove()
        await boxes.sink.stop()


async def _five_minutes(desk: Path, dovecot: Dovecot, boxes: Letterboxes) -> None:
    assert await _maild("init", str(desk)) == 0
    user = dovecot.user()
    (desk / "maild.toml").write_text(_as_told(dovecot, user, boxes), "utf-8")
    secret = desk / "mail.password"
    secret.touch()
    secret.chmod(0o600)
    secret.write_text(PASSWORD + "\n", "utf-8")
    assert await _maild("rules", "check", cwd=desk) == 0

    with (desk / "daemon.log").open("wb") as log:
        daemon = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "maild", "run", cwd=desk, env=_environment(), stderr=log
        )
    try:
        dovecot.put(user, letter(f"Ana <{ANA}>", "support@example.org", "Printer", "Hello, it does nothing."))
        token = token_of(await boxes.next(ANA))
        notice = await boxes.next(YOU, token)
        dovecot.put(user, _reply(notice, "Good morning, is it plugged in?"))
        answer = await boxes.next(ANA, token)
        assert "is it plugged in?" in words(answer)
        assert YOU not in answer.as_string()
        dovecot.put(user, letter(f"Ana <{ANA}>", reply_address(answer), "Re: Printer", "It was not!", answers=answer))
        dovecot.put(user, _reply(await boxes.next(YOU, token), "#close\nGood."))
        assert "Good." in words(await boxes.next(ANA, token))
        assert dovecot.flags(user) == [], "what maild has is in Imported"
        assert len(dovecot.flags(user, "Imported")) == 4
        daemon.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            assert await daemon.wait() == 0
    except BaseException as error:
        error.add_note((desk / "daemon.log").read_text("utf-8"))
        raise
    finally:
        if daemon.returncode is None:
            daemon.kill()
            await daemon.wait()
    assert await _maild("trace", ANA, cwd=desk) == 0


def _as_told(dovecot: Dovecot, user: str, boxes: Letterboxes) -> str:
    """The sample with the tables of the README in place of its own, and without what names somebody else."""
    (told,) = blocks(ROOT / "README.md", "toml")
    replaced = {f"[{'[' * isinstance(table, list)}{name}" for name, table in tomllib.loads(told).items()}
    dropped = replaced | {"[[category", "[[rule", "[listener", "[web", "[mailbox.imap"}
    tables = re.split(r"^(?=\[)", SAMPLE, flags=re.MULTILINE)
    kept = [t for t in tables if not any(t.startswith((f"{d}]", f"{d}.")) for d in dropped)]
    for old, new in (
        ('host = "imap.example.org"\nuser = "support@example.org"',
         f'host = "127.0.0.1"\nport = {dovecot.tls_port}\nca_file = "{dovecot.folder}/cert.pem"\nuser = "{user}"'),
        ('host = "smtp.example.org"\nport = 587\ntls = "starttls"\nuser = "support@example.org"\n'
         'password = { file = "mail.password" }',
         f'host = "127.0.0.1"\nport = {boxes.sink.port}\ntls = "none"'),
    ):  # fmt: skip
        assert old in told
        told = told.replace(old, new)
    return "".join(kept) + "\n" + told


def _reply(notice: EmailMessage, text: str) -> bytes:
    return letter(f"You <{YOU}>", reply_address(notice), f"Re: {notice['Subject']}", text, answers=notice)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


async def _maild(*command: str, cwd: Path | None = None) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "maild", *command, cwd=cwd, env=_environment(), stdout=asyncio.subprocess.DEVNULL
    )
    return await process.wait()
