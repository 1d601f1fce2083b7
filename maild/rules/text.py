"""Text made ready to be searched: folded once, cut into words once, encoded once, each only when asked for.

Knows what a word is. Never decides whether a condition holds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

FIRST_UNSPACED = "\u0e00"
"""From Thai on, scripts are often written without spaces: there a word may stand anywhere in the text."""

FEW_SIGNS = 16
"""Up to so many kinds of signs are replaced one after the other, which is faster than looking at each character."""

_ASCII = bytes(range(128))
_SPACES = bytes(c if c > 127 or chr(c).isalnum() or c == ord("_") else 32 for c in range(256))


def folded(text: str) -> str:
    """Composed and without case, so that two ways to write a letter are one."""
    return unicodedata.normalize("NFC", text).casefold()


def words_of(text: str) -> list[bytes]:
    """The words of a folded text in order, as UTF-8; none of a script that is written without spaces."""
    if not text.isascii():
        # of the few that are not ASCII: to look at each letter of a mail would cost more than all the rest
        others = text.encode("utf-8", "replace").translate(None, _ASCII).decode("utf-8")
        signs = [c for c in set(others) if not is_word_character(c)]
        if len(signs) <= FEW_SIGNS:
            for sign in signs:
                text = text.replace(sign, " ")
        else:
            text = text.translate(dict.fromkeys(map(ord, signs), " "))
    return text.encode("utf-8", "replace").translate(_SPACES).split()


def is_word_character(character: str) -> bool:
    """Whether a character is part of a word and so must not touch a word that is looked for."""
    return character < FIRST_UNSPACED and _in_word(character)


@lru_cache(maxsize=4096)
def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")


class Text:
    """One or several values of one field of a mail. Several are searched as if they stood on lines of their own."""

    __slots__ = ("_folded", "_octets", "_run", "_words", "values")

    def __init__(self, values: Sequence[str]) -> None:
        self.values = values
        self._folded: str | None = None
        self._words: frozenset[bytes] | None = None
        self._run: bytes | None = None
        self._octets: list[bytes] | None = None

    @property
    def folded(self) -> str:
        """All values in one folded string, a line each."""
        if self._folded is None:
            self._folded = folded("\n".join(self.values))
        return self._folded

    @property
    def words(self) -> frozenset[bytes]:
        """The set of its words."""
        if self._words is None:
            self._cut()
            assert self._words is not None
        return self._words

    @property
    def run(self) -> bytes:
        """Its words one after the other with a space before, between and after them: for phrases."""
        if self._run is None:
            self._cut()
            assert self._run is not None
        return self._run

    @property
    def octets(self) -> list[bytes]:
        """Each value as UTF-8, for RE2."""
        if self._octets is None:
            self._octets = [unicodedata.normalize("NFC", v).encode("utf-8", "replace") for v in self.values]
        return self._octets

    def _cut(self) -> None:
        words = words_of(self.folded)
        self._words = frozenset(words)
        self._run = b" " + b" ".join(words) + b" "
