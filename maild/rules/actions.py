"""What a rule does, as commands of the desk; a command that the desk does not have cannot be written in a rule.

Builds commands and tells the rules that follow what has changed. Carries nothing out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from maild.domain.commands import (
    AddNote,
    AddTag,
    AssignInTurn,
    AssignOwner,
    CloseTicket,
    SetCategory,
    SetPriority,
    SetRequestType,
    SetTeam,
    WaitFor,
)
from maild.domain.intent import Command, Words
from maild.domain.lifecycle import StateType, Waiting
from maild.domain.ticket import Priority
from maild.rules.known import KnownNames
from maild.rules.model import Action
from maild.rules.view import View

PRIORITIES: Final = frozenset(p.value for p in Priority)

BUILDERS: Final[Mapping[str, Callable[[str], Command]]] = {
    "team": lambda value: SetTeam(team=value),
    "category": lambda value: SetCategory(category=value),
    "request_type": lambda value: SetRequestType(request_type=value),
    "priority": lambda value: SetPriority(priority=Priority(value)),
    "owner": lambda value: AssignOwner(owner=value),
    "assign": lambda value: AssignInTurn(),
    "tag": lambda value: AddTag(tag=value),
    "wait": lambda value: WaitFor(waiting=Waiting(value)),
    "note": lambda value: AddNote(words=Words(text=value, new_text=value)),
    "close": lambda value: CloseTicket(reason=value),
}
"""Every action, in the order in which those of one rule are done: a team before its owner, closing last."""

WAYS_TO_ASSIGN: Final = frozenset({"in turn"})
"""How a member of the team can be chosen. Who it will be the desk knows, not the rules."""

WAITS: Final = frozenset(w.value for w in Waiting)

MAX_TAG = 50
"""Characters of a tag, also of one that a mail's words were written into."""


def allowed_values(key: str, known: KnownNames, *, category: str = "") -> frozenset[str] | None:
    """The values an action may have; None when any text will do."""
    match key:
        case "team":
            return frozenset(known.teams)
        case "category":
            return frozenset(known.categories)
        case "request_type":
            found = known.categories.get(category)
            return frozenset(found.request_types) if found else frozenset()
        case "priority":
            return PRIORITIES
        case "owner":
            return known.agents
        case "assign":
            return WAYS_TO_ASSIGN
        case "wait":
            return WAITS
        case _:
            return None


def act(action: Action, captures: Mapping[str, str], view: View, known: KnownNames) -> tuple[Command | None, str]:
    """The command, or None when there is nothing to do, and in words what was or was not done.

    The view is changed as the desk will change the ticket, so that later rules see what they will find.
    """
    key, value = action.key, action.filled(captures).strip()
    allowed = allowed_values(key, known, category=view.fields["category"])
    if key == "tag":
        value = value[:MAX_TAG].strip()
    if not value and key != "close":
        return None, f"{key} left alone, nothing was captured for it"
    if allowed is not None and value not in allowed:
        return None, f"{key} left alone, {value!r} is not known"
    if value in view.tags if key == "tag" else view.fields.get(key) == value:
        return None, f"{key} is {value} already"
    _write(key, value, view, known)
    shown = value if len(value) <= MAX_TAG else value[: MAX_TAG - 1] + "…"
    return BUILDERS[key](value), f"{key} {shown}".rstrip()


def _write(key: str, value: str, view: View, known: KnownNames) -> None:
    match key:
        case "tag":
            view.add_tag(value)
        case "close":
            view.set("state", StateType.CLOSED.value)
        case "wait":
            view.set("state", StateType.PENDING.value)
        case "team":
            view.set("team", value)
            if view.fields["owner"] not in known.teams.get(value, frozenset()):
                view.set("owner", "")
        case "category":
            view.set("category", value)
            if view.fields["request_type"] not in known.categories[value].request_types:
                view.set("request_type", "")
        case "note" | "assign":
            pass
        case _:
            view.set(key, value)
