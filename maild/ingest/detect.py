"""Which encoding unlabelled octets are written in, judged by how plausible the letters are.

Knows the encodings that people really send without a label. Never looks at more than a bounded sample, and says
Windows-1252 when nothing speaks for another.
"""

from __future__ import annotations

import unicodedata

_SAMPLE = 8192
# Small letters by how often they are written; the first third makes up most of a text.
_CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґў"
_GREEK = "αοιετσνηυρπκμλωςγδχθφβξζψάίόέήύώϊϋ"
_HEBREW = "יוהלאתרבמשנדקכעפםחטגצןסזךףץ"
_ARABIC = "اليمنوترةبسهعدكفقحجشطصخغذثزءأإىضظؤئآ"
_ALPHABETS = (
    ("cp1251", _CYRILLIC), ("koi8_r", _CYRILLIC), ("koi8_u", _CYRILLIC), ("cp866", _CYRILLIC),
    ("iso8859_5", _CYRILLIC), ("mac_cyrillic", _CYRILLIC), ("cp1253", _GREEK), ("iso8859_7", _GREEK),
    ("cp1255", _HEBREW), ("cp862", _HEBREW), ("cp1256", _ARABIC), ("iso8859_6", _ARABIC),
)  # fmt: skip
# Latin encodings, each with what it must win by (a share of a letter) before it displaces the ones before it.
_LATIN = (("cp1252", 0.0), ("cp1250", 0.1), ("iso8859_2", 0.12), ("cp1254", 0.15), ("cp1257", 0.2), ("mac_roman", 0.2),
          ("cp850", 0.25), ("cp852", 0.3))  # fmt: skip


def guess(octets: bytes) -> str:
    """The Python codec that reads `octets` best."""
    sample = octets[:_SAMPLE]
    runs = _runs(sample)
    high = sum(map(len, runs))
    if not high:
        return "cp1252"
    # In languages with Latin letters the others stand alone among them; elsewhere they come in words.
    if sum(len(r) for r in runs if len(r) > 2) * 2 > high or (len(runs) == 1 and high == 2 and len(sample) < 5):
        return _east_asian(octets[: _SAMPLE + 1], runs) or _alphabet(sample) or "cp1252"
    return _latin(sample)


def _runs(sample: bytes) -> list[bytes]:
    """Stretches of octets above 0x7F."""
    marks = bytes(c if c > 0x7F else 0x20 for c in range(256))
    return sample.translate(marks).split()


def _latin(sample: bytes) -> str:
    best, best_score = "cp1252", float("-inf")
    high = sum(c > 0x7F for c in sample)
    for codec, handicap in _LATIN:
        score = _latin_score(sample.decode(codec, "replace")) - handicap * high
        if score > best_score:
            best, best_score = codec, score
    return best


def _latin_score(text: str) -> float:
    """How well the letters beyond ASCII fit between their neighbours."""
    score = 0.0
    for i, c in enumerate(text):
        if c < "\x80":
            continue
        before = text[i - 1] if i else " "
        after = text[i + 1] if i + 1 < len(text) else " "
        category = unicodedata.category(c)
        if category[0] == "L" and ord(c) < 0x250:
            score += 1.0 if before.isalpha() or after.isalpha() else 0.2
            if category == "Lu" and before.islower():
                score -= 1.5
        elif category == "Cc" or c == "\ufffd":
            score -= 2.0
        elif before.isalpha() and after.isalpha() and c not in "’‘´`·–—":
            score -= 1.5
    return score


def _east_asian(octets: bytes, runs: list[bytes]) -> str | None:
    """One of the encodings of two octets a letter, by where their common letters lie. None when it is an alphabet."""
    leads = _leads(octets)
    if leads is not None and leads:
        n = len(leads)
        kana = sum(lead in (0xA4, 0xA5) for lead, _ in leads)
        low_trails = sum(trail < 0x7F for _, trail in leads)
        euc = all(lead >= 0xA1 and trail >= 0xA1 for lead, trail in leads)
        if euc and kana * 5 >= n and _reads(octets, "euc_jp"):
            return "euc_jp"
        hangul = sum(0xB0 <= lead <= 0xC8 for lead, _ in leads)
        if euc and hangul * 20 >= n * 19 and n > 2 and _spread(leads) and _reads(octets, "cp949"):
            return "cp949"
        common_big5 = sum(0xA4 <= lead <= 0xC6 or lead in (0xA1, 0xA2) for lead, _ in leads)
        common_gb = sum(0xB0 <= lead <= 0xD7 or lead in (0xA1, 0xA3) for lead, _ in leads)
        if low_trails and common_big5 * 10 >= n * 8 and _reads(octets, "cp950"):
            return "cp950"
        if euc and common_gb * 10 >= n * 7 and _reads(octets, "gb18030") and not _is_alphabet(octets, runs):
            return "gb18030"
    if _kana_in_shift_jis(octets):
        return "cp932"
    return None


def _leads(octets: bytes) -> list[tuple[int, int]] | None:
    """The pairs of lead and trail octet, or None when some lead has no trail."""
    pairs: list[tuple[int, int]] = []
    position, end = 0, len(octets)
    while position < end:
        lead = octets[position]
        if lead < 0x80:
            position += 1
            continue
        if position + 1 >= end:
            return pairs if end > _SAMPLE else None
        trail = octets[position + 1]
        if lead < 0xA1 or trail < 0x40 or trail == 0x7F:
            return None
        pairs.append((lead, trail))
        position += 2
    return pairs


def _spread(leads: list[tuple[int, int]]) -> bool:
    """Korean syllables lie all over their rows; capitals of an eight-bit alphabet lie in one or two."""
    return len({lead for lead, _ in leads}) > 2


def _reads(octets: bytes, codec: str) -> bool:
    text = octets.decode(codec, "replace")
    return "\ufffd" not in text[:-1]


def _kana_in_shift_jis(octets: bytes) -> bool:
    text = octets.decode("cp932", "replace")
    if "\ufffd" in text[:-1]:
        return False
    wide = [c for c in text if c > "\x7f"]
    kana = sum("\u3040" <= c <= "\u30ff" for c in wide)
    narrow = sum("\uff61" <= c <= "\uff9f" for c in wide)
    ideographs = sum("\u4e00" <= c <= "\u9fff" for c in wide)
    return kana + ideographs > 2 * narrow and (kana * 6 >= len(wide) or (ideographs * 10 >= len(wide) * 9))


def _is_alphabet(octets: bytes, runs: list[bytes]) -> bool:
    """Chinese words come in even runs and use many rows; words of an alphabet are as often odd."""
    odd = sum(len(r) % 2 for r in runs)
    return odd > 0 or (_alphabet(octets) is not None and len(runs) > 3 and sum(map(len, runs)) < 14 * len(runs))


def _alphabet(sample: bytes) -> str | None:
    """The eight-bit alphabet whose frequent letters are frequent here."""
    best, best_score = None, 0.9
    for codec, letters in _ALPHABETS:
        text = sample.decode(codec, "replace")
        high = [c for c in text if c > "\x7f"]
        weights = {c: 3.0 if i < 10 else 2.0 if i < 20 else 1.0 for i, c in enumerate(letters)}
        total = 0.0
        before = " "
        for c in text:
            if c > "\x7f":
                small = c.lower()
                weight = weights.get(small, -2.0 if unicodedata.category(c)[0] != "P" else 0.0)
                if c != small and weight > 0:
                    weight = weight * 0.6 if not before.islower() else -2.0
                total += weight
            before = c
        score = total / max(1, len(high))
        if score > best_score + 0.02:
            best, best_score = codec, score
    if best is None and _thai(sample):
        return "cp874"
    return best


def _thai(sample: bytes) -> bool:
    text = sample.decode("cp874", "replace")
    high = [c for c in text if c > "\x7f"]
    thai = sum("\u0e01" <= c <= "\u0e5b" for c in high)
    common = sum(c in "านรอกเงมยลวดทส่ต้ับคปีแะำใหุูขพ" for c in high)
    return thai * 20 >= len(high) * 19 and common * 10 >= len(high) * 7
