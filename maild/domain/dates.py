"""Days and times as people write them: `3 Dec`, `3/12/2026 14h`, `amanhã às 9`, `el lunes`, `2026-12-03 14:00`.

Reads English, Portuguese and Spanish alike, the day always before the month. Never asks what day it is: that is given.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta

from maild.domain.calendar import zone_named

MORNING = time(9)
"""When a day begins that is named without a time."""

MAX_LETTERS = 60
"""Longer than any date that a person writes."""

JUST_OVER = timedelta(days=60)
"""A day without a year that is gone no longer than this is meant as it stands, and is over; others are next year's."""

_MONTHS = (
    ("january", "janeiro", "enero"), ("february", "fevereiro", "febrero"), ("march", "marco", "marzo"),
    ("april", "abril"), ("may", "maio", "mayo"), ("june", "junho", "junio"), ("july", "julho", "julio"),
    ("august", "agosto"), ("september", "setembro", "septiembre", "setiembre"), ("october", "outubro", "octubre"),
    ("november", "novembro", "noviembre"), ("december", "dezembro", "diciembre"),
)  # fmt: skip
_WEEKDAYS = (
    ("monday", "segunda", "lunes"), ("tuesday", "terca", "martes"), ("wednesday", "quarta", "miercoles"),
    ("thursday", "quinta", "jueves"), ("friday", "sexta", "viernes"), ("saturday", "sabado"), ("sunday", "domingo"),
)  # fmt: skip
_AHEAD = {"today": 0, "hoje": 0, "hoy": 0, "tomorrow": 1, "amanha": 1, "manana": 1}
_FILLING = frozenset(
    ["at", "on", "the", "of", "en", "el", "la", "las", "a", "de", "do", "da", "em", "o", "as", "feira"]
)
"""Words between that say nothing."""

# Each is asked of one short word, whole, and repeats nothing within a repetition
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}))?\.?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|[.ºo])?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_TIME = re.compile(r"(\d{1,2})(?::(\d{2})|h(\d{2})?)?(am|pm)?", re.ASCII)


class DateError(ValueError):
    """No day that can be read, or none that there is."""


def read_date(text: str, *, at: datetime, zone: str) -> datetime:
    """The moment that a person in `zone` means who writes this `at` that time, in UTC; raises DateError.

    A day without a year is the next one of its name, or one that is just over; without a time it is nine o'clock.
    """
    here = zone_named(zone)
    day, moment = _read(_words(text), at.astimezone(here).date())
    return datetime.combine(day, moment or MORNING, tzinfo=here).astimezone(UTC)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFD", text.strip().casefold().replace("º", "o"))
    if not plain or len(plain) > MAX_LETTERS:
        raise DateError("no date")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = f"{plain[:10]} {plain[11:]}" if _is_stamp(plain) else plain.replace(",", " ")
    words = plain.replace("-feira", " ").split()
    return [word for word in words if word not in _FILLING]


def _is_stamp(plain: str) -> bool:
    """`2026-12-03t14:00`, as programs write it."""
    return len(plain) >= 16 and plain[4] == plain[7] == "-" and plain[10] == "t"


def _read(words: list[str], today: date) -> tuple[date, time | None]:
    """Every word is used, and there is a day; else it was no date."""
    whole = _day(words, today)
    if whole is not None:
        return whole, None
    moment, day = (_time(words[-1]), _day(words[:-1], today)) if words else (None, None)
    if moment is None or day is None:
        raise DateError("no date")
    return day, moment


def _time(word: str) -> time | None:
    found = _TIME.fullmatch(word)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(words: list[str], today: date) -> date | None:
    match words:
        case [word] if word in _AHEAD:
            return today + timedelta(days=_AHEAD[word])
        case [word] if (weekday := _named(word, _WEEKDAYS)) is not None:
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        case [word] if found := _ISO.fullmatch(word):
            return _date(int(found[1]), int(found[2]), int(found[3]))
        case [word] if found := _NUMBERS.fullmatch(word):
            return _of(today, int(found[2]), int(found[1]), found[3])
        case [one, other, *year] if len(year) <= 1 and all(map(_YEAR.fullmatch, year)):
            for number, name in ((one, other), (other, one)):
                found, month = _DAY.fullmatch(number), _named(name, _MONTHS)
                if found is not None and month is not None:
                    return _of(today, month + 1, int(found[1]), year[0] if year else "")
    return None


def _of(today: date, month: int, day: int, year: str | None) -> date:
    if year:
        return _date(int(year), month, day)
    for ahead in range(5):  # 29 February comes every four years
        try:
            found = date(today.year + ahead, month, day)
        except ValueError:
            continue
        if found >= today - JUST_OVER:
            return found
    raise DateError("there is no such day")


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError("there is no such day") from None


def _named(word: str, names: tuple[tuple[str, ...], ...]) -> int | None:
    """Which of them begins so: three letters say enough, in each of the languages."""
    word = word.rstrip(".")
    if len(word) < 3:
        return None
    return next((n for n, alike in enumerate(names) for name in alike if name.startswith(word)), None)
