"""A customer is told times by his own clock and written to in his own language, as his last mail showed them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.queues import Outcome
from maild.domain.zones import zone_called, zone_of
from maild.ingest.header.dates import told_clock
from tests.helpers.world import MONDAY, World, letter, reply_address, words
from tests.trust.conftest import Checked

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
NEW_YORK = "Mon, 23 Nov 2026 04:00:00 -0500"
LISBON = "Mon, 23 Nov 2026 09:00:00 +0000"


def acknowledged(world: World, date: str, number: int = 1, text: str = "The printer does nothing at all.") -> str:
    world.take(letter(ANA, SUPPORT, f"Printer {number}", text, date=date))
    world.clock.advance(days=2)
    told = world.inbox("ana@quinta.example")[-1]
    assert f"Printer {number}" in told["Subject"]
    return words(told)


@pytest.mark.parametrize(
    ("date", "told"),
    [
        (NEW_YORK, "08:00 (UTC-05:00)"),
        ("Mon, 23 Nov 2026 14:30:00 +0530", "18:30 (UTC+05:30)"),
        (LISBON, "13:00 (WET)"),
        ("Mon, 23 Nov 2026 09:00:00 -0000", "13:00 (WET)"),
        ("Mon, 23 Nov 2026 09:00:00 GMT", "13:00 (WET)"),
        ("yesterday", "13:00 (WET)"),
    ],
)
def test_the_promise_is_told_by_his_clock(world: World, date: str, told: str) -> None:
    assert told in acknowledged(world, date)


def test_his_last_mail_counts_and_a_clock_as_ours_is_ours(world: World) -> None:
    assert "(UTC-05:00)" in acknowledged(world, NEW_YORK)
    assert "(UTC-05:00)" in acknowledged(world, LISBON, 2), "UTC may be the zone of his provider's machine"
    world.clock.advance(days=180)
    assert "(WEST)" in acknowledged(world, "Sat, 22 May 2027 10:00:00 +0100", 3)


def test_he_is_answered_in_the_language_he_wrote_in_last(world: World) -> None:
    assert "Thank you for writing" in acknowledged(world, LISBON)
    portuguese = "Bom dia, a impressora do escritório não imprime nada desde ontem. Obrigada pela ajuda."
    assert "Obrigado" in acknowledged(world, LISBON, 2, portuguese)
    assert "Obrigado" in acknowledged(world, LISBON, 3, "12345")


def test_a_reply_shows_it_as_well(world: World) -> None:
    world.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    notice = world.inbox("ana@quinta.example")[-1]
    answer = letter(ANA, reply_address(notice), "Re: Printer", "Still nothing.", answers=notice, date=NEW_YORK)
    world.take(answer, to=[reply_address(notice)], reverse_path="ana@quinta.example")
    world.clock.advance(days=2)
    assert "(UTC-05:00)" in acknowledged(world, LISBON, 2)


def test_an_absence_note_shows_nothing_of_him(world: World) -> None:
    world.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    notice = world.inbox("ana@quinta.example")[-1]
    note = letter(
        ANA, reply_address(notice), "Automatic reply: Printer", "I am away until Monday.", answers=notice,
        date=NEW_YORK, headers={"Auto-Submitted": "auto-replied"},
    )  # fmt: skip
    assert world.take(note, to=[reply_address(notice)]).outcome is Outcome.APPENDED
    world.clock.advance(days=2)
    assert "(WET)" in acknowledged(world, LISBON, 2)


def test_who_may_be_anybody_changes_nothing_for_him(tmp_path: Path) -> None:
    checked = Checked(tmp_path)
    checked.opens()
    forged = letter("ana@quinta.pt", SUPPORT, "Scanner", "It does nothing.", date=NEW_YORK)
    checked.send(forged)
    view = checked.world.app.store.queries.ticket_view(10001)
    assert view is not None
    assert view["requester"]["zone"] == ""
    checked.world.close()


def test_a_date_that_lies_of_its_zone_tells_nothing() -> None:
    for date in ("", "Mon, 23 Nov 2026 09:00:00 +9900", "Mon, 23 Nov 2026 09:00:00 EST", "+0200 " * 100):
        assert told_clock(date) is None
    assert told_clock("Mon, 23 Nov 2026 09:00:00 -0330 (NST)") == -timedelta(hours=3, minutes=30)


@given(st.integers(-14 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters)))
def test_a_clock_is_called_by_what_gives_it_back(clock: timedelta) -> None:
    named = zone_of(clock, MONDAY, usual="Asia/Kathmandu")
    assert zone_called(named or "Asia/Kathmandu").utcoffset(MONDAY) == clock
