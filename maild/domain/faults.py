"""Collecting everything that is wrong with a table of the configuration, each fault with its place and the remedy.

Reads plain TOML values and keeps their faults. Never stops at the first one.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from maild.errors import ConfigError


class Faults:
    """Faults found so far, and the place that is being read: `maild.toml:12: rule 'invoices': when.from: …`.

    `line_of` tells the line of a key, 0 for one that is not known; without it faults have no line.
    """

    def __init__(
        self,
        file: str,
        problems: list[str] | None = None,
        *,
        places: tuple[str, ...] = (),
        line_of: Callable[[str], int] | None = None,
    ) -> None:
        self._file = file
        self._places = places
        self._line_of = line_of
        self.problems: list[str] = [] if problems is None else problems

    def within(self, place: str, *, line_of: Callable[[str], int] | None = None) -> Faults:
        """The same collection, at a place inside this one; keys there stand below it unless `line_of` says."""
        outer = self._line_of
        if line_of is None and outer is not None:
            line_of = lambda key: outer(f"{place}.{key}" if key else place)  # noqa: E731 - bound to this place
        return Faults(self._file, self.problems, places=(*self._places, place), line_of=line_of)

    def line(self, key: str = "") -> int:
        """The line of a key, or of the place itself; 0 when it is not known."""
        return self._line_of(key) if self._line_of else 0

    def add(self, key: str, text: str) -> None:
        """One more fault. `text` says what is wrong and what to write instead."""
        line = self.line(key)
        file = f"{self._file}:{line}" if line else self._file
        self.problems.append(": ".join([file, *self._places, *([key] if key else []), text]))

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

    def number(self, table: Mapping[str, Any], key: str, default: int = 0) -> int:
        """A whole number that is not negative."""
        value = table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.add(key, f"write a whole number such as {key} = 20")
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
