"""The life of a ticket: fixed state types and the steps between them, all in one table.

Decides what a step leads to. Never knows who takes the step or why.
"""

from __future__ import annotations

from enum import StrEnum


class StateType(StrEnum):
    """The fixed meaning of a state; desks may give it other names to show."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


class Waiting(StrEnum):
    """What a pending ticket waits for."""

    CUSTOMER = "customer"
    THIRD_PARTY = "third-party"
    """Somebody who is neither the customer nor of the desk: a supplier, a carrier."""
    HOLD = "hold"
    """Put aside by us, for a reason of our own."""


class Step(StrEnum):
    """What can happen to a ticket that may change its state."""

    START = "start"
    WAIT = "wait"
    RESUME = "resume"
    CUSTOMER_REPLY = "customer-reply"
    AGENT_REPLY = "agent-reply"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    MERGE = "merge"


class IllegalStep(Exception):
    """The step does not exist from this state."""

    def __init__(self, state: StateType, step: Step) -> None:
        super().__init__(f"a ticket that is {state} cannot {step}")
        self.state = state
        self.step = step


_S = StateType
TRANSITIONS: dict[tuple[StateType, Step], StateType] = {
    (_S.NEW, Step.START): _S.OPEN,
    (_S.NEW, Step.WAIT): _S.PENDING,
    (_S.NEW, Step.CUSTOMER_REPLY): _S.NEW,
    (_S.NEW, Step.AGENT_REPLY): _S.OPEN,
    (_S.NEW, Step.CLOSE): _S.CLOSED,
    (_S.NEW, Step.CANCEL): _S.CANCELLED,
    (_S.NEW, Step.MERGE): _S.MERGED,
    (_S.OPEN, Step.START): _S.OPEN,
    (_S.OPEN, Step.WAIT): _S.PENDING,
    (_S.OPEN, Step.CUSTOMER_REPLY): _S.OPEN,
    (_S.OPEN, Step.AGENT_REPLY): _S.OPEN,
    (_S.OPEN, Step.CLOSE): _S.CLOSED,
    (_S.OPEN, Step.CANCEL): _S.CANCELLED,
    (_S.OPEN, Step.MERGE): _S.MERGED,
    (_S.PENDING, Step.START): _S.OPEN,
    (_S.PENDING, Step.WAIT): _S.PENDING,
    (_S.PENDING, Step.RESUME): _S.OPEN,
    (_S.PENDING, Step.CUSTOMER_REPLY): _S.OPEN,
    (_S.PENDING, Step.AGENT_REPLY): _S.PENDING,
    (_S.PENDING, Step.CLOSE): _S.CLOSED,
    (_S.PENDING, Step.CANCEL): _S.CANCELLED,
    (_S.PENDING, Step.MERGE): _S.MERGED,
    (_S.CLOSED, Step.REOPEN): _S.OPEN,
    (_S.CLOSED, Step.AGENT_REPLY): _S.CLOSED,
    (_S.CLOSED, Step.MERGE): _S.MERGED,
    (_S.CANCELLED, Step.REOPEN): _S.OPEN,
}
"""Every legal step. What is not here cannot happen."""

ENDED = frozenset({_S.CLOSED, _S.CANCELLED, _S.MERGED})
"""States in which no clock runs."""


def advance(state: StateType, step: Step) -> StateType:
    """The state after the step; raises IllegalStep when there is none."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise IllegalStep(state, step) from None


def can(state: StateType, step: Step) -> bool:
    """Whether the step is legal from this state."""
    return (state, step) in TRANSITIONS
