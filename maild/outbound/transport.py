"""Hands octets to the next server over a few kept connections, and leaves a server alone that has no session for us.

What is said about one mail is `transaction`'s. Never decides when a mail is tried again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from aiosmtplib import SMTPResponse, errors

from maild.domain.notice import DeliveryResult
from maild.outbound.breaker import Breaker
from maild.outbound.retry import hint_of
from maild.outbound.smtp_client import (
    LOGIN_CODES,
    Down,
    Session,
    Smarthost,
    connect,
    quit_politely,
)
from maild.outbound.transaction import begin, deferred, one_line, transfer, unfit

REST_SECONDS = 5.0
LONGEST_REST_SECONDS = 300.0
"""No new connection for so long after one has failed, twice as long after each: a queue does not knock at a dead server
a hundred times, and a server that was away gets its mail within five minutes. Wrong credentials are tried once in five
minutes at most from the first: servers lock accounts (REL-54)."""

CLOSING = 421
"""The server ends the session, whatever it was asked (RFC 5321 section 3.8)."""


class Transport(Protocol):
    """What the relay needs."""

    @property
    def name(self) -> str:
        """The server, as operators know it."""

    @property
    def trouble(self) -> tuple[float, str] | None:
        """For how many seconds there has been no session, and why; None while all is well."""

    async def deliver(
        self, reverse_path: str, forward_paths: Sequence[str], octets: bytes
    ) -> dict[str, DeliveryResult]:
        """Send one mail; the result of each forward path. Never raises for what the network does."""

    def rest(self) -> float:
        """Seconds for which nothing need be handed over, because it would not be tried; 0 when it would."""

    async def close(self) -> None:
        """Say goodbye on all connections."""


class SmtpTransport:
    """Implements Transport. One instance belongs to one event loop.

    Without a session nothing is tried: a breaker keeps everybody away for a while and then lets one knock.
    """

    def __init__(self, smarthost: Smarthost, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._smarthost = smarthost
        self.name = f"{smarthost.host}:{smarthost.port}"
        self._monotonic = monotonic
        self._slots = asyncio.Semaphore(smarthost.connections)
        self._idle: list[Session] = []
        self._breaker = Breaker(failures=1, first=REST_SECONDS, longest=LONGEST_REST_SECONDS)
        self._knocking = asyncio.Lock()

    def rest(self) -> float:
        """Seconds for which the server is left alone because it had no session for us; 0 when it may be asked."""
        return self._breaker.rest(self._monotonic())

    @property
    def trouble(self) -> tuple[float, str] | None:
        """For how many seconds there has been no session, and why; None while all is well."""
        since = self._breaker.since
        return None if since is None else (self._monotonic() - since, self._breaker.why)

    async def deliver(
        self, reverse_path: str, forward_paths: Sequence[str], octets: bytes
    ) -> dict[str, DeliveryResult]:
        """Send one mail. A kept connection that turns out to be dead before the mail began is replaced once."""
        refusal = unfit(reverse_path, forward_paths, octets)
        if refusal:
            return dict.fromkeys(forward_paths, DeliveryResult(delivered=False, permanent=True, code=0, text=refusal))
        async with self._slots:
            try:
                session, response = await self._begun(reverse_path, len(octets))
            except Down as down:
                return dict.fromkeys(forward_paths, deferred(down.code, str(down), tried=down.about_mail))
            try:
                results = await transfer(
                    session, response, forward_paths, octets, data_seconds=self._smarthost.data_seconds
                )
                self._heed(results, session)
                await self._keep(session)
            except BaseException:
                session.client.close()
                raise
            return results

    async def close(self) -> None:
        """Quit politely; waits for no server longer than a second."""
        sessions, self._idle = self._idle, []
        await asyncio.gather(*(quit_politely(session.client) for session in sessions))

    async def _begun(self, reverse_path: str, size: int) -> tuple[Session, SMTPResponse]:
        """A session with the answer to MAIL. While the server is not known to be well, one knocks and all wait."""
        if self._breaker.closed:
            return await self._begin(reverse_path, size)
        async with self._knocking:
            return await self._begin(reverse_path, size)

    async def _begin(self, reverse_path: str, size: int) -> tuple[Session, SMTPResponse]:
        if self.rest() > 0:
            raise Down(0, f"{self.name} is left alone for now: {self._breaker.why}")
        begun = await self._begin_on_kept(reverse_path, size)
        if begun is None:
            try:
                begun = await self._begin_on_new(reverse_path, size)
            except Down as down:
                asked = hint_of(str(down)) or timedelta(0)
                least = LONGEST_REST_SECONDS if down.code in LOGIN_CODES else 0.0
                self._breaker.bad(
                    self._monotonic(),
                    one_line(f"{down.code or ''} {down}"),
                    at_least=max(asked.total_seconds(), least),
                )
                raise
        self._breaker.good()
        return begun

    async def _begin_on_kept(self, reverse_path: str, size: int) -> tuple[Session, SMTPResponse] | None:
        session = await self._idle_session()
        if session is None:
            return None
        try:
            return session, await begin(session, reverse_path, size)
        except Down:
            session.client.close()  # the server had closed the idle connection: nothing of this mail was said yet
            return None

    async def _begin_on_new(self, reverse_path: str, size: int) -> tuple[Session, SMTPResponse]:
        session = Session(await connect(self._smarthost))
        try:
            return session, await begin(session, reverse_path, size)
        except BaseException:
            session.client.close()
            raise

    async def _idle_session(self) -> Session | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            session = self._idle.pop()
            if session.usable(now):
                return session
            await quit_politely(session.client)
        return None

    def _heed(self, results: dict[str, DeliveryResult], session: Session) -> None:
        """When the server has said that it closes, leave it alone for a while."""
        if closing := next((result for result in results.values() if result.code == CLOSING), None):
            session.client.close()
            hint = hint_of(closing.text) or timedelta(0)
            self._breaker.bad(self._monotonic(), closing.text, at_least=hint.total_seconds())

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
