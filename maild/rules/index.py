"""Which rules can hit a mail at all: found by what is in the mail instead of by asking every rule.

Only what no rule can change is indexed, so the answer stays right while rules write. It leaves out no rule that hits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from maild.rules.sieve import Sieve
from maild.rules.view import View


class NeedKind(StrEnum):
    """How the index finds a need in a mail; from what is met rarely to what is met often."""

    ADDRESS = "address"
    WORD = "word"
    PATTERN = "pattern"
    VALUE = "value"


_ORDER = list(NeedKind)

_OFTEN: Final = ("by", "trust", "kind", "changed", "language", "mailbox")
"""Fields of which one value is met more often than one of any other; the commonest first."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something in the mail, which no rule can change: an address or `@domain`, a word, an RE2 pattern, a value."""

    kind: NeedKind
    name: str
    value: str | bytes


def commonness(needs: frozenset[Need]) -> tuple[int, int, int]:
    """How often one of these is met, for comparing: the commonest kind and field decide, then how many there are."""
    kind = max(_ORDER.index(need.kind) for need in needs)
    field = max(len(_OFTEN) - _OFTEN.index(need.name) if need.name in _OFTEN else 0 for need in needs)
    return kind, field, len(needs)


class RuleIndex:
    """Over the needs of rules, given in file order; a rule without needs is always a candidate."""

    def __init__(self, needs_of_each: Sequence[frozenset[Need]]) -> None:
        self._always: list[int] = []
        self._tables: dict[tuple[NeedKind, str], dict[str | bytes, list[int]]] = {}
        for position, needs in enumerate(needs_of_each):
            if not needs:
                self._always.append(position)
            for need in needs:
                self._tables.setdefault((need.kind, need.name), {}).setdefault(need.value, []).append(position)
        self._sieves = {
            name: Sieve(value for value in table if isinstance(value, str))
            for (kind, name), table in self._tables.items()
            if kind is NeedKind.PATTERN
        }

    def candidates(self, view: View) -> list[int]:
        """Positions of the rules worth asking, in file order."""
        found = set(self._always)
        for (kind, name), table in self._tables.items():
            for value in self._met(kind, name, table, view):
                found.update(table[value])
        return sorted(found)

    def _met(self, kind: NeedKind, name: str, table: dict[str | bytes, list[int]], view: View) -> Iterable[str | bytes]:
        match kind:
            case NeedKind.ADDRESS:
                whole = view.addresses[name]
                domains = {address[address.rfind("@") :] for address in whole}
                return table.keys() & domains.union(whole)
            case NeedKind.WORD:
                return table.keys() & view.text(name).words
            case NeedKind.PATTERN:
                # several values as one text: a pattern that fits one of them cannot do without letters of that one
                octets = view.text(name).octets
                return self._sieves[name].passed(b"\n".join(octets)) if octets else ()
            case NeedKind.VALUE:
                value = view.fields[name]
                return (value,) if value in table else ()
