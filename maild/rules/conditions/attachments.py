"""Conditions on what is attached: one attachment must have the name, the type and the size.

Sees names, types and sizes. Never opens an attachment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.rules.conditions.costs import COST_SHORT_TEXT
from maild.rules.facts import AttachmentFacts
from maild.rules.index import Need, NeedKind
from maild.rules.patterns import Regex
from maild.rules.text import Text
from maild.rules.view import ATTACHMENT_NAMES, View


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
        """One of the patterns for its name; none when any name will do, or when there shall be none."""
        if not self.present:
            return frozenset()
        return frozenset(Need(NeedKind.PATTERN, ATTACHMENT_NAMES, name.composed) for name in self.names)

    def __str__(self) -> str:
        return f"attachment is {self.wanted}"
