"""The operations of the desk, one subject a module; importing this package fills the registry."""

from maild.desk.ops import delivery, merging, people, routing, service, tickets

__all__ = ["delivery", "merging", "people", "routing", "service", "tickets"]
