"""One mail in place of many: what has waited for an agent through his quiet hours, or for his digest.

States that it is told and of what it consists. Never decides what waits.
"""

from __future__ import annotations

from collections.abc import Sequence

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import GatherDigest
from maild.domain.events import DigestGathered
from maild.domain.lifecycle import ENDED
from maild.domain.notice import ALARMS


@operation("digest", GatherDigest, needs=Act.TELL, surfaces=Surface.CLOCK)
def gather_digest(work: Work, command: GatherDigest) -> None:
    """Tell an agent in one mail all that waits for him; a single mail leaves as it is, an alarm that is none is not."""
    items = [item for item in work.uow.waiting.take(command.recipient, now=work.at) if _is_news(work, item)]
    agent = work.directory.agent_by_address(command.recipient)
    outside = "" if agent else _outside(work, items)
    if len(items) == 1 or not (agent or outside):  # who has left the desk since still gets what was for him
        for item in items:
            work.uow.waiting.send_alone(item, now=work.at)
    elif items:
        work.emit(DigestGathered(ticket=0, agent=agent.name if agent else "", items=tuple(items), address=outside))


def _outside(work: Work, items: Sequence[int]) -> str:
    """The address of somebody outside whom escalation steps tell, when it is nothing but that; else ""."""
    notices = [waiting.notice for item in items if (waiting := work.uow.waiting.get(item)) is not None]
    alarms = notices and all(notice.name == "escalation-outside" for notice in notices)
    return notices[-1].recipient.address if alarms else ""


def _is_news(work: Work, item: int) -> bool:
    """Whether it is still worth telling: not of the clocks of a ticket that was closed or merged meanwhile (P29)."""
    waiting = work.uow.waiting.get(item)
    if waiting is None or waiting.notice.name not in ALARMS:
        return waiting is not None
    ticket = work.uow.tickets.get(waiting.notice.ticket)
    if ticket is not None and ticket.state not in ENDED:
        return True
    work.uow.waiting.drop(item, because="its ticket was done before the digest left")
    return False
