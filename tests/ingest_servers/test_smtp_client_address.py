"""Who handed a mail over is written down: SPF asks for it, and only where a stranger's host spoke to us."""

from __future__ import annotations

import asyncio
import socket

import pytest

from maild.ingest.smtp import Listener, ListenerLimits
from tests.helpers.memory_spool import NOON, MemorySpool

DESK = "support@desk.example"


@pytest.mark.parametrize(
    ("protocol", "greeting"), [("smtp", "EHLO mail.ana.example"), ("smtp", "HELO mail.ana.example")]
)
async def test_the_client_of_smtp_is_kept(protocol: str, greeting: str) -> None:
    assert await handed_over(protocol, greeting) == ("127.0.0.1", "mail.ana.example")


async def test_the_client_of_lmtp_is_our_own_side() -> None:
    assert await handed_over("lmtp", "LHLO mx.desk.example") == ("", "")


async def handed_over(protocol: str, greeting: str) -> tuple[str, str]:
    spool = MemorySpool()
    listener = Listener(
        spool, own={DESK: DESK}.get, limits=ListenerLimits(), hostname="mx.desk.example", clock=lambda: NOON
    )
    port = await (listener.start_smtp if protocol == "smtp" else listener.start_lmtp)("127.0.0.1", 0)
    lines = [greeting, "MAIL FROM:<ana@ana.example>", f"RCPT TO:<{DESK}>", "DATA", "Subject: x\r\n\r\nx\r\n."]
    await asyncio.to_thread(say, port, lines)
    await listener.stop()
    (mail,) = spool.rows
    assert mail.envelope is not None
    return mail.envelope.client_ip, mail.envelope.helo


def say(port: int, lines: list[str]) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, connection.makefile("rb") as heard:
        for line in ["", *lines]:
            if line:
                connection.sendall(line.encode() + b"\r\n")
            while heard.readline()[3:4] == b"-":
                pass
