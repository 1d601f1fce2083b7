"""What a rule does, as commands of the desk; a command that the desk does not have cannot be written in a rule.

Builds commands and tells the rules that follow what has changed. Carries nothing out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

from maild.domain.address import Mailbox
from maild.domain.commands import (
    AddNote,
    AddTag,
    AssignMember,
    AssignOwner,
    CallWebhook,
    CloseTicket,
    ForwardMail,
    GroupMail,
    LinkLast,
    PutAside,
    RemoveTag,
    ReopenTicket,
    ResumeTicket,
    SendAnswer,
    SetCategory,
    SetPolicy,
    SetPriority,
    SetProduct,
    SetRequestType,
    SetSeverity,
    SetTeam,
    SetWatching,
    WaitFor,
    Way,
)
from maild.domain.intent import Command, Words
from maild.domain.lifecycle import ENDED, StateType, Waiting
from maild.domain.ticket import Priority
from maild.rules.known import KnownNames
from maild.rules.likeness import key_of, likeness
from maild.rules.model import Action
from maild.rules.timing import minutes_of
from maild.rules.view import View

PRIORITIES: Final = frozenset(p.value for p in Priority)


def _assignment(value: str) -> AssignMember:
    """Who it will be the desk knows, not the rules."""
    for way in (Way.SKILL, Way.ON_DUTY):
        if value.startswith(f"{way} "):
            return AssignMember(way=way, of=value.removeprefix(f"{way} "))
    return AssignMember(way=Way(value))


BUILDERS: Final[Mapping[str, Callable[[str], Command]]] = {
    "drop": lambda value: PutAside(reason=value, drop=True),
    "hold": lambda value: PutAside(reason=value),
    "group": lambda value: GroupMail(minutes=minutes_of(value) or 0),
    "team": lambda value: SetTeam(team=value),
    "category": lambda value: SetCategory(category=value),
    "request_type": lambda value: SetRequestType(request_type=value),
    "priority": lambda value: SetPriority(priority=Priority(value)),
    "severity": lambda value: SetSeverity(severity=value),
    "product": lambda value: SetProduct(product=value),
    "sla": lambda value: SetPolicy(policy=value),
    "owner": lambda value: AssignOwner(owner=value),
    "assign": _assignment,
    "link": lambda value: LinkLast(minutes=minutes_of(value) or 0),
    "tag": lambda value: AddTag(tag=value),
    "reopen": lambda value: ReopenTicket(reason=value),
    "resume": lambda _: ResumeTicket(),
    "wait": lambda value: WaitFor(waiting=Waiting(value)),
    "untag": lambda value: RemoveTag(tag=value),
    "watch": lambda value: SetWatching(agent=value),
    "unwatch": lambda value: SetWatching(agent=value, watching=False),
    "note": lambda value: AddNote(words=Words(text=value, new_text=value)),
    "answer": lambda value: SendAnswer(answer=value),
    "webhook": lambda value: CallWebhook(webhook=value),
    "forward": lambda value: ForwardMail(address=value),
    "close": lambda value: CloseTicket(reason=value),
}
"""Every action, in the order in which those of one rule are done: a team before its owner, closing last."""

AWAY: Final = frozenset({"hold", "drop", "group"})
"""Actions that keep a mail from its ticket: only where a mail has just come."""

OF_NEW: Final = frozenset({"group"})
"""Those of them that are about a mail which has opened a ticket."""

LISTS: Final = frozenset({"tag", "untag", "watch", "unwatch", "webhook", "forward"})
"""Actions that take several values."""

TIMES: Final = frozenset({"group", "link"})
"""Actions whose value is a length of time."""

FLAGS: Final = frozenset({"resume"})
"""Actions that have nothing to say but `true`."""

WORDLESS: Final = frozenset({"close", "reopen", *FLAGS})
"""Actions that need no value."""

WAITS: Final = frozenset(w.value for w in Waiting)

MAX_TAG = 50
"""Characters of a tag, also of one that a mail's words were written into."""


def allowed_values(key: str, known: KnownNames, *, category: str = "") -> Collection[str] | None:
    """The values an action may have; None when any text will do."""
    match key:
        case "team":
            return known.teams
        case "category":
            return known.categories
        case "request_type":
            found = known.categories.get(category)
            return frozenset(found.request_types) if found else frozenset()
        case "priority":
            return PRIORITIES
        case "owner":
            return known.agents
        case "answer":
            return known.answers
        case "webhook":
            return known.webhooks
        case "forward":
            return known.forward_to
        case "severity":
            return known.severities
        case "product":
            return known.products
        case "sla":
            return known.policies
        case "watch" | "unwatch":
            return known.agents
        case "assign":
            named = {f"{Way.SKILL} {name}" for name in known.skills} | {
                f"{Way.ON_DUTY} {name}" for name in known.rosters
            }
            return frozenset({Way.IN_TURN.value, Way.LEAST_LOADED.value, *named})
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
    if key in ("hold", "drop") and view.facts.released:
        return None, f"{key} left alone, a person has released the mail"
    if key == "group" and not view.facts.may_group:
        return None, "group left alone, it is not sure enough who wrote the mail, or somebody has passed it on"
    if key in ("answer", "forward") and not view.facts.may_answer:
        return None, f"{key} left alone, the mail may get no automatic answer"
    if key == "forward":
        value = Mailbox("", value).key
    if key in ("tag", "untag"):
        value = value[:MAX_TAG].strip()
    if not value and key not in WORDLESS:
        return None, f"{key} left alone, nothing was captured for it"
    if allowed is not None and value not in allowed:
        return None, f"{key} left alone, {value!r} is not known"
    if _is_so(key, value, view):
        return None, f"{key} is {value or 'so'} already"
    _write(key, value, view, known)
    shown = value if len(value) <= MAX_TAG else value[: MAX_TAG - 1] + "…"
    command = BUILDERS[key](value)
    if isinstance(command, GroupMail):
        command = replace(command, alike=likeness(view.facts, captures))
    if isinstance(command, LinkLast):
        command = replace(command, key=key_of(captures))
    return command, f"{key} {shown}".rstrip()


def _is_so(key: str, value: str, view: View) -> bool:
    match key:
        case "tag":
            return value in view.tags
        case "untag":
            return value not in view.tags
        case "watch":
            return value in view.watchers
        case "unwatch":
            return value not in view.watchers
        case "reopen":
            return view.fields["state"] not in ENDED
        case "resume":
            return view.fields["state"] != StateType.PENDING
        case "wait":
            return view.fields["waiting"] == value
        case _:
            return view.fields.get(key) == value


def _write(key: str, value: str, view: View, known: KnownNames) -> None:
    match key:
        case "tag":
            view.add_tag(value)
        case "untag":
            view.remove_tag(value)
        case "watch" | "unwatch":
            view.watch(value, watching=key == "watch")
        case "close":
            view.set("state", StateType.CLOSED.value)
            view.set("waiting", "")
        case "wait":
            view.set("state", StateType.PENDING.value)
            view.set("waiting", value)
        case "reopen" | "resume":
            view.set("state", StateType.OPEN.value)
            view.set("waiting", "")
        case "team":
            view.set("team", value)
            if view.fields["owner"] not in known.teams.get(value, frozenset()):
                view.set("owner", "")
        case "category":
            view.set("category", value)
            if view.fields["request_type"] not in known.categories[value].request_types:
                view.set("request_type", "")
        case "note" | "assign" | "answer" | "webhook" | "forward" | "hold" | "drop" | "group" | "link":
            pass
        case _:
            view.set(key, value)
