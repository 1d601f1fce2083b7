"""What an agent orders on the first lines, and what is no order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.commands import AssignOwner, CloseTicket, SetPriority
from maild.domain.directory import Directory
from maild.domain.intent import Command
from maild.domain.people import Agent
from maild.domain.ticket import Priority
from maild.ingest.orders import KNOWN, MAX_ORDERS, read_orders
from tests.helpers.world import MONDAY

DIRECTORY = Directory(
    agents=(
        Agent(name="rui", display_name="Rui Costa", addresses=("rui@home.example",)),
        Agent(name="rita", display_name="Rita Lopes", addresses=("rita@home.example",)),
        Agent(name="eva", display_name="Eva Marín", addresses=("eva@home.example",)),
    )
)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("#close", CloseTicket()),
        ("  #Close  ", CloseTicket()),
        ("#close fixed it", CloseTicket(reason="fixed it")),
        ("#assign eva", AssignOwner(owner="eva")),
        ("#assign EVA", AssignOwner(owner="eva")),
        ("#assign Eva Marín", AssignOwner(owner="eva")),
        ("#assign @eva", AssignOwner(owner="eva")),
        ("#assign ev", AssignOwner(owner="eva")),
        ("#assign eva@home.example", AssignOwner(owner="eva")),
        ("#priority High", SetPriority(priority=Priority.HIGH)),
    ],
)
def test_an_order_is_understood_in_the_way_people_write_it(line: str, command: Command) -> None:
    orders = read_orders(f"{line}\nThe rest.", DIRECTORY, written=MONDAY)
    assert orders.commands == (command,)
    assert orders.words == "The rest."
    assert not orders.problems


@pytest.mark.parametrize(
    ("line", "proposal"),
    [
        ("#priority hgih", "#priority hgih → low | normal | high | urgent"),
        ("#assign r", "#assign r → rita | rui"),
        ("#assign bob", "#assign bob → eva | rita | rui"),
        ("#assign", "#assign  → eva | rita | rui"),
        ("#explode", "#explode → " + " | ".join(KNOWN)),
    ],
)
def test_what_is_not_understood_comes_with_a_proposal(line: str, proposal: str) -> None:
    orders = read_orders(f"#close\n{line}\nThe rest.", DIRECTORY, written=MONDAY)
    assert orders.problems == (proposal,)


@pytest.mark.parametrize("text", ["Hello\n#close", "# close\nx", "#1 is broken", "##close", "> #close", "a #close", ""])
def test_only_leading_lines_with_a_word_are_orders(text: str) -> None:
    orders = read_orders(text, DIRECTORY, written=MONDAY)
    assert (orders.commands, orders.problems, orders.as_note) == ((), (), False)
    assert orders.words == text.strip()


def test_a_note_takes_the_rest_of_its_line_too() -> None:
    orders = read_orders("#close\n#note Cable is loose.\nMore.", DIRECTORY, written=MONDAY)
    assert orders.as_note
    assert orders.words == "Cable is loose.\nMore."
    assert orders.commands == (CloseTicket(),)


def test_more_orders_than_a_person_writes_are_refused() -> None:
    assert read_orders("#close\n" * 2000, DIRECTORY, written=MONDAY).problems
    assert not read_orders("#close\n" * MAX_ORDERS, DIRECTORY, written=MONDAY).problems


@given(st.text(max_size=500))
def test_no_text_makes_it_raise_and_words_are_never_invented(text: str) -> None:
    orders = read_orders(text, DIRECTORY, written=MONDAY)
    assert orders.words in text
