"""Nothing is sent or said in the clear by mistake, and nobody is logged in to the wrong server (SEC-73, P8)."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from maild.access_token import TokenUnavailable
from maild.domain.notice import DeliveryResult
from maild.outbound.smtp_client import Smarthost
from maild.outbound.transport import SmtpTransport
from maild.tls import client_context
from tests.helpers.certificates import self_signed, server_context
from tests.helpers.smtp_server import CLOSE, SILENCE, ScriptedServer

ANA = "ana@customer.example"
SECURE = ["starttls", "implicit"]


async def one(server: ScriptedServer, **values: Any) -> DeliveryResult:
    settings = {"host": "localhost", "command_seconds": 1, "data_seconds": 1, **values}
    sender = SmtpTransport(Smarthost(port=server.port, **settings))
    try:
        return (await sender.deliver("a@desk.example", [ANA], b"Subject: x\r\n\r\nx\r\n"))[ANA]
    finally:
        await sender.close()


def shown(certificate: Path, tls: str, **values: Any) -> ScriptedServer:
    return ScriptedServer(tls=server_context(certificate, **values), implicit=tls == "implicit",
                          extensions=("STARTTLS", "AUTH PLAIN LOGIN"))  # fmt: skip


def secrets_said(server: ScriptedServer) -> list[str]:
    return [c for session in server.sessions for c in session.commands if c.startswith(("AUTH", "MAIL"))]


@pytest.mark.parametrize("tls", SECURE)
async def test_tls_with_a_trusted_certificate(tls: str, certificate: Path) -> None:
    async with shown(certificate, tls) as server:
        result = await one(
            server, tls=tls, tls_context=client_context(ca_file=str(certificate)), user="u", password="p"
        )
        assert result.delivered, result.text


@pytest.mark.parametrize("tls", SECURE)
async def test_sec_73_a_certificate_that_nobody_vouches_for_stops_the_mail(tls: str, certificate: Path) -> None:
    async with shown(certificate, tls) as server:
        result = await one(server, tls=tls, user="u", password="p")
        assert (result.delivered, result.permanent, result.tried) == (False, False, False)
        assert secrets_said(server) == []


@pytest.mark.parametrize("tls", SECURE)
async def test_sec_73_a_certificate_of_another_name_stops_the_mail(tls: str, tmp_path: Path) -> None:
    other = self_signed(tmp_path, name="elsewhere.example")
    async with shown(other, tls) as server:
        result = await one(server, tls=tls, tls_context=client_context(ca_file=str(other)), user="u", password="p")
        assert not result.tried
        assert secrets_said(server) == []


async def test_sec_73_a_server_without_starttls_gets_nothing_in_the_clear() -> None:
    async with ScriptedServer(extensions=("AUTH PLAIN",)) as server:
        assert not (await one(server, tls="starttls", user="u", password="p")).tried
        assert secrets_said(server) == []


@pytest.mark.parametrize("tls", SECURE)
async def test_a_version_of_tls_that_is_too_old_stops_the_mail(tls: str, certificate: Path) -> None:
    old = server_context(certificate)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    for minimum, leaves in (("1.3", False), ("1.2", True)):
        async with ScriptedServer(tls=old, implicit=tls == "implicit", extensions=("STARTTLS",)) as server:
            context = client_context(ca_file=str(certificate), minimum=minimum)
            result = await one(server, tls=tls, tls_context=context)
            assert (result.delivered, len(server.taken)) == (leaves, int(leaves)), result.text


async def test_a_server_that_asks_for_our_certificate_sees_it(certificate: Path, tmp_path: Path) -> None:
    ours = self_signed(tmp_path, name="desk.example")
    for mine, leaves in ((str(ours), True), ("", False)):
        async with shown(certificate, "implicit", asks_for=ours) as server:
            context = client_context(ca_file=str(certificate), certificate=mine)
            assert (await one(server, tls="implicit", tls_context=context)).delivered is leaves


async def test_opportunistic_tls_takes_any_certificate_where_it_is_offered_and_plain_text_where_not(
    certificate: Path,
) -> None:
    loose = client_context(verified=False)
    async with shown(certificate, "starttls") as server:
        assert (await one(server, tls="opportunistic", tls_context=loose)).delivered
        assert "STARTTLS" in server.sessions[0].commands
    async with ScriptedServer() as server:
        assert (await one(server, tls="opportunistic", tls_context=loose)).delivered


@pytest.mark.parametrize("fault", ["454 4.7.0 not now", CLOSE, SILENCE])
async def test_opportunistic_tls_that_is_offered_and_fails_is_no_reason_for_plain_text(
    fault: str, certificate: Path
) -> None:
    server = ScriptedServer({"starttls": [fault]}, tls=server_context(certificate), extensions=("STARTTLS",))
    async with server:
        result = await one(server, tls="opportunistic", tls_context=client_context(verified=False), command_seconds=0.2)
        assert (result.tried, secrets_said(server)) == (False, [])


@pytest.mark.parametrize("offered", ["PLAIN", "LOGIN PLAIN CRAM-MD5", "CRAM-MD5 PLAIN"])
async def test_rel_54_a_password_is_offered_once_whatever_methods_there_are(offered: str) -> None:
    async with ScriptedServer({"auth": ["535 5.7.8 wrong"] * 9}, extensions=(f"AUTH {offered}",)) as server:
        result = await one(server, tls="none", user="u", password="p")
        assert (result.tried, result.code) == (False, 535)
        assert [said.split()[1] for said in secrets_said(server)] == ["PLAIN" if offered == "PLAIN" else "CRAM-MD5"]


def tokens(*given: str) -> tuple[Callable[[bool], Awaitable[str]], list[bool]]:
    """Gives these tokens in turn; and how it was asked."""
    left, asked = list(given), list[bool]()

    async def provider(renew: bool) -> str:
        asked.append(renew)
        return left.pop(0)

    return provider, asked


def token_in(command: str) -> str:
    said = base64.b64decode(command.removeprefix("AUTH XOAUTH2 ")).decode()
    assert said.startswith("user=support@desk.example\x01auth=Bearer ")
    assert said.endswith("\x01\x01")
    return said.split("Bearer ")[1].rstrip("\x01")


async def test_p8_an_access_token_logs_in_and_one_that_is_refused_is_renewed_once() -> None:
    provider, asked = tokens("stale", "fresh")
    async with ScriptedServer({"auth": ["535 5.7.8 expired"]}, extensions=("AUTH PLAIN XOAUTH2",)) as server:
        assert (await one(server, tls="none", user="support@desk.example", token=provider)).delivered
        said = [token_in(command) for command in secrets_said(server) if command.startswith("AUTH")]
        assert (said, asked) == (["stale", "fresh"], [False, True])


async def test_sec_69_a_revoked_grant_fails_no_mail_and_costs_no_further_tries_p8() -> None:
    provider, asked = tokens(*"abcdef")
    async with ScriptedServer({"auth": ["535 5.7.8 revoked"] * 9}, extensions=("AUTH XOAUTH2",)) as server:
        sender = SmtpTransport(Smarthost(host="localhost", port=server.port, tls="none", user="u", token=provider))
        for _ in range(5):
            result = (await sender.deliver("a@desk.example", [ANA], b"x\r\n"))[ANA]
            assert (result.delivered, result.permanent, result.tried) == (False, False, False)
        assert sender.trouble is not None
        assert "revoked" in sender.trouble[1]
    assert asked == [False, True]


async def test_p8_without_a_token_nobody_is_logged_in_and_the_reason_is_told() -> None:
    async def provider(renew: bool) -> str:
        raise TokenUnavailable("/usr/bin/token has ended with status 1")

    async with ScriptedServer(extensions=("AUTH PLAIN XOAUTH2",)) as server:
        result = await one(server, tls="none", user="u", token=provider)
        assert (result.tried, secrets_said(server)) == (False, [])
        assert "has ended with status 1" in result.text


async def test_p8_a_token_is_no_password_for_a_server_that_knows_no_tokens() -> None:
    provider, asked = tokens("a")
    async with ScriptedServer(extensions=("AUTH PLAIN",)) as server:
        result = await one(server, tls="none", user="u", token=provider)
        assert (result.tried, secrets_said(server), asked) == (False, [], [])
        assert "XOAUTH2" in result.text
