"""Reading conditions on fields whose values are known, on tags and on watchers.

A misspelt value is refused with the nearest that exists, rather than never met. Never looks at a ticket.
"""

from __future__ import annotations

from typing import Any

from maild.domain.address import fold
from maild.domain.intent import ActorKind, Trust
from maild.domain.lifecycle import StateType
from maild.domain.mail import Kind
from maild.rules.actions import PRIORITIES, WAITS
from maild.rules.changes import CHANGES
from maild.rules.conditions import FieldCondition, TagCondition, WatcherCondition
from maild.rules.conditions.logic import Condition
from maild.rules.known import KnownNames
from maild.rules.patterns import is_regex
from maild.rules.whens.when import When


def choice(when: When, name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """Fields whose values are known: a misspelt one is refused rather than never met."""
    values = when.values(value, key)
    if name == "mailbox":
        values = [fold(v.strip()) for v in values]
    if name == "language":
        bad = [v for v in values if v and not (v.isascii() and v.isalpha() and v.islower() and len(v) in (2, 3))]
        for word in bad:
            when.faults.add(key, f"{word!r} is no language code; write one such as pt, en or es")
        wanted = frozenset(values).difference(bad)
    elif name in ("old", "new"):
        for word in values:
            if "*" in word or is_regex(word):  # a "?" may well stand in a reason
                when.faults.add(key, f"{word!r} would never be met: the value is compared whole, not as a pattern")
        wanted = frozenset(values)
    else:
        wanted = when.faults.known(values, _choices(name, when.known), key)
    return FieldCondition(name, wanted) if wanted else None


def tag(when: When, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """One of these tags is on the ticket."""
    values = when.values(value, key)
    return TagCondition(frozenset(values)) if values else None


def watcher(when: When, _name: str, value: Any, key: str, _depth: int) -> Condition | None:
    """One of these agents watches the ticket."""
    wanted = when.faults.known(when.values(value, key), when.known.agents, key)
    return WatcherCondition(wanted) if wanted else None


def _choices(name: str, known: KnownNames) -> frozenset[str]:
    match name:
        case "changed":
            return CHANGES
        case "by":
            return frozenset(kind.value for kind in ActorKind)
        case "kind":
            return frozenset(kind.value for kind in Kind)
        case "state":
            return frozenset(state.value for state in StateType)
        case "waiting":
            return WAITS | {""}
        case "priority":
            return PRIORITIES
        case "mailbox":
            return known.mailboxes
        case "organisation":
            return known.organisations | {""}
        case "team":
            return frozenset(known.teams)
        case "category":
            return frozenset(known.categories) | {""}
        case "contract":
            return known.contracts | {""}
        case "trust":
            return frozenset(trust.value for trust in Trust)
        case "severity":
            return known.severities | {""}
        case "product":
            return known.products | {""}
        case "sla":
            return known.policies | {""}
        case "owner":
            return known.agents | {""}
        case _:
            return known.request_types | {""}
