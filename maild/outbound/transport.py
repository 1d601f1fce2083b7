"""Hands octets to the next server by SMTP, over a few kept connections, and says what became of each recipient.

Never decides when to try again, and never sends in plain text where TLS was asked for.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import aiosmtplib
from aiosmtplib import errors

from maild import points
from maild.domain.notice import DeliveryResult
from maild.outbound.wire import Unsendable, wire_address

COMMAND_SECONDS = 60.0
"""For one answer to a command. RFC 5321 section 4.5.3.2 gives 5 minutes; a smarthost that takes one is down for us."""

DATA_SECONDS = 600.0
"""For the answer after the dot: 10 minutes, so that a slow server's 250 is not missed (RFC 5321 section 4.5.3.2.6)."""

IDLE_SECONDS = 30.0
"""How long a connection is kept without work: less than the shortest idle limit of common servers."""

MAILS_PER_CONNECTION = 100
"""Many servers cut a connection at about this number of mails; ours ends before that."""

REST_SECONDS = 5.0
"""No new connection for so long after one has failed: a queue does not knock at a dead server a hundred times."""

REST_AFTER_REFUSED_LOGIN_SECONDS = 300.0
"""Wrong credentials are tried once in five minutes at most: servers lock accounts (REL-54)."""

_LOGIN_CODES = frozenset({530, 534, 535, 538})
_SESSION_CODES = _LOGIN_CODES | {421, 454}
"""Answers that are about our session, not about this mail: a fault of the set-up must not fail mails."""


class Transport(Protocol):
    """What the relay needs."""

    async def deliver(
        self, reverse_path: str, forward_paths: Sequence[str], octets: bytes
    ) -> dict[str, DeliveryResult]:
        """Send one mail; the result of each forward path. Never raises for what the network does."""

    async def close(self) -> None:
        """Say goodbye on all connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smarthost:
    """The server that takes our mail. `tls` is `none`, `starttls` or `implicit`; there is no opportunistic mode."""

    host: str
    port: int
    tls: str = "starttls"
    ca_file: str = ""
    user: str = ""
    password: str = ""
    hostname: str = "localhost"
    connections: int = 4
    command_seconds: float = COMMAND_SECONDS
    data_seconds: float = DATA_SECONDS


class _Down(Exception):
    """There is no session with the server; nothing has been said about any mail."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class _Session:
    """One connection with what has been done on it."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self.client = client
        self.mails = 0
        self.used_at = 0.0
        self.clean = True

    def usable(self, now: float) -> bool:
        """Whether another mail may be sent on it."""
        return self.client.is_connected and self.mails < MAILS_PER_CONNECTION and now - self.used_at < IDLE_SECONDS


class SmtpTransport:
    """Implements Transport. One instance belongs to one event loop."""

    def __init__(self, smarthost: Smarthost) -> None:
        self._smarthost = smarthost
        self._tls_context = _tls_context(smarthost)
        self._slots = asyncio.Semaphore(smarthost.connections)
        self._idle: list[_Session] = []
        self._rest_until = 0.0
        self._rest_because = _Down(0, "")

    async def deliver(
        self, reverse_path: str, forward_paths: Sequence[str], octets: bytes
    ) -> dict[str, DeliveryResult]:
        """Send one mail. A kept connection that turns out to be dead before the mail began is replaced once."""
        refusal = _unfit(reverse_path, forward_paths, octets)
        if refusal:
            return dict.fromkeys(forward_paths, DeliveryResult(delivered=False, permanent=True, code=0, text=refusal))
        async with self._slots:
            for fresh in (False, True):
                try:
                    session = await self._session(fresh=fresh)
                except _Down as down:
                    return dict.fromkeys(forward_paths, _deferred(down.code, str(down)))
                kept = session.mails > 0
                try:
                    results = await self._transfer(session, reverse_path, forward_paths, octets)
                    await self._keep(session)
                except _Down as down:
                    session.client.close()
                    if not kept:
                        return dict.fromkeys(forward_paths, _deferred(down.code, str(down)))
                    continue  # the server had closed the idle connection: nothing of this mail was said yet
                except BaseException:
                    session.client.close()
                    raise
                return results
        raise AssertionError("a fresh session either delivers or returns")

    async def close(self) -> None:
        """Quit politely; waits for no server longer than a second."""
        sessions, self._idle = self._idle, []
        for session in sessions:
            await _quit(session.client)

    async def _session(self, *, fresh: bool) -> _Session:
        now = asyncio.get_running_loop().time()
        while self._idle and not fresh:
            session = self._idle.pop()
            if session.usable(now):
                return session
            await _quit(session.client)
        if now < self._rest_until:
            raise _Down(self._rest_because.code, str(self._rest_because))
        try:
            return _Session(await self._connect())
        except _Down as down:
            rest = REST_AFTER_REFUSED_LOGIN_SECONDS if down.code in _LOGIN_CODES else REST_SECONDS
            self._rest_until, self._rest_because = asyncio.get_running_loop().time() + rest, down
            raise

    async def _connect(self) -> aiosmtplib.SMTP:
        smarthost = self._smarthost
        client = aiosmtplib.SMTP(
            hostname=smarthost.host,
            port=smarthost.port,
            local_hostname=smarthost.hostname,
            timeout=smarthost.command_seconds,
            use_tls=smarthost.tls == "implicit",
            start_tls=smarthost.tls == "starttls",
            tls_context=self._tls_context,
            username=smarthost.user or None,
            password=smarthost.password if smarthost.user else None,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await _greet(client)
        except errors.SMTPResponseException as error:
            client.close()
            raise _Down(error.code, f"{error.code} {error.message}") from error
        except (errors.SMTPException, OSError, ValueError) as error:
            client.close()
            raise _Down(0, f"no session with {smarthost.host}:{smarthost.port}: {_say(error)}") from error
        except BaseException:
            client.close()
            raise
        return client

    async def _transfer(
        self, session: _Session, reverse_path: str, forward_paths: Sequence[str], octets: bytes
    ) -> dict[str, DeliveryResult]:
        """MAIL, RCPT for each, DATA. Raises _Down while nothing has been said about the mail.

        The commands are written here and not by the library: it would rewrite addresses that it finds odd (SEC-30).
        """
        client = session.client
        session.mails += 1
        session.clean = False
        size = b" SIZE=%d" % len(octets) if client.supports_extension("size") else b""
        try:
            response = await client.execute_command(b"MAIL FROM:<" + reverse_path.encode("ascii") + b">" + size)
        except (errors.SMTPException, OSError) as error:
            raise _Down(0, _say(error)) from error
        if response.code in _SESSION_CODES:
            raise _Down(response.code, f"{response.code} {response.message}")
        if response.code != 250:
            return dict.fromkeys(forward_paths, _refused(response.code, response.message))
        results: dict[str, DeliveryResult] = {}
        accepted: list[str] = []
        try:
            for forward_path in forward_paths:
                response = await client.execute_command(b"RCPT TO:<" + forward_path.encode("ascii") + b">")
                if response.code in (250, 251):
                    accepted.append(forward_path)
                else:
                    results[forward_path] = _refused(response.code, response.message)
            if accepted:
                results |= dict.fromkeys(accepted, await self._data(session, octets))
        except (errors.SMTPException, OSError) as error:
            client.close()
            missing = (path for path in forward_paths if path not in results)
            results |= dict.fromkeys(missing, _deferred(0, _say(error)))
        return results

    async def _data(self, session: _Session, octets: bytes) -> DeliveryResult:
        """DATA and its two answers. What comes after the octets and is no answer means: the outcome is unknown."""
        client = session.client
        response = await client.execute_command(b"DATA")
        protocol = client.protocol
        if response.code != 354 or protocol is None:
            return _refused(response.code, response.message)
        points.reach("before-data")
        try:
            protocol.write(_dot_stuffed(octets))
            response = await protocol.read_response(timeout=self._smarthost.data_seconds)
        except (errors.SMTPException, OSError) as error:
            client.close()
            text = f"no answer after the data: {_say(error)}"
            return DeliveryResult(delivered=False, permanent=False, code=0, text=text, after_data=True)
        points.reach("after-data")
        session.clean = True
        code, text = response.code, _one_line(f"{response.code} {response.message}")
        if 200 <= code < 300:
            return DeliveryResult(delivered=True, permanent=False, code=code, text=text)
        if 400 <= code < 600:
            return _refused(code, response.message)
        return DeliveryResult(delivered=False, permanent=False, code=code, text=text, after_data=True)

    async def _keep(self, session: _Session) -> None:
        """Put the session back for the next mail, if it is in order."""
        client = session.client
        if not client.is_connected:
            return
        if not session.clean:  # a mail was begun and refused: end it, or the next MAIL is out of order
            try:
                await client.rset()
            except (errors.SMTPException, OSError):
                client.close()
                return
        session.used_at = asyncio.get_running_loop().time()
        self._idle.append(session)


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, and HELO for servers that do not know it."""
    try:
        await client.ehlo()
    except errors.SMTPHeloError:
        await client.helo()


def _unfit(reverse_path: str, forward_paths: Sequence[str], octets: bytes) -> str:
    """Why the mail must not go on the wire as it is; "" when it may. The last line of defence (SEC-30, SEC-31)."""
    pairs = octets.count(b"\r\n")
    if octets.count(b"\r") != pairs or octets.count(b"\n") != pairs:
        return "bare CR or LF in the stored octets"
    try:
        for path in (*((reverse_path,) if reverse_path else ()), *forward_paths):
            if wire_address(path) != path:
                return f"{path} is not in the form that goes on the wire"
    except Unsendable as error:
        return str(error)
    return ""


def _dot_stuffed(octets: bytes) -> bytes:
    """RFC 5321 section 4.5.2, with the end of data."""
    body = octets if octets.endswith(b"\r\n") else octets + b"\r\n"
    first = b"." if body.startswith(b".") else b""
    return first + body.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _refused(code: int, message: str) -> DeliveryResult:
    """The meaning of an answer that is not the one hoped for: 5xx for good, anything else try again."""
    permanent = 500 <= code < 600 and code not in _SESSION_CODES
    return DeliveryResult(delivered=False, permanent=permanent, code=code, text=_one_line(f"{code} {message}"))


def _deferred(code: int, text: str) -> DeliveryResult:
    return DeliveryResult(delivered=False, permanent=False, code=code, text=_one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]


def _say(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


async def _quit(client: aiosmtplib.SMTP) -> None:
    with suppress(errors.SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(1):
            await client.quit()
    client.close()


def _tls_context(smarthost: Smarthost) -> ssl.SSLContext | None:
    if smarthost.tls == "none":
        return None
    return ssl.create_default_context(cafile=smarthost.ca_file or None)
