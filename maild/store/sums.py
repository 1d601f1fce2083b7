"""Adds up columns of facts by team and by every dimension that is wanted.

Whole columns are counted at once, since a month has a hundred thousand facts and a loop over them would take seconds.
Reads no store, and knows no figure but by its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from maild.domain.figures import COUNTS, TIMES, Cell, Table, Tables

OF_A_TICKET = ("team", "owner", "category", "organisation", "priority", "product")
DIMENSIONS = (*OF_A_TICKET, "day", "hour")
"""By what figures are kept apart. Days are those of the desk's zone, hours `WEEKDAY-HOUR` from Monday 0 there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Columns of the same length: of each fact its value in the dimensions asked for, and what else is told of it."""

    columns: Mapping[str, Sequence[Any]]

    def __getitem__(self, name: str) -> Sequence[Any]:
        return self.columns[name]

    def where(self, holds: Iterable[object]) -> Facts:
        """Those facts of which it holds."""
        chosen = list(holds)
        return Facts(columns={name: list(compress(column, chosen)) for name, column in self.columns.items()})


class Sums:
    """Facts of one stretch of time, figure by figure."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = tuple(set(wanted))
        self._counts: dict[tuple[str, str], Counter[tuple[str, str]]] = {
            (name, figure): Counter() for name in self._wanted for figure in COUNTS
        }
        self._times: dict[tuple[str, str], Counter[tuple[str, str, int]]] = {
            (name, figure): Counter() for name in self._wanted for figure in TIMES
        }

    def count(self, figure: str, facts: Facts) -> None:
        """One more of the figure for each fact. Of hours only what came is told."""
        for name in self._wanted:
            if name != "hour" or figure == "came":
                self._counts[name, figure].update(zip(facts["team"], facts[name], strict=True))

    def time(self, figure: str, facts: Facts, steps: Sequence[int]) -> None:
        """So long a time, as it is counted, for each fact."""
        for name in self._wanted:
            if name != "hour":
                self._times[name, figure].update(zip(facts["team"], facts[name], steps, strict=True))

    def by_team(self) -> Mapping[str, Tables]:
        """Team -> dimension -> name -> what happened there."""
        found: dict[str, dict[str, Table]] = {}

        def cell(dimension: str, team: str, name: str) -> Any:
            return found.setdefault(team, {}).setdefault(dimension, {}).setdefault(name, Cell())

        for (dimension, figure), counts in self._counts.items():
            for (team, name), often in counts.items():
                setattr(cell(dimension, team, name), figure, often)
        for (dimension, figure), times in self._times.items():
            for (team, name, step), often in times.items():
                getattr(cell(dimension, team, name), figure)[step] = often
        return found
