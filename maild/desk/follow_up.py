"""What becomes of a customer's reply to a closed ticket: the team's policy, its window, thanks, and how often.

Decides by the ticket and its history. Changes nothing: the operations do.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from maild.desk.work import Work
from maild.domain.commands import AddReply
from maild.domain.events import AutomaticReplyStored, Kept, ReplyKept, TicketClosed, TicketReopened
from maild.domain.intent import ActorKind
from maild.domain.lifecycle import Step, can
from maild.domain.people import WhenClosed
from maild.domain.ticket import Ticket

REOPENINGS = 3
"""By customers, of one ticket in an hour: more is a machine that answers our closing notice, or a quarrel (SEC-27)."""


class FollowUp(StrEnum):
    """What a reply to a closed ticket does; a `ReplyKept` stands for the third thing, nothing."""

    REOPEN = "reopen"
    NEW_TICKET = "new-ticket"


def answer_to_closed(work: Work, ticket: Ticket, command: AddReply) -> FollowUp | ReplyKept:
    """What the reply does; a ReplyKept without its article when the ticket stays closed."""
    team = work.team(ticket.team)
    if team.thanks and command.thanks and ticket.first_response_at is not None:
        return _kept(work, ticket, Kept.THANKS, tell=command.may_acknowledge, reasons=command.thanks)
    if team.closed is WhenClosed.REFUSE:
        return _kept(work, ticket, Kept.REFUSED, tell=command.may_acknowledge)
    if not may_reopen(work, ticket):
        return FollowUp.NEW_TICKET
    if reopened_too_often(work, ticket):
        return _kept(work, ticket, Kept.TOO_OFTEN, tell=True)
    return FollowUp.REOPEN


def may_reopen(work: Work, ticket: Ticket) -> bool:
    """Whether the team's window for reopening is still open."""
    if not can(ticket.state, Step.REOPEN):
        return False
    window = timedelta(hours=work.team(ticket.team).window_hours)
    return bool(window) and work.at <= (ticket.closed_at or ticket.updated_at) + window


def reopened_too_often(work: Work, ticket: Ticket) -> bool:
    """Whether the ticket has been reopened so often in the last hour that a customer's mail no longer does it."""
    if ticket.reopen_count < REOPENINGS:
        return False
    since = work.at - timedelta(hours=1)
    recent = [e for e in work.uow.events.of(ticket.number) if isinstance(e.event, TicketReopened) and e.at > since]
    return len(recent) >= REOPENINGS


def touched_since_rule(work: Work, ticket: Ticket) -> bool:
    """Whether a person has done anything to the ticket since a rule last reopened it: rules that close and reopen it
    in turn would never come to rest otherwise (SEC-60)."""
    persons = (ActorKind.AGENT, ActorKind.CONTACT)
    if any(event.ticket == ticket.number and actor.kind in persons for event, actor in work.events):
        return True
    for stored in reversed(work.uow.events.of(ticket.number)):
        if isinstance(stored.event, TicketReopened) and stored.actor.kind is ActorKind.RULE:
            return False
        if stored.actor.kind in persons and not isinstance(stored.event, AutomaticReplyStored):
            return True
    return True


def _kept(work: Work, ticket: Ticket, why: Kept, *, tell: bool, reasons: tuple[str, ...] = ()) -> ReplyKept:
    told = False
    for stored in work.uow.events.of(ticket.number):
        match stored.event:
            case TicketClosed():
                told = False
            case ReplyKept(why=earlier, tell=True) if earlier is why:
                told = True
            case _:
                pass
    return ReplyKept(ticket=ticket.number, article=0, contact=0, why=why, tell=tell and not told, reasons=reasons)
