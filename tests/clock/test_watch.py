"""The canary, the audit of the book, and the alarm that goes by another way."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from maild.clock.jumps import ClockJumps
from maild.clock.watch import Alarm, Auditor, Canary, WithheldTick
from maild.health import Health
from tests.helpers.world import WORLD, Clock, World, letter, words
from webview import create_app

DESK, ANA = "support@casa-azul.example", "ana@quinta.example"


def canary_of(world: World) -> Canary:
    return Canary(
        address=DESK, every=timedelta(minutes=15), limit=timedelta(minutes=10), writer=world.app.store.writer,
        lanes=world.app.store.lanes, tokens=world.app.tokens, now=world.clock,
    )  # fmt: skip


def look(canary: Canary) -> bool:
    return asyncio.run(canary())


def come_back(world: World) -> None:
    octets = world.raw_inbox(DESK)[-1]
    world.take(octets, to=[DESK], reverse_path="")


def test_rel_80_a_canary_that_comes_back_is_no_ticket_and_no_alarm(world: World) -> None:
    canary = canary_of(world)
    for _ in range(3):
        assert look(canary)
        assert not look(canary)
        world.send()
        come_back(world)
        world.clock.advance(minutes=14)
        assert not look(canary)
        assert canary.fault() == ""
        world.clock.advance(minutes=1)
    assert len(world.inbox(DESK)) == 3
    assert world.app.store.queries.ticket_rows() == []
    assert world.app.store.lanes.book()["discarded"] == 3


def test_rel_80_a_canary_that_is_lost_is_told_until_one_comes_back(world: World) -> None:
    canary = canary_of(world)
    look(canary)
    world.send()
    world.clock.advance(minutes=11)
    look(canary)
    assert "has not come back" in canary.fault()
    world.clock.advance(minutes=5)
    assert look(canary)
    assert not look(canary)
    assert "has not come back" in canary.fault(), "the next one that leaves is no good news"
    world.send()
    come_back(world)
    look(canary)
    assert canary.fault() == ""


def test_rel_80_canaries_that_leave_before_the_last_was_missed_do_not_hide_that_none_comes_back(world: World) -> None:
    canary = canary_of(world)
    for _ in range(4):
        assert look(canary)
        world.clock.advance(minutes=15)
    assert "the mail of 2026-11-23T09:00:00+00:00" in canary.fault()


def test_a_canary_survives_a_restart(world: World) -> None:
    look(canary_of(world))
    world.clock.advance(minutes=11)
    again = canary_of(world)
    assert not look(again)
    assert "has not come back" in again.fault()


def test_the_operator_is_told_once_a_day_what_was_not_sent_and_why(world: World) -> None:
    operator = "operator@casa-azul.example"
    tick = WithheldTick(writer=world.app.store.writer, desk=world.app.desk, now=world.clock)
    assert not asyncio.run(tick())
    for n in range(9):
        sender = f"victim{n % 2}@bank.example"
        world.take(letter(f"V <{sender}>", DESK, f"Buy {n}", "x"), to=[DESK], reverse_path=sender)
    assert asyncio.run(tick())
    world.send()
    (mail,) = world.inbox(operator)
    assert "7 mails not sent, 0 held" in mail["Subject"]
    assert "7 × acknowledgement: (an address) is not proven" in words(mail)
    assert "victim" not in words(mail)
    assert not asyncio.run(tick())
    world.clock.advance(hours=25)
    assert not asyncio.run(tick()), "there is nothing new to tell"


def test_rel_64_a_flood_is_held_told_within_the_hour_and_released_in_one_act(tmp_path: Path) -> None:
    world = World(tmp_path, WORLD + "\n[guard]\nper_hour = 5\n")
    tick = WithheldTick(writer=world.app.store.writer, desk=world.app.desk, now=world.clock)
    for n in range(12):
        sender = f"ana{n}@firm{n}.example"
        world.take(letter(f"A <{sender}>", DESK, f"Down {n}", "x"), to=[DESK], reverse_path=sender)
    assert len(world.app.store.queries.ticket_rows()) == 12
    assert asyncio.run(tick())
    world.send()
    assert "0 mails not sent, 7 held" in world.inbox("operator@casa-azul.example")[0]["Subject"]
    assert not world.inbox("ana11@firm11.example")
    held = world.app.store.read(lambda uow: uow.outbox.held(100))
    assert len(held) == 7
    world.app.store.writer.run(lambda uow: [uow.outbox.release(item, now=world.clock()) for item in held])
    world.send()
    assert all(len(world.inbox(f"ana{n}@firm{n}.example")) == 1 for n in range(12))
    world.close()


def test_the_book_of_a_day_balances(world: World) -> None:
    world.take(letter(f"Ana <{ANA}>", DESK, "Pump", "x"), to=[DESK], reverse_path=ANA)
    world.take(b"From: nobody\r\n\r\nx", to=[DESK])
    audit = world.app.store.lanes.audit()
    assert audit.accepted == 2
    assert audit.problems == {}


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ("UPDATE inbound SET ticket = 99999 WHERE id = 1", {"without_ticket": 1}),
        ("UPDATE inbound SET article = 77 WHERE id = 1", {"without_article": 1}),
        ("UPDATE article SET inbound = 2", {"without_article": 1, "stray_articles": 1}),
        ("UPDATE inbound SET outcome = 'discarded' WHERE id = 1", {"stray_articles": 1, "without_reason": 1}),
        ("UPDATE inbound SET outcome = 'elsewhere' WHERE id = 1", {"stray_articles": 1, "unknown_place": 1}),
        ("DELETE FROM inbound WHERE id = 1", {"stray_articles": 1}),
        ("DELETE FROM blob", {"without_octets": 1}),
        ("DELETE FROM article", {"without_article": 1, "empty_tickets": 1}),
    ],
)
def test_the_audit_sees_what_is_amiss(world: World, broken: str, found: dict[str, int]) -> None:
    """It compares rows: nothing here goes through the code that keeps the book."""
    world.take(letter(f"Ana <{ANA}>", DESK, "Pump", "x"), to=[DESK], reverse_path=ANA)
    world.app.store.writer.run(lambda uow: uow.session.connection.execute(text(broken)))
    auditor = Auditor(world.app.store.lanes, now=world.clock)
    assert asyncio.run(auditor())
    assert auditor.last is not None
    assert auditor.last[1].problems == found
    health = Health(world.app.store.lanes, now=world.clock)
    health.audit = lambda: auditor.last
    healthy, facts = health()
    assert not healthy
    assert any(cause.startswith("audit: ") for cause in facts["causes"])


def test_the_audit_is_made_at_the_start_and_once_a_day(world: World) -> None:
    auditor = Auditor(world.app.store.lanes, now=world.clock)
    assert asyncio.run(auditor())
    assert not asyncio.run(auditor())
    world.clock.advance(hours=24)
    assert asyncio.run(auditor())


def test_the_alarm_calls_the_operators_program_when_it_turns_bad_hourly_and_when_it_is_good(tmp_path: Path) -> None:
    log, clock = tmp_path / "alarm.log", Clock()
    program = [sys.executable, "-c", "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())", str(log)]
    now: list[str] = []

    async def causes() -> list[str]:
        return list(now)

    alarm = Alarm(program, causes=causes, now=clock)
    calls = []
    for minutes, state in [(0, []), (1, ["mail: 310 s"]), (1, ["mail: 370 s"]), (1, ["mail: 430 s", "audit: 1"]),
                           (60, ["mail: 4000 s"]), (1, []), (1, [])]:  # fmt: skip
        clock.advance(minutes=minutes)
        now[:] = state
        calls.append(asyncio.run(alarm()))
    assert calls == [False, True, False, True, True, True, False]
    assert log.read_text().splitlines() == [
        "mail: 310 s",
        "mail: 430 s",
        "audit: 1",
        "mail: 4000 s",
        "all is well again",
    ]


def test_metrics_say_what_health_says(world: World) -> None:
    from maild.daemon import portal_of

    world.take(letter(f"Ana <{ANA}>", DESK, "Pump", "x"), to=[DESK], reverse_path=ANA)
    health = Health(world.app.store.lanes, now=world.clock)
    client = create_app(portal_of(world.app, health, world.app.store.writer)).test_client()
    answer = client.get("/metrics", base_url="https://help.casa-azul.example")
    assert answer.status_code == 200
    lines = answer.text.splitlines()
    assert "maild_healthy 1" in lines
    assert 'maild_mails{place="opened"} 1' in lines
    assert 'maild_lane_waiting{lane="outbox"} 0' in lines
    assert ANA not in answer.text
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))


def test_rel_81_a_database_that_cannot_be_asked_is_a_cause_and_the_alarm_goes_off(world: World, tmp_path: Path) -> None:
    """What tells of faults must not fail with what is broken."""
    from maild.daemon import portal_of

    health, log = Health(world.app.store.lanes, now=world.clock), tmp_path / "alarm.log"
    world.app.store.writer.run(lambda uow: uow.session.connection.execute(text("DROP TABLE outbox")))
    client = create_app(portal_of(world.app, health, world.app.store.writer)).test_client()
    answer = client.get("/healthz", base_url="https://help.casa-azul.example")
    assert answer.status_code == 503
    assert answer.json is not None
    (cause,) = answer.json["causes"]
    assert cause == "database: the database cannot be used now: no such table: outbox"
    assert "maild_healthy 0" in client.get("/metrics", base_url="https://help.casa-azul.example").text

    async def causes() -> list[str]:
        return list(health()[1]["causes"])

    program = [sys.executable, "-c", "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())", str(log)]
    assert asyncio.run(Alarm(program, causes=causes, now=world.clock)())
    assert log.read_text() == f"{cause}\n"


def test_an_alarm_program_that_fails_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def causes() -> list[str]:
        return ["mail: 310 s"]

    assert asyncio.run(Alarm(("sh", "-c", "cat >/dev/null; exit 3"), causes=causes, now=Clock())())
    assert "the alarm program has ended with status 3" in caplog.text


def test_rel_81_a_server_that_takes_no_mail_is_a_warning_at_once_and_a_cause_after_five_minutes(world: World) -> None:
    health = Health(world.app.store.lanes, now=world.clock)
    for seconds, status in ((20.0, "warning"), (310.0, "failing")):
        health.servers = {"mx.example:587": (seconds, "535 wrong password")}.copy
        healthy, facts = health()
        assert (healthy, facts["status"]) == (status == "warning", status)
        said = f"server mx.example:587: takes no mail since {seconds:.0f} s: 535 wrong password"
        assert facts["causes" if status == "failing" else "warnings"] == [said]
    health.servers = dict
    assert health()[1]["status"] == "ok"


def test_a_configuration_that_is_refused_is_a_warning_until_it_is_mended(world: World) -> None:
    health = Health(world.app.store.lanes, now=world.clock)
    health.refused = lambda: ["maild.toml:7: team is missing", "maild.toml:9: zone is missing"]
    healthy, facts = health()
    assert (healthy, facts["status"], len(facts["configuration_refused"])) == (True, "warning", 2)
    (warning,) = facts["warnings"]
    told = "configuration: refused, the one before stays in force: maild.toml:7: team is missing (and 1 more)"
    assert warning == told
    health.refused = tuple
    assert health()[1]["status"] == "ok"


def test_held_mail_that_nobody_looks_at_is_a_warning_after_an_hour_and_a_cause_after_a_day(tmp_path: Path) -> None:
    world = World(tmp_path, WORLD + "\n[guard]\nper_hour = 1\n")
    for n in range(2):
        sender = f"ana{n}@firm{n}.example"
        world.take(letter(f"A <{sender}>", DESK, f"Down {n}", "x"), to=[DESK], reverse_path=sender)
    health = Health(world.app.store.lanes, now=world.clock)
    seen = []
    for minutes in (59, 2, 23 * 60):
        world.clock.advance(minutes=minutes)
        _, facts = health()
        seen.append((facts["status"], [c for c in (*facts["causes"], *facts["warnings"]) if c.startswith("held: ")]))
    waits = ["held: mail waits since 2026-11-23T09:00:00+00:00 for release or drop"]
    assert seen == [("ok", []), ("warning", waits), ("failing", waits)]
    world.app.store.writer.run(lambda uow: [uow.outbox.release(i, now=world.clock()) for i in uow.outbox.held(9)])
    assert not any(cause.startswith("held: ") for cause in health()[1]["causes"])
    world.close()


@pytest.mark.parametrize(("seconds", "said"), [(28800, "28800 s ahead"), (-3600, "3600 s back"), (59, ""), (-59, "")])
def test_rel_70_a_clock_that_is_set_is_told_for_an_hour(seconds: float, said: str) -> None:
    clock, count = Clock(), [5.0]
    jumps = ClockJumps(now=clock, monotonic=lambda: count[0])

    def pass_by(minutes: float) -> bool:
        clock.advance(minutes=minutes)
        count[0] += minutes * 60
        return asyncio.run(jumps())

    assert not pass_by(30)
    clock.advance(seconds=seconds)
    assert pass_by(0.5) is bool(said)
    assert said in jumps.fault()
    assert bool(jumps.fault()) is bool(said)
    assert not pass_by(59)
    assert bool(jumps.fault()) is bool(said)
    assert not pass_by(2)
    assert jumps.fault() == ""
