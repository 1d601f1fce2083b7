"""Which of many RE2 patterns can match a text at all: found in one pass, however many patterns there are.

RE2 knows itself which letters each pattern cannot do without. Never leaves out a pattern that matches: where RE2 gives
up, every pattern may.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import re2

FEW = 3
"""So few patterns are tried sooner one by one."""

AT_A_TIME = 30_000
"""Characters of the patterns of one filter: with three times as many, a long text meets more than RE2 has memory for,
and what it has learnt of texts is forgotten again and again."""

_SIGN = "\x00maild\x00"
"""Put behind each text and looked for with the patterns: who does not find it has found nothing."""

_ANY_CASE = re2.Options()
_ANY_CASE.case_sensitive = False
_ANY_CASE.log_errors = False


class Sieve:
    """Patterns, each one that RE2 takes; made once and asked for each text."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = tuple(patterns)
        self._filters: list[tuple[tuple[str, ...], Any]] = []
        if len(self._patterns) > FEW:
            self._fill()

    def _fill(self) -> None:
        group: list[str] = []
        size = 0
        for pattern in self._patterns:
            if group and size + len(pattern) > AT_A_TIME:
                self._filters.append((tuple(group), _filter_of(group)))
                group, size = [], 0
            group.append(pattern)
            size += len(pattern)
        self._filters.append((tuple(group), _filter_of(group)))

    def passed(self, octets: bytes) -> list[str]:
        """The patterns that may match somewhere in the text, which is UTF-8, composed as the patterns are."""
        if not self._filters:
            return list(self._patterns)
        signed = octets + _SIGN.encode()
        found: list[str] = []
        for group, known in self._filters:
            met = known.Match(signed, potential=True) if known is not None else None
            if met and met[-1] == len(group):
                found += [group[position] for position in met[:-1]]
            else:
                found += group
        return found


def _filter_of(patterns: list[str]) -> Any:
    """The RE2 filter of the patterns, and of the sign behind them; None when RE2 cannot hold them together."""
    made = re2.Filter()
    try:
        for pattern in (*patterns, _SIGN):
            made.Add(pattern, _ANY_CASE)
        made.Compile()
    except re2.error:
        return None
    return made
