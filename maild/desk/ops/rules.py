"""Calling a rule by its name: what `#run NAME` does, and what the clock does when a rule's time has come.

States that the rule is to be asked. Never asks it: the ruling does, with whatever else the cause has changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.address import fold
from maild.domain.commands import CallRule
from maild.domain.events import RuleCalled
from maild.domain.intent import ActorKind
from maild.errors import NotFound


@operation("run", CallRule, needs=Act.CALL_RULE, surfaces=Surface.MAIL | Surface.CLI | Surface.CLOCK)
def call_rule(work: Work, command: CallRule) -> None:
    """Ask a rule that is there to be called; an agent may write the beginning of its name."""
    ticket = work.ticket(command.ticket)
    name = command.rule
    if work.actor.kind is not ActorKind.CLOCK:
        name = _the_one_like(name, work.callable_rules)
    work.emit(RuleCalled(ticket=ticket.number, rule=name, trigger=command.trigger))


def _the_one_like(wanted: str, known: Sequence[str]) -> str:
    key = fold(" ".join(wanted.split()))
    found = [name for name in known if fold(name) == key] or [name for name in known if fold(name).startswith(key)]
    if len(found) != 1 or not key:
        instead = " | ".join(found or known) or "-"
        raise NotFound("no-rule", "no rule to be called is named {name}", name=f"{wanted} → {instead}")
    return found[0]
