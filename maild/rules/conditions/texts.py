"""Conditions on the texts and header fields of a mail: words, phrases, patterns, or whether a field is there.

Long texts are dear, and so asked last. Never looks at an address as one: see `addresses`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.rules.conditions.costs import COST_REGEX, COST_SHORT_TEXT, COST_TEXT
from maild.rules.index import Need, NeedKind
from maild.rules.patterns import Literal, Phrase, Regex
from maild.rules.view import View

LONG_TEXTS = frozenset({"new_words", "body", "text"})


@dataclass(frozen=True, slots=True)
class TextCondition:
    """A text field, or header, has one of the words, phrases or patterns."""

    name: str
    wanted: str
    words: frozenset[bytes]
    others: tuple[Phrase | Literal | Regex, ...]

    @property
    def cost(self) -> int:
        """Long texts and patterns are dear."""
        regexes = sum(isinstance(other, Regex) for other in self.others)
        return (COST_TEXT if self.name in LONG_TEXTS else COST_SHORT_TEXT) + COST_REGEX * regexes

    def holds(self, view: View) -> bool:
        """Whether one of them is found."""
        text = view.text(self.name)
        if self.words and not self.words.isdisjoint(text.words):
            return True
        return bool(self.others) and any(other.found(text) for other in self.others)

    def missing(self, view: View) -> str:
        """What the field is and what it should have."""
        return f"{self.name} is {view.shown(self.name)}, wanted {self.wanted}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Of every pattern that matches."""
        text = view.text(self.name)
        found: dict[str, str] = {}
        for other in self.others:
            if isinstance(other, Regex) and other.names:
                found.update(other.captures(text))
        return found

    def needs(self) -> frozenset[Need]:
        """One of its words or patterns; none when a text without words might be found."""
        needs = {Need(NeedKind.WORD, self.name, word) for word in self.words}
        for other in self.others:
            if isinstance(other, Regex):
                needs.add(Need(NeedKind.PATTERN, self.name, other.composed))
            elif (word := other.word) is not None:
                needs.add(Need(NeedKind.WORD, self.name, word))
            else:
                return frozenset()
        return frozenset(needs)

    def __str__(self) -> str:
        return f"{self.name} has {self.wanted}"


@dataclass(frozen=True, slots=True)
class HeaderPresence:
    """A header field is there at all, or is not."""

    name: str
    """`header.` and the folded name."""
    wanted: bool
    cost: int = COST_SHORT_TEXT

    def holds(self, view: View) -> bool:
        """Whether it is as wanted."""
        return bool(view.text(self.name).values) is self.wanted

    def missing(self, view: View) -> str:
        """The value found, or that there is none."""
        return f"{self.name} is {view.shown(self.name)}, wanted {'any' if self.wanted else 'none'}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"{self.name} is {'there' if self.wanted else 'not there'}"
