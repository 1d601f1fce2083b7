"""The words the author added, told from quotes, signatures and footers.

Decides what a reply shows first and how much it hides. Never changes or forgets the full text: that is kept elsewhere.
"""

from __future__ import annotations

from maild.domain.mail import NewWords
from maild.ingest.quote_words import FORWARD_PREFIXES
from maild.ingest.quotes import Part, Reading, read_parts

MAX_LINES = 20_000
"""Lines looked at; what stands below in a longer mail stays visible, for nobody can say whose words they are."""

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
_WIDE_BLANKS = "\u00a0\u202f\u2007\u2009\u200a"


def new_words(
    text: str, html: str = "", *, author: str = "", subject: str = "", text_is_plain: bool = True
) -> NewWords:
    """The author's own words in `text`, which is the body as shown.

    `html` is the HTML body as received, a second witness; `author` the display name of the sender; `subject` decides
    between answer and forward; `text_is_plain` is False when `text` was made from `html`.
    """
    shown = text.replace("\r\n", "\n").split("\n")
    rest = shown[MAX_LINES:]
    lines = _bare_lines("\n".join(shown[:MAX_LINES]) if rest else text.replace("\r\n", "\n"))
    reading = read_parts(lines, author=author, is_forward=is_forward(subject))
    kept = _kept(reading)
    if rest:
        kept = [True] * len(lines)
    if not any(k and line for k, line in zip(kept, lines, strict=True)):
        return NewWords(text=text.strip("\n"), folded_lines=0, confidence=0.3)
    return _view(shown, lines, kept, reading, rest)


def is_forward(subject: str) -> bool:
    """Whether the first prefix of a subject says that the mail is a forward ("Fwd:", "WG:", "RV:")."""
    head, colon, _ = subject[:40].replace("：", ":").partition(":")
    return bool(colon) and head.strip().casefold() in FORWARD_PREFIXES


def _bare_lines(text: str) -> list[str]:
    """The lines as they are compared: no invisible characters, no blanks at the ends."""
    if not text.isascii():
        for character in _INVISIBLE:
            if character in text:
                text = text.replace(character, "")
        for character in _WIDE_BLANKS:
            if character in text:
                text = text.replace(character, " ")
    return [line.strip() for line in text.split("\n")]


def _kept(reading: Reading) -> list[bool]:
    """Which lines are shown: the author's stretches; between several of them also the quotes they answer."""
    parts = reading.parts
    kept = [False] * len(parts)
    forward = next((i for i, part in enumerate(parts) if part is Part.FORWARD), len(parts))
    for start, stop in reading.stretches:
        kept[start:stop] = [True] * (stop - start)
    for index in range(forward, len(parts)):
        kept[index] = True
    if len(reading.stretches) > 1:
        first = reading.stretches[0][0]
        last = reading.stretches[-1][1]
        if all(part in (Part.QUOTE, Part.ATTRIBUTION, Part.BLANK) for part in parts[:first]):
            first = 0
        for index in range(first, last):
            kept[index] = kept[index] or parts[index] in (Part.QUOTE, Part.BLANK)
        reading.confidence = min(reading.confidence, 0.7)
    return kept


def _view(shown: list[str], lines: list[str], kept: list[bool], reading: Reading, rest: list[str]) -> NewWords:
    view: list[str] = []
    folded = 0
    gap = False
    for line, bare, keep in zip(shown, lines, kept, strict=False):
        if keep:
            if gap and bare and view and view[-1].strip():
                view.append("")
            if not (gap and not bare and view and not view[-1].strip()):
                view.append(line.rstrip())
            gap = False if bare else gap
        else:
            gap = True
            folded += bool(bare)
    view += rest
    return NewWords(text="\n".join(view).strip("\n"), folded_lines=folded, confidence=reading.confidence)
