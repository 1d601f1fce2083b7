"""What an operator says about a mailbox on an IMAP server. Checks itself; never opens a connection."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

TokenProvider = Callable[[bool], Awaitable[str]]
"""Gives an access token (RFC 6749); True when the last one was refused and a new one is needed."""


class Security(StrEnum):
    """How the connection is protected. There is no falling back from one to another."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """One mailbox of ours on an IMAP server, and what is to happen there.

    `after` is what becomes of a mail on the server once it is stored here: `keep`, `seen`, `delete` or `move:FOLDER`.
    """

    mailbox: str
    """The address of ours whose mail this is."""
    host: str
    user: str
    port: int = 993
    tls: Security = Security.IMPLICIT
    tls_context: ssl.SSLContext | None = field(default=None, repr=False)
    """Own trust, for a private authority; None takes the system's."""
    password: str = field(default="", repr=False)
    token: TokenProvider | None = field(default=None, repr=False)
    """For XOAUTH2 instead of a password."""
    folders: tuple[str, ...] = ("INBOX",)
    after: str = "seen"
    since: date | None = None
    """Mail that reached the server before this day is left alone."""
    poll_seconds: float = 60
    """A folder is looked at this often, whatever IDLE says; at most 240, below every known server limit."""
    timeout_seconds: float = 30
    """For one answer of the server."""
    message_octets: int = 25 * 1024 * 1024
    """Of anything larger only the header is taken."""

    def __post_init__(self) -> None:
        action, _, target = self.after.partition(":")
        if action not in ("keep", "seen", "delete", "move") or (action == "move") != bool(target):
            raise ValueError(f"after = {self.after!r}: write keep, seen, delete or move:FOLDER")
        if target in self.folders:
            raise ValueError(f"after = {self.after!r}: mail would be moved into a folder that is read")
        if not self.folders:
            raise ValueError("folders: at least one is needed")

    @property
    def action(self) -> str:
        """`keep`, `seen`, `delete` or `move`."""
        return self.after.partition(":")[0]

    @property
    def target(self) -> str:
        """The folder to move to."""
        return self.after.partition(":")[2]
