"""A ticket as it was before a mail came to it: its history told again up to then, for trying rules on old mails.

Reckons from events alone. Never changes what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final

from maild.desk.ports import StoredEvent
from maild.domain.events import (
    AgentAnswered,
    AnswerTakenBack,
    ClockPaused,
    ClockResumed,
    CustomerReplied,
    DeliveryFailed,
    Event,
    FieldChanged,
    MailGrouped,
    MergeReleased,
    OwnerChanged,
    PromiseMoved,
    TicketClosed,
    TicketMerged,
    TicketMuted,
    TicketOpened,
    TicketReopened,
    TicketUnmerged,
)
from maild.domain.intent import ActorKind
from maild.domain.lifecycle import ENDED, StateType, Step, Waiting, advance, can
from maild.domain.ticket import Priority, Ticket

_LISTS: Final = {"tag": "tags", "watcher": "watchers"}
_PLAIN: Final = frozenset(field.name for field in fields(Ticket))


def ticket_before(ticket: Ticket, history: Sequence[StoredEvent], cut: int) -> Ticket:
    """The ticket when only the first `cut` events of its history had happened; its version stays, so that it can be
    written."""
    for stored in reversed(history[cut:]):
        ticket = _undone(ticket, stored.event)
    told = _Told()
    for stored in history[:cut]:
        told.tell(stored)
    return replace(
        ticket,
        state=told.state,
        waiting=told.waiting,
        waits_until=told.waits_until if told.state is StateType.PENDING else None,
        closed_at=told.closed_at,
        first_response_at=min(told.answers.values(), default=None),
        last_customer_at=max(told.words.values(), default=None),
        last_agent_at=told.last_agent_at,
        reopen_count=told.reopened,
        merged_into=told.merged_into,
        muted=tuple(told.muted),
        grouped=told.grouped,
        grouped_told_at=told.grouped_told_at,
        tags=tuple(told.lists["tag"]),
        watchers=tuple(told.lists["watcher"]),
    )


def happened_before(history: Sequence[StoredEvent], *, event: int | None, at: datetime) -> int:
    """How many events of a ticket came before the event of this number, or else not after this time."""
    if event is not None:
        return sum(stored.id < event for stored in history)
    return next((n for n, stored in enumerate(history) if stored.at > at), len(history))


def first_event_of(cause: str, history: Iterable[StoredEvent]) -> int | None:
    """The number of the first event that a cause has stated in a ticket; None when it has stated none there."""
    return next((stored.id for stored in history if stored.cause == cause), None)


@dataclass(slots=True)
class _Told:
    """What a history says of its ticket so far; what it does not say follows from the ticket of today."""

    state: StateType = StateType.NEW
    waiting: Waiting | None = None
    waits_until: datetime | None = None
    closed_at: datetime | None = None
    answers: dict[int, datetime] = field(default_factory=dict)
    """Answers that the customer has got, by article."""
    words: dict[int, datetime] = field(default_factory=dict)
    """Words of the customer, by article; those that are none by the number of their event, below zero."""
    last_agent_at: datetime | None = None
    reopened: int = 0
    merged_into: int = 0
    grouped: int = 0
    grouped_told_at: datetime | None = None
    muted: dict[str, None] = field(default_factory=dict)
    lists: dict[str, dict[str, None]] = field(default_factory=lambda: {name: {} for name in _LISTS})

    def tell(self, stored: StoredEvent) -> None:
        at, event = stored.at, stored.event
        self.state = _after(self.state, event)
        match event:
            case TicketOpened(article=article) | CustomerReplied(article=article):
                self.words[article] = at
            case AgentAnswered(article=article):
                self.answers[article] = at
                self.last_agent_at = max(at, self.last_agent_at or at)
            case DeliveryFailed(unanswered=True, article=article) | AnswerTakenBack(article=article):
                self.answers.pop(article, None)
            case ClockPaused(waiting=waiting, until=until):
                self.waiting, self.waits_until = waiting, until
            case TicketClosed():
                self.closed_at = at
            case TicketReopened():
                self.closed_at, self.reopened = None, self.reopened + 1
                if stored.actor.kind is ActorKind.CONTACT and not event.by_reply:
                    self.words[-stored.id] = at
            case TicketMerged(into=into):
                self.merged_into, self.closed_at = into, self.closed_at or at
            case TicketUnmerged():
                self.merged_into = 0
                self.closed_at = self.closed_at if event.state in ENDED else None
                self.words.update((back.article, back.at) for back in event.replies)
            case MergeReleased(replies=replies):
                for article in replies:
                    self.words.pop(article, None)
            case MailGrouped():
                self.words[event.article] = at
                self.grouped = event.count
                self.grouped_told_at = at if event.tell else self.grouped_told_at
            case TicketMuted(agent=agent, muted=muted):
                _keep(self.muted, agent, muted)
            case FieldChanged(name=name, old=old, new=new) if name in _LISTS:
                _keep(self.lists[name], new or old, bool(new))
        if self.state not in (StateType.PENDING, StateType.MERGED):
            self.waiting = self.waits_until = None


def _keep(names: dict[str, None], name: str, kept: bool) -> None:
    """Put a name at the end of an ordered list, or take it out."""
    names.pop(name, None)
    if kept:
        names[name] = None


def _undone(ticket: Ticket, event: Event) -> Ticket:
    match event:
        case OwnerChanged(old=old):
            return replace(ticket, owner=old)
        case PromiseMoved(old=promised):
            return replace(ticket, promised_at=promised)
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
