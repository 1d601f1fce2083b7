"""What rules can do with a ticket: who gets it, how grave it is, who looks on, which clock it follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.domain.commands import SetPriority
from maild.domain.events import FieldChanged
from maild.domain.ticket import Priority
from maild.errors import ConfigError
from tests.helpers.world import WORLD, World, words
from tests.rules.test_changes import do, opened, tags, traces

GOLD = 'name = "gold"\nfirst_response = { low = 10, normal = 10, high = 10, urgent = 10 }\nteams = ["billing"]\n'
PEOPLE = (
    WORLD.replace('operator = "operator', 'products = ["printer", "scanner"]\noperator = "operator')
    .replace('display_name = "Rui Costa"', 'display_name = "Rui Costa"\nskills = ["printers"]\nmax_open = 2')
    .replace('"Eva Marín"', '"Eva Marín"\nabsent = ["2026-11-24..2026-11-25", "2026-12-01"]')
    .replace("[[sla]]", f"[[sla]]\n{GOLD}\n[[sla]]", 1)
)  # fmt: skip


def world(folder: Path, then: str, when: str = 'team = "support"') -> World:
    rule = f'\n[[rule]]\nname = "does"\nwhen = {{ {when} }}\nthen = {{ {then} }}\n'
    return World(folder, PEOPLE + rule)


def owners(desk: World, many: int) -> list[object]:
    return [desk.ticket(opened(desk, f"Mail {number}"))["owner"] for number in range(many)]


def test_the_least_loaded_gets_it_up_to_his_limit(tmp_path: Path) -> None:
    desk = world(tmp_path, 'assign = "least loaded"')
    assert owners(desk, 6) == ["rui", "eva", "rui", "eva", "eva", "eva"]
    desk.close()


def test_who_is_absent_is_passed_over_also_in_turn(tmp_path: Path) -> None:
    desk = world(tmp_path, 'assign = "in turn"')
    assert owners(desk, 2) == ["rui", "eva"]
    desk.clock.advance(days=1)
    number = opened(desk, "Tomorrow")
    assert desk.ticket(number)["owner"] == "rui"
    number = opened(desk, "Full")
    assert desk.ticket(number)["owner"] == ""
    said = traces(desk, number)[0].trace
    assert "does: turn refused: nobody of team support can get it: rui has 2 open tickets of 2; eva is absent" in said
    desk.clock.advance(days=2)
    assert desk.ticket(opened(desk, "Back again"))["owner"] == "eva"
    desk.close()


def test_only_who_has_the_skill_gets_it(tmp_path: Path) -> None:
    desk = world(tmp_path, 'assign = "skill printers"')
    assert owners(desk, 3) == ["rui", "rui", ""]
    desk.close()


def test_severity_product_and_tags(tmp_path: Path) -> None:
    does = '\n[[rule]]\nname = "does"\nthen = { severity = "critical", product = "printer", tag = ["a", "b"] }\n'
    less = '\n[[rule]]\nname = "less"\nwhen = { severity = "critical", product = "printer" }\nthen = { untag = "a" }\n'
    desk = World(tmp_path, PEOPLE + does + less)
    number = opened(desk)
    ticket = desk.ticket(number)
    assert (ticket["severity"], ticket["product"], tags(desk, number)) == ("critical", "printer", ["b"])
    view = desk.app.store.queries.ticket_view(number)
    assert view is not None
    changed = [(e["name"], e["old"], e["new"]) for e in view["events"] if e["kind"] == FieldChanged.__name__]
    assert ("tag", "a", "") in changed
    assert ("severity", "", "critical") in changed
    desk.close()


def test_a_watcher_hears_what_the_owner_hears(tmp_path: Path) -> None:
    desk = world(tmp_path, 'owner = "rui", watch = "eva"')
    number = opened(desk)
    assert desk.ticket(number)["watchers"] == ("eva",)
    assert "Broken." in words(desk.inbox("eva@home.example")[-1])
    assert len(desk.inbox("rui@home.example")) == len(desk.inbox("eva@home.example")) == 1
    desk.close()


def test_a_chosen_policy_stays_whatever_the_fields_say(tmp_path: Path) -> None:
    desk = world(tmp_path, 'sla = "gold"')
    number = opened(desk)
    assert desk.ticket(number)["policy"] == "gold"
    do(desk, SetPriority(ticket=number, priority=Priority.URGENT))
    assert desk.ticket(number)["policy"] == "gold"
    desk.close()


@pytest.mark.parametrize(
    ("then", "fault"),
    [
        ('severity = "critcal"', "did you mean 'critical'?"),
        ('product = "phone"', "then.product: 'phone' is not known"),
        ('sla = "golden"', "did you mean 'gold'?"),
        ('assign = "skill knitting"', "write one of: in turn, least loaded, skill printers"),
        ('assign = "by chance"', "then.assign: 'by chance' is not known"),
        ('watch = "nobody"', "then.watch: 'nobody' is not known"),
        ('owner = ["rui", "eva"]', "only forward, tag, untag, unwatch, watch, webhook take a list"),
    ],
)
def test_what_there_is_not_is_refused(tmp_path: Path, then: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        world(tmp_path, then)
    assert any(fault in problem for problem in caught.value.problems), caught.value.problems


@pytest.mark.parametrize("absent", ["tomorrow", "2026-12-24..2026-12-23", "2026-13-01"])
def test_days_that_are_none_are_refused(tmp_path: Path, absent: str) -> None:
    with pytest.raises(ConfigError, match='write days such as "2026-12-24"'):
        World(tmp_path, PEOPLE.replace("2026-12-01", absent))


def test_who_is_on_duty_gets_it(tmp_path: Path) -> None:
    roster = '\n[[roster]]\nname = "standby"\nzone = "Europe/Lisbon"\nweek = { "mon-fri" = "08:00-20:00" }\n'
    roster += 'turns = ["eva", "rui"]\nsince = 2026-11-23\ndays = 1\n'
    rule = '\n[[rule]]\nname = "does"\nthen = { assign = "on duty standby" }\n'
    desk = World(tmp_path, WORLD + roster + rule)
    assert desk.ticket(opened(desk, "Monday"))["owner"] == "eva"
    desk.clock.advance(days=1)
    assert desk.ticket(opened(desk, "Tuesday"))["owner"] == "rui"
    desk.clock.advance(hours=14)
    number = opened(desk, "Night")
    assert desk.ticket(number)["owner"] == ""
    said = traces(desk, number)[0].trace
    assert "does: turn refused: nobody of team support can get it: nobody is on duty by standby" in said
    desk.close()
