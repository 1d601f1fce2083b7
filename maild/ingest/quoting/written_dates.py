"""Dates as mail clients write them for people, in some twenty-five languages: "Dienstag, 6. Mai 2025 um 09:14 Uhr".

Gives an aware time or None. Never guesses a day that is not written; where day and month may be exchanged it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final

import re2

MAX_DATE: Final = 200

_TIME: Final = re2.compile(r"(\d{1,2}) ?(?:[:：]|[.h]|時|时|點|点|시) ?(\d{2})(?: ?(?:[:.]|分|분) ?(\d{2}))?")
_HOUR: Final = re2.compile(r"(\d{1,2}) ?(?:[ap]\.? ?m\b)")
_ZONE: Final = re2.compile(r"(?:^|[\s(]|gmt|utc)([+\-−])(\d{1,2}):?(\d{2})?(?:$|[\s),])")
_ZONE_NAMES: Final = {
    # Names that mean one offset in mails; others (IST, CST in China) mean several and are left alone.
    **{"utc": 0, "gmt": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120},
    **{"eet": 120, "eest": 180, "msk": 180, "мск": 180, "brt": -180, "est": -300, "edt": -240, "cdt": -300},
    **{"mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "jst": 540, "kst": 540, "hec": 120, "ora": 0},
}
_YEAR_FIRST: Final = re2.compile(r"(\d{4}) ?[-/.年년] ?(\d{1,2}) ?[-/.月월] ?(\d{1,2})")
_NUMERIC: Final = re2.compile(r"(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?[-/.] ?(\d{4}|\d{2})")
_VIETNAMESE: Final = re2.compile(r"(\d{1,2}) (?:thg|tháng) (\d{1,2}),? (?:năm )?(\d{4})")
_WORD: Final = re2.compile(r"\pL[\pL\pM.’']*")
_NUMBER: Final = re2.compile(r"\d+")

_AFTERNOON: Final = ("pm", "p.m", "p", "μμ", "μ.μ", "م", "pomeriggio", "odp")
_FORENOON: Final = ("am", "a.m", "a", "πμ", "π.μ", "ص", "dop")
_AFTERNOON_FIRST: Final = ("오후", "下午", "午後", "晚上")
"""Written in front of the hour."""
_FORENOON_FIRST: Final = ("오전", "上午", "午前", "凌晨")

_MONTHS: Final = (
    # First letters of the names of each month. The longest that fits wins ("marras" is November in Finnish).
    "jan janv ene gen sty янв січ led oca ιαν tammi ian ינו ينا كانون",
    "feb fév fev févr lut фев лют úno şub φεβ helmi פבר فبر شباط",
    "mar mär mrz mrt marz març märz мар бер bře μαρ maalis márc מרץ مار آذار",
    "apr abr avr kwi апр квіт dub nis απρ huhti ápr אפר أبر ابر إبر نيسان",
    "may mai mag maj mei май мая трав kvě μαϊ μαΐ μαι touko máj mayı מאי ماي مايو أيار",
    "jun juin giu cze июн черв červn haz ιουν kesä jún iun יונ يون حزيران",
    "jul juil lug lip июл лип červenec čvc tem ιουλ heinä júl iul יול يول تموز",
    "aug ago aoû août sie авг серп srp ağu αυγ elo אוג أغس اغس آب",
    "sep sept set wrz сен вер zář eyl σεπ syys szept ספט سبت أيلول",
    "oct okt out ott paź окт жовт říj eki οκτ loka אוק أكت اكت تشرين",
    "nov lis ноя лист listop kas νοε marras noi נוב نوف",
    "dec dez déc dic gru дек груд pro ara δεκ joulu דצמ ديس",
)
_STEMS: Final = {stem.casefold(): month for month, stems in enumerate(_MONTHS, 1) for stem in stems.split()}
_LONGEST: Final = max(map(len, _STEMS))
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """A time, and whether it can only be this one."""

    time: datetime
    certain: bool = True


def read_date(text: str, zone: tzinfo = UTC) -> WrittenDate | None:
    """The time that `text` names; `zone` is where the clock hung if the text does not say."""
    text = text.strip()
    if not text or len(text) > MAX_DATE:
        return None
    if text.isascii() and ("+" in text[-8:] or "-" in text[-8:] or text.endswith(("GMT", "UTC", "UT"))):
        try:
            return WrittenDate(time=_aware(parsedate_to_datetime(text), zone))
        except (ValueError, TypeError, IndexError, OverflowError):
            pass
    folded = text.translate(_DIGITS).casefold()
    day = _day(folded)
    if day is None:
        return None
    year, month, day_of_month, certain, rest = day
    hour, minute, second = _time(rest)
    try:
        value = datetime(year, month, day_of_month, hour, minute, second, tzinfo=_zone(rest) or zone)
    except ValueError:
        return None
    return WrittenDate(time=value, certain=certain)


def _aware(value: datetime, zone: tzinfo) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _day(text: str) -> tuple[int, int, int, bool, str] | None:
    """Year, month, day, whether that is certain, and the text without them."""
    found = _YEAR_FIRST.search(text)
    if found:
        year, month, day = (int(found.group(i)) for i in (1, 2, 3))
        return year, month, day, True, _without(text, found.start(), found.end())
    found = _VIETNAMESE.search(text)
    if found:
        return int(found.group(3)), int(found.group(2)), int(found.group(1)), True, _without(text, 0, found.end())
    named = _named_month(text)
    if named:
        return named
    found = _NUMERIC.search(text)
    if not found:
        return None
    first, second, year = int(found.group(1)), int(found.group(3)), int(found.group(4))
    rest = _without(text, found.start(), found.end())
    year += 2000 if year < 100 else 0
    dotted = found.group(2) == "."
    american = not dotted and any(mark in rest for mark in ("am", "pm"))
    if second > 12 or (american and first <= 12):
        first, second = second, first
    certain = dotted or first > 12 or first == second or american
    return year, second, first, certain, rest


def _without(text: str, start: int, stop: int) -> str:
    return f"{text[:start]} {text[stop:]}"


def _named_month(text: str) -> tuple[int, int, int, bool, str] | None:
    """ "6 mai 2025", "May 6, 2025": the last word that is a month, for weekdays look like months ("mar." = Tuesday)."""
    time = _TIME.search(text)
    rest = _without(text, time.start(), time.end()) if time else text
    month = 0
    for word in _WORD.finditer(rest):
        month = _month(word.group(0)) or month
    if not month:
        return None
    year = day = 0
    for number in _NUMBER.findall(rest):
        value = int(number[:6])
        if len(number) == 4 and 1970 <= value <= 2200:
            year = year or value
        elif len(number) <= 2 and 1 <= value <= 31 and not day:
            day = value
        elif len(number) == 2 and day and not year:
            year = 2000 + value
    return (year, month, day, True, text) if year and day else None


def _month(word: str) -> int:
    for prefix in (word, word[1:] if word[0] in "בل" else word):  # "in May" is one word in Hebrew
        for length in range(min(_LONGEST, len(prefix)), 2, -1):
            month = _STEMS.get(prefix[:length])
            if month:
                return month
    return 0


def _time(text: str) -> tuple[int, int, int]:
    found = _TIME.search(text)
    whole = None if found else _HOUR.search(text)
    if found:
        hour, minute, second = int(found.group(1)), int(found.group(2)), int(found.group(3) or 0)
        after = found.end()
    elif whole:
        hour, minute, second = int(whole.group(1)), 0, 0
        after = whole.end() - 3  # "pm" with its dots is part of the match
    else:
        return 0, 0, 0
    words = {word.rstrip(".") for word in _WORD.findall(text[after : after + 12])}
    if hour < 12 and (words.intersection(_AFTERNOON) or any(mark in text for mark in _AFTERNOON_FIRST)):
        hour += 12
    elif hour == 12 and (words.intersection(_FORENOON) or any(mark in text for mark in _FORENOON_FIRST)):
        hour = 0
    return hour, minute, second


def _zone(text: str) -> tzinfo | None:
    found = _ZONE.search(text)
    if found:
        minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=-minutes if found.group(1) != "+" else minutes))
    for word in _WORD.findall(text):
        if word in _ZONE_NAMES:
            return timezone(timedelta(minutes=_ZONE_NAMES[word]))
    return None
