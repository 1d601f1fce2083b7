"""Hands octets to the next server by SMTP, over a few kept connections, and says what became of each recipient.

Never decides when to try again, and never sends in plain text where TLS was asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from aiosmtplib import errors

from maild import points
from maild.domain.notice import DeliveryResult
from maild.outbound.smtp_client import (
    LOGIN_CODES,
    SESSION_CODES,
    Down,
    Session,
    Smarthost,
    connect,
    quit_politely,
    say,
    tls_context_of,
)
from maild.outbound.wire import Unsendable, wire_address

REST_SECONDS = 5.0
"""No new connection for so long after one has failed: a queue does not knock at a dead server a hundred times."""

REST_AFTER_REFUSED_LOGIN_SECONDS = 300.0
"""Wrong credentials are tried once in five minutes at most: servers lock accounts (REL-54)."""


class Transport(Protocol):
    """What the relay needs."""

    async def deliver(
        self, reverse_path: str, forward_paths: Sequence[str], octets: bytes
    ) -> dict[str, DeliveryResult]:
        """Send one mail; the result of each forward path. Never raises for what the network does."""

    async def close(self) -> None:
        """Say goodbye on all connections."""


class SmtpTransport:
    """Implements Transport. One instance belongs to one event loop."""

    def __init__(self, smarthost: Smarthost) -> None:
        self._smarthost = smarthost
        self._tls_context = tls_context_of(smarthost)
        self._slots = asyncio.Semaphore(smarthost.connections)
        self._idle: list[Session] = []
        self._rest_until = 0.0
        self._rest_because = Down(0, "")

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
                except Down as down:
                    return dict.fromkeys(forward_paths, _deferred(down.code, str(down)))
                kept = session.mails > 0
                try:
                    results = await self._transfer(session, reverse_path, forward_paths, octets)
                    await self._keep(session)
                except Down as down:
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
            await quit_politely(session.client)

    async def _session(self, *, fresh: bool) -> Session:
        now = asyncio.get_running_loop().time()
        while self._idle and not fresh:
            session = self._idle.pop()
            if session.usable(now):
                return session
            await quit_politely(session.client)
        if now < self._rest_until:
            raise Down(self._rest_because.code, str(self._rest_because))
        try:
            return Session(await connect(self._smarthost, self._tls_context))
        except Down as down:
            rest = REST_AFTER_REFUSED_LOGIN_SECONDS if down.code in LOGIN_CODES else REST_SECONDS
            self._rest_until, self._rest_because = asyncio.get_running_loop().time() + rest, down
            raise

    async def _transfer(
        self, session: Session, reverse_path: str, forward_paths: Sequence[str], octets: bytes
    ) -> dict[str, DeliveryResult]:
        """MAIL, RCPT for each, DATA. Raises Down while nothing has been said about the mail.

        The commands are written here and not by the library: it would rewrite addresses that it finds odd (SEC-30).
        """
        client = session.client
        session.mails += 1
        session.clean = False
        size = b" SIZE=%d" % len(octets) if client.supports_extension("size") else b""
        try:
            response = await client.execute_command(b"MAIL FROM:<" + reverse_path.encode("ascii") + b">" + size)
        except (errors.SMTPException, OSError) as error:
            raise Down(0, say(error)) from error
        if response.code in SESSION_CODES:
            raise Down(response.code, f"{response.code} {response.message}")
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
            results |= dict.fromkeys(missing, _deferred(0, say(error)))
        return results

    async def _data(self, session: Session, octets: bytes) -> DeliveryResult:
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
            text = f"no answer after the data: {say(error)}"
            return DeliveryResult(delivered=False, permanent=False, code=0, text=text, after_data=True)
        points.reach("after-data")
        session.clean = True
        code, text = response.code, _one_line(f"{response.code} {response.message}")
        if 200 <= code < 300:
            return DeliveryResult(delivered=True, permanent=False, code=code, text=text)
        if 400 <= code < 600:
            return _refused(code, response.message)
        return DeliveryResult(delivered=False, permanent=False, code=code, text=text, after_data=True)

    async def _keep(self, session: Session) -> None:
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
    permanent = 500 <= code < 600 and code not in SESSION_CODES
    return DeliveryResult(delivered=False, permanent=permanent, code=code, text=_one_line(f"{code} {message}"))


def _deferred(code: int, text: str) -> DeliveryResult:
    return DeliveryResult(delivered=False, permanent=False, code=code, text=_one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]
