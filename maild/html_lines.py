"""The lines that text is written in: indents, markers, gaps between paragraphs, and blanks that are owed.

Knows no element and no attribute: that is `html_text`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MAX_GAP: Final = 2
"""Empty lines in a row that are kept."""

_BLANKS: Final = " \t\n\r\f"
_FOLDED: Final = str.maketrans("\t\n\r\f", "    ")
_UNSEEN: Final = str.maketrans(
    "", "", "\u00a0\u00ad\u034f\u061c\u115f\u180e\u2007\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u3164"
)
"""Characters that show nothing: a line of them alone is an empty line (senders pad their preview text with them)."""


@dataclass(slots=True)
class Lines:
    """Writes words into lines; whoever owns the words says where lines and paragraphs end."""

    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    indents: list[str] = field(default_factory=list)
    marker: str = ""
    """Number or bullet that the next line begins with, in place of its last indent."""
    gap: int = 0
    """Empty lines owed before the next words."""
    space: bool = False
    """A blank is owed before the next word of the line."""
    fresh: bool = False
    """Nothing was written yet in the cell or list item that began: its first block needs no line of its own."""
    bars: str = ""
    """Quote marks of the last line."""

    def write(self, text: str) -> None:
        """Words, or the blanks between them; blanks in a row are one."""
        words = text.strip(_BLANKS)
        if not words:
            self.space = self.space or bool(text)
            return
        if self.pieces and (self.space or text[0] in _BLANKS) and self.pieces[-1][-1] not in " \t":
            self.pieces.append(" ")
        # Only the blanks of HTML fold; str.split() would also eat the wide blanks of Chinese and Japanese.
        if "\n" in words or "  " in words or "\t" in words or "\r" in words or "\f" in words:
            words = " ".join(word for word in words.translate(_FOLDED).split(" ") if word)
        self.pieces.append(words)
        self.space = text[-1] in _BLANKS
        self.fresh = False

    def write_verbatim(self, text: str) -> None:
        """Words whose blanks and lines stay as they are."""
        first, *others = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if self.space and self.pieces:
            self.pieces.append(" ")
        self.space = self.fresh = False
        if first:
            self.pieces.append(first)
        for line in others:
            self.end_line()
            if line:
                self.pieces.append(line)

    def end_line(self) -> None:
        """End the line, also an empty one."""
        line = "".join(self.pieces)
        self.pieces.clear()
        self.space = self.fresh = False
        if not line.translate(_UNSEEN).strip():
            self.gap += 1
            return
        indent = "".join(self.indents)
        bars = _quote_bars(self.indents)
        if self.gap and self.lines:
            self.lines += [min(self.bars, bars, key=len)] * min(self.gap, MAX_GAP)
        self.gap = 0
        self.bars = bars
        if self.marker:
            indent = indent[: len(indent) - len(self.indents[-1])] + self.marker
            self.marker = ""
        self.lines.append((indent + line.replace("\u00a0", " ")).rstrip())

    def end_paragraph(self, gap: int) -> None:
        """End the line if it has anything, and leave at least `gap` empty lines after it."""
        if self.pieces:
            self.end_line()
        self.space = False
        self.gap = max(self.gap, gap)

    def reopen(self) -> None:
        """Take the last line back to write on."""
        self.pieces.append(self.lines.pop()[len("".join(self.indents)) :])
        self.gap = 0


def _quote_bars(indents: list[str]) -> str:
    return "".join(indents).rstrip() if any(indent == "> " for indent in indents) else ""
