"""What is certain of a ticket where a rule is asked, by what makes it be asked.

States the values that a field can have there. Never looks at a condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from maild.domain.intent import ActorKind, Trust
from maild.domain.lifecycle import ENDED, StateType, Waiting
from maild.domain.mail import Kind
from maild.domain.ticket import Priority
from maild.rules.changes import CHANGES
from maild.rules.model import Rule, Trigger
from maild.rules.timing import Instant, Wait
from maild.rules.view import CHANGE_FIELDS

TOGETHER: Final = frozenset({Trigger.NEW, Trigger.REPLY})
"""Where all rules are asked one after the other. On changes a rule that has acted for the cause is passed over, stop
and all; the others are asked alone."""

ANYWHERE: Final[Mapping[str, frozenset[str]]] = {
    "kind": frozenset(kind.value for kind in Kind),
    "state": frozenset(state.value for state in StateType),
    "waiting": frozenset({"", *(waiting.value for waiting in Waiting)}),
    "priority": frozenset(priority.value for priority in Priority),
    "trust": frozenset({"", *(trust.value for trust in Trust)}),
}

_NO_CHANGE: Final = dict.fromkeys(CHANGE_FIELDS, frozenset({""}))
_CHANGE: Final = {"changed": CHANGES, "by": frozenset(kind.value for kind in ActorKind)}
_ENDED: Final = {"state": frozenset(state.value for state in ENDED)}
_NOT_ENDED: Final = {"state": frozenset(state.value for state in StateType if state not in ENDED)}


_ON_CHANGE: Final = {**ANYWHERE, **_CHANGE}
_ON_MAIL: Final = {**ANYWHERE, **_NO_CHANGE}
_AFTER_END: Final = {**_ON_MAIL, **_ENDED}
_BEFORE_END: Final = {**_ON_MAIL, **_NOT_ENDED}


def values_at(rule: Rule, trigger: Trigger) -> Mapping[str, frozenset[str]]:
    """By field, all values that it can have when the rule is asked for this reason; a field without bounds is left out.

    A new ticket may be in any state: the mail that opened it may close it, too.
    """
    match trigger:
        case Trigger.CHANGE:
            return _ON_CHANGE
        case Trigger.AFTER | Trigger.BEFORE | Trigger.EVERY:
            waits_for_end = isinstance(rule.timing, Wait) and rule.timing.instant is Instant.CLOSED
            return _AFTER_END if waits_for_end else _BEFORE_END
        case Trigger.NEW | Trigger.REPLY | Trigger.MANUAL:
            return _ON_MAIL
