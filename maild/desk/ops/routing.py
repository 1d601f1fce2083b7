"""Who works on a ticket, under which heading, and how soon.

Setting what is already so changes nothing and states nothing.
"""

from __future__ import annotations

from typing import Any

from maild.desk.operations import Surface, operation
from maild.desk.ops.muting import set_muted
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import AddTag, AssignInTurn, AssignOwner, SetCategory, SetPriority, SetRequestType, SetTeam
from maild.domain.events import FieldChanged, OwnerChanged
from maild.errors import InvalidInput, NotFound

_WAYS = Surface.MAIL | Surface.CLI | Surface.RULE


@operation("assign", AssignOwner, needs=Act.ROUTE, surfaces=_WAYS)
def assign(work: Work, command: AssignOwner) -> None:
    """Put an agent in charge, by name."""
    ticket = work.ticket(command.ticket)
    if command.owner and command.owner not in work.directory.agents:
        raise NotFound("no-agent", "there is no agent {name}", name=command.owner)
    if command.owner == ticket.owner:
        return
    work.change(ticket, owner=command.owner)
    work.emit(OwnerChanged(ticket=ticket.number, old=ticket.owner, new=command.owner))
    set_muted(work, ticket.number, command.owner, muted=False)  # whoever is put in charge has to hear of it


@operation("turn", AssignInTurn, needs=Act.ROUTE, surfaces=Surface.RULE)
def assign_in_turn(work: Work, command: AssignInTurn) -> None:
    """Members take turns in the order of the configuration; a team without any, or a ticket with an owner, stays."""
    ticket = work.ticket(command.ticket)
    names = [agent.name for agent in work.directory.members(ticket.team)]
    if ticket.owner or not names:
        return
    last = work.uow.tickets.last_owner(ticket.team)
    chosen = names[(names.index(last) + 1) % len(names)] if last in names else names[0]
    assign(work, AssignOwner(ticket=ticket.number, owner=chosen))


@operation("team", SetTeam, needs=Act.ROUTE, surfaces=_WAYS)
def set_team(work: Work, command: SetTeam) -> None:
    """Hand the ticket to a team; an owner who is not of that team loses it."""
    ticket = work.ticket(command.ticket)
    if command.team not in work.directory.teams:
        raise NotFound("no-team", "there is no team {name}", name=command.team)
    _set(work, ticket.number, "team", command.team)
    members = {agent.name for agent in work.directory.members(command.team)}
    if ticket.owner and ticket.owner not in members:
        work.change(work.ticket(ticket.number), owner="")
        work.emit(OwnerChanged(ticket=ticket.number, old=ticket.owner, new=""))


@operation("priority", SetPriority, needs=Act.ROUTE, surfaces=_WAYS)
def set_priority(work: Work, command: SetPriority) -> None:
    """Change how soon; the clocks keep what they have used."""
    _set(work, command.ticket, "priority", command.priority)


@operation("category", SetCategory, needs=Act.ROUTE, surfaces=_WAYS)
def set_category(work: Work, command: SetCategory) -> None:
    """Change the subject of work; a request type that does not belong to it is cleared."""
    category = work.directory.categories.get(command.category)
    if category is None:
        raise NotFound("no-category", "there is no category {name}", name=command.category)
    _set(work, command.ticket, "category", command.category)
    ticket = work.ticket(command.ticket)
    if ticket.request_type and ticket.request_type not in category.request_types:
        _set(work, command.ticket, "request_type", "")


@operation("type", SetRequestType, needs=Act.ROUTE, surfaces=_WAYS)
def set_request_type(work: Work, command: SetRequestType) -> None:
    """Change the type; it must belong to the ticket's category."""
    ticket = work.ticket(command.ticket)
    category = work.directory.categories.get(ticket.category)
    if category is None or command.request_type not in category.request_types:
        raise InvalidInput(
            "no-request-type", "{name} is no request type of category {category}",
            name=command.request_type, category=ticket.category or "-",
        )  # fmt: skip
    _set(work, command.ticket, "request_type", command.request_type)


@operation("tag", AddTag, needs=Act.ROUTE, surfaces=_WAYS)
def add_tag(work: Work, command: AddTag) -> None:
    """Put a word on the ticket."""
    ticket = work.ticket(command.ticket)
    if command.tag not in ticket.tags:
        work.change(ticket, tags=(*ticket.tags, command.tag))
        work.emit(FieldChanged(ticket=ticket.number, name="tag", old="", new=command.tag))


def _set(work: Work, number: int, name: str, value: Any) -> None:
    ticket = work.ticket(number)
    old = getattr(ticket, name)
    if old != value:
        work.change(ticket, **{name: value})
        work.emit(FieldChanged(ticket=ticket.number, name=name, old=str(old), new=str(value)))
