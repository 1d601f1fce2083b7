"""The lexical pieces of an address field: quoted strings, comments, angles, separators, words (RFC 5322 section 3.2).

Linear in the field, whatever is left unclosed. Never decides what a piece means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text: quoted strings with their quotes, comments and angles without theirs, and runs of the rest.

    A quote, comment or angle that is never closed is a letter, and after one such all of its kind are: each octet is
    looked at a bounded number of times.
    """
    closable = {'"', "(", "<"}
    position, end = 0, len(text)
    while position < end:
        c = text[position]
        if c in closable:
            stop = _CLOSERS[c](text, position)
            if stop < 0:
                closable.discard(c)
                if c == "<":
                    # "Ana <ana@example.org": the rest up to a separator
                    stop = min((at for mark in ",;" if (at := text.find(mark, position)) >= 0), default=end)
                    yield "<", text[position + 1 : stop]
                    position = stop
                else:
                    position += 1
                continue
            if c == '"':
                yield '"', text[position:stop]
            elif c == "(":
                yield "(", text[position + 1 : stop - 1]
            else:
                yield "<", text[position + 1 : stop - 1].rpartition("<")[2]
                while text[stop : stop + 1] == ">":
                    stop += 1
            position = stop
        elif c in ",;":
            yield ",", c
            position += 1
        elif c == ":":
            yield ":", c
            position += 1
        else:
            stop = position + 1
            if c == "[":
                closing = text.find("]", position, position + 100)  # a domain literal has colons of its own
                stop = closing + 1 if closing >= 0 else stop
            while stop < end and text[stop] not in '"(<,;:[':
                stop += 1
            yield "", text[position:stop]
            position = stop


def _quote_end(text: str, start: int) -> int:
    position = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        if text[position] == '"':
            return position + 1
        position += 1
    return -1


def _comment_end(text: str, start: int) -> int:
    depth, position = 1, start + 1
    while position < len(text):
        c = text[position]
        if c == "\\":
            position += 2
            continue
        depth += (c == "(") - (c == ")")
        position += 1
        if not depth:
            return position
    return -1


def _angle_end(text: str, start: int) -> int:
    return text.find(">", start) + 1 or -1


_CLOSERS: dict[str, Callable[[str, int], int]] = {'"': _quote_end, "(": _comment_end, "<": _angle_end}
