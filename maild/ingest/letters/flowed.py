"""format=flowed undone (RFC 3676): paragraphs become single lines again.

Keeps quote marks and the signature separator. Never touches text that is not labelled as flowed.
"""

from __future__ import annotations


def unflow(text: str, *, delsp: bool) -> str:
    """Join lines that end in a space with the next line of the same quote depth; `delsp` drops that space."""
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        if content.startswith(" "):
            content = content[1:]  # space-stuffing (section 4.4)
        separator = content == "-- "  # a signature separator never flows (section 4.3)
        flows = content.endswith(" ") and not separator
        if flows and delsp:
            content = content[:-1]
        if open_depth == depth and not separator:
            paragraphs[-1].append(content)
        else:
            paragraphs.append([">" * depth + (" " if depth and content else "") + content])
        open_depth = depth if flows else -1
    return "\n".join("".join(pieces) for pieces in paragraphs)
