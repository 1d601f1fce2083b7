"""Choosing who gets a ticket: in turn, by load, by skill; only among those who are there and have room.

Never takes a ticket from its owner. Where nobody can be chosen it stays as it is, and the reason is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from maild.desk.operations import Surface, operation
from maild.desk.ops.routing import assign
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import AssignMember, AssignOwner, Way
from maild.domain.people import Agent
from maild.errors import InvalidInput


@operation("turn", AssignMember, needs=Act.ROUTE, surfaces=Surface.RULE)
def assign_member(work: Work, command: AssignMember) -> None:
    """Members who are absent, or have as many open tickets as they may have, are passed over."""
    ticket = work.ticket(command.ticket)
    if ticket.owner:
        return
    # whoever chooses at the same time has to see whom this one has chosen, by turn and by load
    work.uow.alone("assign")
    members = work.directory.members(ticket.team)
    if command.way is Way.SKILL:
        members = tuple(agent for agent in members if command.of in agent.skills)
    elif command.way is Way.ON_DUTY:
        members = work.directory.on_duty(command.of, work.at)
    loads = {agent.name: work.uow.tickets.open_of(agent.name) for agent in members}
    free: list[Agent] = []
    passed: list[str] = []
    for agent in members:
        if agent.is_absent(work.at.astimezone(ZoneInfo(agent.zone or work.directory.zone)).date()):
            passed.append(f"{agent.name} is absent")
        elif agent.max_open and loads[agent.name] >= agent.max_open:
            passed.append(f"{agent.name} has {loads[agent.name]} open tickets of {agent.max_open}")
        else:
            free.append(agent)
    if not free:
        nobody = f"nobody is on duty by {command.of}" if command.way is Way.ON_DUTY else "there is no such member"
        why = "; ".join(passed) or nobody
        raise InvalidInput("nobody-free", "nobody of team {team} can get it: {why}", team=ticket.team, why=why)
    if command.way is Way.IN_TURN:
        chosen = _next(
            [agent.name for agent in members], {a.name for a in free}, work.uow.tickets.last_owner(ticket.team)
        )
    else:
        chosen = min(free, key=lambda agent: loads[agent.name]).name
    assign(work, AssignOwner(ticket=ticket.number, owner=chosen))


def _next(names: Sequence[str], free: set[str], last: str) -> str:
    """The first free one behind the last who got a ticket, in the order of the configuration."""
    start = names.index(last) + 1 if last in names else 0
    return next(name for name in (*names[start:], *names[:start]) if name in free)
