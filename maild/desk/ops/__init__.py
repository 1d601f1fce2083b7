"""The operations of the desk, one subject a module; importing this package fills the registry."""

from maild.desk.ops import (
    assignment,
    confirming,
    delivery,
    gathering,
    merging,
    muting,
    people,
    routing,
    rules,
    service,
    tickets,
    waiting,
)

__all__ = [
    "assignment",
    "confirming",
    "delivery",
    "gathering",
    "merging",
    "muting",
    "people",
    "routing",
    "rules",
    "service",
    "tickets",
    "waiting",
]
