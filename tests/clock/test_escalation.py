"""Escalation in a whole desk: who hears, what is done, and that it is done once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from maild.cli.sla import clock_lines
from maild.clock.ticks import SlaTick
from maild.config import load
from maild.desk.ports import StoredEvent
from maild.domain.events import SlaStageReached, SlaStepRaised
from maild.domain.token import Key
from maild.errors import ConfigError
from tests.helpers.reports import bounce
from tests.helpers.world import MONDAY, WORLD, World, letter, reply_address, words

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
RUI, EVA, SECOND = "rui@home.example", "eva@home.example", "second-line@partner.example"
STEPS = """
[[sla.step]]
metric = "first_response"
at = "60%"
tell = ["leader"]

[[sla.step]]
metric = ["first_response", "solution"]
at = "+1h"
tell = ["agent:eva", "second-line@partner.example"]
then = { priority = "urgent", tag = "late", note = "Nobody has answered.", team = "billing" }
"""
TERMS = "yellow = 50\nred = 80\n"
ESCALATING = WORLD.replace(TERMS, TERMS + STEPS)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, ESCALATING)
    yield world
    world.close()


def events_of(desk: World, number: int) -> list[StoredEvent]:
    return desk.app.store.read(lambda uow: uow.events.of(number))


def raised(desk: World) -> Counter[tuple[int, str, int, str]]:
    """How often each (ticket, metric, cycle, level) is in the record."""
    found: Counter[tuple[int, str, int, str]] = Counter()
    for row in desk.app.store.queries.ticket_rows(limit=500):
        for stored in events_of(desk, row["number"]):
            match stored.event:
                case SlaStageReached(ticket=number, metric=metric, cycle=cycle, stage=stage):
                    found[number, str(metric), cycle, str(stage)] += 1
                case SlaStepRaised(ticket=number, metric=metric, cycle=cycle, level=level):
                    found[number, str(metric), cycle, level] += 1
    return found


def subjects(desk: World, address: str) -> list[str]:
    return [str(mail["Subject"]) for mail in desk.inbox(address)]


def test_a_step_tells_whom_it_names_and_does_what_it_says(desk: World) -> None:
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    before = {address: len(subjects(desk, address)) for address in (RUI, EVA)}
    for minutes in (120, 144):  # half of four hours, and 60 per cent
        desk.clock.now = MONDAY + timedelta(minutes=minutes)
        desk.tick()
    assert [subject.split(":")[0] for subject in subjects(desk, RUI)[before[RUI] :]] == ["Yellow", "Escalation 60%"]
    assert [subject.split(":")[0] for subject in subjects(desk, EVA)[before[EVA] :]] == ["Yellow"]
    desk.clock.now = MONDAY + timedelta(hours=6)  # an hour after it was due: lunch is no working time
    desk.clock.now -= timedelta(minutes=60)
    desk.tick()
    desk.clock.advance(minutes=60)
    for _ in range(3):
        desk.tick()
    ticket = desk.ticket(10_001)
    assert (ticket["priority"], ticket["tags"], ticket["team"]) == ("urgent", ("late",), "billing")
    (outside,) = desk.inbox(SECOND)
    assert outside["Subject"] == "Escalation +60m: ticket 10001"
    text = words(outside)
    assert "Printer" not in text
    assert "quinta" not in text
    assert "https://help.casa-azul.example/t/10001-" in text
    assert subjects(desk, EVA)[-1].startswith("Escalation +60m: [#10001-")
    assert "Priority: urgent" in words(desk.inbox(EVA)[-1])
    assert set(raised(desk).values()) == {1}
    told = [line for line in clock_lines(desk.app, 10_001) or [] if "raised" in line and "first" not in line]
    assert "  Mon 2026-11-23 11:24  raised step 60%; told rui" in told
    assert (
        "  Mon 2026-11-23 15:00  raised step +60m; told eva, second-line@partner.example; "
        "team billing; priority urgent; tag late; note Nobody has answered."
    ) in told


def test_rel_62_an_escalation_that_does_not_reach_its_address_is_told_inside(desk: World) -> None:
    """The report comes after the server of the address had taken the mail, as most do."""
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    for minutes in (120, 144, 300, 360):
        desk.clock.now = MONDAY + timedelta(minutes=minutes)
        desk.tick()
    (path,) = (path for path, to, _ in desk.letterbox.mails if to == SECOND)
    report = bounce(path, str(desk.inbox(SECOND)[0]["Message-ID"]), recipient=SECOND)
    assert desk.take(report, to=[path], reverse_path="").outcome == "appended"
    told = desk.inbox(EVA)[-1]
    assert "Not delivered" in told["Subject"]
    assert SECOND in words(told)


def test_sec_16_whoever_is_told_outside_is_no_participant_by_his_reply(desk: World) -> None:
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    for minutes in (120, 144, 300, 360):
        desk.clock.now = MONDAY + timedelta(minutes=minutes)
        desk.tick()
    (outside,) = desk.inbox(SECOND)
    to = reply_address(outside)
    desk.take(letter(SECOND, to, "Re: it", "We look at it.", answers=outside), to=[to], reverse_path=SECOND)
    view = desk.app.store.queries.ticket_view(10_001)
    assert view is not None
    last = view["articles"][-1]
    assert (last["new_text"], last["kind"], last["verified"]) == ("We look at it.", "comment", False)
    assert view["participants"] == [view["ticket"]["requester"]]
    assert not any("We look at it." in str(mail) for mail in desk.inbox("ana@quinta.example"))


def test_whoever_is_on_duty_is_told(tmp_path: Path) -> None:
    roster = """
[[roster]]
name = "weekly"
zone = "Europe/Lisbon"
turns = ["eva", "rui"]
since = 2026-11-16
"""
    told = ESCALATING.replace('tell = ["leader"]', 'tell = ["roster:weekly"]') + roster
    desk = World(tmp_path, told)
    desk.take(letter(ANA, SUPPORT, "Invoice", "Where is it?"))  # it goes to billing, which is eva alone
    before = len(subjects(desk, RUI))
    for minutes in (60, 72):  # urgent ones have two hours
        desk.clock.now = MONDAY + timedelta(minutes=minutes)
        desk.tick()
    assert [subject.split(":")[0] for subject in subjects(desk, RUI)[before:]] == ["Escalation 60%"]
    desk.close()


def test_what_cannot_be_done_is_told_and_the_rest_is_done(tmp_path: Path) -> None:
    closed = ESCALATING.replace('then = { priority = "urgent"', 'then = { owner = "eva", priority = "urgent"')
    desk = World(tmp_path, closed)
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    del desk.app.directory.agents["eva"]  # as if she had left between reading and doing
    desk.clock.now = MONDAY + timedelta(hours=7)
    desk.tick()
    events = desk.app.store.read(lambda uow: uow.events.of(10_001))
    (step,) = [e.event for e in events if isinstance(e.event, SlaStepRaised) and e.event.level == "+60m"]
    assert step.refused == ("owner eva: there is no agent eva",)
    assert desk.ticket(10_001)["priority"] == "urgent"
    desk.close()


def test_rel_70_after_an_outage_each_person_gets_one_mail(desk: World) -> None:
    for number in range(12):
        desk.take(letter(f"c{number}@quinta.example", SUPPORT, f"Printer {number}", "It does nothing."))
    before = {address: len(subjects(desk, address)) for address in (RUI, EVA, SECOND)}
    desk.clock.advance(days=1)  # nobody looked for a day in which all of them were breached
    desk.tick()
    assert {address: len(subjects(desk, address)) for address in (RUI, EVA, SECOND)} == before
    desk.clock.advance(minutes=2)
    desk.tick()
    new = {address: subjects(desk, address)[count:] for address, count in before.items()}
    assert {address: len(mails) for address, mails in new.items()} == {RUI: 1, EVA: 1, SECOND: 1}
    assert "12 tickets" in new[EVA][0]
    assert new[SECOND] == ["12 tickets need somebody"]
    told = words(desk.inbox(SECOND)[-1])
    assert all(str(number) in told for number in range(10_001, 10_013))
    assert "does nothing" not in told
    assert "Printer" not in told
    assert set(raised(desk).values()) == {1}


def test_p29_at_night_nobody_is_told_and_in_the_morning_once(desk: World) -> None:
    desk.clock.now = MONDAY + timedelta(hours=7)  # four o'clock: breached at eleven tomorrow
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    before = len(subjects(desk, RUI))
    for hours in (8, 9, 10, 14, 23):
        desk.clock.now = MONDAY + timedelta(hours=hours)
        desk.tick()
    # half was used up as the desk closed, which is the last thing it heard that day
    assert [s.split(":")[0] for s in subjects(desk, RUI)[before:]] == ["Yellow"]
    desk.clock.now = MONDAY + timedelta(hours=24)
    desk.tick()
    assert raised(desk) == {(10_001, "first-response", 1, "yellow"): 1}


def test_p29_closed_between_deciding_and_telling_nothing_is_raised(desk: World) -> None:
    desk.take(letter(ANA, SUPPORT, "Printer", "It does nothing."))
    notice = desk.inbox(RUI)[-1]
    desk.clock.now = MONDAY + timedelta(hours=2, minutes=30)
    desk.take(letter(RUI, reply_address(notice), "Re", "#close", answers=notice))
    assert desk.tick() == 0
    assert raised(desk) == {}


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('at = "60%"', 'at = "soon"', "sla[1].step[1].at: cannot read 'soon'"),
        ('tell = ["leader"]', "", "tells nobody and does nothing"),
        ('tell = ["leader"]', 'tell = ["leder"]', "cannot tell 'leder'"),
        ('"agent:eva"', '"agent:evva"', "there is no agent 'evva': did you mean eva?"),
        ('team = "billing" }\n', 'team = "biling" }\n', "there is no team 'biling'"),
        ('at = "+1h"', 'at = "60%"', "there is a step at 60% for this clock already"),
        ('metric = "first_response"', "metric = []", "sla[1].step[1].metric: write at least one"),
    ],
)
def test_steps_that_cannot_be_meant_are_refused(tmp_path: Path, written: str, instead: str, said: str) -> None:
    path = tmp_path / "maild.toml"
    assert written in ESCALATING
    path.write_text(ESCALATING.replace(written, instead), "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path, year=2026)
    assert said in str(refused.value)


class Escalations(RuleBasedStateMachine):
    """Tickets live, the machine's clock jumps, processes come and go, files are read anew: each level once ever."""

    folder: Path

    @initialize()
    def begin(self) -> None:
        folder = self.folder / f"{id(self)}"
        folder.mkdir()
        self.world = World(folder, ESCALATING)
        self.opened = 0
        self.mails = 0

    @rule(subject=st.sampled_from(["Printer", "Invoice", "urgent"]))
    def customer_writes(self, subject: str) -> None:
        if self.opened < 3:
            self.opened += 1
            self.world.take(letter(ANA, SUPPORT, f"{subject} {self.opened}", "It does nothing."))

    @rule(minutes=st.sampled_from([1, 30, 150, 400, 1500, 5000]))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)

    @rule(hours=st.sampled_from([1, 8]))
    def clock_steps_back(self, hours: int) -> None:
        self.world.clock.advance(hours=-hours)

    @rule()
    def tick(self) -> None:
        self.world.tick()

    @rule()
    def two_processes_tick(self) -> None:
        """Both have looked before either has raised."""
        app = self.world.app
        ticks = [
            SlaTick(timers=app.store.timers, writer=app.store.writer, desk=app.desk, now=self.world.clock)
            for _ in range(2)
        ]

        async def both() -> None:
            await asyncio.gather(*(tick() for tick in ticks))

        asyncio.run(both())

    @rule()
    def restart(self) -> None:
        self.world.rotate([Key(1, b"k" * 32)])

    @rule(words=st.sampled_from(["#priority high", "#priority low", "#wait", "#resume", "Done.", "#close"]))
    def agent_writes(self, words: str) -> None:
        notices = [mail for mail in self.world.inbox(EVA) if mail["Subject"].endswith(("Printer 1", "Invoice 1"))]
        if notices:
            self.mails += 1
            text = f"{words}\n" if words.startswith("#") else f"{words} {self.mails}"
            message_id = f"<m{self.mails}@home.example>"
            mail = letter(EVA, reply_address(notices[0]), "Re", text, answers=notices[0], message_id=message_id)
            self.world.take(mail)

    @invariant()
    def each_level_is_raised_once(self) -> None:
        if hasattr(self, "world"):
            assert all(times == 1 for times in raised(self.world).values()), raised(self.world)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.close()


def test_p29_each_level_is_raised_once_whatever_happens(tmp_path: Path) -> None:
    Escalations.folder = tmp_path
    few = settings(max_examples=8, stateful_step_count=20, suppress_health_check=list(HealthCheck), deadline=None)
    run_state_machine_as_test(Escalations, settings=few)
