"""Content lines of iCalendar (RFC 5545 section 3.1): unfolded, and split into name, parameters and value.

Also as vCalendar 1.0 and mailers write them. Never knows what a property means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_LINES: Final = 20_000
"""Of one calendar; an invitation has some fifty, its time zone and history at most hundreds."""
MAX_LINE: Final = 16_000
"""Characters of one unfolded line looked at: descriptions are long, and not shown."""


@dataclass(frozen=True, slots=True)
class Property:
    """A content line (RFC 5545 section 3.1): parameters by upper-case name."""

    parameters: dict[str, str]
    value: str


def properties(text: str) -> Iterator[tuple[str, Property]]:
    """Name, in upper case, and property of each line, in their order."""
    for line in _unfolded(text):
        head, value = _split_value(line)
        name, *parameters = _split(head, ";")
        told: dict[str, str] = {}
        for parameter in parameters:
            key, _, content = parameter.partition("=")
            told[key.strip().upper()] = content.strip().strip('"')
        # A group before the name is vCard's, but Lotus writes it here too.
        yield name.rpartition(".")[2].strip().upper(), Property(told, value)


def _unfolded(text: str) -> Iterator[str]:
    """Logical lines: a line that begins with a blank goes on with the one before (RFC 5545 section 3.1)."""
    held: list[str] = []
    for line in text.splitlines()[:MAX_LINES]:
        if held and line[:1] in (" ", "\t"):
            held.append(line[1:])
            continue
        # vCalendar 1.0 folds quoted-printable by its own soft line end.
        if held and held[-1].endswith("=") and "QUOTED-PRINTABLE" in held[0].upper():
            held.append("\n" + line)
            continue
        if held:
            yield "".join(held)[:MAX_LINE]
        held = [line]
    if held:
        yield "".join(held)[:MAX_LINE]


def _split_value(line: str) -> tuple[str, str]:
    """Before and after the first colon that is not in quotes."""
    quoted = False
    for at, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return line[:at], line[at + 1 :]
    return line, ""


def _split(text: str, mark: str) -> list[str]:
    """Split at marks that are not in quotes."""
    pieces = [""]
    for index, piece in enumerate(text.split('"')):
        if index % 2:
            pieces[-1] += f'"{piece}"'
            continue
        first, *others = piece.split(mark)
        pieces[-1] += first
        pieces += others
    return pieces
