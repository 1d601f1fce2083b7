"""What every fact has.

Never does anything: who causes facts is the desk, who tells of them is outbound.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    ticket: int
