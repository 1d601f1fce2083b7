"""What the desk needs from the world, as protocols: `app.py` supplies them, tests may too.

One `UnitOfWork` is one transaction: leaving it with an exception undoes everything, and nothing here commits.
Repositories hand out frozen domain values; reading an attribute never does I/O."""

from maild.desk.ports.due import Calls, Mark, Marks, RuleAlarms, Timers
from maild.desk.ports.outgoing import LateAnswer, Outbox, OutgoingMail, Undeliverables, Waiting, WaitingMail, Withheld
from maild.desk.ports.secrets import Capabilities, Confirmations, Expired, Preferences
from maild.desk.ports.tickets import (
    Articles,
    Conflict,
    Events,
    KnownMessage,
    Links,
    People,
    Ratings,
    StoredEvent,
    Tickets,
)
from maild.desk.ports.work import Planner, T, UnitOfWork, Writer

__all__ = [
    "Articles",
    "Calls",
    "Capabilities",
    "Confirmations",
    "Conflict",
    "Events",
    "Expired",
    "KnownMessage",
    "LateAnswer",
    "Links",
    "Mark",
    "Marks",
    "Outbox",
    "OutgoingMail",
    "People",
    "Planner",
    "Preferences",
    "Ratings",
    "RuleAlarms",
    "StoredEvent",
    "T",
    "Tickets",
    "Timers",
    "Undeliverables",
    "UnitOfWork",
    "Waiting",
    "WaitingMail",
    "Withheld",
    "Writer",
]
