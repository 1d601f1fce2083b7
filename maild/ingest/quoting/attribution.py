"""Attribution lines: "On DATE, NAME <address> wrote:" in any language and client, wrapped over up to five lines.

Says where such a line stands and how sure that is. Never decides what is folded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import re2

from maild.ingest.quoting.quote_words import OPENERS, QUOTING, VERBS

MAX_LINE: Final = 400
"""Characters of one physical line; the longest seen in the wild (name, address and tracking link) has 330."""

MAX_JOINED: Final = 600

MAX_WORDLESS: Final = 250
"""Characters of an attribution without a verb: date, name and address."""

MAX_WRAPPED: Final = 5
"""Physical lines of one attribution: date, name, address and verb, each on its own, and one to spare."""

MAX_CANDIDATES: Final = 200
"""Lines tried in one mail; a mail with more lines that end in a colon is a list or hostile."""

_TIME: Final = re2.compile(r"\d{1,2} ?[:.h：] ?\d{2}|\d ?[AaPp]\.?[Mm]\b|\d ?[時时点點시]")
_DAY: Final = re2.compile(
    r"\d{1,4} ?[-/.] ?\d{1,2} ?[-/.] ?\d{2,4}|(^|[^\d])(19\d\d|20\d\d|25\d\d|14\d\d)([^\d]|$)|\d ?年|\d ?년"
)
"""A numeric date or a year; also years of the Thai and Islamic calendars."""
_NUMBER: Final = re2.compile(r"\d+")
_ADDRESS: Final = re2.compile(r"[^\s<>()\[\]\"',;:@]+@[^\s<>()\[\]\"',;:@]+")
_BRACKETED: Final = re2.compile(r"[<(\[] ?(mailto:)? ?[^<>()\[\]@]{1,80}@[^<>()@]{1,200}[>)\]]")
_ENGLISH: Final = re2.compile(r"(^|[\s,>)\"'\]*])(wrote|writes|said)\b")
_WEEKDAY_OR_MONTH: Final = re2.compile(
    r"(?i)\b(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[,.]? "
)


_SECONDS: Final = re2.compile(r"\d{1,2}:\d\d:\d\d")
_NUMERIC_DAY: Final = re2.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}")
_SAID_TO_YOU: Final = re2.compile(
    r"(?i)\b(you|i|we|he|she|they|sie|ich|wir|du|vous|nous|usted|você|lei|u|je) (have )?\w+$"
)
"""People say "On 5 May you wrote:"; programs put a name there."""
_CJK_OPENERS: Final = frozenset("在于於")


class Certainty(IntEnum):
    """How sure it is that a line is an attribution."""

    NONE = 0
    IF_QUOTED = 1
    """Only when quoted lines follow."""
    SURE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Lines `start` to `stop` (exclusive) name the author of what follows."""

    start: int
    stop: int
    certainty: Certainty


def find_attributions(lines: list[str]) -> dict[int, Attribution]:
    """All attributions by the line they begin at; `lines` are stripped and without invisible characters."""
    found: dict[int, Attribution] = {}
    tried = 0
    free = 0  # lines before this one belong to an attribution already
    for index, line in enumerate(lines):
        if not line or len(line) > MAX_LINE:
            continue
        if line.startswith(">>>") and index >= free and (stop := _groupwise_stop(lines, index)):
            found[index] = Attribution(start=index, stop=stop, certainty=Certainty.SURE)
            free = stop
        if not _may_end(line, lines, index):
            continue
        tried += 1
        if tried > MAX_CANDIDATES:
            break
        attribution = _ending_at(lines, index, free)
        if attribution:
            found[attribution.start] = attribution
            free = attribution.stop
    return found


def _groupwise_stop(lines: list[str], index: int) -> int | None:
    """GroupWise: ">>> NAME <address> DATE TIME >>>", in one or two lines, and no marks below."""
    for stop in (index + 1, index + 2):
        joined = " ".join(lines[index:stop])
        if joined.endswith((">>>", "<<<")) and 12 < len(joined) < MAX_LINE:
            inner = joined[3:-3].strip()
            told = _TIME.search(inner) or _DAY.search(inner)
            return stop if told and (inner[:1].isalpha() or inner[:1] in "\"'") else None
    return None


def _may_end(line: str, lines: list[str], index: int) -> bool:
    last = line.rstrip("*_ ")[-1:]
    if line[0] == ">":
        # A wrapped address may leave ">:" or "> wrote:" at the beginning of the last line.
        return len(line) < 40 and last in ":：" and _opens_bracket(lines, index)
    if last in ":：":
        return True
    if last == "-":
        return line.lstrip("*_").startswith("---")
    if line.endswith(" wrote"):
        return _next_is_quoted(lines, index + 1)
    return last == ">" and line[:1].isdigit() and index + 1 < len(lines) and _next_is_quoted(lines, index + 1)


def _opens_bracket(lines: list[str], index: int) -> bool:
    opened = 0
    for line in reversed(lines[max(0, index - MAX_WRAPPED) : index]):
        if line[:1] == ">" or len(line) > MAX_LINE:
            break
        opened += line.count("<") - line.count(">")
    return opened > 0


def _next_is_quoted(lines: list[str], index: int) -> bool:
    for line in lines[index : index + 4]:
        if line:
            return line[0] == ">"
    return False


def _ending_at(lines: list[str], last: int, free: int) -> Attribution | None:
    """The attribution that ends at line `last`: the shortest that is sure, led on to a line that opens one."""
    joined = ""
    best: Attribution | None = None
    torn = False
    for start in range(last, max(free, last - MAX_WRAPPED) - 1, -1):
        line = lines[start]
        if not line:
            # Only an address torn apart by its mark-up has an empty line above it.
            if torn or joined[:1] != "<" or (len(joined) > 1 and joined[1] != " "):
                break
            torn = True
            continue
        if start != last and (line[0] == ">" or len(line) > MAX_LINE):
            break
        joined = line[:-1] + joined if line.endswith("=") else f"{line} {joined}"
        if len(joined) > MAX_JOINED:
            break
        certainty = _certainty(joined)
        opens = _opens(line)
        if certainty and (best is None or certainty > best.certainty or opens):
            best = Attribution(start=start, stop=last + 1, certainty=certainty)
        if opens and best:
            break
    return best


def _opens(line: str) -> bool:
    line = line.lstrip("-–—*_> ")
    first, _, rest = line[:40].partition(" ")
    if first[:1].isdigit() or first[:1] in _CJK_OPENERS:
        return True
    return first.casefold().rstrip(":") in OPENERS and bool(_NUMBER.search(rest))


def _certainty(joined: str) -> Certainty:
    text = joined.strip(" *_")
    ruled = text.startswith("---") and text.endswith("--")
    body = text.strip("-–—*_> ").rstrip(":： ")
    if not body or _prose(body):
        return Certainty.NONE
    if text.endswith(" wrote"):
        return Certainty.IF_QUOTED
    if not ruled and text[-1] not in ":：":
        return Certainty.IF_QUOTED if _DAY.search(body[:12]) and _BRACKETED.search(text) else Certainty.NONE
    if _has_verb(body):
        return _with_verb(body, text)
    return Certainty.NONE if ruled else _without_verb(body, text)


def _with_verb(body: str, text: str) -> Certainty:
    """ "NAME wrote:" alone may be told by the author himself; an address or a full date is what programs add."""
    numbers = len(_NUMBER.findall(body))
    time, day = bool(_TIME.search(body)), bool(_DAY.search(body))
    if _ADDRESS.search(body) and (numbers >= 2 or _BRACKETED.search(text) or len(body.split()) <= 2):
        return Certainty.SURE
    if " via " in body and len(body.split()) <= 8:
        return Certainty.SURE
    weak = Certainty.IF_QUOTED if len(body) < 160 else Certainty.NONE
    if not _opens(body):
        return Certainty.SURE if _SECONDS.search(body) and numbers >= 5 else weak
    if _SAID_TO_YOU.search(body) and not _NUMERIC_DAY.search(body):
        return weak
    if time and numbers >= 3:
        return Certainty.SURE
    return Certainty.SURE if day and (numbers >= 3 or _WEEKDAY_OR_MONTH.search(body)) else weak


def _without_verb(body: str, text: str) -> Certainty:
    """ "DATE NAME <address>:", "Quoting NAME <address>:", "DATE by address:"."""
    quoting = body[:40].casefold().startswith(QUOTING)
    if "@" not in text:
        return Certainty.IF_QUOTED if quoting else Certainty.NONE
    numbers = len(_NUMBER.findall(body))
    time, day = bool(_TIME.search(body)), bool(_DAY.search(body))
    if len(body) > MAX_WORDLESS or numbers > 12:
        return Certainty.NONE  # a line of a log
    if _BRACKETED.search(text):
        last = text.rstrip(":： ")[-1:] in ">)]"
        dated = time and (day or numbers >= 4) and "." in text[text.rfind("@") :]
        if quoting or (dated and (last or _opens(body))):
            return Certainty.SURE
        return Certainty.IF_QUOTED if numbers or len(body) < 120 else Certainty.NONE
    if time and day and "@" in body[body.rfind(" ") :]:
        # Tutanota: "May 6, 2025, 09:14 by ana@example.org:"
        return Certainty.SURE if _opens(body) or _WEEKDAY_OR_MONTH.match(body) else Certainty.IF_QUOTED
    return Certainty.IF_QUOTED if quoting else Certainty.NONE


def _has_verb(body: str) -> bool:
    if body.isascii() and _ENGLISH.search(body):
        return True
    folded = body.casefold()
    return any(verb in folded for verb in VERBS)


def _prose(body: str) -> bool:
    """A sentence end inside that no date or address explains: people write about letters, too."""
    return "? " in body or "! " in body
