"""What changes between two configurations is said in words."""

from __future__ import annotations

import tomllib
import typing
from pathlib import Path

from maild.config import load
from maild.config.difference import (
    NAMED_BY,
    RESTART,
    Change,
    differences,
    needs_restart,
    of_files,
    of_rules,
    restart_only,
)
from maild.config.load import section_in
from maild.config.model import Config
from tests.helpers.world import WORLD

MORE = """
[[team]]
name = "night"
display_name = "Night shift"
members = ["eva"]
"""


def loaded(folder: Path, text: str) -> Config:
    path = folder / "maild.toml"
    path.write_text(text, "utf-8")
    return load(path, year=2026)


def compared(folder: Path, old: str, new: str) -> list[Change]:
    before, after = (tomllib.loads(text).get("rule", []) for text in (old, new))
    return [*differences(loaded(folder, old), loaded(folder, new)), *of_rules(before, after)]


def sentences(folder: Path, old: str, new: str) -> list[str]:
    return [change.sentence for change in compared(folder, old, new)]


def test_the_same_is_no_difference_however_it_is_written(tmp_path: Path) -> None:
    assert sentences(tmp_path, WORLD, f"# a comment\n{WORLD}") == []


def test_a_team_that_came_and_one_that_went(tmp_path: Path) -> None:
    assert sentences(tmp_path, WORLD, WORLD + MORE) == ["team night added: display_name Night shift; members eva"]
    assert sentences(tmp_path, WORLD + MORE, WORLD) == ["team night removed"]


def test_targets_are_told_in_minutes(tmp_path: Path) -> None:
    new = WORLD.replace("first_response = { low = 960, normal = 240", "first_response = { normal = 120")
    assert sentences(tmp_path, WORLD, new) == [
        "sla standard: first response of low: 960 min → no promise; first response of normal: 240 min → 120 min"
    ]


def test_a_rule_is_told_with_its_condition(tmp_path: Path) -> None:
    new = WORLD.replace('["invoice", "fatura", "factura"]', '["invoice"]')
    (said,) = sentences(tmp_path, WORLD, new)
    assert said == ('rule invoices: when { subject = ["invoice", "fatura", "factura"] } → { subject = ["invoice"] }')


def test_rules_that_only_change_places(tmp_path: Path) -> None:
    head, first, second = WORLD.partition('[[rule]]\nname = "invoices"')
    first, second = (first + second).split('[[rule]]\nname = "loud"')
    moved = f'{head}[[rule]]\nname = "loud"{second}\n{first}'
    assert sentences(tmp_path, WORLD, moved) == ["rules: asked in another order: loud, invoices"]


def test_members_that_came_and_went(tmp_path: Path) -> None:
    new = WORLD.replace('members = ["rui", "eva"]', 'members = ["eva"]')
    assert sentences(tmp_path, WORLD, new) == ["team support: members: - rui"]


def test_templates_and_calendar_files() -> None:
    old, new = {"t/a.txt": b"a", "t/b.txt": b"b"}, {"t/b.txt": b"bb", "f.ics": b"c"}
    said = [change.sentence for change in of_files(old, new, year=2026)]
    assert said == ["calendar file f.ics added", "template t/a.txt removed", "template t/b.txt: - b; + bb"]


def closing(*days: str) -> bytes:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{day}@x.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{day}\r\n"
        "RRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n"
        for day in days
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n".encode()


def test_a_calendar_file_is_told_by_the_days_that_it_closes() -> None:
    def said(old: bytes, new: bytes) -> str:
        (change,) = of_files({"f.ics": old}, {"f.ics": new}, year=2026)
        return change.sentence

    moved = said(closing("20201117"), closing("20201116"))
    assert moved.startswith("calendar file f.ics: closed days: + 2026-11-16; - 2026-11-17; + 2027-11-16; - 2027-11-17;")
    assert moved.endswith("; and 16 more")
    assert said(closing("20201117"), closing("20201117") + b"\r\n") == "calendar file f.ics: the same days are closed"
    assert said(b"a", b"bb") == "calendar file f.ics: 1 → 2 octets"


def test_updates_are_told_in_minutes(tmp_path: Path) -> None:
    old = WORLD + '\n[[sla]]\nname = "more"\nperiodic_update = { normal = 60 }\n'
    said = sentences(tmp_path, old, old.replace("normal = 60 }", "normal = 90 }"))
    assert said == ["sla more: periodic update of normal: 60 min → 90 min"]


def test_what_waits_for_a_restart_says_so(tmp_path: Path) -> None:
    new = WORLD.replace('name = "Casa Azul"', 'name = "Casa Verde"') + '\n[listener]\nsmtp = "127.0.0.1:2525"\n'
    changes = {change.what: change for change in compared(tmp_path, WORLD, new + MORE)}
    assert changes["desk"].restart
    assert changes["listener"].restart
    assert not changes["team"].restart


def test_every_key_that_needs_a_restart_exists() -> None:
    for key in RESTART:
        section, _, inner = key.partition(".")
        assert section in Config.model_fields
        model = section_in(Config.model_fields[section].annotation)
        assert not inner or (model is not None and inner in model.model_fields)
        assert needs_restart(key)


def test_a_reload_keeps_what_needs_a_restart_and_takes_the_rest(tmp_path: Path) -> None:
    old = loaded(tmp_path, WORLD)
    new = loaded(
        tmp_path, WORLD.replace('name = "Casa Azul"', 'name = "Casa Verde"').replace("operator@", "op@") + MORE
    )
    merged = restart_only(old, new)
    assert merged.desk.name == "Casa Azul"
    assert merged.desk.operator == "op@casa-azul.example"
    assert [team.name for team in merged.team] == ["support", "billing", "night"]


def test_every_entry_of_a_list_can_be_told_apart() -> None:
    for field in Config.model_fields.values():
        section = section_in(field.annotation)
        if section is not None and typing.get_origin(field.annotation) is tuple:
            assert any(key in section.model_fields and section.model_fields[key].is_required() for key in NAMED_BY)
