"""A small SMTP server that keeps what it is given in memory, for showing what maild sends.

Delivers to nobody, and is for demonstrations and tests only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from aiosmtpd.smtp import SMTP

MAX_SIZE = 50 * 1024 * 1024
"""Octets of one mail: more than maild ever sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtMail:
    """One mail as it was handed over."""

    reverse_path: str
    forward_paths: tuple[str, ...]
    octets: bytes = field(repr=False)

    def parse(self) -> EmailMessage:
        """The mail as its receiver would read it."""
        return BytesParser(policy=policy.default).parsebytes(self.octets)


class Sink:
    """Takes every mail in the running loop. `on_mail` hears of each one at once."""

    def __init__(self, *, limit: int = 1000, on_mail: Callable[[CaughtMail], None] | None = None) -> None:
        self.mails: list[CaughtMail] = []
        self.port = 0
        self._limit = limit
        self._on_mail = on_mail
        self._server: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; returns the port, which the system chooses when it is 0."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, host, port)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    async def stop(self) -> None:
        """Listen no longer; mails stay."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _session(self) -> SMTP:
        return SMTP(self, data_size_limit=MAX_SIZE, enable_SMTPUTF8=True, hostname="sink.invalid", ident="sink")

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        """Called by aiosmtpd with a whole mail; the oldest one is forgotten when there are too many."""
        mail = CaughtMail(
            reverse_path=getattr(envelope, "mail_from", "") or "",
            forward_paths=tuple(getattr(envelope, "rcpt_tos", ())),
            octets=getattr(envelope, "original_content", None) or b"",
        )
        self.mails.append(mail)
        del self.mails[: -self._limit]
        if self._on_mail is not None:
            self._on_mail(mail)
        return "250 2.0.0 kept"
