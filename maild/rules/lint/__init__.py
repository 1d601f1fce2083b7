"""What is odd about a rulebook although every rule in it is right: rules that can never do anything, and dead ends.

Only says what is certain from the rules alone; a rulebook without a warning may still be odd. Never refuses anything.
"""

from __future__ import annotations

from collections.abc import Collection

from maild.domain.directory import Directory
from maild.rules.lint.findings import Findings
from maild.rules.lint.reach import unreached
from maild.rules.rulebook import Rulebook

MAX_RULES = 2000
"""Rules that are looked at: more would take minutes."""


def warnings(rulebook: Rulebook, directory: Directory, led_to: Collection[str] = ()) -> tuple[str, ...]:
    """A sentence for each oddity, in the order of the rules, then of what they lead to.

    `led_to` are teams that something else than rules, mailboxes and categories sends tickets to.
    """
    rules = rulebook.rules[:MAX_RULES]
    found = [f"{rule.place}: rule {rule.name!r}: {words}" for rule, words in Findings(rules)]
    if len(rulebook.rules) > MAX_RULES:
        found.append(f"only the first {MAX_RULES} rules were compared with each other")
    return (*found, *unreached(rulebook, directory, led_to))
