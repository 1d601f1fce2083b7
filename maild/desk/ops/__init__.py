"""The operations of the desk, one subject a module; importing this package fills the registry."""

from maild.desk.ops import (
    answers,
    aside,
    assignment,
    confirming,
    delivery,
    escalation,
    gathering,
    merging,
    muting,
    passing_on,
    people,
    routing,
    rules,
    service,
    tickets,
    waiting,
)

__all__ = [
    "answers",
    "aside",
    "assignment",
    "confirming",
    "delivery",
    "escalation",
    "gathering",
    "merging",
    "muting",
    "passing_on",
    "people",
    "routing",
    "rules",
    "service",
    "tickets",
    "waiting",
]
