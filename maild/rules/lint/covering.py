"""What of conditions covers what: whether all that one value finds, another finds as well.

Says yes only where it is certain of every mail. Never looks at one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from maild.rules.conditions import AddressCondition, AttachmentCondition, TextCondition
from maild.rules.patterns import Literal, Phrase, Regex
from maild.rules.text import words_of

TextItem = bytes | Phrase | Literal | Regex
AddressItem = str | Regex
"""An address, a `@domain`, or a glob or pattern."""

MAX_STEPS = 20_000
"""Of comparing two globs: enough for any that people write."""

MAX_SPELLINGS = 64
"""Of one word: "ssssss" has that many."""

_LATIN = "\u0250"
"""Above, letters of several marks fold into others in ways that are not gone into here."""

_LAST_LIGATURE = 0xFB17


def text_items(condition: TextCondition) -> tuple[TextItem, ...]:
    """All that it looks for."""
    return (*sorted(condition.words), *condition.others)


def text_covered(strong: TextItem, weak: TextItem) -> bool:
    """Whether every text in which `strong` is found has `weak` in it too."""
    if isinstance(strong, Regex):
        if not isinstance(weak, Regex):
            return False
        return _same(strong, weak) or (_is_plain(strong.glob) and _glob_covered(strong.glob, weak.glob, plain=True))
    words = _words(strong)
    match weak:
        case bytes():
            return weak in words
        case Phrase():
            return weak.run in b" " + b" ".join(words) + b" "
        case Literal():
            return isinstance(strong, Literal) and weak.stands_in(strong.text)
        case Regex():
            return any(_finds_every_spelling(weak, word) for word in words)


def address_items(condition: AddressCondition) -> tuple[AddressItem, ...]:
    """All that it looks for; domains begin with their @."""
    return (*sorted(condition.exact), *sorted(condition.domains), *condition.others)


def address_covered(strong: AddressItem, weak: AddressCondition) -> bool:
    """Whether every address that `strong` finds is one of those wanted by `weak`."""
    if isinstance(strong, Regex):
        same = any(_same(strong, other) or _glob_covered(strong.glob, other.glob) for other in weak.others)
        return same or _domain_of(strong) in weak.domains
    if strong.startswith("@"):
        return strong in weak.domains or any(_glob_covered(f"*{strong}", other.glob) for other in weak.others)
    domain = strong[strong.rfind("@") :]
    return strong in weak.exact or domain in weak.domains or any(other.fits(strong) for other in weak.others)


def addresses_apart(one: AddressItem, other: AddressItem) -> bool:
    """Whether no single address is found by both."""
    if isinstance(one, str) and isinstance(other, str):
        if one.startswith("@") == other.startswith("@"):
            return one != other
        address, domain = (other, one) if one.startswith("@") else (one, other)
        return address[address.rfind("@") :] != domain
    if isinstance(one, Regex) and isinstance(other, Regex):
        return bool(_domain_of(one) and _domain_of(other)) and _domain_of(one) != _domain_of(other)
    regex, text = (one, other) if isinstance(one, Regex) else (other, one)
    assert isinstance(regex, Regex)
    assert isinstance(text, str)
    if text.startswith("@"):
        return bool(_domain_of(regex)) and _domain_of(regex) != text
    return not regex.fits(text)


def attachment_covered(strong: AttachmentCondition, weak: AttachmentCondition) -> bool:
    """Whether every attachment that has what `strong` wants has what `weak` wants."""
    below = weak.below is None or (strong.below is not None and strong.below <= weak.below)
    names = not weak.names or (bool(strong.names) and all(_fitting(one, weak.names) for one in strong.names))
    types = not weak.types or (bool(strong.types) and all(_fitting(one, weak.types) for one in strong.types))
    return strong.above >= weak.above and below and names and types


def _fitting(strong: Regex, weak: tuple[Regex, ...]) -> bool:
    return any(_same(strong, one) or _glob_covered(strong.glob, one.glob) for one in weak)


def _same(one: Regex, other: Regex) -> bool:
    return one.composed == other.composed


def _words(item: bytes | Phrase | Literal) -> list[bytes]:
    match item:
        case bytes():
            return [item]
        case Phrase():
            return item.run.split()
        case Literal():
            return words_of(item.text)


def _finds_every_spelling(regex: Regex, word: bytes) -> bool:
    """Whether a glob for words, or a pattern without signs, finds the word however a mail writes it."""
    plain = _is_plain(regex.glob) or (not regex.glob and regex.source.isascii() and regex.source.isalnum())
    spelled = _spellings(word.decode("utf-8")) if plain else ()
    return bool(spelled) and all(regex.fits(one) for one in spelled)


def _is_plain(glob: str) -> bool:
    """Whether it has nothing but Latin letters, digits and stars."""
    letters = glob.replace("*", "")
    return bool(letters) and all(c < _LATIN and (c.isalnum() or c == "_") for c in letters)


def _domain_of(regex: Regex) -> str:
    """The domain, with its @, that all addresses which a glob fits are in; "" when it is not certain."""
    tail = regex.glob[regex.glob.rfind("@") :] if "@" in regex.glob else ""
    certain = tail.isascii() and all(c.isalnum() or c in "@.-" for c in tail)
    return tail if certain and len(tail) > 1 else ""


def _glob_covered(strong: str, weak: str, *, plain: bool = False) -> bool:
    """Whether every text that one glob fits the other fits too; `plain` for those in which a star stands for letters.

    Reads the strong one as a text in which a star is only matched by a star.
    """
    if not strong or not weak or (plain and not _is_plain(weak)) or len(strong) * len(weak) > MAX_STEPS:
        return False
    places = _after_stars(weak, {0})
    for letter in strong:
        onward = set()
        for at in places:
            if at == len(weak):
                continue
            if weak[at] == "*":
                onward.add(at)
            elif weak[at] == letter != "*" or (weak[at] == "?" and letter != "*" and not plain):
                onward.add(at + 1)
        places = _after_stars(weak, onward)
    return len(weak) in places


def _after_stars(glob: str, places: set[int]) -> set[int]:
    found = set(places)
    for place in places:
        at = place
        while at < len(glob) and glob[at] == "*":
            at += 1
            found.add(at)
    return found


def _spellings(word: str) -> tuple[str, ...]:
    """Every way to write a folded word, letter cases aside: "office" with its ligatures too; none when too many."""
    if any(c >= _LATIN for c in word):
        return ()
    ways: list[list[str]] = [[""]]
    for end in range(1, len(word) + 1):
        found = [way + word[end - 1] for way in ways[end - 1]]
        for length in (2, 3):
            for letter in _ligatures().get(word[end - length : end], ()) if length <= end else ():
                found += [way + letter for way in ways[end - length]]
        if len(found) > MAX_SPELLINGS:
            return ()
        ways.append(found)
    return tuple(ways[-1])


@cache
def _ligatures() -> Mapping[str, tuple[str, ...]]:
    """Characters that fold into several letters, by these (Unicode CaseFolding.txt, status F)."""
    found: dict[str, tuple[str, ...]] = {}
    for code in range(0x80, _LAST_LIGATURE + 1):
        letters = chr(code).casefold()
        if len(letters) > 1:
            found[letters] = (*found.get(letters, ()), chr(code))
    return found
