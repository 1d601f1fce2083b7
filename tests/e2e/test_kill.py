"""The daemon is killed at each named point and started again: every mail is one article, and is answered once.

A mail server hands a mail over again when it got no 250; at-least-once at the far end of the outbox is the honest
floor, so a kill between the dot and the 250 of the smarthost may cost one more copy of the very same octets.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import aiosmtplib
import pytest

from tests.e2e.daemon import Running
from tests.helpers.world import letter

pytestmark = pytest.mark.e2e

POINTS = ["after-accept", "before-decision", "after-decision", "before-data", "after-data"]
MAILS = 3


def mail(number: int) -> tuple[bytes, str]:
    sender = f"customer{number}@quinta.example"
    return letter(
        f"Customer {number} <{sender}>", "support@casa-azul.example", f"Matter {number}", "Please help."
    ), sender


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("hit", [1, 2])
async def test_killed_and_restarted(tmp_path: Path, point: str, hit: int) -> None:
    desk = Running(tmp_path)
    await desk.prepare()
    await desk.start(kill_at=f"{point}:{hit}")
    killed = False
    for number in range(MAILS):
        octets, sender = mail(number)
        while True:  # as a mail server: until it is taken
            try:
                await desk.send(octets, reverse_path=sender, to="support@casa-azul.example")
                break
            except (aiosmtplib.SMTPException, OSError):
                assert not killed
                assert await desk.ended() == -signal.SIGKILL
                killed = True
                await desk.start()
    if not killed:
        assert await desk.ended() == -signal.SIGKILL
        await desk.start()
    await desk.settled(MAILS)
    assert await desk.stop() == 0

    app = desk.look()
    try:
        tickets = app.store.queries.ticket_rows()
        assert sorted(row["title"] for row in tickets) == [f"Matter {n}" for n in range(MAILS)]
        for row in tickets:
            view = app.store.queries.ticket_view(row["number"])
            assert view is not None
            assert len(view["articles"]) == 1
        book = app.store.lanes.book()
        assert book["accepted"] == MAILS == book["opened"]
    finally:
        app.close()
    copies: dict[str, list[bytes]] = {}
    for caught in desk.sink.mails:
        copies.setdefault(caught.parse()["Message-ID"], []).append(caught.octets)
    for octets_of_one in copies.values():
        assert len(set(octets_of_one)) == 1, "a copy differs from the first one"
        # the kill meets other mails between the dot and our note of the 250, whatever point it waited for
        assert len(octets_of_one) <= 2, "a mail left more than once again"
    acknowledged = [m for c in copies.values() for m in c[:1] if b"auto-replied" in m]
    assert len(acknowledged) == MAILS
    await desk.sink.stop()


async def test_a_second_daemon_on_the_same_data_refuses_to_start(tmp_path: Path) -> None:
    desk = Running(tmp_path)
    await desk.prepare()
    await desk.start()
    second = Running(tmp_path, sink=desk.sink, smtp=desk.smtp, lmtp=desk.lmtp, web=desk.web)
    second.process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "maild", "-c", str(tmp_path / "maild.toml"), "run", stderr=asyncio.subprocess.PIPE
    )
    _, said = await second.process.communicate()
    assert second.process.returncode == 75
    assert b"works on" in said
    assert await desk.stop() == 0
    await desk.sink.stop()
