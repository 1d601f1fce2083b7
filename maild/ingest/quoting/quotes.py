"""Gives each line of a mail its part: the author's words, quote, attribution, signature, or hidden rest.

Works on stripped lines, in linear time, without any knowledge of MIME. Never drops a line: it only says what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from maild.ingest.quoting.announcement import announced_at, attribution_above, name_above
from maild.ingest.quoting.attribution import Attribution, Certainty, find_attributions
from maild.ingest.quoting.header_block import Separator, header_block, separator
from maild.ingest.quoting.quote_parts import NO_HINTS, Hints, Nature, Part, Reading
from maild.ingest.quoting.quote_words import ANSWERS_BELOW
from maild.ingest.quoting.signatures import author_stop, banner_stop

MAX_COVER: Final = 300
"""Characters of a text that only points to answers further down."""


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
    attributions = find_attributions(lines)
    for start, stop in hints.attributions:
        attributions[start] = Attribution(start=start, stop=stop, certainty=Certainty.SURE)
    _Marker(lines=lines, reading=reading, nature=nature, hints=hints, attributions=attributions).run()
    if Part.REST in parts and _answers_inside(lines, parts):
        # Nobody can tell the author's lines from the others: all are shown.
        parts[:] = [Part.WORDS if line else Part.BLANK for line in lines]
        reading.confidence = 0.4
        reading.stretches.append((0, len(lines)))
        return reading
    _trim(lines, reading, author, hints.signature_texts)
    return reading


@dataclass(slots=True, kw_only=True)
class _Marker:
    """Goes down the lines once and gives quotes, attributions and the rest below them their part."""

    lines: list[str]
    reading: Reading
    nature: Nature
    hints: Hints
    attributions: dict[int, Attribution]
    index: int = 0
    tested: int = 0
    """Lines before this one were looked at as header lines."""
    worded: bool = False
    """The author has said something above."""
    attributed: bool = False
    doubtful: bool = False
    """Something announced a quote at the very top, with an unmarked text below it: whose words those are is unknown."""

    def run(self) -> None:
        """All lines, or up to one after which everything belongs together."""
        parts = self.reading.parts
        while self.index < len(self.lines):
            line = self.lines[self.index]
            if self.index == self.hints.tail and self.nature is Nature.ANSWER and self._cuts():
                return self._to_the_end(self.index, Part.REST, 0.97)
            if not line or parts[self.index] is Part.SIGNATURE:
                self.index += 1
            elif (attribution := self.attributions.get(self.index)) and self._believed(attribution):
                if self._attribution(attribution):
                    return None
            elif line[0] == ">" and self._is_quote():
                self._quote()
            elif self._announced():
                return None
        return None

    def _cuts(self) -> bool:
        return self.worded and not self.doubtful

    def _sure(self, confidence: float) -> None:
        self.reading.confidence = min(self.reading.confidence, confidence)

    def _to_the_end(self, start: int, part: Part, confidence: float) -> None:
        _fill(self.reading.parts, start, len(self.lines), part)
        self._sure(confidence)

    def _believed(self, attribution: Attribution) -> bool:
        return attribution.certainty is Certainty.SURE or _quote_follows(self.lines, attribution.stop)

    def _attribution(self, attribution: Attribution) -> bool:
        """Whether everything below belongs to it."""
        start, self.index = self.index, attribution.stop
        quoted = _quote_follows(self.lines, attribution.stop)
        if not quoted and self._cuts() and self.nature is Nature.FIRST:
            self._to_the_end(start, Part.FORWARD, 0.6)
            return True
        _fill(self.reading.parts, start, attribution.stop, Part.ATTRIBUTION)
        self.attributed = True
        if quoted:
            self._sure(0.95)
        elif self._cuts():
            self._to_the_end(attribution.stop, Part.REST, 0.9)
            return True
        else:
            self.doubtful = True
            self._sure(0.4)
        return False

    def _is_quote(self) -> bool:
        """In a mail that answers nothing, marks alone may be the author's: prompts, prices, Markdown."""
        return self.nature is Nature.ANSWER or self.attributed or _quotes_headers(self.lines, self.index)

    def _quote(self) -> None:
        start, self.index = self.index, _quote_stop(self.lines, self.index)
        _fill(self.reading.parts, start, self.index, Part.QUOTE)
        first_lines = self.lines[start : min(self.index, start + 8)]
        if any(separator(line.lstrip("> ")) is Separator.ABOVE for line in first_lines):
            _fill(self.reading.parts, attribution_above(self.lines, start), start, Part.ATTRIBUTION)
        else:
            self._sure(0.9)

    def _announced(self) -> bool:
        """Whether everything from this line on belongs together: a forward, or the mail answered to."""
        announced, self.tested = announced_at(self.lines, self.index, self.tested)
        if announced is Separator.FORWARD:
            self._to_the_end(self.index, Part.FORWARD, 0.9)
        elif announced is Separator.ORIGINAL and self.nature is Nature.FIRST:
            self._to_the_end(self.index, Part.FORWARD, 0.6)
        elif announced is Separator.ABOVE and self._cuts():
            self._to_the_end(attribution_above(self.lines, self.index), Part.REST, 1.0)
        elif announced is not None and self._cuts():
            self._to_the_end(name_above(self.lines, self.index), Part.REST, 0.92)
        else:
            if announced is not None:
                self.doubtful = True
                self._sure(0.4)
            self.worded = True
            self.index += 1
            return False
        return True


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
