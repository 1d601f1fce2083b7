"""The operations of the desk, one subject a module; importing this package fills the registry."""

from maild.desk.ops import routing, service, tickets

__all__ = ["routing", "service", "tickets"]
