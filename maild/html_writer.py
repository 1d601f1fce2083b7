"""What is written while HTML is parsed: lines with cells, list numbers, quotes and the targets of links.

Keeps only the elements that are open, so depth costs nothing. Never writes what the HTML hides, where that is heeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from maild.html_lines import Lines
from maild.html_links import bare, target_of
from maild.html_style import Look, look

MAX_OPEN: Final = 600
"""Elements open at once. libxml2 walks all of them for each end tag that fits none, so depth times length must stay
small; mail clients themselves stop at 512."""

_SKIPPED: Final = frozenset(["head", "style", "script", "title", "template", "svg", "math", "iframe", "noframes"])
_BLOCK_NAMES: Final = (
    "address article aside caption center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "header hgroup legend li listing main menu nav ol optgroup option pre section summary table tbody tfoot thead tr "
    "ul xmp plaintext h1 h2 h3 h4 h5 h6 p blockquote hr"
)
_BLOCK: Final = frozenset(_BLOCK_NAMES.split())
_SPACED_NAMES: Final = "p h1 h2 h3 h4 h5 h6 blockquote dl ol ul menu dir pre listing xmp plaintext table figure"
_SPACED: Final = frozenset(_SPACED_NAMES.split())
"""Blocks that browsers set off with a margin: an empty line before and after."""
_VERBATIM: Final = frozenset(["pre", "textarea", "listing", "xmp", "plaintext"])
_CELLS: Final = frozenset(["td", "th"])
_LISTS: Final = frozenset(["ol", "ul", "menu", "dir"])
_RULE: Final = "_" * 32
"""How Outlook writes a horizontal rule in text; readers and quote cutters know it."""


class TooDeep(Exception):
    """More elements open than `MAX_OPEN`."""


@dataclass(slots=True)
class _Element:
    """An open element: what it means for its words and what has to be done at its end."""

    tag: str
    gone: bool
    faint: bool
    verbatim: bool
    gap: int = 0
    """Empty lines after it."""
    indented: bool = False
    target: str = ""
    lines: int = 0
    """Of a link or a row: how many lines had been written when it began."""
    pieces: int = 0
    """Of a link: how many pieces its line then had."""
    number: int = 0
    """Of a list: the number of its next item."""
    cells: int = 0
    """Of a row: cells begun."""


@dataclass(slots=True, kw_only=True)
class TextWriter(Lines):
    """Parser target of lxml: gets start, data and end in the order of the document and writes lines."""

    heed_hidden: bool
    elements: list[_Element] = field(default_factory=list)
    lists: list[_Element] = field(default_factory=list)
    rows: list[_Element] = field(default_factory=list)
    skipping: int = 0
    """Depth inside an element whose content is no text; 0 outside."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if self.skipping or tag in _SKIPPED:
            self.skipping += 1
            return
        if len(self.elements) >= MAX_OPEN:
            raise TooDeep
        style = attributes.get("style") if attributes else None
        seen = look(style) if style else None
        element = self._opened(tag, attributes, seen)
        self.elements.append(element)
        if element.gone or element.faint:
            return
        if tag in _BLOCK:
            self._start_block(element, attributes, seen)
        elif tag == "br":
            self.end_line()
        elif tag in _CELLS:
            self._start_cell()
        elif tag == "a":
            element.target = target_of(attributes.get("href", ""))
            element.lines, element.pieces = len(self.lines), len(self.pieces)
        elif tag == "img":
            self._picture(attributes.get("alt", ""))
        elif tag == "q":
            self.data("\N{LEFT DOUBLE QUOTATION MARK}")

    def _opened(self, tag: str, attributes: Mapping[str, str], seen: Look | None) -> _Element:
        gone = faint = verbatim = False
        if self.elements:
            outer = self.elements[-1]
            gone, faint, verbatim = outer.gone, outer.faint, outer.verbatim
        if tag in _VERBATIM:
            verbatim = True
        if seen:
            faint = (faint and not seen.plain) or seen.faint
            gone = gone or seen.gone
            verbatim = verbatim if seen.verbatim is None else seen.verbatim
        if "hidden" in attributes or (tag == "input" and attributes.get("type") == "hidden"):
            gone = True
        if not self.heed_hidden:
            gone = faint = False
        return _Element(tag, gone, faint, verbatim)

    def end(self, tag: str) -> None:
        """An element ends; libxml2 also says so for those whose end tag is missing."""
        if self.skipping:
            self.skipping -= 1
            return
        while self.elements:
            element = self.elements.pop()
            self._close(element)
            if element.tag == tag:
                return

    def _close(self, element: _Element) -> None:
        tag = element.tag
        if tag == "tr" and self.rows and self.rows[-1] is element:
            self.rows.pop()
        if tag in _LISTS and self.lists and self.lists[-1] is element:
            self.lists.pop()
        if not (element.gone or element.faint):
            if tag in _BLOCK:
                self.end_paragraph(element.gap)
                if tag == "li":
                    self.gap = 0
            elif tag == "a" and element.target:
                self._end_link(element)
            elif tag in _CELLS:
                self.gap = 0
            elif tag == "q":
                self.data("\N{RIGHT DOUBLE QUOTATION MARK}")
        if element.indented:
            self.indents.pop()
            self.marker = ""

    def data(self, text: str) -> None:
        """Words, or the blanks between them."""
        if self.skipping:
            return
        if self.elements:
            element = self.elements[-1]
            if element.gone or element.faint:
                return
            if element.verbatim:
                self.write_verbatim(text)
                return
        self.write(text)

    def comment(self, text: str) -> None:
        """Comments are no text."""

    def close(self) -> None:
        """The document ended."""
        while self.elements:
            self._close(self.elements.pop())
        self.end_paragraph(0)

    def text(self) -> str:
        """All lines written."""
        if self.elements or self.pieces:
            self.close()
        return "\n".join(self.lines).strip("\n")

    def _start_block(self, element: _Element, attributes: Mapping[str, str], seen: Look | None) -> None:
        tag = element.tag
        tight = tag == "p" and ((seen is not None and seen.tight) or "Mso" in attributes.get("class", ""))
        nested = bool(self.lists) and tag in _LISTS
        element.gap = 1 if tag in _SPACED and not tight and not nested else 0
        if tag == "table" and self.rows:
            element.gap = 0
        if not self.fresh or tag == "li":
            self.end_paragraph(element.gap)
        if tag == "hr":
            self.pieces.append(_RULE)
            self.end_line()
        elif tag in _LISTS:
            element.number = _number(attributes.get("start", ""), 1) if tag == "ol" else 0
            self.lists.append(element)
        elif tag == "li":
            self._start_item(element, attributes)
        elif tag == "dd":
            self._indent(element, "    ")
        elif tag == "blockquote" and _is_quote(attributes, seen):
            self._indent(element, "> ")
        elif tag == "tr":
            element.lines = len(self.lines)
            self.rows.append(element)

    def _indent(self, element: _Element, indent: str) -> None:
        element.indented = True
        self.indents.append(indent)

    def _start_item(self, element: _Element, attributes: Mapping[str, str]) -> None:
        if self.marker:  # an item that begins with a list of its own keeps its number on a line of its own
            self.pieces.append(self.marker.rstrip())
            self.marker = ""
            self.end_line()
        marker = "- "
        if self.lists and self.lists[-1].tag == "ol":
            number = _number(attributes.get("value", ""), self.lists[-1].number)
            self.lists[-1].number = number + 1
            marker = f"{number}. "
        self._indent(element, " " * len(marker))
        self.marker = marker
        self.fresh = True

    def _start_cell(self) -> None:
        if not self.rows:
            self.end_paragraph(0)
            return
        row = self.rows[-1]
        row.cells += 1
        if row.cells == 1:
            self.fresh = True
            return
        # A cell whose only paragraph made one line still shares it with the next cell.
        if not self.pieces and len(self.lines) == row.lines + 1:
            self.reopen()
        if self.pieces and not self.pieces[-1].endswith("\t"):
            self.pieces.append("\t")
        self.space = False
        self.fresh = True

    def _picture(self, alt: str) -> None:
        alt = " ".join(alt.split())
        if alt:
            # An emoji sent as a picture is a letter; a described picture is told from the author's words.
            self.data(alt if len(alt) <= 2 and not alt.isascii() else f"[{alt}]")

    def _end_link(self, element: _Element) -> None:
        written = len(self.lines) > element.lines
        if written and not self.pieces:  # it held blocks: the target goes to the end of the last
            if bare(self.lines[-1]) != bare(element.target):
                gap = self.gap
                self.reopen()
                self.pieces.append(f" <{element.target}>")
                self.end_line()
                self.gap = gap
            return
        shown = "".join(self.pieces if written else self.pieces[element.pieces :])
        # Without anything shown there is nothing to click on.
        if shown and bare(shown) != bare(element.target):
            self.pieces.append(f" <{element.target}>")


def _number(value: str, default: int) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else default


def _is_quote(attributes: Mapping[str, str], seen: Look | None) -> bool:
    if attributes.get("type", "").lower() == "cite" or "quote" in attributes.get("class", "").lower():
        return True
    return "cite" in attributes or (seen is not None and seen.barred)
