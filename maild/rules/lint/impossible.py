"""Whether there can be a mail and ticket of which several conditions hold and others do not.

Opens all, any and not into cases and looks for a contradiction in each. Says impossible only when it is certain; where
there are too many cases it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from maild.rules.conditions.logic import AllOf, AnyOf, Condition, NotOf
from maild.rules.lint.contradiction import Leaf, contradictory

MAX_CASES = 256
"""Cases of one question: rules that people can read have less than ten."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A condition that is to hold, or not to. `earlier` names fields that have been written since it was asked."""

    condition: Condition
    holds: bool = True
    earlier: frozenset[str] = frozenset()


Domains = Mapping[str, frozenset[str]]
"""The values that a field can have at all, where that is known."""


def impossible(wishes: Iterable[Wish], domains: Domains) -> bool:
    """Whether, certainly, nothing fulfils all of the wishes."""
    cases = [list(wishes)]
    looked = 0
    while cases:
        looked += 1
        if looked > MAX_CASES:
            return False
        leaves, split = _opened(cases.pop())
        if contradictory(leaves, domains):
            continue
        if not split:
            return False
        first, *rest = split
        known = [Wish(leaf.condition, leaf.holds, leaf.earlier) for leaf in leaves]
        cases += [[*known, *rest, part] for part in _parts(first)]
    return True


def _opened(wishes: list[Wish]) -> tuple[list[Leaf], list[Wish]]:
    """What must be so in any case, and what has several ways to be so."""
    leaves: list[Leaf] = []
    split: list[Wish] = []
    waiting = list(wishes)
    while waiting:
        wish = waiting.pop()
        match wish.condition, wish.holds:
            case NotOf(part=part), _:
                waiting.append(replace(wish, condition=part, holds=not wish.holds))
            case (AllOf(), True) | (AnyOf(), False):
                waiting += _parts(wish)
            case ((AllOf() | AnyOf()), _):
                split.append(wish)
            case _:
                leaves.append(Leaf(wish.condition, wish.holds, wish.earlier))
    return leaves, split


def _parts(wish: Wish) -> list[Wish]:
    assert isinstance(wish.condition, AllOf | AnyOf)
    return [replace(wish, condition=part) for part in wish.condition.parts]
