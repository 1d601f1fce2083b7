"""Who works on a ticket, under which heading, how soon, and what its clocks and rules do.

Intentions only: the desk carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from maild.domain.escalation import EscalationStep
from maild.domain.intent import Command
from maild.domain.lifecycle import Waiting
from maild.domain.sla import SlaMetric, SlaStage
from maild.domain.ticket import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFor(Command):
    """The ticket waits, until the customer writes, somebody resumes it, or the time has come."""

    waiting: Waiting = Waiting.CUSTOMER
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTicket(Command):
    """The ticket waits no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWait(Command):
    """The time has come until which the ticket waits. Given by the clock only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteTicket(Command):
    """The agent who asks hears of the ticket only what names him; or everything again with `muted` False."""

    muted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignOwner(Command):
    """Put an agent in charge; "" for nobody."""

    owner: str


class Way(StrEnum):
    """How a member of the ticket's team is chosen."""

    IN_TURN = "in turn"
    LEAST_LOADED = "least loaded"
    """Who has the fewest open tickets."""
    SKILL = "skill"
    """Of those who have the skill, who has the fewest open tickets."""
    ON_DUTY = "on duty"
    """Of those whom the roster has on duty, members of the team or not, who has the fewest open tickets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignMember(Command):
    """Put a member of the ticket's team in charge who is there and has room; not over an owner."""

    way: Way
    of: str = ""
    """The skill, or the roster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTeam(Command):
    """Hand the ticket to a team; its owner is cleared when he is not of that team."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPriority(Command):
    """Change how soon."""

    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCategory(Command):
    """Change the subject of work."""

    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRequestType(Command):
    """Change the type within the category."""

    request_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity(Command):
    """Say how much harm it does; "" for nothing said."""

    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProduct(Command):
    """Say what it is about; "" for nothing said."""

    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPolicy(Command):
    """Let the ticket follow this SLA policy, whatever its fields say; "" for the one that fits them."""

    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTag(Command):
    """Put a word on the ticket."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTag(Command):
    """Take a word off the ticket."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWatching(Command):
    """An agent hears what the owner hears, or no longer does."""

    agent: str
    watching: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseSlaAlarm(Command):
    """A clock has reached a stage. Given by the clock tick only, `late` when nobody looked or nobody was there."""

    metric: SlaMetric
    cycle: int
    stage: SlaStage
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseSlaStep(Command):
    """A clock has come to a step of its policy. Given by the clock tick only, `late` as for alarms."""

    metric: SlaMetric
    cycle: int
    step: EscalationStep
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReckonClocks(Command):
    """Choose the policy of a ticket and reckon its clocks anew, though nothing has happened to it: policies were
    edited, or what seemed due cannot be told yet. Given by the clock only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRule(Command):
    """Ask one rule by its name, which may be shortened: an agent calls it, or its time has come."""

    rule: str
    trigger: str = "manual"
