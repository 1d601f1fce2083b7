"""`maild sla`: clocks told so that they can be added up, and other policies tried on what happened."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from maild.cli import maild
from tests.helpers.reports import bounce
from tests.helpers.world import WORLD, World, letter, reply_address

ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(maild, ["-c", str(folder / "maild.toml"), *words])


def answered_after(desk: World, hours: float) -> None:
    desk.take(letter(ANA, SUPPORT, "Printer", "Please help."))
    desk.clock.advance(hours=hours)
    notice = desk.inbox("rui@home.example")[-1]
    desk.take(letter("rui@home.example", reply_address(notice), "Re: Printer", "Try this.", answers=notice))


def test_explain_adds_up(desk: World, tmp_path: Path) -> None:
    answered_after(desk, 3)
    result = run(tmp_path, "sla", "explain", "10001")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == (
        "first-response, cycle 1: met, 240 minutes of calendar office (Europe/Lisbon) by policy standard"
    )
    assert "  Mon 2026-11-23 09:00 to Mon 2026-11-23 12:00    180 min  opened, policy standard" in lines
    assert "  used 180 of 240 min, 75 %; met Mon 2026-11-23 12:00" in lines
    shown = run(tmp_path, "ticket", "show", "10001").output
    assert "\n".join(f"  {line}" for line in lines) in shown


def test_explain_as_json_has_the_same_sums(desk: World, tmp_path: Path) -> None:
    answered_after(desk, 3)
    clocks = [json.loads(line) for line in run(tmp_path, "sla", "explain", "10001", "--json").output.splitlines()]
    first = next(clock for clock in clocks if clock["metric"] == "first-response")
    assert (first["used"], first["target"], first["state"]) == (180, 240, "met")
    assert sum(segment["minutes"] for segment in first["segments"]) == 180


def test_explain_says_since_when_an_edited_policy_holds(desk: World, tmp_path: Path) -> None:
    answered_after(desk, 1)
    desk.clock.advance(minutes=5)
    desk.restart(WORLD.replace("normal = 2400", "normal = 1200"))
    lines = run(tmp_path, "sla", "explain", "10001").output.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    # the first response was met under the terms of its time
    assert heads[0].endswith("by policy standard")
    assert heads[1].endswith(
        "1200 minutes of calendar office (Europe/Lisbon) by policy standard as edited Mon 2026-11-23 10:05"
    )
    clocks = [json.loads(line) for line in run(tmp_path, "sla", "explain", "10001", "--json").output.splitlines()]
    assert [clock["policy_since"] for clock in clocks] == [None, "2026-11-23T10:05:00Z"]


def test_a_clock_that_is_one_no_more_has_used_what_it_had(desk: World, tmp_path: Path) -> None:
    """The next update was promised from an answer that has come back since."""
    desk.restart(WORLD.replace("yellow = 50", "periodic_update = { normal = 480 }\nyellow = 50"))
    answered_after(desk, 1)
    desk.clock.advance(hours=1)
    answer = desk.inbox("ana@quinta.example")[-1]
    reverse_path, _, _ = desk.letterbox.mails[-1]
    notice = desk.inbox("rui@home.example")[-1]
    desk.take(letter("rui@home.example", reply_address(notice), "Re: Printer", "#wait customer", answers=notice))
    desk.take(bounce(reverse_path, answer["Message-ID"]), to=[reverse_path], reverse_path="")
    told = run(tmp_path, "sla", "explain", "10001").output
    assert "what began it counts no more" in told
    clocks = [json.loads(line) for line in run(tmp_path, "sla", "explain", "10001", "--json").output.splitlines()]
    used = [line.split()[1] for line in told.splitlines() if line.startswith("  used ")]
    assert [str(clock["used"]) for clock in clocks] == used


def test_a_ticket_that_is_not_there(desk: World, tmp_path: Path) -> None:
    assert run(tmp_path, "sla", "explain", "77").exit_code == 66


def test_stricter_policies_tried_on_what_happened(desk: World, tmp_path: Path) -> None:
    answered_after(desk, 1)
    draft = tmp_path / "draft.toml"
    draft.write_text(WORLD.replace("normal = 240", "normal = 30"), "utf-8")
    rows = [json.loads(line) for line in run(tmp_path, "sla", "what-if", str(draft), "--json").output.splitlines()]
    support, total = rows
    assert (support["team"], support["priority"], support["tickets"]) == ("support", "normal", 1)
    assert support["now"] == {"green": 1, "yellow": 0, "red": 0, "breached": 0}
    assert support["then"] == {"green": 0, "yellow": 0, "red": 0, "breached": 1}
    assert support["change"] == {"green": -1, "yellow": 0, "red": 0, "breached": 1}
    assert support["differ"] == 1
    assert total == {**support, "team": "all", "priority": "all"}
    page = run(tmp_path, "sla", "what-if", str(draft), "--last", "2w")
    told = page.output.splitlines()[-1].split()
    assert told == ["all", "all", "1", *["1", "->", "0", "(-1)"], *["0", "->", "0"] * 2, *["0", "->", "1", "(+1)"]]
    assert page.exit_code == 1
    assert run(tmp_path, "sla", "what-if", str(tmp_path / "maild.toml")).exit_code == 0


def test_tickets_before_the_time_asked_for_are_left_out(desk: World, tmp_path: Path) -> None:
    answered_after(desk, 1)
    desk.clock.advance(days=3)
    assert run(tmp_path, "sla", "what-if", str(tmp_path / "maild.toml"), "--last", "48h", "--json").output == ""
    assert run(tmp_path, "sla", "what-if", str(tmp_path / "maild.toml"), "--last", "many").exit_code == 2
