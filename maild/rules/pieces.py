"""Which of many pieces of text stand in a text: found in one pass by RE2, however many pieces there are.

Compares folded texts letter by letter. Never leaves out a piece that is there: where RE2 gives up, each is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import re2

FEW = 16
"""So few pieces are found sooner one by one."""

AT_A_TIME = 1000
"""Pieces of one RE2 set: more of them would want more memory than `_MEMORY` when a long text meets them."""

_MEMORY = 16 << 20
"""Octets of one set: a set that has not enough forgets what it has learnt of texts, and is slower, not wrong."""


class Pieces:
    """A set of pieces, built once and asked for each text."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = tuple(pieces)
        starts = range(0, len(self._pieces), AT_A_TIME) if len(self._pieces) > FEW else ()
        self._sets = [(start, _set_of(self._pieces[start : start + AT_A_TIME])) for start in starts]

    def within(self, text: str) -> list[str]:
        """The pieces that stand somewhere in the text."""
        if not self._sets:
            return [piece for piece in self._pieces if piece in text]
        octets = text.encode("utf-8", "replace")
        found: list[str] = []
        for start, known in self._sets:
            group = self._pieces[start : start + AT_A_TIME]
            met = known.Match(octets) if known is not None else None
            if met:  # the empty piece, which is last, is always met: nothing at all means that RE2 ran out of memory
                found += [group[position] for position in met if position < len(group)]
            else:
                found += [piece for piece in group if piece in text]
        return found


def _set_of(pieces: tuple[str, ...]) -> Any:
    """The RE2 set of the pieces and of the empty one behind them; None when it does not fit into its memory."""
    options = re2.Options()
    options.literal = True
    options.log_errors = False
    options.max_mem = _MEMORY
    found = re2.Set.SearchSet(options)
    for piece in (*pieces, ""):
        found.Add(piece)
    try:
        found.Compile()
    except re2.error:
        return None
    return found
