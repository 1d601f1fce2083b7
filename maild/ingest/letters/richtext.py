"""text/enriched (RFC 1896) and text/richtext (RFC 1341) as plain text.

Drops the formatting commands and keeps the words. Never treats the text as HTML.
"""

from __future__ import annotations

_BREAK = "\u2028"  # a break that a command asks for, until the breaks of the source are joined


def enriched_to_text(text: str) -> str:
    """The words of enriched text: commands and parameters gone, `<<` a less-than sign, single breaks joined."""
    pieces: list[str] = []
    position = 0
    hidden = 0
    while (start := text.find("<", position)) >= 0:
        if not hidden:
            pieces.append(text[position:start])
        stop = text.find(">", start, start + 70)  # RFC 1896: a command has at most 60 characters
        if text.startswith("<<", start) or stop < 0:
            if not hidden:
                pieces.append("<")
            position = start + (2 if text.startswith("<<", start) else 1)
            continue
        command = text[start + 1 : stop].strip().lower()
        if command in ("param", "comment"):
            hidden += 1
        elif command in ("/param", "/comment"):
            hidden = max(0, hidden - 1)
        elif command in ("nl", "paragraph", "/paragraph"):
            pieces.append(_BREAK)
        elif command == "lt":
            pieces.append("<")
        position = stop + 1
    if not hidden:
        pieces.append(text[position:])
    return _joined("".join(pieces)).replace(_BREAK, "\n")


def _joined(text: str) -> str:
    """RFC 1896: one line break is a blank, n line breaks are n-1."""
    pieces: list[str] = []
    breaks = 0
    for line in text.split("\n"):
        if not line:
            breaks += 1
            continue
        if pieces:
            pieces.append(" " if breaks == 0 else "\n" * breaks)
        pieces.append(line)
        breaks = 0
    return "".join(pieces)
