"""What a rule looks for in texts and addresses: words, globs, and RE2 patterns between slashes.

All searching is linear in the text, whatever pattern meets whatever mail.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import re2

from maild.rules.text import FIRST_UNSPACED, Text, folded, is_word_character, words_of

MAX_PATTERN = 1000
"""Characters of one pattern: more than anyone can read, and little enough to compile at once."""

MAX_CAPTURE = 200
"""Characters of a captured text: it becomes a tag or a line of a note, not a copy of the mail."""

_MEMORY = 1 << 20
"""Octets that RE2 may keep for one pattern: a thousand patterns stay within a gigabyte on the worst of mails."""


class PatternError(ValueError):
    """A pattern that cannot be used. The text says what to write instead."""


class Regex:
    """An RE2 pattern. Letters match in both cases unless it says `(?-i)`; `^` and `$` are the ends of the text."""

    __slots__ = ("_compiled", "composed", "glob", "names", "source")

    def __init__(self, source: str, *, glob: str = "") -> None:
        if len(source) > MAX_PATTERN:
            raise PatternError(f"the pattern is longer than {MAX_PATTERN} characters; write several")
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        options.max_mem = _MEMORY
        composed = unicodedata.normalize("NFC", source)
        try:
            self._compiled: Any = re2.compile(composed, options=options)
        except re2.error as error:
            said = error.args[0] if error.args else ""
            text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            raise PatternError(f"RE2 refuses /{source}/: {text}; its syntax has no look-around") from None
        self.source = source
        self.glob = glob
        """The glob that it was made of; "" for one that was written between slashes."""
        self.names: frozenset[str] = frozenset(self._compiled.groupindex)
        self.composed = composed
        """As RE2 has it: composed, as the texts are."""

    def found(self, text: Text) -> bool:
        """Whether it matches somewhere in one of the values."""
        search = self._compiled.search
        return any(search(octets) is not None for octets in text.octets)

    def fits(self, value: str) -> bool:
        """Whether it matches somewhere in the value."""
        # macOS sends file names with their accents apart
        return self._compiled.search(unicodedata.normalize("NFC", value).encode("utf-8", "replace")) is not None

    def captures(self, text: Text) -> Mapping[str, str]:
        """The named groups of its first match, cut and cleaned; groups that took no part are left out."""
        for octets in text.octets:
            match = self._compiled.search(octets)
            if match is not None:
                return {k: _clean(v) for k, v in match.groupdict().items() if v is not None}
        return {}

    def __str__(self) -> str:
        return f"/{self.source}/"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, whatever spaces or signs stand between them."""

    run: bytes

    def found(self, text: Text) -> bool:
        """Whether these words follow each other somewhere."""
        return self.run in text.run

    @property
    def word(self) -> bytes:
        """A word that must be there: the longest is the rarest."""
        return max(self.run.split(), key=len)


@dataclass(frozen=True, slots=True)
class Literal:
    """Text with signs in it, such as `[spam]` or `c++`; a letter or digit at its ends must end a word there."""

    text: str

    def found(self, text: Text) -> bool:
        """Whether it stands somewhere, not as part of a longer word."""
        return self.stands_in(text.folded)

    def stands_in(self, within: str) -> bool:
        """The same for a text that is folded."""
        wanted = self.text
        at = within.find(wanted)
        while at >= 0:
            after = at + len(wanted)
            begins = at == 0 or not is_word_character(wanted[0]) or not is_word_character(within[at - 1])
            ends = after == len(within) or not is_word_character(wanted[-1]) or not is_word_character(within[after])
            if begins and ends:
                return True
            at = within.find(wanted, at + 1)
        return False

    @property
    def word(self) -> bytes | None:
        """A word that must be there; None when there is no word in it."""
        return max(words_of(self.text), key=len, default=None)


def as_regex(value: str) -> Regex | None:
    """The pattern of a value written `/between slashes/`; None for any other."""
    return Regex(value[1:-1]) if is_regex(value) else None


def is_regex(value: str) -> bool:
    """Whether a value is written `/between slashes/`."""
    return len(value) > 2 and value.startswith("/") and value.endswith("/")


def as_text_pattern(value: str) -> bytes | Phrase | Literal | Regex:
    """A value for a text field: a single word as such, a phrase, a text with signs, `inv*` or `/RE2/`.

    Raises PatternError.
    """
    regex = as_regex(value)
    if regex is not None:
        return regex
    text = folded(" ".join(value.split()))
    if not text.strip("*"):
        raise PatternError("an empty text is found everywhere; write a word, or leave the condition out")
    if len(text) > MAX_PATTERN:
        raise PatternError(f"the text is longer than {MAX_PATTERN} characters")
    if "*" in text:
        return Regex(_word_glob(text), glob=text)
    words = words_of(text)
    plain = all(c < FIRST_UNSPACED and (c.isalnum() or c in "_ -'") for c in text)
    if not plain or not words:
        return Literal(text)
    return words[0] if len(words) == 1 else Phrase(b" " + b" ".join(words) + b" ")


def whole_glob(value: str) -> Regex:
    """A glob that must fit a whole value: `*` for anything, `?` for one character."""
    return Regex("(?s)^" + _escaped(value, star=".*", one=".") + "$", glob=value)


def address_glob(value: str) -> Regex:
    """A glob that must fit a whole address; both are folded, so that the Kelvin sign is no k here either."""
    return Regex("(?s-i)^" + _escaped(value, star=".*", one=".") + "$", glob=value)


def _word_glob(text: str) -> str:
    body = _escaped(text, star=r"[\pL\pM\pN_]*", one=r"\?").replace(r"\ ", " ").replace(" ", r"\s+")
    first, last = text.strip("*")[0], text.strip("*")[-1]
    # what is no letter, or is of a script without spaces, parts words
    sign = rf"[^\pL\pM\pN_]|[\x{{{ord(FIRST_UNSPACED):x}}}-\x{{10ffff}}]"
    begin = f"(?:^|{sign})" if text[0] == "*" or is_word_character(first) else ""
    end = f"(?:$|{sign})" if text[-1] == "*" or is_word_character(last) else ""
    return begin + body + end


def _escaped(value: str, *, star: str, one: str) -> str:
    return "".join(star if c == "*" else one if c == "?" else str(re2.escape(c)) for c in value)


def _clean(octets: bytes) -> str:
    text = octets[: 4 * MAX_CAPTURE].decode("utf-8", "ignore")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_CAPTURE]
