"""The parts that the lines of a mail may have, what tells them, and what was found.

Plain values between the steps of reading a body; decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final


class Part(Enum):
    """What a line is."""

    WORDS = auto()
    BLANK = auto()
    QUOTE = auto()
    ATTRIBUTION = auto()
    SIGNATURE = auto()
    """Also banners, legal notices and list footers."""
    REST = auto()
    """The mail answered to, without marks on its lines."""
    FORWARD = auto()
    """A forwarded mail: content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the HTML tells about the lines of the text that was made from it, and about signatures."""

    tail: int | None = None
    """Line where the mail answered to begins."""
    attributions: tuple[tuple[int, int], ...] = ()
    signatures: tuple[tuple[int, int], ...] = ()
    """Ranges of lines."""
    signature_texts: tuple[str, ...] = ()
    """Words of signatures without blanks, for a text that was not made from the HTML."""


NO_HINTS: Final = Hints()


@dataclass(slots=True, kw_only=True)
class Reading:
    """The parts of all lines, and how sure they are: 0 to 1."""

    parts: list[Part]
    confidence: float = 1.0
    stretches: list[tuple[int, int]] = field(default_factory=list)
    """Ranges of lines that hold the author's words, signature cut off."""


class Nature(Enum):
    """What the header of a mail says about it."""

    ANSWER = auto()
    FORWARD = auto()
    """What stands below is content, however it is marked."""
    FIRST = auto()
    """It answers nothing: a text without quote marks below header lines was put there by the author."""
