"""One evaluation told condition by condition: what each rule looked at, which value it found, and where it missed.

Tells what `engine.evaluate` has decided, from the same facts. Decides nothing anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from maild.rules.conditions.logic import AllOf, AnyOf, Condition, NotOf
from maild.rules.engine import Firing, fire
from maild.rules.view import View


class Verdict(StrEnum):
    """What became of a rule."""

    HIT = "hit"
    MISSED = "missed"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One rule in one evaluation. `conditions` are (held, words) in the order asked, up to the first that missed."""

    rule: str
    verdict: Verdict
    said: str
    """What it did, or why it was not asked."""
    conditions: tuple[tuple[bool, str], ...] = ()


def tell(firing: Firing) -> Iterator[Told]:
    """Every rule of the evaluation, in file order; each meets the fields as the rules before it left them."""
    asked = firing.asked
    view = asked.view()
    hits, stopped_by = frozenset(firing.hits), ""
    for rule in firing.rules:
        if stopped_by:
            yield Told(rule=rule.name, verdict=Verdict.NOT_ASKED, said=f"{stopped_by} stops")
        elif rule.name in asked.skip:
            yield Told(rule=rule.name, verdict=Verdict.NOT_ASKED, said="it has acted already")
        else:
            conditions = tuple(_conditions(rule.when, view))
            if rule.name not in hits:
                yield Told(rule=rule.name, verdict=Verdict.MISSED, said="", conditions=conditions)
                continue
            _, said = fire(rule, view, asked.rulebook)
            yield Told(rule=rule.name, verdict=Verdict.HIT, said=said, conditions=conditions)
            stopped_by = rule.name if rule.stop else ""


def _conditions(condition: Condition, view: View) -> Iterator[tuple[bool, str]]:
    """The parts that must all hold, one by one; nesting is bounded by the loader."""
    for part in condition.parts if isinstance(condition, AllOf) else (condition,):
        if isinstance(part, AllOf):
            yield from _conditions(part, view)
            if not part.holds(view):
                return
            continue
        held = part.holds(view)
        yield held, _words(part, view) if held else part.missing(view)
        if not held:
            return


def _words(condition: Condition, view: View) -> str:
    """A condition that holds, with the value that made it hold."""
    match condition:
        case AllOf():
            return ", ".join(_words(part, view) for part in condition.parts)
        case AnyOf():
            return next(_words(part, view) for part in condition.parts if part.holds(view))
        case NotOf():
            return f"not met, as it should be: {condition.part.missing(view)}"
        case _:
            return condition.missing(view)
