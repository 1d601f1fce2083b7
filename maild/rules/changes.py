"""What can happen to a ticket, in the words of rules: one name for each kind of event, with the old and new value.

Translates facts of the desk; an event that has no name here is offered to no rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from maild.domain.events import (
    AgentAnswered,
    CustomerReplied,
    DeliveryFailed,
    Event,
    FieldChanged,
    MailGrouped,
    NoteAdded,
    OwnerChanged,
    ParticipantJoined,
    ReplyKept,
    SlaStageReached,
    TicketClosed,
    TicketLinked,
    TicketMerged,
    TicketOpened,
    TicketRated,
    TicketReopened,
    TicketUnlinked,
    TicketUnmerged,
    UnverifiedWritten,
)
from maild.domain.lifecycle import StateType
from maild.domain.promise import SlaMetric
from maild.domain.sla import SlaStage
from maild.domain.ticket import Priority

FIELDS: Final = ("team", "category", "request_type", "priority", "severity", "product", "tag", "watcher")
"""Fields whose change is offered, named as the condition on them. Not the SLA policy: it follows from the others."""

CHANGES: Final = frozenset(
    {*FIELDS, "owner", "state", "opened", "reply", "answer", "note", "closed", "reopened", "sla", "bounce", "delay",
     "merged", "unmerged", "participant", "unverified", "rated", "grouped", "kept", "linked", "unlinked"}
)  # fmt: skip
"""Every value of the condition `changed`."""


def _clock(metric: SlaMetric) -> str:
    """As the configuration writes it."""
    return metric.value.replace("-", "_")


_NONE: Final = frozenset({""})
_PRIORITIES: Final = frozenset(priority.value for priority in Priority)
_STATES: Final = frozenset(state.value for state in StateType)

VALUES: Final[Mapping[str, tuple[frozenset[str] | None, frozenset[str] | None]]] = {
    **dict.fromkeys(("opened", "reply", "participant", "unverified"), (_NONE, _NONE)),
    **dict.fromkeys(
        ("answer", "note", "closed", "reopened", "bounce", "delay", "merged", "grouped", "linked", "kept"),
        (_NONE, None),
    ),
    **dict.fromkeys(("unmerged", "unlinked"), (None, _NONE)),
    "rated": (_NONE, frozenset({"good", "bad"})),
    "priority": (_PRIORITIES, _PRIORITIES),
    "state": (_STATES, _STATES),
    "sla": (frozenset(map(_clock, SlaMetric)), frozenset(stage.value for stage in SlaStage)),
}
"""The old and the new values that a change can have; None for any. What is not here may have any values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that has happened to a ticket; `old` and `new` are "" where there is no such value."""

    ticket: int
    name: str
    old: str = ""
    new: str = ""
    by: str = ""
    """Kind of the actor who did it."""


def change_of(event: Event, *, by: str) -> Change | None:
    """The event as rules see it; None for one that is of no concern to them."""
    match event:
        case FieldChanged(name=name, old=old, new=new) if name in FIELDS:
            pass
        case OwnerChanged(old=old, new=new):
            name = "owner"
        case TicketOpened():
            name, old, new = "opened", "", ""
        case CustomerReplied():
            name, old, new = "reply", "", ""
        case ReplyKept(why=new):
            name, old = "kept", ""
        case AgentAnswered(agent=new):
            name, old = "answer", ""
        case NoteAdded(agent=new):
            name, old = "note", ""
        case TicketClosed(reason=new):
            name, old = "closed", ""
        case TicketReopened(reason=new):
            name, old = "reopened", ""
        case TicketRated(good=good):
            name, old, new = "rated", "", "good" if good else "bad"
        case SlaStageReached(metric=metric, stage=new):
            name, old = "sla", _clock(metric)
        case DeliveryFailed(status=new, delayed=delayed):
            name, old = "delay" if delayed else "bounce", ""
        case TicketMerged(into=number):
            name, old, new = "merged", "", str(number)
        case TicketUnmerged(out_of=number):
            name, old, new = "unmerged", str(number), ""
        case TicketLinked(other=number):
            name, old, new = "linked", "", str(number)
        case TicketUnlinked(other=number):
            name, old, new = "unlinked", str(number), ""
        case ParticipantJoined():
            name, old, new = "participant", "", ""
        case UnverifiedWritten():
            name, old, new = "unverified", "", ""
        case MailGrouped(count=count):
            name, old, new = "grouped", "", str(count)
        case _:
            return None
    return Change(ticket=event.ticket, name=name, old=str(old), new=str(new), by=by)
