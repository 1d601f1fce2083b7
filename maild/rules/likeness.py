"""What makes two mails of one kind: their sender, and the subject without its numbers.

Looks at one mail at a time. Never compares two: equal strings are mails of one kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from maild.domain.address import fold
from maild.rules.facts import RuleFacts

KEY = "key"
"""The capture that stands in the place of the subject."""

MAX_SUBJECT = 500
"""Characters of a subject that are looked at: as many as become a title."""


def key_of(captures: Mapping[str, str]) -> str:
    """What was captured as `key`, without case; "" when nothing was."""
    return fold(captures.get(KEY, "").strip())


def likeness(facts: RuleFacts, captures: Mapping[str, str]) -> str:
    """Equal for mails of one kind: the sender with what was captured as `key`, else with the shape of the subject."""
    key = key_of(captures)
    return f"{facts.from_}\0key {key}" if key else f"{facts.from_}\0subject {shape(facts.subject)}"


def shape(subject: str) -> str:
    """The subject folded, with one 0 in place of each run of digits and one space in place of each run of spaces."""
    out: list[str] = []
    for letter in " ".join(fold(subject[:MAX_SUBJECT]).split()):
        kept = "0" if letter.isdigit() else letter
        if kept != "0" or out[-1:] != ["0"]:
            out.append(kept)
    return "".join(out)
