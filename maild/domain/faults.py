"""Collecting everything that is wrong with a table of the configuration, each fault with its place and the remedy.

Reads plain TOML values and keeps their faults. Never stops at the first one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from maild.errors import ConfigError


class Faults:
    """Faults found so far, and the place that is being read: `maild.toml: rule 'invoices': when.from: …`."""

    def __init__(self, place: str, problems: list[str] | None = None) -> None:
        self._place = place
        self.problems: list[str] = [] if problems is None else problems

    def within(self, place: str) -> Faults:
        """The same collection, at a place inside this one."""
        return Faults(f"{self._place}: {place}", self.problems)

    def add(self, key: str, text: str) -> None:
        """One more fault. `text` says what is wrong and what to write instead."""
        self.problems.append(f"{self._place}: {key}: {text}" if key else f"{self._place}: {text}")

    def raise_any(self) -> None:
        """Raise ConfigError with all of them, if there are any."""
        if self.problems:
            raise ConfigError(self.problems)

    def unknown_keys(self, table: Mapping[str, Any], known: Iterable[str], prefix: str = "") -> None:
        """Refuse every key that nobody reads."""
        names = list(known)
        for key in table:
            if key not in names:
                self.add(f"{prefix}{key}", f"no such key; {instead(key, names)}")

    def text(self, table: Mapping[str, Any], key: str, default: str = "") -> str:
        """A text, or the default after noting that it is none."""
        value = table.get(key, default)
        if isinstance(value, str):
            return value
        self.add(key, f'write a text in quotes such as {key} = "…"')
        return default

    def flag(self, table: Mapping[str, Any], key: str, default: bool = False) -> bool:
        """true or false."""
        value = table.get(key, default)
        if isinstance(value, bool):
            return value
        self.add(key, f"write {key} = true or {key} = false")
        return default

    def texts(self, value: Any, key: str) -> list[str]:
        """A text or a list of texts, as a list; empty after noting that it is neither."""
        found = [value] if isinstance(value, str) else value
        if isinstance(found, list) and found and all(isinstance(item, str) for item in found):
            return list(found)
        self.add(key, f'write a text or a list of texts such as {key.rpartition(".")[2]} = ["one", "two"]')
        return []

    def table(self, value: Any, key: str) -> Mapping[str, Any]:
        """A table; empty after noting that it is none."""
        if isinstance(value, Mapping):
            return value
        self.add(key, f"write a table such as {key.rpartition('.')[2]} = {{ … }}")
        return {}

    def known(self, words: Iterable[str], known: Iterable[str], key: str) -> frozenset[str]:
        """Those of the words that are known; the others are noted."""
        names = frozenset(known)
        kept = set()
        for word in words:
            if word in names:
                kept.add(word)
            else:
                self.add(key, f"{word!r} is not known; {instead(word, names)}")
        return frozenset(kept)


def instead(word: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown word: the nearest known one, else a list."""
    names = sorted(name for name in known if name)
    near = difflib.get_close_matches(word.lower(), names, 1)
    if near:
        return f"did you mean {near[0]!r}?"
    shown = ", ".join(names[:25]) + (", …" if len(names) > 25 else "")
    return f"write one of: {shown}" if names else "the configuration has none"
