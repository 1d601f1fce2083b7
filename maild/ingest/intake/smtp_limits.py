"""What SMTP and LMTP peers may cost, one by one and together. Counts; never speaks to them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerLimits:
    """What one peer, and all peers together, may cost. Beyond a limit the answer is temporary unless it is a size."""

    message_octets: int = 25 * 1024 * 1024
    line_octets: int = 64 * 1024
    """Longest text line. RFC 5321 says 1000, but real mail has longer ones."""
    connections: int = 200
    connections_per_address: int = 10
    recipients: int = 100
    """Per mail; RFC 5321 section 4.5.3.1.8 asks for at least 100."""
    commands: int = 100
    """Replies a session may cause without bringing a mail; accepted recipients come on top."""
    idle_seconds: float = 300
    """RFC 5321 section 4.5.3.2.7: at least five minutes between two commands."""
    crowded_idle_seconds: float = 10
    """The same while more than four fifths of all connections are taken."""
    store_seconds: float = 30
    """How long a sender waits for the store before he is asked to come again."""
    memory_octets: int = 512 * 1024 * 1024
    """Mail being received at one moment, over all sessions."""
    bare_newlines: bool = True
    """Behind our own MTA a lone CR or LF is stored as received; a public listener refuses it (SEC-32)."""


class Floor(Generic[S]):
    """The sessions that are open now, and what they hold together."""

    def __init__(self, limits: ListenerLimits) -> None:
        self.limits = limits
        self.sessions: set[S] = set()
        self.per_address: dict[str, int] = defaultdict(int)
        self.octets = 0
        self.closing = False
        self.empty = asyncio.Event()
        self.empty.set()

    def admit(self, session: S, address: str) -> bool:
        """Count the session in; False when there is no room for it. A unix socket has no address to count by."""
        if self.closing or len(self.sessions) >= self.limits.connections:
            return False
        if address and self.per_address[address] >= self.limits.connections_per_address:
            return False
        self.sessions.add(session)
        if address:
            self.per_address[address] += 1
        self.empty.clear()
        return True

    def leave(self, session: S, address: str) -> None:
        """Count it out again."""
        self.sessions.discard(session)
        if address:
            self.per_address[address] -= 1
            if self.per_address[address] <= 0:
                del self.per_address[address]
        if not self.sessions:
            self.empty.set()

    @property
    def crowded(self) -> bool:
        return len(self.sessions) * 5 > self.limits.connections * 4
