"""Conditions on addresses: listed, in a listed domain, or fitting a glob or pattern.

Compares folded addresses. Never judges whether the mail really comes from there: that is the condition on trust.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.rules.conditions.costs import COST_ADDRESS, COST_REGEX
from maild.rules.index import Need, NeedKind
from maild.rules.patterns import Regex
from maild.rules.view import View


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
                found.update(other.captures(view.text(self.name)))
        return found

    def needs(self) -> frozenset[Need]:
        """One of its addresses, domains or patterns."""
        needs = {Need(NeedKind.ADDRESS, self.name, value) for value in self.exact | self.domains}
        return frozenset(needs.union(Need(NeedKind.PATTERN, self.name, other.composed) for other in self.others))

    def __str__(self) -> str:
        return f"{self.name} is {self.wanted}"
