"""What is told of a ticket to whoever asks why: findings, mails that came and left, clocks.

Values only: `findings` and `clocks` fill them, whoever shows them puts them into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from maild.domain.sla import Segment


class About(StrEnum):
    """The questions, in the order in which they are answered."""

    ANSWER = "answer"
    STATE = "state"
    RATING = "rating"
    TEAM = "team"
    OWNER = "owner"
    PRIORITY = "priority"
    CATEGORY = "category"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer: `code` is the key of its sentence, `values` fill it. Moments are ISO 8601 in UTC.

    `by` is (kind of actor, name) where somebody or something has done it.
    """

    about: About
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    by: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A mail that came for the ticket, and what was thought of it."""

    id: int
    at: datetime
    sender: str
    subject: str
    message_id: str
    outcome: str
    reason: str
    kind: str
    trust: str
    score: int | None
    parts: Mapping[str, int]
    trust_reasons: tuple[str, ...]
    thread: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Rules asked by something else than the coming of a mail told of: a change, a time that came, a call."""

    at: datetime
    trigger: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A mail of ours about the ticket. `reason` is why it did not leave, or what the next server said; `left_at` is
    when the next server took it, where that was later than `at`, when it was made."""

    id: int
    at: datetime
    name: str
    recipient: str
    state: str
    cause: str
    reason: str
    left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStory:
    """One clock as it stands now, with its segments. Minutes are those of its calendar."""

    metric: str
    cycle: int
    policy: str
    state: str
    stage: str
    """By the minutes used now, raised already or not."""
    used: int
    target: int
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """All of it. `mails_left_out` older mails came, and are not told of."""

    findings: tuple[Finding, ...]
    came: tuple[Came, ...]
    left: tuple[Left, ...]
    clocks: tuple[ClockStory, ...]
    asked: tuple[Asked, ...]
