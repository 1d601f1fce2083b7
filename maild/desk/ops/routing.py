"""Who works on a ticket, under which heading, and how soon.

Setting what is already so changes nothing and states nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from maild.desk.operations import Surface, operation
from maild.desk.ops.muting import set_muted
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import (
    AddTag,
    AssignOwner,
    RemoveTag,
    SetCategory,
    SetPolicy,
    SetPriority,
    SetProduct,
    SetRequestType,
    SetSeverity,
    SetTeam,
    SetWatching,
)
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
    work.hold_to_brand(ticket, agent=command.owner)
    work.change(ticket, owner=command.owner)
    work.emit(OwnerChanged(ticket=ticket.number, old=ticket.owner, new=command.owner))
    set_muted(work, ticket.number, command.owner, muted=False)  # whoever is put in charge has to hear of it


@operation("team", SetTeam, needs=Act.ROUTE, surfaces=_WAYS)
def set_team(work: Work, command: SetTeam) -> None:
    """Hand the ticket to a team; an owner who is not of that team loses it."""
    ticket = work.ticket(command.ticket)
    if command.team not in work.directory.teams:
        raise NotFound("no-team", "there is no team {name}", name=command.team)
    work.hold_to_brand(ticket, team=command.team)
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


@operation("untag", RemoveTag, needs=Act.ROUTE, surfaces=_WAYS)
def remove_tag(work: Work, command: RemoveTag) -> None:
    """Take a word off the ticket."""
    ticket = work.ticket(command.ticket)
    if command.tag in ticket.tags:
        work.change(ticket, tags=tuple(tag for tag in ticket.tags if tag != command.tag))
        work.emit(FieldChanged(ticket=ticket.number, name="tag", old=command.tag, new=""))


@operation("severity", SetSeverity, needs=Act.ROUTE, surfaces=_WAYS)
def set_severity(work: Work, command: SetSeverity) -> None:
    """Say how much harm it does."""
    _known(command.severity, work.directory.severities, "no-severity", "severity")
    _set(work, command.ticket, "severity", command.severity)


@operation("product", SetProduct, needs=Act.ROUTE, surfaces=_WAYS)
def set_product(work: Work, command: SetProduct) -> None:
    """Say what it is about."""
    _known(command.product, work.directory.products, "no-product", "product")
    _set(work, command.ticket, "product", command.product)


@operation("sla", SetPolicy, needs=Act.ROUTE, surfaces=_WAYS)
def set_policy(work: Work, command: SetPolicy) -> None:
    """Let the clocks follow this policy, whatever the fields say; they keep what they have used."""
    _known(command.policy, work.directory.policies, "no-policy", "SLA policy")
    _set(work, command.ticket, "chosen_policy", command.policy)


@operation("watch", SetWatching, needs=Act.ROUTE, surfaces=_WAYS)
def set_watching(work: Work, command: SetWatching) -> None:
    """An agent hears what the owner hears, or no longer does."""
    ticket = work.ticket(command.ticket)
    name = command.agent
    if name not in work.directory.agents:
        raise NotFound("no-agent", "there is no agent {name}", name=name)
    if (name in ticket.watchers) is command.watching:
        return
    if command.watching:
        work.hold_to_brand(ticket, agent=name)
    others = tuple(watcher for watcher in ticket.watchers if watcher != name)
    work.change(ticket, watchers=(*others, name) if command.watching else others)
    old, new = ("", name) if command.watching else (name, "")
    work.emit(FieldChanged(ticket=ticket.number, name="watcher", old=old, new=new))


def _known(value: str, known: Collection[str], code: str, what: str) -> None:
    if value and value not in known:
        raise NotFound(code, "there is no {what} {name}", what=what, name=value)


def _set(work: Work, number: int, name: str, value: Any) -> None:
    ticket = work.ticket(number)
    old = getattr(ticket, name)
    if old != value:
        work.change(ticket, **{name: value})
        work.emit(FieldChanged(ticket=ticket.number, name=name, old=str(old), new=str(value)))
