"""One connection to the server that takes our mail: greeted, protected, logged in, or not there at all.

Never says anything about a mail, and never goes on in plain text where TLS was asked for.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import aiosmtplib
from aiosmtplib import errors

COMMAND_SECONDS = 60.0
"""For one answer to a command. RFC 5321 section 4.5.3.2 gives 5 minutes; a smarthost that takes one is down for us."""

DATA_SECONDS = 600.0
"""For the answer after the dot: 10 minutes, so that a slow server's 250 is not missed (RFC 5321 section 4.5.3.2.6)."""

IDLE_SECONDS = 30.0
"""How long a connection is kept without work: less than the shortest idle limit of common servers."""

MAILS_PER_CONNECTION = 100
"""Many servers cut a connection at about this number of mails; ours ends before that."""

LOGIN_CODES = frozenset({530, 534, 535, 538})
SESSION_CODES = LOGIN_CODES | {421, 454}
"""Answers that are about our session, not about this mail: a fault of the set-up must not fail mails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smarthost:
    """The server that takes our mail.

    `tls` is `none`, `starttls` or `implicit`, and never less than that; or `opportunistic`: STARTTLS where it is
    offered, and then it must work. `token` gives an access token for XOAUTH2, a new one when it is asked with True.
    """

    host: str
    port: int
    tls: str = "starttls"
    tls_context: ssl.SSLContext | None = field(default=None, repr=False)
    """None takes the system's trust."""
    user: str = ""
    password: str = field(default="", repr=False)
    token: Callable[[bool], Awaitable[str]] | None = field(default=None, repr=False)
    hostname: str = "localhost"
    connections: int = 4
    command_seconds: float = COMMAND_SECONDS
    data_seconds: float = DATA_SECONDS


class Down(Exception):
    """There is no session with the server. `about_mail`: it ended as a mail was begun, perhaps because of that mail."""

    def __init__(self, code: int, text: str, *, about_mail: bool = False) -> None:
        super().__init__(text)
        self.code = code
        self.about_mail = about_mail


class Session:
    """One connection with what has been done on it."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self.client = client
        self.mails = 0
        self.used_at = 0.0
        self.clean = True

    def usable(self, now: float) -> bool:
        """Whether another mail may be sent on it."""
        return self.client.is_connected and self.mails < MAILS_PER_CONNECTION and now - self.used_at < IDLE_SECONDS


async def connect(smarthost: Smarthost) -> aiosmtplib.SMTP:
    """A greeted, protected and logged-in connection; Down when there is none to be had."""
    client = aiosmtplib.SMTP(
        hostname=smarthost.host,
        port=smarthost.port,
        local_hostname=smarthost.hostname,
        timeout=smarthost.command_seconds,
        use_tls=smarthost.tls == "implicit",
        start_tls=None if smarthost.tls == "opportunistic" else smarthost.tls == "starttls",
        tls_context=None if smarthost.tls == "none" else smarthost.tls_context or ssl.create_default_context(),
    )
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await _greet(client)
        if smarthost.user:
            await _log_in(client, smarthost)
    except errors.SMTPResponseException as error:
        client.close()
        raise Down(error.code, f"{smarthost.host}:{smarthost.port} says {error.message}") from error
    except (errors.SMTPException, OSError, ValueError) as error:
        client.close()
        raise Down(0, f"no session with {smarthost.host}:{smarthost.port}: {say(error)}") from error
    except BaseException:
        client.close()
        raise
    return client


async def _log_in(client: aiosmtplib.SMTP, smarthost: Smarthost) -> None:
    """By one method, once: the library would try each there is with a refused password, and servers lock accounts."""
    offered = client.server_auth_methods
    if smarthost.token is not None:
        if "xoauth2" not in offered:
            raise errors.SMTPNotSupported("the server takes no access token (AUTH XOAUTH2)")
        try:
            await client.auth_xoauth2(smarthost.user, await smarthost.token(False))
        except errors.SMTPAuthenticationError:
            await client.auth_xoauth2(smarthost.user, await smarthost.token(True))
        return
    # The password itself where the connection is protected; else a digest of it before that
    protected = client.get_transport_info("sslcontext") is not None
    by = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
    order = ("plain", "login", "cram-md5") if protected else ("cram-md5", "plain", "login")
    method = next((by[name] for name in order if name in offered), None)
    if method is None:
        raise errors.SMTPNotSupported("the server offers none of AUTH PLAIN, LOGIN and CRAM-MD5")
    await method(smarthost.user, smarthost.password)


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, and HELO for servers that do not know it."""
    try:
        await client.ehlo()
    except errors.SMTPHeloError:
        await client.helo()


def say(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


async def quit_politely(client: aiosmtplib.SMTP) -> None:
    with suppress(errors.SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(1):
            await client.quit()
    client.close()
