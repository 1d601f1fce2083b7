"""Who works on a ticket, under which heading, how soon, and what its clocks did.

Facts only: what follows from one is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.domain.events.base import Event
from maild.domain.lifecycle import Waiting
from maild.domain.sla import SlaMetric, SlaStage


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPaused(Event):
    """From now on the ticket waits, and with it the clocks that its policy lets wait."""

    waiting: Waiting = Waiting.CUSTOMER
    until: datetime | None = None
    """When the wait is over by itself, where somebody has said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockResumed(Event):
    """The ticket waits no more; its clocks run again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitOver(Event):
    """The ticket waited until a time that has come; somebody is to go on with it."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChanged(Event):
    """Another agent, or nobody, is in charge."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMuted(Event):
    """An agent hears of the ticket only what names him, or everything again with `muted` False."""

    agent: str
    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChanged(Event):
    """Team, category, request type, priority, tags or SLA policy got another value."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMoved(Event):
    """The first answer is due later than the customer was told; happens at most once in the life of a ticket.

    `told` says whether he had an acknowledgement with the old time, and so is told of the new one.
    """

    old: datetime
    new: datetime
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaStageReached(Event):
    """A clock turned yellow, red or breached. `late` when it was told long after."""

    metric: SlaMetric
    cycle: int
    stage: SlaStage
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaStepRaised(Event):
    """A clock came to a step of its policy: agents and outside addresses that are told, what was done to the ticket and
    what could not be."""

    metric: SlaMetric
    cycle: int
    level: str
    agents: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesApplied(Event):
    """Which rules hit and which missed, and by which condition; for `trace` and `ticket show`. `trigger` is why they
    were asked."""

    trace: tuple[str, ...]
    trigger: str = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCalled(Event):
    """A rule was asked by its name: by an agent, or because its time has come."""

    rule: str
    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswered(Event):
    """A rule has answered the requester with fixed words; no response in the sense of the clocks."""

    article: int
    answer: str
