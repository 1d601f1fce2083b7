"""Date fields, as they should be and as they are."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.header.dates import parse_date

EIGHT = datetime(2024, 9, 3, 8, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 03 Sep 2024 10:00:00 +0200",
        "Tue, 3 Sep 2024 10:00:00 +0200 (CEST)",
        "3 Sep 2024 10:00 +0200",
        "Tue, 03 Sep 24 10:00:00 +0200",
        "Tue, 03 Sep 2024 08:00:00 GMT",
        "Tue, 03 Sep 2024 08:00:00 UT",
        "Tue, 03 Sep 2024 08:00:00 Z",
        "Tue, 03 Sep 2024 04:00:00 EDT",
        "Tue, 03 Sep 2024 08:00:00 -0000",
        "Tue, 03 Sep 2024 08:00:00",
        "Tue,03 Sep 2024 10:00:00 +0200",
        "Tue, 03-Sep-2024 08:00:00 GMT",
        "Tue Sep  3 08:00:00 2024",
        "Tue Sep  3 2024 10:00:00 GMT+0200 (Central European Summer Time)",
        "Tue, 03 Sep 2024 10:00:00 GMT+02:00",
        "Tue, 03 Sep 2024 10:00:00 +02:00",
        "2024-09-03T08:00:00Z",
        "2024-09-03T10:00:00+02:00",
        "2024-09-03 08:00:00",
        "Mon, 03 Sep 2024 10:00:00 +0200",
        "tue, 03 sep 2024 10:00:00 +0200",
        "  Tue, 03 Sep 2024\t10:00:00\r\n +0200 ",
        "Di, 3. Sep 2024 10:00:00 +0200",
        "mar., 3 sept. 2024 10:00:00 +0200",
        "ter, 3 set 2024 10:00:00 +0200",
    ],
)
def test_the_same_moment_in_many_hands(text: str) -> None:
    assert parse_date(text) == EIGHT


@pytest.mark.parametrize("text", ["", "yesterday", "Tue, 32 Sep 2024 10:00:00 +0200", "Wed, 15 Dec 2010    59:10 -0500",
                                  "03/09/2024", "0" * 10_000, "::", "-1"])  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_leap_second() -> None:
    assert parse_date("Sat, 31 Dec 2016 23:59:60 +0000") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(st.integers(0, 32_000_000_000))
def test_what_the_standard_library_writes_is_read_back(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    assert parse_date(format_datetime(moment)) == moment


@given(st.text("0123456789 :+-,JanSep()GMTZ./", max_size=60))
def test_nothing_like_a_date_raises(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.tzinfo is UTC
