"""A ticket's events reduced to what its clocks need, and what the clocks have said of themselves.

Translates only. Never reckons time, and knows no policy.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from maild.desk.undone import without_undone
from maild.domain.events import (
    AgentAnswered,
    AnswerTakenBack,
    ClockPaused,
    ClockResumed,
    CustomerReplied,
    DeliveryFailed,
    Event,
    FieldChanged,
    SlaStageReached,
    SlaStepRaised,
    TicketClosed,
    TicketMerged,
    TicketOpened,
    TicketReopened,
    TicketUnmerged,
)
from maild.domain.explain import Raised
from maild.domain.lifecycle import ENDED
from maild.domain.sla import Moment, MomentKind


def moments(history: Iterable[tuple[datetime, Event]]) -> list[Moment]:
    """What of a ticket's history matters to its clocks, in order."""
    found = (moment_of(event, at) for at, event in without_undone(history))
    return [moment for group in found for moment in group]


def raised(history: Iterable[tuple[datetime, Event]]) -> list[Raised]:
    """What the clocks of a ticket have said, in order: stages, and steps with whom they told and what they did."""
    found: list[Raised] = []
    for at, event in history:
        match event:
            case SlaStageReached():
                found.append(Raised(at=at, metric=event.metric, cycle=event.cycle, said=f"raised {event.stage}"))
            case SlaStepRaised():
                told = (
                    [f"told {', '.join([*event.agents, *event.addresses])}"] if event.agents + event.addresses else []
                )
                said = "; ".join(
                    [f"raised step {event.level}", *told, *event.done, *(f"not {r}" for r in event.refused)]
                )
                found.append(Raised(at=at, metric=event.metric, cycle=event.cycle, said=said))
    return found


def moment_of(event: Event, at: datetime) -> tuple[Moment, ...]:
    """The moments that one event is; none for what no clock heeds."""
    match event:
        case TicketOpened():
            opened = Moment(at=at, kind=MomentKind.OPENED)
            return (opened, Moment(at=at, kind=MomentKind.PRIORITY, value=event.priority))
        case CustomerReplied():
            kind, value = MomentKind.CUSTOMER_WROTE, ""
        case AgentAnswered():
            kind, value = MomentKind.AGENT_ANSWERED, str(event.article)
        case DeliveryFailed(unanswered=True) | AnswerTakenBack():
            kind, value = MomentKind.ANSWER_BOUNCED, str(event.article)
        case ClockPaused():
            kind, value = MomentKind.PAUSED, event.waiting
        case ClockResumed():
            kind, value = MomentKind.RESUMED, ""
        case TicketClosed() | TicketMerged():
            kind, value = MomentKind.CLOSED, ""
        case TicketUnmerged(state=state) if state in ENDED:
            return ()
        case TicketReopened() | TicketUnmerged():
            kind, value = MomentKind.REOPENED, ""
        case FieldChanged(name="priority"):
            kind, value = MomentKind.PRIORITY, event.new
        case FieldChanged(name="policy"):
            kind, value = MomentKind.POLICY, event.new
        case _:
            return ()
    return (Moment(at=at, kind=kind, value=value),)
