"""What conditions look at: texts, addresses, attachments, and fields with fixed values.

Each says whether it holds and, if not, why, with the value found. None of them changes anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.rules.facts import AttachmentFacts
from maild.rules.index import Need, NeedKind
from maild.rules.patterns import Literal, Phrase, Regex
from maild.rules.text import Text
from maild.rules.view import TICKET_FIELDS, View

COST_FIELD, COST_ADDRESS, COST_SHORT_TEXT, COST_TEXT, COST_REGEX = 1, 2, 5, 50, 100
"""Rough proportions of what asking costs; only their order matters."""

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
        """One of its words, or a piece of one of its patterns."""
        needs = {Need(NeedKind.WORD, self.name, word) for word in self.words}
        for other in self.others:
            pieces = other.pieces()
            if not pieces:
                return frozenset()
            kind = NeedKind.LITERAL if isinstance(other, Regex) else NeedKind.WORD
            needs |= {Need(kind, self.name, piece) for piece in pieces}
        return frozenset(needs)

    def __str__(self) -> str:
        return f"{self.name} has {self.wanted}"


@dataclass(frozen=True, slots=True)
class AddressCondition:
    """One of the addresses of a field is listed, is in a listed domain, or fits a glob or pattern."""

    name: str
    wanted: str
    exact: frozenset[str]
    domains: frozenset[str]
    """With their @."""
    others: tuple[Regex, ...]

    @property
    def cost(self) -> int:
        """Cheap unless there are patterns."""
        return COST_ADDRESS + COST_REGEX * len(self.others)

    def holds(self, view: View) -> bool:
        """Whether one of the addresses fits."""
        for address in view.addresses[self.name]:
            if address in self.exact or (self.domains and address[address.rfind("@") :] in self.domains):
                return True
            if self.others and any(other.fits(address) for other in self.others):
                return True
        return False

    def missing(self, view: View) -> str:
        """Which addresses there are, and which were wanted."""
        return f"{self.name} is {view.shown(self.name)}, wanted {self.wanted}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Of every pattern that matches an address."""
        found: dict[str, str] = {}
        for other in self.others:
            if other.names:
                found.update(other.captures(Text(view.addresses[self.name])))
        return found

    def needs(self) -> frozenset[Need]:
        """One of its addresses or domains; none when a pattern might find others."""
        if self.others:
            return frozenset()
        return frozenset(Need(NeedKind.ADDRESS, self.name, value) for value in self.exact | self.domains)

    def __str__(self) -> str:
        return f"{self.name} is {self.wanted}"


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """A field with a fixed set of values has one of these."""

    name: str
    wanted: frozenset[str]
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether the value is one of the wanted."""
        return view.fields[self.name] in self.wanted

    def missing(self, view: View) -> str:
        """The value, and the wanted ones."""
        return f"{self.name} is {view.shown(self.name)}, wanted {_either(self.wanted)}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """One of its values, unless it is a field that rules write."""
        if self.name in TICKET_FIELDS:
            return frozenset()
        return frozenset(Need(NeedKind.VALUE, self.name, value) for value in self.wanted)

    def __str__(self) -> str:
        return f"{self.name} is {_either(self.wanted)}"


@dataclass(frozen=True, slots=True)
class TagCondition:
    """The ticket has one of the tags."""

    wanted: frozenset[str]
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether one is there."""
        return not self.wanted.isdisjoint(view.tags)

    def missing(self, view: View) -> str:
        """Which tags there are."""
        return f"tag is {view.shown('tag')}, wanted {_either(self.wanted)}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"tag is {_either(self.wanted)}"


@dataclass(frozen=True, slots=True)
class WatcherCondition:
    """One of the agents watches the ticket."""

    wanted: frozenset[str]
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether one does."""
        return not self.wanted.isdisjoint(view.watchers)

    def missing(self, view: View) -> str:
        """Who watches."""
        return f"watcher is {view.shown('watcher')}, wanted {_either(self.wanted)}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"watcher is {_either(self.wanted)}"


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


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The mail came within working time, or outside it."""

    wanted: bool
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether it is as wanted; not known is neither."""
        return view.facts.working_time is self.wanted

    def missing(self, view: View) -> str:
        """When it came."""
        found = {True: "yes", False: "no", None: "not known"}[view.facts.working_time]
        return f"working_time is {found}, wanted {'yes' if self.wanted else 'no'}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"working_time is {'yes' if self.wanted else 'no'}"


@dataclass(frozen=True, slots=True)
class MailsInHour:
    """So many mails of the sender came in an hour, this one included."""

    above: int
    below: int | None
    cost: int = COST_FIELD

    def holds(self, view: View) -> bool:
        """Whether it is more and less than wanted; what nobody has counted is neither."""
        count = view.facts.mails_in_hour
        return count > 0 and count > self.above and (self.below is None or count < self.below)

    def missing(self, view: View) -> str:
        """How many came."""
        return f"mails_in_hour is {view.facts.mails_in_hour}, wanted {self._wanted}"

    @property
    def _wanted(self) -> str:
        above = [f"more than {self.above}"] if self.above >= 0 else []
        return " and ".join([*above, *([f"fewer than {self.below}"] if self.below is not None else [])])

    def captures(self, view: View) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"mails_in_hour is {self._wanted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentCondition:
    """One attachment has the name, the type and the size; with `present` alone, there is one at all, or none."""

    wanted: str
    present: bool = True
    names: tuple[Regex, ...] = ()
    types: tuple[Regex, ...] = ()
    above: int = -1
    """Octets; it must have more."""
    below: int | None = None
    """Octets; it must have fewer."""
    cost: int = COST_SHORT_TEXT

    def holds(self, view: View) -> bool:
        """Whether some attachment fits all of it."""
        return any(map(self._fits, view.facts.attachments)) is self.present

    def _fits(self, attachment: AttachmentFacts) -> bool:
        return (
            attachment.size > self.above
            and (self.below is None or attachment.size < self.below)
            and (not self.names or any(name.fits(attachment.name) for name in self.names))
            and (not self.types or any(kind.fits(attachment.content_type) for kind in self.types))
        )

    def missing(self, view: View) -> str:
        """Which attachments there are."""
        return f"attachment is {view.shown('attachment')}, wanted {self.wanted}"

    def captures(self, view: View) -> Mapping[str, str]:
        """Of the first attachment that fits."""
        found: dict[str, str] = {}
        for attachment in view.facts.attachments:
            if self._fits(attachment):
                for name in self.names:
                    found.update(name.captures(Text((attachment.name,))))
                break
        return found

    def needs(self) -> frozenset[Need]:
        """None."""
        return frozenset()

    def __str__(self) -> str:
        return f"attachment is {self.wanted}"


def _either(values: frozenset[str]) -> str:
    return " or ".join(sorted(values))
