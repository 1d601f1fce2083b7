"""What the pages need from the house, as one value that the composition hands over.

Holds references only; does nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maild.desk.executor import Desk
from maild.desk.ports import Writer
from maild.desk.queues import Queries
from maild.domain.guesses import Guesses
from maild.domain.token import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """All that the pages need from the house. `secret` signs form tokens; `health` answers /healthz."""

    desk: Desk
    writer: Writer
    queries: Queries
    tokens: Tokens
    name: str
    base_url: str
    languages: tuple[str, ...]
    zone: str
    templates: str
    secret: bytes
    now: Callable[[], datetime]
    new_secret: Callable[[], str]
    health: Callable[[], tuple[bool, dict[str, Any]]]
    guesses: Guesses
    trusted_proxies: int = 0

    @property
    def secure(self) -> bool:
        """Whether customers reach us by TLS."""
        return self.base_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """Name of the session cookie; `__Host-` binds it to this host where there is TLS."""
        return "__Host-maild" if self.secure else "maild"
