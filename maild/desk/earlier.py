"""A ticket as it was before a mail came to it: its history taken back, for trying rules on mails that came long ago.

Reckons from events alone. Never changes what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from maild.desk.ports import StoredEvent
from maild.domain.events import (
    AgentAnswered,
    ClockPaused,
    ClockResumed,
    CustomerReplied,
    Event,
    FieldChanged,
    OwnerChanged,
    TicketClosed,
    TicketMerged,
    TicketReopened,
    TicketUnmerged,
)
from maild.domain.lifecycle import StateType, Step, Waiting, advance, can
from maild.domain.ticket import Priority, Ticket

_LISTS: Final = {"tag": "tags", "watcher": "watchers"}
_PLAIN: Final = frozenset(field.name for field in fields(Ticket))


def ticket_before(ticket: Ticket, history: Sequence[StoredEvent], *, cause: str, at: datetime) -> Ticket:
    """The ticket before this cause, or else before this time; its version stays, so that it can be written."""
    own = (number for number, stored in enumerate(history) if stored.cause == cause)
    later = (number for number, stored in enumerate(history) if stored.at > at)
    cut = next(own, next(later, len(history)))
    for stored in reversed(history[cut:]):
        ticket = _undone(ticket, stored.event)
    state, closed_at, answered_at = StateType.NEW, None, None
    waiting: Waiting | None = None
    for stored in history[:cut]:
        state = _after(state, stored.event)
        waiting = stored.event.waiting if isinstance(stored.event, ClockPaused) else waiting
        if isinstance(stored.event, TicketClosed):
            closed_at = stored.at
        elif isinstance(stored.event, TicketReopened):
            closed_at = None
        elif isinstance(stored.event, AgentAnswered) and answered_at is None:
            answered_at = stored.at
    waits = waiting if state is StateType.PENDING else None
    return replace(ticket, state=state, waiting=waits, closed_at=closed_at, first_response_at=answered_at)


def _undone(ticket: Ticket, event: Event) -> Ticket:
    match event:
        case OwnerChanged(old=old):
            return replace(ticket, owner=old)
        case FieldChanged(name=name, old=old, new=new) if name in _LISTS:
            values: tuple[str, ...] = getattr(ticket, _LISTS[name])
            kept = tuple(value for value in values if value != new)
            changes: dict[str, Any] = {_LISTS[name]: (*kept, old) if old else kept}
            return replace(ticket, **changes)
        case FieldChanged(name="priority", old=old):
            return replace(ticket, priority=Priority(old))
        case FieldChanged(name=name, old=old) if name in _PLAIN:
            plain: dict[str, Any] = {name: old}
            return replace(ticket, **plain)
        case _:
            return ticket


def _after(state: StateType, event: Event) -> StateType:
    match event:
        case TicketClosed():
            return StateType.CLOSED
        case TicketReopened():
            return StateType.OPEN
        case ClockPaused() if can(state, Step.WAIT):
            return advance(state, Step.WAIT)
        case ClockResumed() if can(state, Step.RESUME):
            return advance(state, Step.RESUME)
        case TicketMerged():
            return StateType.MERGED
        case TicketUnmerged(state=restored):
            return restored
        case AgentAnswered() if can(state, Step.AGENT_REPLY):
            return advance(state, Step.AGENT_REPLY)
        case CustomerReplied() if can(state, Step.CUSTOMER_REPLY):
            return advance(state, Step.CUSTOMER_REPLY)
        case _:
            return state
