"""What a customer thinks of how his ticket was closed: asked once a closing, answered good or bad.

Says who was asked and how long he can answer. Never asks, and never believes an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

RATE_WITHIN = timedelta(days=14)
"""How long a rating can be given and changed: a holiday long; later nobody remembers what it was about."""

MAX_COMMENT = 2000
"""Characters kept of a comment: a page of text; whoever has more to say writes a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One closing of a ticket that its requester was asked about. `agent` was in charge then; "" when nobody was."""

    id: int = 0
    ticket: int
    contact: int
    agent: str
    asked_at: datetime
    """When the ticket was closed."""
    expires_at: datetime
    rated_at: datetime | None = None
    good: bool | None = None
    """None: he has not answered."""

    def open(self, now: datetime) -> bool:
        """Whether it can still be given, or changed."""
        return now < self.expires_at
