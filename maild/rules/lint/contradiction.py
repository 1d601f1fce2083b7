"""Whether single conditions, of which some are to hold and some are not, exclude each other.

Looks field by field at what is left of the values. Says so only where it is certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from maild.rules.changes import VALUES
from maild.rules.conditions import (
    AddressCondition,
    AttachmentCondition,
    Count,
    FieldCondition,
    Flag,
    HeaderPresence,
    Since,
    TagCondition,
    TextCondition,
    WatcherCondition,
    WorkingTime,
)
from maild.rules.conditions.logic import Condition
from maild.rules.lint.covering import (
    address_covered,
    address_items,
    addresses_apart,
    attachment_covered,
    text_covered,
    text_items,
)

ONE_ADDRESS = frozenset({"from", "person", "requester", "reverse_path"})
"""Fields that never have two addresses."""

_WITHIN = {"subject": ("subject", "text"), "body": ("body", "text"), "cc": ("cc", "to")}
"""A field, and those that have all that it has."""

Run = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single condition that is to hold, or not to; `earlier` are the fields it saw as they were at another time."""

    condition: Condition
    holds: bool
    earlier: frozenset[str] = frozenset()


def contradictory(leaves: Sequence[Leaf], domains: Mapping[str, frozenset[str]]) -> bool:
    """Whether, certainly, not all of the leaves can be so."""
    return (
        _fields(leaves, domains)
        or _sets(leaves, TagCondition, "tag")
        or _sets(leaves, WatcherCondition, "watch")
        or _texts(leaves)
        or _addresses(leaves)
        or _attachments(leaves)
        or _counts(leaves)
        or _flags(leaves)
    )


def _fields(leaves: Iterable[Leaf], domains: Mapping[str, frozenset[str]]) -> bool:
    allowed: dict[tuple[str, bool], frozenset[str]] = {}
    denied: dict[tuple[str, bool], frozenset[str]] = {}
    for leaf in leaves:
        if isinstance(found := leaf.condition, FieldCondition):
            key = found.name, found.name in leaf.earlier
            if leaf.holds:
                allowed[key] = allowed.get(key, found.wanted) & found.wanted
            else:
                denied[key] = denied.get(key, frozenset()) | found.wanted
    for key in {*allowed, *denied}:
        values = allowed.get(key, domains.get(key[0]))
        if values is not None:
            values &= domains.get(key[0], values)
            allowed[key] = values - denied.get(key, frozenset())
    return any(not values for values in allowed.values()) or _no_such_change(allowed, domains)


def _no_such_change(allowed: Mapping[tuple[str, bool], frozenset[str]], domains: Mapping[str, frozenset[str]]) -> bool:
    """Whether nothing that can happen to a ticket has such values before and after."""
    changed = allowed.get(("changed", False), domains.get("changed"))
    old, new = allowed.get(("old", False)), allowed.get(("new", False))
    if changed is None or not (old or new):
        return False
    known = [VALUES.get(name, (None, None)) for name in changed]
    return not any(_meet(old, before) and _meet(new, after) for before, after in known)


def _meet(some: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    return some is None or others is None or bool(some & others)


def _sets(leaves: Iterable[Leaf], kind: type[TagCondition] | type[WatcherCondition], written: str) -> bool:
    denied: dict[bool, frozenset[str]] = {}
    wanted: list[tuple[bool, frozenset[str]]] = []
    for leaf in leaves:
        if isinstance(found := leaf.condition, kind):
            earlier = written in leaf.earlier
            if leaf.holds:
                wanted.append((earlier, found.wanted))
            else:
                denied[earlier] = denied.get(earlier, frozenset()) | found.wanted
    return any(values <= denied.get(earlier, frozenset()) for earlier, values in wanted)


def _texts(leaves: Sequence[Leaf]) -> bool:
    unwanted = [leaf.condition for leaf in leaves if isinstance(leaf.condition, TextCondition) and not leaf.holds]
    denied: dict[str, list[TextCondition]] = {}
    for condition in unwanted:
        denied.setdefault(condition.name, []).append(condition)
    for leaf in leaves if denied else ():
        if isinstance(found := leaf.condition, TextCondition) and leaf.holds:
            against = [item for name in _WITHIN.get(found.name, (found.name,)) for c in denied.get(name, ())
                       for item in text_items(c)]  # fmt: skip
            if against and all(any(text_covered(item, weak) for weak in against) for item in text_items(found)):
                return True
    return False


def _addresses(leaves: Sequence[Leaf]) -> bool:
    wanted = [leaf.condition for leaf in leaves if isinstance(leaf.condition, AddressCondition) and leaf.holds]
    denied = [leaf.condition for leaf in leaves if isinstance(leaf.condition, AddressCondition) and not leaf.holds]
    for one in wanted:
        against = [other for other in denied if other.name in _WITHIN.get(one.name, (one.name,))]
        items = [item for item in address_items(one) if not any(address_covered(item, weak) for weak in against)]
        for other in wanted if one.name in ONE_ADDRESS else ():
            if other is not one and other.name == one.name:
                mates = address_items(other)
                items = [item for item in items if not all(addresses_apart(item, mate) for mate in mates)]
        if not items:
            return True
    return False


def _attachments(leaves: Sequence[Leaf]) -> bool:
    wanted: list[AttachmentCondition] = []
    denied: list[AttachmentCondition] = []
    for leaf in leaves:
        if isinstance(found := leaf.condition, AttachmentCondition):
            (wanted if found.present is leaf.holds else denied).append(found)
    # sizes are whole octets, from nothing on
    empty = any(one.below is not None and one.below - max(one.above, -1) < 2 for one in wanted)
    return empty or any(attachment_covered(one, other) for one, other in product(wanted, denied))


def _counts(leaves: Iterable[Leaf]) -> bool:
    """Looks at the numbers that are left, as runs of first and last; None for no last."""
    left: dict[str, list[Run]] = {}
    for leaf in leaves:
        match leaf.condition:
            case Count(name=name, above=above, below=below):
                # nobody has counted: 0, and that is within no limits
                least = 1 if name == "mails_in_hour" else 0
                runs = left.setdefault(name, [(0, None)])
            case Since(moment=moment, above=above, below=below):
                # the moment has not come: -1
                name, least = f"since {moment}", 0
                runs = left.setdefault(name, [(-1, None)])
            case _:
                continue
        first, last = max(above + 1, least), None if below is None else below - 1
        if leaf.holds:
            left[name] = [cut for run in runs if (cut := _cut(run, first, last))]
        elif last is None or last >= first:
            under = [cut for run in runs if (cut := _cut(run, -1, first - 1))]
            over = [cut for run in runs if last is not None and (cut := _cut(run, last + 1, None))]
            left[name] = under + over
    return any(not runs for runs in left.values())


def _cut(run: Run, first: int, last: int | None) -> Run | None:
    begin = max(run[0], first)
    ends = [end for end in (run[1], last) if end is not None]
    end = min(ends) if ends else None
    return None if end is not None and end < begin else (begin, end)


def _flags(leaves: Sequence[Leaf]) -> bool:
    # within working time, outside it, and not known
    times: set[bool | None] = {True, False, None}
    # what is so or not, by name: header fields that are there, flags that are set
    so: dict[str, set[bool]] = {}
    for leaf in leaves:
        match leaf.condition:
            case WorkingTime(wanted=wanted):
                times &= {wanted} if leaf.holds else {True, False, None} - {wanted}
            case HeaderPresence(name=name, wanted=wanted) | Flag(name=name, wanted=wanted):
                so.setdefault(name, set()).add(wanted is leaf.holds)
            case TextCondition(name=name) if leaf.holds and name.startswith("header."):
                so.setdefault(name, set()).add(True)
    return not times or any(len(found) > 1 for found in so.values())
