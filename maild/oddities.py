"""What is odd about a configuration without a fault: told at the start, at each reload, and by `maild rules check`.

Puts together what the rooms find. Never refuses anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from maild.config import build
from maild.config.model import Config
from maild.config.unused import ANY, teams_of_steps, unused
from maild.rules.lint import warnings
from maild.rules.rulebook import Rulebook


def oddities(config: Config, rulebook: Rulebook) -> tuple[str, ...]:
    """A sentence for each: first those about rules, with file and line, then those about sections that nothing uses."""
    directory = build.directory(config)
    return (*warnings(rulebook, directory, teams_of_steps(config)), *unused(config, _used(rulebook)))


def _used(rulebook: Rulebook) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for rule in rulebook.rules:
        for action in rule.then:
            found.setdefault(action.key, set()).add(ANY if action.placeholders else action.value)
    return {key: frozenset(values) for key, values in found.items()}
