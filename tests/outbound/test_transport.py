"""What becomes of a mail when the server fails at each step, and that nothing is ever sent in the clear by mistake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.notice import DeliveryResult
from maild.outbound import transaction as module
from maild.outbound.smtp_client import Smarthost
from maild.outbound.transport import SmtpTransport
from tests.helpers.smtp_server import CLOSE, ScriptedServer

ANA, BEN, CY = "ana@customer.example", "ben@customer.example", "cy@customer.example"
MAIL = b"Subject: x\r\n\r\n.dot\r\n..two\r\nend\r\n"


@asynccontextmanager
async def sending(server: ScriptedServer, **values: Any) -> AsyncIterator[SmtpTransport]:
    settings = {"host": "127.0.0.1", "tls": "none", "command_seconds": 0.3, "data_seconds": 0.3, **values}
    sender = SmtpTransport(Smarthost(port=server.port, **settings))
    try:
        yield sender
    finally:
        await sender.close()


async def one(server: ScriptedServer, **values: Any) -> DeliveryResult:
    async with sending(server, **values) as sender:
        return (await sender.deliver("bounce+t@desk.example", [ANA], MAIL))[ANA]


async def test_what_arrives_is_what_was_sent() -> None:
    async with ScriptedServer() as server:
        result = await one(server)
        assert (result.delivered, result.code) == (True, 250)
        (mail,) = server.taken
        assert (mail.reverse_path, mail.forward_paths, mail.octets) == ("bounce+t@desk.example", [ANA], MAIL)
        assert f"MAIL FROM:<bounce+t@desk.example> SIZE={len(MAIL)}" in server.sessions[0].commands


async def test_the_null_path_is_written_as_such() -> None:
    async with ScriptedServer() as server, sending(server) as sender:
        await sender.deliver("", [ANA], MAIL)
        assert f"MAIL FROM:<> SIZE={len(MAIL)}" in server.sessions[0].commands


async def test_a_connection_is_kept_and_used_again() -> None:
    async with ScriptedServer() as server, sending(server) as sender:
        for _ in range(3):
            await sender.deliver("a@desk.example", [ANA], MAIL)
        assert [session.mails for session in server.sessions] == [3]


async def test_a_refused_mail_is_ended_before_the_next_one_begins() -> None:
    async with ScriptedServer({"rcpt": ["550 no"]}) as server, sending(server) as sender:
        assert (await sender.deliver("a@desk.example", [ANA], MAIL))[ANA].permanent
        assert (await sender.deliver("a@desk.example", [ANA], MAIL))[ANA].delivered
        assert [c.split(":")[0].split(" ")[0] for c in server.sessions[0].commands] == [
            "EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA",
        ]  # fmt: skip


@pytest.mark.parametrize("answer", [CLOSE, "421 idle too long"])
async def test_a_kept_connection_that_has_died_costs_no_try(answer: str) -> None:
    async with ScriptedServer({"mail": ["250 ok", answer]}) as server, sending(server) as sender:
        for _ in range(2):
            assert (await sender.deliver("a@desk.example", [ANA], MAIL))[ANA].delivered
        assert len(server.sessions) == 2


async def test_no_more_connections_than_allowed() -> None:
    async with ScriptedServer() as server, sending(server, connections=2) as sender:
        await asyncio.gather(*(sender.deliver("a@desk.example", [ANA], MAIL) for _ in range(20)))
        assert len(server.taken) == 20
        assert len(server.sessions) <= 2


async def test_a_dead_server_is_not_knocked_at_for_every_mail() -> None:
    async with ScriptedServer({"connect": ["421 no"] * 20}) as server, sending(server) as sender:
        results = await asyncio.gather(*(sender.deliver("a@desk.example", [ANA], MAIL) for _ in range(20)))
        assert not any(result[ANA].delivered or result[ANA].permanent for result in results)
        assert len(server.sessions) <= 4


async def test_a_server_without_ehlo_is_greeted_with_helo() -> None:
    async with ScriptedServer({"ehlo": ["500 what"]}) as server:
        assert (await one(server)).delivered


@pytest.mark.parametrize("octets", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\r\r\n"])
async def test_sec_31_a_bare_line_end_never_leaves(octets: bytes) -> None:
    async with ScriptedServer() as server, sending(server) as sender:
        result = (await sender.deliver("a@desk.example", [ANA], octets))[ANA]
        assert result.permanent
        assert server.sessions == []


@pytest.mark.parametrize("path", ["ana@customer.example>\r\nRCPT TO:<x@x.example", "ana b@customer.example", "ana"])
async def test_sec_30_a_path_that_is_none_never_leaves(path: str) -> None:
    async with ScriptedServer() as server, sending(server) as sender:
        assert (await sender.deliver("a@desk.example", [path], MAIL))[path].permanent
        assert (await sender.deliver(path, [ANA], MAIL))[ANA].permanent
        assert server.sessions == []


@given(lines=st.lists(st.sampled_from([b"", b".", b"..", b".a", b"a.", b"QUIT", b"x" * 900]), max_size=9))
def test_sec_31_dots_survive(lines: list[bytes]) -> None:
    octets = b"".join(line + b"\r\n" for line in lines)
    wire = module._dot_stuffed(octets)
    assert wire.endswith(b".\r\n")
    body = wire[: -len(b".\r\n")]
    assert b"\r\n.\r\n" not in b"\r\n" + body
    received = [line[1:] if line.startswith(b".") else line for line in body.split(b"\r\n")]
    assert b"\r\n".join(received) == (octets or b"\r\n")
