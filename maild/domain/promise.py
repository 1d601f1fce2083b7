"""The words of service levels: metrics, stages, policies, timers, and what moves the clocks.

Says which policy fits a ticket. Never reckons time: that is `sla`, which hands these names on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from maild.domain.calendar import Calendar
from maild.domain.ticket import Priority


class SlaMetric(StrEnum):
    """What is promised a time for."""

    FIRST_RESPONSE = "first-response"
    NEXT_RESPONSE = "next-response"
    SOLUTION = "solution"


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

    `stage` is the highest stage already raised; `next_alarm_at` is when the next one will be, None for never.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicy:
    """What is promised, in minutes of `calendar`, and for which tickets. An empty set of names fits any ticket.

    `yellow` and `red` are per cent of the minutes allowed. `pauses` are the metrics whose clocks wait while the
    ticket waits for the customer.
    """

    name: str
    calendar: Calendar
    targets: Mapping[SlaMetric, Mapping[Priority, int]]
    yellow: int = 75
    red: int = 90
    pauses: frozenset[SlaMetric] = frozenset({SlaMetric.SOLUTION})
    teams: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    request_types: frozenset[str] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    organisations: frozenset[str] = frozenset()

    def target(self, metric: SlaMetric, priority: Priority) -> int | None:
        """Minutes allowed; None when nothing is promised for this metric at this priority."""
        return self.targets.get(metric, {}).get(priority)


def choose_policy(
    policies: Iterable[SlaPolicy],
    *,
    team: str,
    category: str,
    request_type: str,
    priority: Priority,
    organisation: str = "",
) -> SlaPolicy | None:
    """The first policy, in file order, that fits a ticket with these fields; None when nothing is promised."""
    for policy in policies:
        if (
            (not policy.teams or team in policy.teams)
            and (not policy.categories or category in policy.categories)
            and (not policy.request_types or request_type in policy.request_types)
            and (not policy.priorities or priority in policy.priorities)
            and (not policy.organisations or organisation in policy.organisations)
        ):
            return policy
    return None


class MomentKind(StrEnum):
    """What matters to the clocks, of all that happens."""

    OPENED = "opened"
    CUSTOMER_WROTE = "customer-wrote"
    AGENT_ANSWERED = "agent-answered"
    """`value` names the answer, so that it can be taken back."""
    ANSWER_BOUNCED = "answer-bounced"
    """The answer that `value` names did not arrive: the clocks run as if it had never been given."""
    PAUSED = "paused"
    RESUMED = "resumed"
    CLOSED = "closed"
    REOPENED = "reopened"
    PRIORITY = "priority"
    """`value` is the new priority."""
    POLICY = "policy"
    """`value` is the name of the new policy."""


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
    minutes: int
