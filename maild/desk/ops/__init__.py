"""The operations of the desk, one subject a module; importing this package fills the registry."""

from maild.desk.ops import (
    delivery,
    merging,
    muting,
    people,
    routing,
    rules,
    service,
    tickets,
)

__all__ = [
    "delivery",
    "merging",
    "muting",
    "people",
    "routing",
    "rules",
    "service",
    "tickets",
]
