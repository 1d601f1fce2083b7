"""format=flowed undone (RFC 3676): paragraphs become single lines again.

Keeps quote marks and the signature separator. Never touches text that is not labelled as flowed.
"""

from __future__ import annotations


def unflow(text: str, *, delsp: bool) -> str:
    """Join lines that end in a space with the next line of the same quote depth; `delsp` drops that space."""
    lines: list[str] = []
    open_depth = -1
    for raw in text.split("\n"):
        line = raw.removesuffix("\r")
        content = line.lstrip(">")
        depth = len(line) - len(content)
        if content.startswith(" "):
            content = content[1:]  # space-stuffing
        flows = content.endswith(" ") and content != "-- "
        if flows and delsp:
            content = content[:-1]
        if open_depth == depth and content != "-- ":
            lines[-1] += content
        else:
            lines.append(">" * depth + (" " if depth and content else "") + content)
        open_depth = depth if flows else -1
    return "\n".join(lines)
