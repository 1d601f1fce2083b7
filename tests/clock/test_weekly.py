"""The figures of a week are mailed when their time comes: once, in each reader's language."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from maild.clock.weekly import WeeklyReport, last_slot
from maild.report.weekly import weekly_figures
from tests.helpers.world import World, letter, reply_address, words

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
LISBON = ZoneInfo("Europe/Lisbon")


WHOLE = (("rui", ""), ("boss@casa.example", ""))


def weekly(world: World, to: tuple[tuple[str, str], ...] = WHOLE) -> WeeklyReport:
    app = world.app
    return WeeklyReport(
        "mon 08:00", zone="Europe/Lisbon", readers=lambda: to, writer=app.store.writer, desk=app.desk,
        now=world.clock, figures=lambda until, team: weekly_figures(
            app.store.reports, until=until, now=world.clock(), basis=app.basis, directory=app.directory, team=team
        ),
    )  # fmt: skip


def look(world: World, tick: WeeklyReport) -> bool:
    planned = asyncio.run(tick())
    world.send()
    return planned


@pytest.fixture
def busy(world: World) -> World:
    """A desk that began before the weekend; one ticket opened and answered in the week."""
    assert not look(world, weekly(world))
    world.take(letter(ANA, SUPPORT, "Printer", "Please help."))
    world.clock.advance(hours=2)
    notice = world.inbox("rui@home.example")[-1]
    world.take(letter("rui@home.example", reply_address(notice), "Re: Printer", "Try this.", answers=notice))
    return world


def test_nothing_before_its_time_and_once_at_it(busy: World) -> None:
    tick = weekly(busy)
    busy.clock.now = datetime(2026, 11, 30, 7, 59, tzinfo=UTC)
    assert not look(busy, tick)
    busy.clock.now = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert look(busy, tick)
    assert not look(busy, tick)
    assert not look(busy, weekly(busy)), "a daemon that was started again"
    assert len(busy.inbox("boss@casa.example")) == 1


def test_what_it_says(busy: World) -> None:
    busy.clock.now = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    look(busy, weekly(busy))
    mail = busy.inbox("rui@home.example")[-1]
    assert mail["Subject"] == "The week of Casa Azul: Mon 23 Nov to Sun 29 Nov"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = words(mail)
    for line in (
        "Opened: 1  (the week before: 0)", "First answer, half within: 2 h 00  (the week before: -)",
        "Promises kept: 100 %, 1 of 1", "* Mon 23 Nov: 1", "* Rui Costa: Opened 1;", "* Monday, 9-10 h: 1 mail",
    ):  # fmt: skip
        assert line in text, text
    assert "1 mails" not in text
    page = mail.get_body(("html",))
    assert page is not None
    assert "<svg" not in page.get_content()
    assert 'width="100%"' in page.get_content()


def test_each_leader_hears_of_his_own_team_in_his_language(busy: World) -> None:
    busy.clock.now = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert look(busy, weekly(busy, (("rui", "support"), ("eva", "billing"))))
    (mine,) = (mail for mail in busy.inbox("rui@home.example") if "week" in mail["Subject"])
    assert mine["Subject"].startswith("The week of Customer Support, Casa Azul: ")
    assert "Opened: 1  (the week before: 0)" in words(mine)
    assert "* Rui Costa: " in words(mine)
    hers = busy.inbox("eva@home.example")[-1]
    assert "Billing, Casa Azul" in hers["Subject"]
    assert ": 0  (" in words(hers)
    assert "Rui Costa" not in words(hers)


def test_who_leads_two_teams_hears_of_each(busy: World) -> None:
    busy.clock.now = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert look(busy, weekly(busy, (("rui", "support"), ("rui", "billing"))))
    subjects = [mail["Subject"] for mail in busy.inbox("rui@home.example") if "week" in mail["Subject"]]
    assert len(subjects) == 2


def test_after_an_outage_the_last_week_only(busy: World) -> None:
    busy.clock.now = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
    assert look(busy, weekly(busy))
    assert not look(busy, weekly(busy))
    (mail,) = busy.inbox("boss@casa.example")
    assert "Mon 14 Dec to Sun 20 Dec" in mail["Subject"]


def test_two_processes_send_one(busy: World) -> None:
    busy.clock.now = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    one, other = weekly(busy), weekly(busy)
    store = busy.app.store
    mark = store.writer.run(one._first)
    assert mark is not None
    slot = last_slot("mon 08:00", LISBON, busy.clock())
    weeks = [("", ("boss@casa.example",), one._figures(slot, ""))]
    told = [
        store.writer.run(partial(tick._tell, mark=mark, slot=slot, weeks=weeks)) for tick in (one, other)
    ]  # fmt: skip
    assert told == [True, False]
    busy.send()
    assert len(busy.inbox("boss@casa.example")) == 1


def test_nobody_to_tell_is_no_fault(busy: World) -> None:
    busy.clock.now = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert not look(busy, weekly(busy, to=()))


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (datetime(2026, 11, 30, 8, 0, tzinfo=UTC), datetime(2026, 11, 30, 8, 0, tzinfo=UTC)),
        (datetime(2026, 11, 30, 7, 59, tzinfo=UTC), datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        (datetime(2026, 7, 6, 7, 0, tzinfo=UTC), datetime(2026, 7, 6, 7, 0, tzinfo=UTC)),
        (datetime(2026, 3, 30, 6, 59, tzinfo=UTC), datetime(2026, 3, 23, 8, 0, tzinfo=UTC)),
    ],
)
def test_the_time_is_that_of_the_desk(now: datetime, slot: datetime) -> None:
    assert last_slot("mon 08:00", LISBON, now) == slot


def test_a_slot_is_never_ahead_and_never_older_than_a_week() -> None:
    now = datetime(2026, 3, 20, tzinfo=UTC)
    for hour in range(24 * 21):
        at = now + timedelta(hours=hour)
        assert timedelta(0) <= at - last_slot("sun 01:30", LISBON, at) <= timedelta(days=7, hours=1)
