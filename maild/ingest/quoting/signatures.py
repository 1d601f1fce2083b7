"""Where the author's words end and what his program, company or list adds begins.

Knows signature delimiters, device lines, legal notices, list footers and banners. Never cuts when nothing would be
left.
"""

from __future__ import annotations

from typing import Final

import re2

from maild.ingest.quoting.device_lines import is_device_line
from maild.ingest.quoting.footer_words import BANNER_STARTS, BANNER_STEMS, LEGAL_STARTS, LEGAL_STEMS, LIST_MARKS
from maild.ingest.quoting.header_block import Separator, separator

MAX_SIGNATURE: Final = 40
"""Lines with words below "-- ": a signature with its legal notice. Longer is more likely a letter with a rule in it."""

MAX_CARD: Final = 8
"""Lines below a rule that may be a visiting card: name, title, company, street, town, telephones, link."""

MAX_LOOSE_SIGNATURE: Final = 15
"""Lines below a bare "--" or a dash, which people also use as a rule."""

MAX_ADDITIONS: Final = 8
"""Additions below one another: signature, device line, legal notice, list footer, virus notice, and some to spare."""

MAX_FOOTER_SEARCH: Final = 80
"""Lines with words at the end of a stretch that are searched for footers."""

_DELIMITERS: Final = frozenset({"--", "—", "––", "‐‐", "_", "__", "___", "—-", "-—", "––-"})
_PHONE: Final = re2.compile(r"\d[\d ./()-]{5,}\d")


def author_stop(
    lines: list[str],
    start: int,
    stop: int,
    *,
    author: str = "",
    signatures: tuple[str, ...] = (),
    whole: bool = False,
) -> int:
    """Where the author's words end within `lines[start:stop]`: `stop` when nothing is added.

    `lines` are stripped. Something with words is always left above the cut, unless `whole` says that the author has
    spoken elsewhere and this may be nothing but a signature or footer; then the result may be `start`. `signatures`
    are known ones, without blanks.
    """
    worded = [i for i in range(start, stop) if lines[i]]
    least = 0 if whole else 1
    for _ in range(MAX_ADDITIONS):
        if not worded:
            break
        cut = _known(lines, worded, signatures) if signatures else -1
        if cut < least:
            cut = _cut(lines, worded, least, author)
        if cut < least:
            break
        del worded[cut:]
        while len(worded) > least and separator(lines[worded[-1]]) is Separator.RULE:
            worded.pop()
    return worded[-1] + 1 if worded else start


def _cut(lines: list[str], worded: list[int], least: int, author: str) -> int:
    """Index into `worded`, at least `least`, where an addition begins that goes on to the end; -1 if there is none."""
    for look in (_delimiter, _footer, _device):
        cut = look(lines, worded, least)
        if cut >= least:
            return cut
    cut = _sign_off(lines, worded, least, author)
    if cut >= least:
        return cut
    cut = _ruled_card(lines, worded, least, author)
    if cut < least and author:
        cut = _business_card(lines, worded, author)
    return cut


def _known(lines: list[str], worded: list[int], signatures: tuple[str, ...]) -> int:
    """The last lines are a signature that the HTML names."""
    longest = max(map(len, signatures))
    tail = ""
    for position in range(len(worded) - 1, max(-1, len(worded) - MAX_SIGNATURE - 1), -1):
        tail = "".join(lines[worded[position]].split()) + tail
        if tail in signatures:
            return position
        if len(tail) > longest:
            break
    return -1


def _delimiter(lines: list[str], worded: list[int], least: int) -> int:
    """The first signature delimiter (RFC 3676 section 4.3) that is near enough to the end."""
    for position in range(max(least, len(worded) - MAX_SIGNATURE - 1), len(worded)):
        line = lines[worded[position]]
        if len(line) > 3:
            continue
        below = len(worded) - position - 1
        if line == "--":
            return position
        if line in _DELIMITERS and 0 < below <= MAX_LOOSE_SIGNATURE:
            return position
    return -1


def _footer(lines: list[str], worded: list[int], least: int) -> int:
    """A legal notice, or a list's footer below a rule."""
    first = max(least, len(worded) - MAX_FOOTER_SEARCH)
    for position in range(first, len(worded)):
        line = lines[worded[position]]
        if len(line) < 8:
            continue
        head = line[:200].lstrip("*_#-=~ <[(\"'•").casefold()
        if head.startswith(LEGAL_STARTS) and _stems(lines, worded, position, LEGAL_STEMS) >= 2:
            return position
        if separator(line) is Separator.RULE and len(worded) - position <= 12:
            below = " ".join(lines[i][:200] for i in worded[position + 1 : position + 5]).casefold()
            if any(mark in below for mark in LIST_MARKS) and ("@" in below or "http" in below):
                return position
    return -1


def _stems(lines: list[str], worded: list[int], position: int, stems: tuple[str, ...]) -> int:
    """How many of the pieces of words are in the next lines."""
    text = " ".join(lines[i][:500] for i in worded[position : position + 6]).casefold()
    return sum(1 for stem in stems if stem in text)


def _device(lines: list[str], worded: list[int], least: int) -> int:
    """A last line such as "Sent from my iPhone"."""
    position = len(worded) - 1
    index = worded[position]
    if position < least or not is_device_line(lines[index]):
        return -1
    line = lines[index]
    if line[0].islower() and index and lines[index - 1]:
        return -1  # the wrapped end of a sentence: "… the letter was ⏎ sent from my office"
    return position


def _sign_off(lines: list[str], worded: list[int], least: int, author: str) -> int:
    """ "-Ana Silva" as last paragraph; one word only when it is the author's name, for "- Yes" is an answer."""
    position = len(worded) - 1
    index = worded[position]
    line = lines[index]
    if position < max(1, least) or lines[index - 1] or len(line) > 40 or line[0] not in "-–—~":
        return -1
    name = line.lstrip("-–—~ ")
    if not _is_name(name) and name.casefold() not in _names(author):
        return -1
    if any(lines[i][0] in "-–—~" for i in worded[:position]):
        return -1  # the last item of a list
    return position


def _names(author: str) -> set[str]:
    """How the author may sign: the whole display name, or its first word."""
    return {author.casefold(), *author.casefold().split()[:1]} - {""}


def _ruled_card(lines: list[str], worded: list[int], least: int, author: str) -> int:
    """A few short lines with a name or telephone below a rule of dashes, which many use in place of "-- "."""
    for position in range(max(1, least, len(worded) - MAX_CARD - 1), len(worded) - 1):
        index = worded[position]
        if separator(lines[index]) is not Separator.RULE or lines[index - 1]:
            continue
        below = [lines[i] for i in worded[position + 1 :]]
        if not all(len(line) <= 60 and line[-1] not in ".?!:;," and line[0].isalnum() for line in below):
            return -1
        named = below[0].casefold() == author.casefold() or _is_name(below[0])
        return position if named or any(map(_is_contact, below)) else -1
    return -1


def _is_name(line: str) -> bool:
    words = line.split()
    return 2 <= len(words) <= 4 and all(w[0].isupper() and w.replace("-", "").replace(".", "").isalpha() for w in words)


def _business_card(lines: list[str], worded: list[int], author: str) -> int:
    """Telephone, address and links below the author's own name."""
    names = _names(author)
    for position in range(max(1, len(worded) - 12), len(worded) - 1):
        if lines[worded[position]].strip("-–—,.* ").casefold() not in names:
            continue
        below = [lines[i] for i in worded[position + 1 :]]
        if all(len(line) <= 80 and not line.endswith(("?", ":")) for line in below) and any(map(_is_contact, below)):
            return position + 1
    return -1


def _is_contact(line: str) -> bool:
    return bool(_PHONE.search(line)) or "@" in line or "www." in line or "http" in line


def banner_stop(lines: list[str], start: int, stop: int) -> int:
    """Where a gateway's banner above the author's words ends; `start` when there is none."""
    first = next((i for i in range(start, stop) if lines[i]), stop)
    if first == stop:
        return start
    head = lines[first][:200].lstrip("*_#-=~ <[(\"'•⚠️!").casefold()
    bracketed = lines[first].casefold().startswith("[extern") and lines[first].endswith("]")
    if not bracketed:
        worded = [i for i in range(first, min(stop, first + 7)) if lines[i]]
        if not head.startswith(BANNER_STARTS) or _stems(lines, worded, 0, BANNER_STEMS) < 2:
            return start
    end = next((i for i in range(first, min(stop, first + 7)) if not lines[i]), None)
    if end is None or not any(lines[end:stop]):
        return start
    return end
