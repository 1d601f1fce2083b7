"""The desk as it was before a mail came that has come long ago: for trying rules on it once more.

Views over a unit of work that is always undone. Agents' loads, contacts and preferences are those of today.
"""

from maild.cli.bygone.articles import BygoneArticles, BygoneLinks
from maild.cli.bygone.counted import BygoneOutbox, BygoneTimers
from maild.cli.bygone.tickets import BygoneEvents, BygoneTickets
from maild.cli.bygone.view import View

__all__ = ["BygoneArticles", "BygoneEvents", "BygoneLinks", "BygoneOutbox", "BygoneTickets", "BygoneTimers", "View"]
