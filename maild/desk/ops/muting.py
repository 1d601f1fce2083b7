"""What an agent does not want to hear of, or not now: tickets that he mutes, hours in which he wants peace.

Changes what he is told, never the ticket: who has muted one may work on it like everybody else.
"""

from __future__ import annotations

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import MuteTicket, SetListening
from maild.domain.events import ListeningChanged, TicketMuted
from maild.domain.quiet import Preference


@operation("mute", MuteTicket, needs=Act.MUTE, surfaces=Surface.MAIL | Surface.CLI)
def mute(work: Work, command: MuteTicket) -> None:
    """Tell the agent who asks nothing more of the ticket but what names him; or everything again (P46)."""
    set_muted(work, command.ticket, work.actor.name, muted=command.muted)


def set_muted(work: Work, number: int, agent: str, *, muted: bool) -> None:
    """Write down whether the agent hears of the ticket; states nothing when it is so already."""
    ticket = work.ticket(number)
    if (agent in ticket.muted) == muted:
        return
    others = tuple(name for name in ticket.muted if name != agent)
    work.change(ticket, muted=(*others, agent) if muted else others)
    work.emit(TicketMuted(ticket=ticket.number, agent=agent, muted=muted))


@operation("listening", SetListening, needs=Act.MUTE, surfaces=Surface.MAIL)
def set_listening(work: Work, command: SetListening) -> None:
    """Change when the agent who asks hears of things: his quiet hours, and the times of his digest."""
    ticket, agent = work.ticket(command.ticket), work.actor.name
    known = work.uow.preferences.get(agent)
    before = known or Preference()
    said = Preference(
        quiet=before.quiet if command.quiet is None else command.quiet,
        digest=before.digest if command.digest is None else command.digest,
    )
    if said != before:
        work.uow.preferences.put(agent, said, known)
        work.emit(ListeningChanged(ticket=ticket.number, agent=agent, quiet=said.quiet, digest=said.digest))
