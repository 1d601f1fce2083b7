"""The words of service levels: metrics, stages, timers, and what moves the clocks.

Values only. Never reckons time: that is `sla`, which hands these names on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SlaMetric(StrEnum):
    """What is promised a time for."""

    FIRST_RESPONSE = "first-response"
    NEXT_RESPONSE = "next-response"
    SOLUTION = "solution"
    PERIODIC_UPDATE = "periodic-update"
    """That the customer, once answered, hears from us again while the ticket is open."""


class SlaStage(StrEnum):
    """How far a clock has run."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    BREACHED = "breached"


class TimerState(StrEnum):
    """A breach is a date: a breached timer still runs until it is met."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaTimer:
    """One clock of one ticket. Times are aware and in UTC; `used` is in counted minutes up to the last change.

    `stage` is the highest stage already raised; `next_alarm_at` is when the next one, or the next escalation step, will
    be, None for never.
    """

    metric: SlaMetric
    cycle: int
    policy: str
    state: TimerState
    stage: SlaStage
    started_at: datetime
    due_at: datetime | None
    next_alarm_at: datetime | None
    target: int
    """Minutes allowed."""
    used: int = 0
    paused_at: datetime | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None
    raised: frozenset[str] = frozenset()
    """Levels of the escalation steps that have been raised."""


class MomentKind(StrEnum):
    """What matters to the clocks, of all that happens."""

    OPENED = "opened"
    CUSTOMER_WROTE = "customer-wrote"
    AGENT_ANSWERED = "agent-answered"
    """`value` names the answer, so that it can be taken back."""
    ANSWER_BOUNCED = "answer-bounced"
    """The answer that `value` names did not arrive: the clocks run as if it had never been given."""
    PAUSED = "paused"
    """`value` is what the ticket waits for."""
    RESUMED = "resumed"
    CLOSED = "closed"
    REOPENED = "reopened"
    PRIORITY = "priority"
    """`value` is the new priority."""
    POLICY = "policy"
    """`value` is the name of the new policy."""
    REVISED = "revised"
    """The policy was edited; `value` is what its new version is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened, reduced to what the clocks need. In order of time.

    Priority and policy of a new ticket are moments too, at the time of its opening, before or after OPENED.
    """

    at: datetime
    kind: MomentKind
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of one clock's life in which nothing about it changed. Only a running one counts.

    The minutes of a clock's segments add up to the whole minutes it has used, fractions carried from one to the next.
    """

    metric: SlaMetric
    cycle: int
    start: datetime
    end: datetime
    running: bool
    cause: str
    """What began it: `opened`, `priority high`, `paused`, …"""
    policy: str
    """Name of the policy it ran under; "" when none promised anything."""
    target: int
    """Minutes allowed then; 0 when nothing was promised."""
    minutes: int
