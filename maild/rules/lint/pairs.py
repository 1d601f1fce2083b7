"""Which rules are worth comparing: of a thousand, those few that look for the same values.

May leave out a pair, and then an oddity is not found. Never says that there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from maild.rules.conditions import AddressCondition, FieldCondition, HeaderPresence, TagCondition, TextCondition
from maild.rules.conditions.logic import AllOf, AnyOf, Condition, NotOf
from maild.rules.model import Rule
from maild.rules.patterns import Literal, Phrase, Regex
from maild.rules.text import words_of

Mark = tuple[str, str | bytes]
"""A field and a value that is looked for in it; "*" for those that cannot be told apart so."""

_WIDER = {"subject": "text", "body": "text", "cc": "to"}


class Pairs:
    """Rules by the values without which they do not hold."""

    def __init__(self, rules: Sequence[tuple[int, Rule]]) -> None:
        self._always: list[int] = []
        self._by_mark: dict[Mark, list[int]] = {}
        for position, rule in rules:
            marks = _needed(rule.when)
            if not marks:
                self._always.append(position)
            for mark in marks:
                self._by_mark.setdefault(mark, []).append(position)

    def of(self, rule: Rule) -> list[int]:
        """Positions of the rules that may hold whenever this one does, in their order."""
        found = set(self._always)
        for mark in set(_offered(rule.when)):
            found.update(self._by_mark.get(mark, ()))
        return sorted(found)


def _needed(condition: Condition) -> frozenset[Mark]:
    """Marks of which another condition must offer one to imply this one; none when that cannot be said."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    for part in parts:
        match part:
            case AllOf() | AnyOf() | NotOf() | HeaderPresence():  # other kinds of conditions may imply it
                continue
            case TextCondition(name=name):
                words = {(name, word) for word in part.words}
                return frozenset(words.union((name, _word(other)) for other in part.others))
            case AddressCondition(name=name):
                plain = {(name, address) for address in part.exact | part.domains}
                return frozenset(plain.union((name, "*") for _ in part.others))
            case _:
                return frozenset(_values(part))
    return frozenset()


def _word(item: Phrase | Literal | Regex) -> str | bytes:
    if isinstance(item, Regex):
        # a pattern of nothing but letters is found in words, too
        return "*" if item.glob or item.source.isalnum() else item.composed
    return item.word if isinstance(item, Phrase) else "*"


def _offered(condition: Condition) -> Iterator[Mark]:
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from _offered(part)
        case NotOf():
            return
        case TextCondition() | AddressCondition():
            for value in _found(condition):
                yield condition.name, value
                if wider := _WIDER.get(condition.name):
                    yield wider, value
        case _:
            yield from _values(condition)


def _found(condition: TextCondition | AddressCondition) -> Iterator[str | bytes]:
    yield "*"
    if isinstance(condition, TextCondition):
        yield from condition.words
        for other in condition.others:
            yield from other.run.split() if isinstance(other, Phrase) else ()
            yield from words_of(other.text) if isinstance(other, Literal) else ()
            yield from (other.composed,) if isinstance(other, Regex) else ()
        return
    for value in condition.exact | condition.domains:
        yield value
        yield value[value.rfind("@") :]
    for glob in condition.others:
        yield glob.glob[glob.glob.rfind("@") :] if "@" in glob.glob else "*"


def _values(condition: Condition) -> Iterable[Mark]:
    match condition:
        case FieldCondition(name=name, wanted=wanted):
            return [(name, value) for value in wanted]
        case TagCondition(wanted=wanted):
            return [("tag", value) for value in wanted]
        case _:
            return [(type(condition).__name__, "*")]
