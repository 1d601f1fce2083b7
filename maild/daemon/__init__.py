"""The daemon: everything that runs together, opened in order and closed in order."""

from maild.daemon.pages import portal_of
from maild.daemon.run import PARTS, Daemon

__all__ = ["PARTS", "Daemon", "portal_of"]
