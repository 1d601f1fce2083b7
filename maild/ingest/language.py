"""The language of a short text, told offline from its letters, its small words and the ends of its words.

Says nothing ("") when in doubt. Never reads a model from disk and never looks at more than a bounded start of the text.
"""

from __future__ import annotations

from collections import Counter

from maild.ingest.language_words import ENDINGS, LETTERS, TELLING, WORDS

# A hundred words decide; more only costs.
_SAMPLE = 1200
_MOST_WORDS = 150
_BREAKS = str.maketrans(dict.fromkeys('0123456789.,;:!?()[]{}<>"/\\|*_#+=~^`%&$@…“”„«»¿¡', " "))
_LONGEST_ENDING = 6

# Evidence is counted in words: one word that only one language has is 1.
_TELLING_WEIGHT = 1.6
_ENDING_WEIGHT = 0.25
_HINT_WEIGHT = 0.9
_LETTER_WEIGHT = 0.3
_FOREIGN_LETTER = 0.6
_ENOUGH = 1.5
_LEAD = 1.15  # times the runner-up, and by _MARGIN words
_MARGIN = 0.35
# Of a long text at least every eighth word must be known: lists of names and code have none.
_KNOWN_SHARE = 0.125


def detect(text: str) -> str:
    """ISO 639-1 code of the language of `text`; "" when it is too short or ambiguous."""
    sample = _plain(text[:_SAMPLE])
    if max(sample, default="") > "\u024f":
        code = _by_script(sample)
        if code is not None:
            return code
    words = sample.lower().replace("\u2019", "'").translate(_BREAKS).split()
    words = [word.strip("'-\u2013\u2014") for word in words[:_MOST_WORDS]]
    return _by_words([word for word in words if word and word[0].isalpha()], _hint(sample))


def _hint(sample: str) -> str:
    """Marks that only one language has: Spanish opens its questions, English writes itself large."""
    if "¿" in sample or "¡" in sample:
        return "es"
    return "en" if sample.startswith(("I ", "I'")) or " I " in sample or " I'" in sample else ""


def _plain(text: str) -> str:
    """Without addresses and links, which speak no language."""
    if "@" not in text and "//" not in text and "www." not in text:
        return text
    return " ".join(w for w in text.split() if "@" not in w and "//" not in w and not w.startswith("www."))


# (first, last, script): the blocks of Unicode that the languages here are written in
_BLOCKS = (
    (0x41, 0x24F, "latin"), (0x1E00, 0x1EFF, "latin"), (0x370, 0x3FF, "greek"), (0x1F00, 0x1FFF, "greek"),
    (0x400, 0x52F, "cyrillic"), (0x590, 0x5FF, "hebrew"), (0x600, 0x6FF, "arabic"), (0x750, 0x77F, "arabic"),
    (0xFB50, 0xFEFF, "arabic"), (0xE00, 0xE7F, "thai"), (0x3040, 0x30FF, "kana"), (0xFF66, 0xFF9F, "kana"),
    (0xAC00, 0xD7AF, "hangul"), (0x1100, 0x11FF, "hangul"), (0x3400, 0x9FFF, "han"), (0x20000, 0x2FFFF, "han"),
)  # fmt: skip


def _by_script(sample: str) -> str | None:
    """Languages with letters of their own. None when the text is in Latin letters, "" when in an unknown script."""
    counts: Counter[str] = Counter()
    for letter, count in Counter(sample).items():
        if letter.isalpha():
            point = ord(letter)
            script = next((name for first, last, name in _BLOCKS if first <= point <= last), "other")
            counts[script] += count
    return _of_script(sample, counts)


def _of_script(sample: str, counts: Counter[str]) -> str | None:
    # an East Asian letter says as much as two or three of an alphabet
    east = 3 * (counts["han"] + counts["kana"] + counts["hangul"])
    alphabets = {name: counts[name] for name in ("cyrillic", "greek", "hebrew", "arabic", "thai", "other")}
    script = max(alphabets, key=lambda name: alphabets[name])
    if east >= max(counts["latin"], alphabets[script], 6):
        if counts["hangul"] >= counts["kana"] and counts["hangul"] * 3 >= counts["han"]:
            return "ko"
        return "ja" if counts["kana"] * 10 >= counts["han"] else "zh"
    if alphabets[script] < max(3, counts["latin"]):
        return None if counts["latin"] else ""
    match script:
        case "cyrillic":
            return _cyrillic(sample)
        case "arabic":
            return _arabic(sample)
        case "other":
            return ""
        case _:
            return {"greek": "el", "hebrew": "he", "thai": "th"}[script]


def _cyrillic(sample: str) -> str:
    """Each of these languages has letters that the others lack; Russian is the one without."""
    low = sample.lower()
    serbian = sum(low.count(c) for c in "ђћџљњј")
    belarusian = sum(low.count(c) for c in "ў")
    ukrainian = sum(low.count(c) for c in "іїєґ")
    russian = sum(low.count(c) for c in "ыэё")
    if serbian > max(ukrainian, russian):
        return "sr"
    if belarusian and russian:
        return "be"
    if ukrainian > russian:
        return "uk"
    if russian:
        return "ru"
    words = Counter("".join(c if c.isalpha() else " " for c in low).split())
    russian = sum(words[w] for w in _RUSSIAN)
    if "ъ" in low and low.count("ъ") + sum(words[w] for w in _BULGARIAN) > russian + 1:
        return "bg"
    return "uk" if sum(words[w] for w in _UKRAINIAN) > russian else "ru"


_RUSSIAN = ("что", "это", "мне", "как", "для", "он", "она", "или", "не", "за", "от", "спасибо")
_BULGARIAN = ("съм", "ще", "не", "за", "се", "ви", "моля", "от")
_UKRAINIAN = ("що", "та", "не", "до", "дякую", "ви", "як", "але", "чи", "мене")


def _arabic(sample: str) -> str:
    persian = sum(sample.count(c) for c in "پچژگکی")
    urdu = sum(sample.count(c) for c in "ٹڈڑںےہ")
    if urdu > 2 and urdu * 2 > persian:
        return "ur"
    return "fa" if persian > sum(sample.count(c) for c in "ةكيىأإ") else "ar"


def _index() -> dict[str, tuple[tuple[str, float], ...]]:
    where: dict[str, set[str]] = {}
    for code, words in WORDS.items():
        for word in words.split():
            where.setdefault(word, set()).add(code)
    index: dict[str, dict[str, float]] = {w: {c: 1 / len(codes) for c in codes} for w, codes in where.items()}
    told: dict[str, set[str]] = {}
    for code, words in TELLING.items():
        for word in words.split():
            told.setdefault(word, set()).add(code)
    for word, codes in told.items():
        for code in codes:
            index.setdefault(word, {})[code] = _TELLING_WEIGHT / len(codes)
    return {word: tuple(codes.items()) for word, codes in index.items()}


def _ending_index() -> dict[str, tuple[tuple[str, float], ...]]:
    where: dict[str, set[str]] = {}
    for code, endings in ENDINGS.items():
        for ending in endings.split():
            where.setdefault(ending, set()).add(code)
    # a longer ending is rarer by chance
    return {
        e: tuple((c, _ENDING_WEIGHT * min(len(e), 4) / 3 / len(codes)) for c in codes) for e, codes in where.items()
    }


_INDEX = _index()
_ENDING_INDEX = _ending_index()
_HAS = {code: frozenset(letters) for code, letters in LETTERS.items()}
_SPECIAL = frozenset().union(*_HAS.values())


def _by_words(words: list[str], hint: str) -> str:
    scores = dict.fromkeys(WORDS, 0.0)
    if hint:
        scores[hint] += _HINT_WEIGHT
    letters: Counter[str] = Counter()
    known = 0
    for word in words:
        entries = _INDEX.get(word)
        if entries is None and ("'" in word or "-" in word):
            left, _, right = word.replace("'", "-").partition("-")
            entries = _INDEX.get(right) or _INDEX.get(left)
        if entries is not None:
            known += 1
            for code, weight in entries:
                scores[code] += weight
        elif len(word) > 3:
            _by_ending(word, scores)
        if not word.isascii():
            letters.update(set(word) & _SPECIAL)
    _by_letters(letters, scores)
    first, second = sorted(scores, key=lambda code: scores[code], reverse=True)[:2]
    best, next_best = scores[first], max(scores[second], 0.0)
    if best < _ENOUGH or best < next_best * _LEAD or best - next_best < _MARGIN:
        return ""
    return first if known >= len(words) * _KNOWN_SHARE else ""


def _by_ending(word: str, scores: dict[str, float]) -> None:
    for length in range(min(_LONGEST_ENDING, len(word) - 1), 0, -1):
        entries = _ENDING_INDEX.get(word[-length:])
        if entries is not None:
            for code, weight in entries:
                scores[code] += weight
            return


def _by_letters(letters: Counter[str], scores: dict[str, float]) -> None:
    for letter, count in letters.items():
        for code, has in _HAS.items():
            scores[code] += count * (_LETTER_WEIGHT if letter in has else -_FOREIGN_LETTER)
