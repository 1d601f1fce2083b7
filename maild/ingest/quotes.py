"""Gives each line of a mail its part: the author's words, quote, attribution, signature, or hidden rest.

Works on stripped lines, in linear time, without any knowledge of MIME. Never drops a line: it only says what it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from maild.ingest.announcement import announced_at, attribution_above, name_above
from maild.ingest.attribution import Attribution, Certainty, find_attributions
from maild.ingest.header_block import Separator, header_block, separator
from maild.ingest.quote_words import ANSWERS_BELOW
from maild.ingest.signatures import author_stop, banner_stop

MAX_COVER: Final = 300
"""Characters of a text that only points to answers further down."""


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


def read_parts(
    lines: list[str], *, author: str = "", nature: Nature = Nature.ANSWER, hints: Hints = NO_HINTS
) -> Reading:
    """The part of each line."""
    parts = [Part.WORDS if line else Part.BLANK for line in lines]
    reading = Reading(parts=parts)
    if nature is Nature.FORWARD:
        reading.stretches.append((0, len(lines)))
        return reading
    for start, stop in hints.signatures:
        _fill(parts, start, stop, Part.SIGNATURE)
    _mark(lines, reading, hints, nature)
    if Part.REST in parts and _answers_inside(lines, parts):
        # Nobody can tell the author's lines from the others: all are shown.
        parts[:] = [Part.WORDS if line else Part.BLANK for line in lines]
        reading.confidence = 0.4
        reading.stretches.append((0, len(lines)))
        return reading
    _trim(lines, reading, author, hints.signature_texts)
    return reading


def _mark(lines: list[str], reading: Reading, hints: Hints, nature: Nature) -> None:
    """Quotes, attributions and the rest below them, from the top down."""
    parts = reading.parts
    attributions = find_attributions(lines)
    for start, stop in hints.attributions:
        attributions[start] = Attribution(start=start, stop=stop, certainty=Certainty.SURE)
    worded = False  # the author has said something above
    attributed = False
    doubtful = False  # an attribution at the very top with an unmarked text below it: whose words they are is unknown
    index, end = 0, len(lines)
    tested = 0  # lines before this one were looked at as header lines
    while index < end:
        line = lines[index]
        if index == hints.tail and worded and not doubtful and nature is Nature.ANSWER:
            _fill(parts, index, end, Part.REST)
            reading.confidence = min(reading.confidence, 0.97)
            return
        if not line or parts[index] is Part.SIGNATURE:
            index += 1
            continue
        attribution = attributions.get(index)
        if attribution:
            quoted = _quote_follows(lines, attribution.stop)
            if quoted or attribution.certainty is Certainty.SURE:
                _fill(parts, index, attribution.stop, Part.ATTRIBUTION)
                index = attribution.stop
                attributed = True
                if quoted:
                    reading.confidence = min(reading.confidence, 0.95)
                elif worded and not doubtful:
                    _fill(parts, index, end, Part.REST)
                    reading.confidence = min(reading.confidence, 0.9)
                    return
                else:
                    doubtful = True
                    reading.confidence = 0.4
                continue
        if line[0] == ">" and (nature is Nature.ANSWER or attributed or _quotes_headers(lines, index)):
            stop = _quote_stop(lines, index)
            _fill(parts, index, stop, Part.QUOTE)
            if any(separator(quoted.lstrip("> ")) is Separator.ABOVE for quoted in lines[index : min(stop, index + 8)]):
                _fill(parts, attribution_above(lines, index), index, Part.ATTRIBUTION)
            else:
                reading.confidence = min(reading.confidence, 0.9)
            index = stop
            continue
        announced, tested = announced_at(lines, index, tested)
        if announced is Separator.FORWARD or (announced is Separator.ORIGINAL and nature is Nature.FIRST):
            _fill(parts, index, end, Part.FORWARD)
            reading.confidence = min(reading.confidence, 0.9 if announced is Separator.FORWARD else 0.6)
            return
        if announced is not None and worded and not doubtful:
            sure = announced is Separator.ABOVE
            _fill(parts, attribution_above(lines, index) if sure else name_above(lines, index), end, Part.REST)
            reading.confidence = min(reading.confidence, 1.0 if sure else 0.92)
            return
        if announced is not None:
            reading.confidence = 0.4
            doubtful = True
        worded = True
        index += 1


def _answers_inside(lines: list[str], parts: list[Part]) -> bool:
    """A short text above an unmarked quote says that the answers stand inside it."""
    above = " ".join(line[:MAX_COVER] for line, part in zip(lines, parts, strict=True) if part is Part.WORDS)
    return len(above) <= MAX_COVER and any(words in above.casefold() for words in ANSWERS_BELOW)


def _fill(parts: list[Part], start: int, stop: int, part: Part) -> None:
    for index in range(start, stop):
        if parts[index] is not Part.BLANK:
            parts[index] = part


def _quotes_headers(lines: list[str], index: int) -> bool:
    """A quote that begins with an attribution or header line inside its marks."""
    inside = [line.lstrip("> ") for line in lines[index : index + 6] if line[:1] == ">"]
    return bool(find_attributions(inside)) or any(line and header_block(inside, i) for i, line in enumerate(inside))


def _quote_follows(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index : index + 6] if line), "")
    return following[:1] == ">"


def _quote_stop(lines: list[str], start: int) -> int:
    """The end of a quote, with lines that a mailer broke and left without their mark."""
    index, end = start, len(lines)
    while index < end:
        line = lines[index]
        if line[:1] == ">":
            index += 1
            continue
        above = lines[index - 1]
        if not line or index + 1 >= end or lines[index + 1][:1] != ">":
            return index
        broken = above.endswith("=") or (len(above) >= 60 and above[-1] not in "?!:" and line[0].islower())
        if not broken or len(line) >= len(above):
            return index
        index += 1
    return index


def _trim(lines: list[str], reading: Reading, author: str, signatures: tuple[str, ...]) -> None:
    """Cut signatures and footers off each stretch of words, and a banner off the first."""
    parts = reading.parts
    index, end = 0, len(lines)
    while index < end:
        if parts[index] is not Part.WORDS:
            index += 1
            continue
        stop = index
        while stop < end and parts[stop] in (Part.WORDS, Part.BLANK):
            stop += 1
        start = index
        if not reading.stretches and not any(part is Part.QUOTE for part in parts[:index]):
            start = banner_stop(lines, index, stop)
            _fill(parts, index, start, Part.SIGNATURE)
        words_end = author_stop(lines, start, stop, author=author, signatures=signatures, whole=bool(reading.stretches))
        _fill(parts, words_end, stop, Part.SIGNATURE)
        if any(lines[i] for i in range(start, words_end)):
            reading.stretches.append((start, words_end))
        index = stop
