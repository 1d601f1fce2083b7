"""Words in the reader's language: message catalogues as .po files, compiled in memory, and dates as he writes them.

Falls back from `pt-BR` to `pt` to English. Never guesses a language from anything but what it is given.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from maild.domain.zones import zone_called

_DATES = {"en": "en_GB", "pt": "pt_PT", "es": "es_ES"}
"""Whose way of writing dates is used: 24 hours and the day before the month, so that nobody misreads a date."""


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English texts are their own keys."""
    source = files("maild") / "locale" / f"{language}.po"
    if not source.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return Translations(compiled)


def choose(wanted: Iterable[str], spoken: tuple[str, ...]) -> str:
    """The first wanted language that is spoken, `pt-BR` counting as `pt`; else the first spoken."""
    for tag in wanted:
        language = tag.replace("_", "-").partition("-")[0].lower()
        if language in spoken:
            return language
    return spoken[0]


def when(moment: datetime, zone: str, language: str) -> str:
    """A date with time, in words, on the clock of `zone`; the zone is named."""
    local = moment.astimezone(zone_called(zone))
    return f"{day_in_words(local.date(), language)}, {local:%H:%M} ({_place(zone, language)})"


@lru_cache(maxsize=1024)
def day_in_words(day: date, language: str) -> str:
    """`Monday, 24 November 2025`. A page or mail shows several, and most of them are of the same few days."""
    return format_date(day, "full", locale_of_dates(language))


@cache
def locale_of_dates(language: str) -> Locale:
    """How dates are written for a reader of the language, in mails and on pages alike."""
    return Locale.parse(_DATES.get(language, "en_GB"))


@cache
def _place(zone: str, language: str) -> str:
    """The city that a zone is named after: Lisboa, for who reads Portuguese; `UTC-05:00` is named after none."""
    known = zone_called(zone)
    return get_timezone_location(known, locale=language, return_city=True) if isinstance(known, ZoneInfo) else zone
