"""Dates as clients write them for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.quoting.written_dates import read_date

MORNING = [
    "Tuesday, May 6, 2025 9:14 AM",
    "Tue, May 6, 2025 at 9:14\u202fAM",
    "Tuesday, 6 May 2025 at 09:14",
    "mardi 6 mai 2025 09:14",
    "mar. 6 mai 2025 à 09:14",
    "mar 6 mag 2025 alle ore 09:14",
    "martedì 6 maggio 2025 09:14",
    "Dienstag, 6. Mai 2025 um 09:14 Uhr",
    "terça-feira, 6 de maio de 2025 09:14",
    "ter., 6 de mai. de 2025 às 09:14",
    "martes, 6 de mayo de 2025 9:14",
    "dinsdag 6 mei 2025 09:14",
    "wtorek, 6 maja 2025 09:14",
    "6 мая 2025 г. 9:14",
    "вт, 6 трав. 2025 р. о 09:14",
    "den 6 maj 2025 09:14",
    "tirsdag 6. mai 2025 09:14",
    "6. maj 2025 kl. 09.14",
    "tiistai 6. toukokuuta 2025 9.14",
    "úterý 6. května 2025 9:14",
    "6 Mayıs 2025 Salı 09:14",
    "Τρίτη, 6 Μαΐου 2025 9:14 πμ",
    "2025年5月6日 9:14",
    "2025年5月6日 週二 上午9:14",
    "2025년 5월 6일 화요일 오전 9:14",
    "2025. 5. 6. 오전 9:14",
    "יום שלישי 06 מאי 2025 9:14",
    "6 במאי 2025 ב-9:14",
    "٦ مايو ٢٠٢٥، الساعة ٩:١٤ ص",
    "2025. május 6., kedd 9:14",
    "marți, 6 mai 2025 09:14",
    "Th 3, 6 thg 5, 2025 vào lúc 09:14",
    "2025-05-06 09:14",
    "06.05.25, 09:14",
    "5/6/25 9:14 AM",
]


@pytest.mark.parametrize("text", MORNING)
def test_the_same_morning(text: str) -> None:
    written = read_date(text.replace("\u202f", " "))
    assert written is not None
    assert written.time == datetime(2025, 5, 6, 9, 14, tzinfo=UTC)
    assert written.certain


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("May 6, 2025 9:14 PM", 21),
        ("May 6, 2025 12:14 AM", 0),
        ("May 6, 2025 12:14 PM", 12),
        ("Am Dienstag, 6. Mai 2025 um 12:14", 12),
        ("6 Μαΐου 2025 9:14 μμ", 21),
        ("2025年5月6日 下午9:14", 21),
        ("2025년 5월 6일 오후 9:14", 21),
        ("٦ مايو ٢٠٢٥، ٩:١٤ م", 21),
    ],
)
def test_halves_of_the_day(text: str, hour: int) -> None:
    written = read_date(text)
    assert written is not None
    assert written.time.hour == hour


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("Tue, 6 May 2025 09:14:22 +0200", 2),
        ("Tue, May 6, 2025 at 9:14 AM GMT+2", 2),
        ("2025-05-06 (화) 09:14:22 (GMT+09:00)", 9),
        ("6 May 2025 at 09:14:22 CEST", 2),
        ("Tuesday, May 6, 2025 at 09:14:22 AM EDT", -4),
    ],
)
def test_zones(text: str, offset: int) -> None:
    written = read_date(text)
    assert written is not None
    assert written.time.utcoffset() == timedelta(hours=offset)


def test_a_zone_that_is_not_written_is_the_forwarders() -> None:
    written = read_date("6 May 2025 09:14", timezone(timedelta(hours=-3)))
    assert written is not None
    assert written.time == datetime(2025, 5, 6, 12, 14, tzinfo=UTC)


def test_day_and_month_that_may_be_exchanged_are_not_certain() -> None:
    written = read_date("06/05/2025 09:14")
    assert written is not None
    assert (written.time.month, written.certain) == (5, False)
    assert (read_date("5/16/2025 09:14") or written).time.month == 5


@pytest.mark.parametrize("text", ["", "x", "yesterday", "31 February 2025", "99/99/2025", "9" * 300])
def test_no_date(text: str) -> None:
    assert read_date(text) is None


@given(st.text(alphabet="0123456789/.-: MayAPMмаяمايو年月日+", max_size=60))
def test_nothing_makes_it_raise(text: str) -> None:
    read_date(text)
