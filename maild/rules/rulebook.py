"""The rulebook: all rules in file order, found by what makes them be asked, by name, and by what is in a mail.

What is asked for each mail is reckoned once, when it is built. Never asks a rule and never changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from maild.rules.index import RuleIndex
from maild.rules.known import KnownNames
from maild.rules.model import Rule, Trigger
from maild.rules.timing import Every, Wait
from maild.rules.view import View

_ASKED_TOGETHER = (Trigger.NEW, Trigger.REPLY, Trigger.CHANGE)
"""Where all rules of the trigger are asked at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules in file order, and the names they were checked against."""

    rules: tuple[Rule, ...] = ()
    known: KnownNames = field(default_factory=KnownNames)
    waiting: Sequence[tuple[Rule, Wait]] = field(init=False, repr=False, compare=False)
    """The rules that wait for a moment of a ticket."""
    waiting_digest: int = field(init=False, repr=False, compare=False)
    """Another number for other such rules."""
    counts_mails: bool = field(init=False, repr=False, compare=False)
    """Whether some rule looks at how many mails a sender has sent."""
    takes_away: bool = field(init=False, repr=False, compare=False)
    """Whether some rule keeps mail from its ticket."""
    _asked: Mapping[Trigger, tuple[Rule, ...]] = field(init=False, repr=False, compare=False)
    _index: Mapping[Trigger, RuleIndex] = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        asked = {trigger: tuple(rule for rule in self.rules if trigger in rule.on) for trigger in Trigger}
        # rules of the other triggers are asked one at a time, by name
        index = {trigger: RuleIndex([rule.when.needs() for rule in asked[trigger]]) for trigger in _ASKED_TOGETHER}
        waiting = tuple((rule, rule.timing) for rule in self.rules if isinstance(rule.timing, Wait))
        told = "\n".join(sorted(f"{rule.name!r} {wait!r}" for rule, wait in waiting)).encode()
        object.__setattr__(self, "waiting", waiting)
        # as much of it as the number of a mark holds
        object.__setattr__(self, "waiting_digest", int.from_bytes(sha256(told).digest()[:7]) if told else 0)
        # asked for each mail, so reckoned once
        away = any(action.key in ("hold", "drop", "group") for rule in self.rules for action in rule.then)
        object.__setattr__(self, "counts_mails", any(rule.counts_mails for rule in self.rules))
        object.__setattr__(self, "takes_away", away)
        object.__setattr__(self, "_asked", asked)
        object.__setattr__(self, "_index", index)
        object.__setattr__(self, "_by_name", {rule.name: rule for rule in self.rules})

    @property
    def recurring(self) -> tuple[tuple[Rule, Every], ...]:
        """The rules that are asked at a time of the day."""
        return tuple((rule, rule.timing) for rule in self.rules if isinstance(rule.timing, Every))

    @property
    def callable_rules(self) -> tuple[str, ...]:
        """Names of the rules that an agent may call."""
        return tuple(rule.name for rule in self._asked[Trigger.MANUAL])

    def asked_on(self, trigger: Trigger) -> tuple[Rule, ...]:
        """The rules for this trigger, in file order."""
        return self._asked[trigger]

    def named(self, name: str, trigger: Trigger) -> tuple[Rule, ...]:
        """The rule of this name, if there is one for this trigger."""
        rule = self._by_name.get(name)
        return (rule,) if rule is not None and trigger in rule.on else ()

    def candidates(self, trigger: Trigger, view: View) -> list[int]:
        """Positions, among the rules for this trigger, of those that can hit this mail; not for one asked by name."""
        return self._index[trigger].candidates(view)
