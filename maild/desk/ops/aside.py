"""Mail that a rule keeps from its ticket: held for a person, or dropped with a reason.

Stops the cause as a whole, so that nothing of it is left. Never loses a mail: it stays in the book with the reason.
"""

from __future__ import annotations

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import PutAside


class MailTakenAway(Exception):
    """A rule keeps the mail from its ticket. Whoever brought it undoes what the cause has done."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.trace: tuple[str, ...] = ()
        """What the rules said."""


class MailPutAside(MailTakenAway):
    """The mail gets no ticket. Whoever brought it writes down where it is."""

    def __init__(self, *, rule: str, reason: str, dropped: bool) -> None:
        super().__init__(f"rule {rule}: {reason}")
        self.dropped = dropped


@operation("put-aside", PutAside, needs=Act.ROUTE, surfaces=Surface.RULE)
def put_aside(work: Work, command: PutAside) -> None:
    """The mail waits for a person in quarantine, or is dropped and counted; it opens no ticket and joins none."""
    raise MailPutAside(rule=work.actor.name, reason=command.reason, dropped=command.drop)
