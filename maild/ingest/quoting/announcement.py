"""What announces the mail answered to, or a forwarded one, when its lines bear no marks.

Separators with header lines below them, header lines alone, Lotus Notes' block. Never decides what is folded.
"""

from __future__ import annotations

from typing import Final

from maild.ingest.quoting.header_block import Separator, header_block, header_label, separator


def announced_at(lines: list[str], index: int, tested: int) -> tuple[Separator | None, int]:
    """What begins at this line: a forward, the mail answered to, or None for ordinary words.

    Also says up to which line header lines were looked for: each line is looked at once.
    """
    line = lines[index]
    found = separator(line)
    if found in (Separator.ABOVE, Separator.ORIGINAL):
        return found, tested
    if found is Separator.FORWARD:
        ruled = not line[0].isalpha()
        return (found if ruled or _headers_follow(lines, index + 1) else None), tested
    if index < tested:
        return None, tested
    if found is Separator.RULE or found is Separator.NAMED:
        start = next((i for i in range(index + 1, min(len(lines), index + 4)) if lines[i]), None)
        if start is None or (found is Separator.RULE and separator(lines[start]) is not None):
            return None, tested
        if found is Separator.NAMED and line[0].isalpha() and separator(lines[start]) is Separator.RULE:
            return Separator.ORIGINAL, tested
        block = header_block(lines, start)
        enough = block and (block.sure or (block.likely and (found is Separator.NAMED or len(line) >= 20)))
        return (Separator.ORIGINAL if enough else None), tested
    if ":" not in line and "：" not in line:
        return (Separator.ORIGINAL if _notes_block(lines, index) else None), tested
    block = header_block(lines, index)
    if block is None:
        return None, tested
    return (Separator.ORIGINAL if block.sure else None), max(tested, block.stop)


def _headers_follow(lines: list[str], start: int) -> bool:
    following = next((i for i in range(start, min(len(lines), start + 4)) if lines[i]), None)
    return following is not None and (lines[following][0] == ">" or header_block(lines, following) is not None)


def _notes_block(lines: list[str], index: int) -> bool:
    """Lotus Notes: the sender's name, then "Sent by", the date, and "To", "cc", "Subject" on lines of their own."""
    if "@" not in lines[index] and "/" not in lines[index]:
        return False
    near = [line for line in lines[index + 1 : index + 26] if line][:16]
    alone = {line.casefold() for line in near if len(line) < 14}
    return bool(alone & _NOTES_TO) and bool(alone & _NOTES_SUBJECT)


_NOTES_TO: Final = frozenset({"to", "an", "a", "à", "para", "aan", "do", "宛先", "till", "til"})
_NOTES_SUBJECT: Final = frozenset(
    {"subject", "thema", "objet", "asunto", "assunto", "oggetto", "onderwerp", "件名", "betreff"}
)


def name_above(lines: list[str], index: int) -> int:
    """Lotus Notes may print the sender's name on a line of its own above his address."""
    name = index - 1
    lonely = name > 0 and lines[name] and not lines[name - 1] and "@" in lines[index] and ":" not in lines[index]
    return name if lonely and len(lines[name]) < 40 else index


def attribution_above(lines: list[str], index: int) -> int:
    """Where the words above our own marker end: the paragraph right above it may be an attribution we do not know."""
    last = index
    while last > 0 and not lines[last - 1]:
        last -= 1
    start = last
    while start > 0 and lines[start - 1] and last - start < 5:
        start -= 1
    paragraph = lines[start:last]
    if not paragraph or start == 0:
        return index
    if (
        sum(1 for line in paragraph if header_label(line)) >= 2
        or sum(0 < line.find(":") < 25 for line in paragraph) >= 3
    ):
        return start
    if paragraph[-1].endswith((":", "：")) and any("@" in line or any(map(str.isdigit, line)) for line in paragraph):
        return start if len(paragraph) <= 3 else last - 1
    return index
