"""The operations of the desk, one subject a module; importing this package fills the registry."""

from maild.desk.ops import (
    assignment,
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
