"""What a configuration has and nothing uses is told, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild import config
from maild.app import rulebook_of
from maild.oddities import oddities
from tests.helpers.world import WORLD

LATE = '\n[[calendar]]\nname = "late"\nzone = "Europe/Lisbon"\nweek = { "mon-fri" = "09:00-18:00" }\n'
GOLD = '\n[[sla]]\nname = "{}"\ncalendar = "late"\nfirst_response = {{ low = 10, high = 10 }}\n'
ROSTER = '\n[[roster]]\nname = "nights"\nzone = "Europe/Lisbon"\nturns = ["rui", "eva"]\nsince = 2026-11-02\n'
ANSWER = '\n[[answer]]\nname = "hours"\ntext = { en = "Nine.", pt = "Nove.", es = "Nueve." }\n'
HOOK = '\n[[webhook]]\nname = "chat"\nurl = "https://chat.example/x"\nsecret = { env = "CHAT" }\n'
STEP = '\n[[sla.step]]\nmetric = "first_response"\nat = "80%"\n'
AGENT = '\n[[agent]]\nname = "noe"\ndisplay_name = "Noé"\naddresses = ["noe@home.example"]\n'
TEAM = '\n[[team]]\nname = "night"\ndisplay_name = "Night"\nmembers = ["rui"]\n'


def odd(folder: Path, more: str, world: str = WORLD) -> list[str]:
    place = folder / "maild.toml"
    place.write_text(world + more, "utf-8")
    read = config.load(place, year=2026)
    return [line.replace(f"{place}:", "") for line in oddities(read, rulebook_of(read, place))]


def then(action: str) -> str:
    return f'\n[[rule]]\nname = "uses it"\nwhen = {{ subject = "x" }}\nthen = {{ {action} }}\n'


def test_a_configuration_in_which_all_is_used_has_nothing_odd(tmp_path: Path) -> None:
    assert odd(tmp_path, "") == []


CHOSEN = then('sla = "gold"')


@pytest.mark.parametrize(
    ("section", "says", "use"),
    [
        (LATE, "calendar 'late': no policy, mailbox or agent works by it", GOLD.format("gold") + CHOSEN),
        (ROSTER, "roster 'nights': no rule assigns by it and no step tells it", then('assign = "on duty nights"')),
        (ROSTER + CHOSEN + LATE + GOLD.format("gold"), "roster 'nights'", STEP + 'tell = ["roster:nights"]\n'),
        (ANSWER, "answer 'hours': no rule uses it", then('answer = "hours"')),
        (HOOK, "webhook 'chat': no rule uses it", then('webhook = "chat"')),
        (AGENT, "agent 'noe': is in no team and no roster",
         ROSTER.replace("eva", "noe") + then('assign = "on duty nights"')),
        (AGENT, "agent 'noe': is in no team and no roster", then('owner = "noe"')),
        (LATE + GOLD.format("gold"), "sla 'gold': fits no ticket by itself: 'standard' before it fits", CHOSEN),
        (TEAM, "team 'night': no mailbox, category or rule sends it a ticket", then('team = "night"')),
        (TEAM, "team 'night': no mailbox, category or rule", '\n[[category]]\nname = "late"\nteams = ["night"]\n'),
        (TEAM + CHOSEN + LATE + GOLD.format("gold"), "team 'night': no mailbox", STEP + 'then = { team = "night" }\n'),
    ],
)  # fmt: skip
def test_what_nothing_uses_is_told_until_something_does(tmp_path: Path, section: str, says: str, use: str) -> None:
    (line,) = odd(tmp_path, section)
    assert line.startswith(says)
    assert "; " in line
    assert odd(tmp_path, section + use) == []


def test_a_skill_that_no_rule_asks_for(tmp_path: Path) -> None:
    skilled = AGENT + 'skills = ["sql"]\n' + TEAM.replace('"rui"', '"noe"') + then('team = "night"')
    (line,) = odd(tmp_path, skilled)
    assert line.startswith("agent 'noe': no rule asks for the skill 'sql'")
    assert odd(tmp_path, skilled.replace('team = "night" }', 'team = "night", assign = "skill sql" }')) == []


def test_a_policy_that_fits_more_than_the_one_before_it_is_chosen(tmp_path: Path) -> None:
    narrow, wide = ('teams = ["billing"]\n', 'teams = ["billing", "support"]\n')
    for before, after, lines in ((narrow, wide, 0), (wide, narrow, 1), (narrow, narrow + 'priorities = ["low"]\n', 1)):
        world = WORLD.replace('name = "standard"\n', f'name = "standard"\n{before}')
        assert len(odd(tmp_path, LATE + GOLD.format("gold") + after, world)) == lines
