"""RTF bodies of Outlook, read as the HTML or the text inside (MS-OXRTFEX).

Knows as much RTF as mail bodies use. Never loads pictures or objects and never recurses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from maild.ingest.letters.charset import decode
from maild.ingest.letters.codepages import label

MAX_GROUPS: Final = 1_000
"""Open groups; Word itself stays below fifty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rtf:
    """The HTML that the RTF was made from, if it was, and the words."""

    text: str = ""
    html: str = ""


_CHARSETS: Final = {
    0: 1252, 77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
    186: 1257, 204: 1251, 222: 874, 238: 1250, 255: 437,
}  # fmt: skip
"""\\fcharset of a font -> code page."""
_SKIPPED_NAMES: Final = (
    "fonttbl colortbl stylesheet info pict object header footer headerl headerr headerf footerl footerr footerf"
    " footnote themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator"
    " xmlnstbl mmathPr fldinst bkmkstart bkmkend nonshppict shpinst"
)
_SKIPPED: Final = frozenset(_SKIPPED_NAMES.split())
_LETTERS: Final = {
    "par": "\n", "line": "\n", "tab": "\t", "sect": "\n", "page": "\n", "row": "\n", "cell": "\t", "nestcell": "\t",
    "nestrow": "\n", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–",
    "emdash": "—", "~": "\u00a0", "_": "\u2011", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
    "zwj": "\u200d", "zwnj": "\u200c", "ltrmark": "\u200e", "rtlmark": "\u200f",
}  # fmt: skip


@dataclass(slots=True)
class _Group:
    """What holds inside one pair of braces."""

    skipped: bool = False
    htmltag: bool = False
    """Inside \\*\\htmltag: mark-up of the HTML, not words."""
    htmlrtf: bool = False
    """Between \\htmlrtf and \\htmlrtf0: made for RTF readers, not part of the HTML."""
    font: int = -1
    skip_after_unicode: int = 1
    starred: bool = False
    fonttbl: bool = False


@dataclass(slots=True)
class _Reader:
    """State of one reading; `out` gets letters, `pending` octets of one code page that are not decoded yet."""

    encapsulated: str = ""
    """`html` or `text` when the RTF was made from such a body."""
    codepage: int = 1252
    default_font: int = 0
    fonts: dict[int, int] = field(default_factory=dict)
    group: _Group = field(default_factory=_Group)
    groups: list[_Group] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    pending_page: int = 0
    to_skip: int = 0
    """Characters that stand for the last \\u in readers without Unicode."""

    def page(self) -> int:
        font = self.group.font if self.group.font >= 0 else self.default_font
        return self.fonts.get(font, self.codepage)

    def flush(self) -> None:
        if self.pending:
            self.out.append(decode(bytes(self.pending), label(self.pending_page)))
            self.pending.clear()

    def visible(self) -> bool:
        group = self.group
        if group.skipped:
            return False
        return not (self.encapsulated == "html" and group.htmlrtf)

    def octets(self, octets: bytes) -> None:
        if self.to_skip:
            passed = min(self.to_skip, len(octets))
            self.to_skip -= passed
            octets = octets[passed:]
        if octets and self.visible():
            page = self.codepage if self.group.htmltag else self.page()
            if page != self.pending_page:
                self.flush()
                self.pending_page = page
            self.pending += octets

    def letter(self, letter: str) -> None:
        if self.visible():
            self.flush()
            self.out.append(letter)


def read_rtf(rtf: bytes) -> Rtf:
    """The body in an RTF document: its HTML when it was made from HTML, its words in any case."""
    head = rtf[:4_000]
    reader = _Reader()
    if b"\\fromhtml" in head:
        reader.encapsulated = "html"
    elif b"\\fromtext" in head:
        reader.encapsulated = "text"
    _run(reader, rtf)
    reader.flush()
    # Halves of letters beyond 16 bits come as two \u.
    words = "".join(reader.out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "")
    if reader.encapsulated == "html":
        return Rtf(html=words)
    lines = words.split("\n")
    return Rtf(text="\n".join(line.rstrip() for line in lines).strip("\n"))


def _run(reader: _Reader, rtf: bytes) -> None:
    at, end = 0, len(rtf)
    while at < end:
        octet = rtf[at]
        if octet == 0x7B:  # {
            at += 1
            if len(reader.groups) >= MAX_GROUPS:
                return
            reader.to_skip = 0
            outer = reader.group
            reader.groups.append(outer)
            reader.group = _Group(
                skipped=outer.skipped,
                htmltag=outer.htmltag,
                htmlrtf=outer.htmlrtf,
                font=outer.font,
                skip_after_unicode=outer.skip_after_unicode,
                fonttbl=outer.fonttbl,
            )
        elif octet == 0x7D:  # }
            at += 1
            reader.to_skip = 0
            if not reader.groups:
                return
            reader.flush()
            reader.group = reader.groups.pop()
        elif octet == 0x5C:  # backslash
            at = _control(reader, rtf, at + 1)
        elif octet in (0x0D, 0x0A):
            at += 1
        else:
            stop = _next_special(rtf, at)
            reader.octets(rtf[at:stop])
            at = stop


def _next_special(rtf: bytes, at: int) -> int:
    end = len(rtf)
    while at < end and rtf[at] not in b"{}\\\r\n":
        at += 1
    return at


def _control(reader: _Reader, rtf: bytes, at: int) -> int:
    """One control word or symbol that begins after the backslash; where to go on."""
    symbol = rtf[at : at + 1]
    if not symbol.isalpha():
        return _symbol(reader, rtf, at, symbol)
    stop = at
    while stop < len(rtf) and stop - at < 32 and rtf[stop : stop + 1].isalpha():
        stop += 1
    word = rtf[at:stop].decode("ascii", "replace")
    number_at = stop
    if rtf[stop : stop + 1] == b"-":
        stop += 1
    while stop < len(rtf) and stop - number_at < 11 and rtf[stop : stop + 1].isdigit():
        stop += 1
    digits = rtf[number_at:stop]
    number = int(digits) if digits.strip(b"-") else None
    if rtf[stop : stop + 1] == b" ":
        stop += 1
    if word == "bin" and number and number > 0:
        return stop + number
    _word(reader, word, number)
    return stop


def _symbol(reader: _Reader, rtf: bytes, at: int, symbol: bytes) -> int:
    if symbol == b"'":
        try:
            reader.octets(bytes([int(rtf[at + 1 : at + 3], 16)]))
        except ValueError:
            return at + 1
        return at + 3
    if symbol == b"*":
        reader.group.starred = True
    elif symbol in (b"\\", b"{", b"}"):
        reader.octets(symbol)
    elif symbol in (b"\r", b"\n"):
        reader.letter("\n")
    elif symbol in (b"~", b"_"):
        reader.letter(_LETTERS[symbol.decode()])
    return at + 1


def _word(reader: _Reader, word: str, number: int | None) -> None:
    group = reader.group
    if word == "u" and number is not None:
        reader.to_skip = 0
        reader.letter(chr(number & 0xFFFF))
        reader.to_skip = group.skip_after_unicode
    elif word == "uc":
        group.skip_after_unicode = max(0, min(number or 0, 16))
    elif word == "htmltag":
        # Mark-up that is not text of the RTF; its own \par and \tab are line ends and tabs of the HTML source.
        group.htmltag = group.starred
        group.skipped = group.skipped or reader.encapsulated != "html"
    elif word == "mhtmltag" or (group.starred and word != "htmlrtf"):
        group.skipped = True
    elif word == "htmlrtf":
        reader.flush()
        group.htmlrtf = number != 0
    elif word == "fonttbl":
        group.skipped = group.fonttbl = True
    elif word in _SKIPPED:
        group.skipped = True
    elif word in ("f", "deff", "fcharset", "cpg", "ansicpg", "plain", "mac", "pc", "pca"):
        _font_word(reader, word, number)
    elif letter := _LETTERS.get(word):
        reader.letter("\r\n" if letter == "\n" and reader.encapsulated == "html" else letter)


def _font_word(reader: _Reader, word: str, number: int | None) -> None:
    group = reader.group
    if word == "f":
        group.font = number or 0
    elif word == "deff":
        reader.default_font = number or 0
    elif word == "plain":
        group.font = -1
    elif word == "ansicpg":
        reader.codepage = number or 1252
    elif word in ("mac", "pc", "pca"):
        reader.codepage = {"mac": 10000, "pc": 437, "pca": 850}[word]
    elif group.fonttbl and group.font >= 0:
        if word == "cpg" and number:
            reader.fonts[group.font] = number
        elif word == "fcharset" and number in _CHARSETS and number not in (0, 1, 2):
            reader.fonts.setdefault(group.font, _CHARSETS[number])
