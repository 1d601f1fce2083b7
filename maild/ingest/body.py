"""The words the author added, told from quotes, signatures and footers.

Decides what a reply shows first and how much it hides. Never changes or forgets the full text: that is kept elsewhere.
"""

from __future__ import annotations

from typing import Final

from maild.domain.mail import NewWords
from maild.ingest.quoting.quote_parts import NO_HINTS, Hints, Nature, Part, Reading
from maild.ingest.quoting.quote_words import FORWARD_PREFIXES, REPLY_PREFIXES
from maild.ingest.quoting.quotes import read_parts
from maild.ingest.quoting.quotes_html import Container, Mark, containers, marked, signature_texts, without_marks
from maild.markup import to_text

MAX_LINES: Final = 3_000
"""Lines that are looked at. What stands below them in a longer mail is shown, unless it follows a hidden end."""

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
_OTHER_MARKS: Final = ("＞", "&gt;")
"""Quote marks of Japanese writers, and those that a gateway left undecoded."""
_WIDE_BLANKS = "\u00a0\u202f\u2007\u2009\u200a"


_TOLD_APART: Final = frozenset({Part.QUOTE, Part.ATTRIBUTION, Part.REST, Part.FORWARD})


def new_words(
    text: str,
    html: str = "",
    *,
    author: str = "",
    subject: str = "",
    is_reply: bool = True,
    text_is_plain: bool = True,
) -> NewWords:
    """The author's own words in `text`, which is the body as shown.

    `html` is the HTML body as received, a second witness; `author` the display name of the sender. `is_reply` says
    that the header names a mail that is answered (In-Reply-To, References); the prefix of `subject` tells answers from
    forwards. `text_is_plain` is False when `text` was made from `html`.
    """
    nature = nature_of(subject, is_reply)
    found = containers(html) if html and nature is not Nature.FORWARD else []
    if found and not text_is_plain:
        return _from_html(html, found, author, nature) or _from_text(text, author, nature, ())[0]
    signatures = tuple(signature_texts(html, found)) if found else ()
    words, told = _from_text(text, author, nature, signatures)
    if not told and text_is_plain and nature is Nature.ANSWER and (found or "<blockquote" in html):
        # The plain part has no marks, so the HTML is the better witness.
        return _from_html(html, found, author, nature) or words
    return words


def nature_of(subject: str, is_reply: bool) -> Nature:
    """Answer, forward or first mail, by the first prefix of the subject ("Re:", "Fwd:", "WG:") and its header."""
    prefix = _prefix(subject)
    if prefix in FORWARD_PREFIXES:
        return Nature.FORWARD
    return Nature.ANSWER if is_reply or prefix in REPLY_PREFIXES else Nature.FIRST


def _prefix(subject: str) -> str:
    """ "re" of "Re[2]: Router", casefolded; "" when there is none. A list's tag in front is passed over."""
    subject = subject.lstrip()
    if subject.startswith("["):
        subject = subject[:200].partition("]")[2].lstrip()
    head, colon, _ = subject[:40].replace("：", ":").partition(":")
    return head.partition("[")[0].partition("(")[0].strip(" .*^0123456789").casefold() if colon else ""


def _from_text(text: str, author: str, nature: Nature, signatures: tuple[str, ...]) -> tuple[NewWords, bool]:
    """The view by the text alone, and whether the text tells a quote apart."""
    shown = text.replace("\r\n", "\n").split("\n")
    lines = bare_lines("\n".join(shown[:MAX_LINES]))
    hints = Hints(signature_texts=signatures) if signatures else NO_HINTS
    reading = read_parts(lines, author=author, nature=nature, hints=hints)
    told = any(part in _TOLD_APART for part in reading.parts)
    return _view(shown, lines, reading), told


def _from_html(html: str, found: list[Container], author: str, nature: Nature) -> NewWords | None:
    """The view by the marks of the HTML; None when nothing was told apart."""
    if any(mark in html for mark in Mark):
        html = without_marks(html)
        found = containers(html)
    shown = to_text(marked(html, found)).split("\n")
    if len(shown) > MAX_LINES:
        return None
    shown, hints = _taken_out(shown)
    lines = bare_lines("\n".join(shown))
    words = _view(shown, lines, read_parts(lines, author=author, nature=nature, hints=hints))
    return words if words.folded_lines else None


def _taken_out(shown: list[str]) -> tuple[list[str], Hints]:
    """The lines without our marks, and what the marks said."""
    lines: list[str] = []
    tail: int | None = None
    ranges: dict[Mark, list[tuple[int, int]]] = {Mark.SIGNATURE: [], Mark.ATTRIBUTION: []}
    opened: tuple[Mark, int] | None = None
    for line in shown:
        marks = [mark for mark in Mark if mark in line]
        if not marks:
            lines.append(line)
            continue
        if line.lstrip()[:1] == ">":
            continue  # inside a quote nothing needs to be told apart
        for mark in marks:
            if mark is Mark.TAIL:
                tail = len(lines) if tail is None else tail
            elif mark is Mark.END and opened:
                ranges[opened[0]].append((opened[1], len(lines)))
                opened = None
            elif mark is not Mark.END:
                opened = (mark, len(lines))
        if rest := without_marks(line).strip("- \t"):
            lines.append(rest)
    attributions = tuple(
        (next((i for i in range(start, stop) if lines[i].strip()), start), stop)
        for start, stop in ranges[Mark.ATTRIBUTION]
        if start < stop
    )
    return lines, Hints(tail=tail, attributions=attributions, signatures=tuple(ranges[Mark.SIGNATURE]))


def bare_lines(text: str) -> list[str]:
    """The lines as they are compared: no invisible characters, no blanks at the ends."""
    if not text.isascii():
        for character in _INVISIBLE:
            if character in text:
                text = text.replace(character, "")
        for character in _WIDE_BLANKS:
            if character in text:
                text = text.replace(character, " ")
    lines = [line.strip() for line in text.split("\n")]
    for mark in _OTHER_MARKS:
        if mark in text:
            lines = [f"> {line[len(mark) :].lstrip()}" if line.startswith(mark) else line for line in lines]
    return lines


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


def _view(shown: list[str], lines: list[str], reading: Reading) -> NewWords:
    """The kept lines; where some were folded between others one empty line is left."""
    rest = shown[len(lines) :]
    kept = _kept(reading)
    part = next((part for part in reversed(reading.parts) if part is not Part.BLANK), Part.WORDS)
    hidden_end = part is Part.REST
    if not any(k and line for k, line in zip(kept, lines, strict=True)) or (rest and not hidden_end):
        confidence = 0.3 if any(lines) else 1.0
        return NewWords(text="\n".join(shown).strip("\n"), folded_lines=0, confidence=confidence)
    if all(keep or not line for keep, line in zip(kept, lines, strict=False)) and not rest:
        return NewWords(text="\n".join(shown).strip("\n"), folded_lines=0, confidence=reading.confidence)
    view: list[str] = []
    folded = 0
    gap = False
    for line, bare, keep in zip(shown, lines, kept, strict=False):
        if not keep:
            gap = True
            folded += bool(bare)
            continue
        after_blank = bool(view) and not view[-1].strip()
        if gap and bare and view and not after_blank:
            view.append("")
        if bare or not (gap and after_blank):
            view.append(line.rstrip())
        gap = gap and not bare
    return NewWords(text="\n".join(view).strip("\n"), folded_lines=folded + len(rest), confidence=reading.confidence)
