"""text/enriched (RFC 1896) and text/richtext (RFC 1341) as plain text.

Drops the formatting commands and keeps the words. Never treats the text as HTML.
"""

from __future__ import annotations


def enriched_to_text(text: str) -> str:
    """The words of enriched text: commands and parameters gone, `<<` a less-than sign, single breaks joined."""
    pieces: list[str] = []
    position = 0
    hidden = 0
    while True:
        start = text.find("<", position)
        run = text[position : start if start >= 0 else len(text)]
        if not hidden:
            pieces.append(_joined(run))
        if start < 0:
            return "".join(pieces)
        if text.startswith("<<", start):
            if not hidden:
                pieces.append("<")
            position = start + 2
            continue
        stop = text.find(">", start, start + 70)  # RFC 1896: a command has at most 60 characters
        if stop < 0:
            pieces.append("" if hidden else "<")
            position = start + 1
            continue
        command = text[start + 1 : stop].strip().lower()
        if command in ("param", "comment"):
            hidden += 1
        elif command in ("/param", "/comment"):
            hidden = max(0, hidden - 1)
        elif command in ("nl", "paragraph", "/paragraph"):
            pieces.append("\n")
        elif command == "lt":
            pieces.append("<")
        position = stop + 1


def _joined(run: str) -> str:
    """RFC 1896: one line break is a blank, n line breaks are n-1."""
    if "\n" not in run:
        return run
    pieces: list[str] = []
    breaks = 0
    for line in run.split("\n"):
        if breaks == 1:
            pieces.append(" ")
        elif breaks:
            pieces.append("\n" * (breaks - 1))
        if line or not pieces:
            pieces.append(line)
            breaks = 1
        else:
            if breaks:
                pieces.pop()
            breaks += 1
    return "".join(pieces)
