"""One mail to mailboxes of two teams is one ticket of the first, and the other team is told of it once (P4).

States the fact. Never moves a ticket from team to team.
"""

from __future__ import annotations

from collections.abc import Iterable

from maild.desk.work import Work
from maild.domain.events import AlsoAddressed
from maild.domain.ticket import Ticket


def tell_teams(work: Work, ticket: Ticket, article: int, teams: Iterable[str]) -> None:
    """State that these teams were addressed too: all but the ticket's own and those that know already."""
    own = work.directory.own(ticket.mailbox)
    aware = {ticket.team, own.team if own else ticket.team}
    others = [team for team in dict.fromkeys(teams) if team not in aware and team in work.directory.teams]
    if not others:
        return
    stored = [] if ticket.number == work.opened else [stored.event for stored in work.uow.events.of(ticket.number)]
    told = {event.team for event in stored if isinstance(event, AlsoAddressed)}
    for team in others:
        if team not in told:
            work.emit(AlsoAddressed(ticket=ticket.number, article=article, team=team))
