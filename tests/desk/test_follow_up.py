"""Replies to closed tickets, as each team wants them: reopen, a new ticket, or refused with words (P25)."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.helpers.world import WORLD, World, letter, reply_address, words

ANA = "Ana Silva <ana@quinta.example>"
TICKET = 10001


def _closed(world: World) -> EmailMessage:
    """Ana has written and Rui has answered and closed; this is his answer."""
    support = "support@casa-azul.example"
    world.take(letter(ANA, support, "Printer", "It eats paper."), to=[support], reverse_path="ana@quinta.example")
    told = world.inbox("rui@home.example")[-1]
    answer = letter("Rui <rui@home.example>", reply_address(told), "Re", "#close\nRestarted it.", answers=told)
    world.take(answer, to=[reply_address(told)], reverse_path="rui@home.example")
    assert world.ticket(TICKET)["state"] == "closed"
    return world.inbox("ana@quinta.example")[-1]


def _answers(world: World, mail: EmailMessage, text: str, **headers: str) -> object:
    octets = letter(ANA, reply_address(mail), "Re: Printer", text, answers=mail, headers=headers)
    return world.take(octets, to=[reply_address(mail)], reverse_path="ana@quinta.example").outcome


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """A world whose support team has the line of configuration that the test names."""
    world = World(tmp_path, WORLD.replace("reopen_hours = 72", f"reopen_hours = 72\n{request.param}"))
    yield world
    world.close()


@pytest.mark.parametrize("desk", ['closed = "reopen"'], indirect=True)
def test_reopen_opens_inside_the_window(desk: World) -> None:
    assert _answers(desk, _closed(desk), "It still eats paper.") == "appended"
    assert desk.ticket(TICKET)["state"] == "open"


@pytest.mark.parametrize("desk", ['closed = "new"'], indirect=True)
def test_new_opens_a_linked_ticket_at_once(desk: World) -> None:
    mail = _closed(desk)
    assert "hours" not in words(mail), "no window is promised that there is not"
    assert _answers(desk, mail, "It still eats paper.") == "opened"
    assert desk.ticket(TICKET)["state"] == "closed"
    assert desk.ticket(TICKET + 1)["follows"] == TICKET


@pytest.mark.parametrize("desk", ['closed = "refuse"'], indirect=True)
def test_refuse_keeps_the_words_and_says_so_once(desk: World) -> None:
    mail = _closed(desk)
    before = len(desk.letterbox.mails)
    assert _answers(desk, mail, "It still eats paper.") == "appended"
    assert _answers(desk, mail, "Do you hear me?") == "appended"
    assert desk.ticket(TICKET)["state"] == "closed"
    sent = desk.letterbox.mails[before:]
    assert [path for _, path, _ in sent] == ["ana@quinta.example"]
    refusal = desk.inbox("ana@quinta.example")[-1]
    assert "support@casa-azul.example" in words(refusal)
    assert refusal["Auto-Submitted"] == "auto-replied"
    view = desk.app.store.queries.ticket_view(TICKET)
    assert view is not None
    assert [a["new_text"] for a in view["articles"]][2:] == ["It still eats paper.", "Do you hear me?"]


@pytest.mark.parametrize("desk", ['closed = "refuse"'], indirect=True)
def test_a_refusal_never_answers_a_robot(desk: World) -> None:
    mail = _closed(desk)
    before = len(desk.letterbox.mails)
    _answers(desk, mail, "I am away.", **{"Auto-Submitted": "auto-replied"})
    _answers(desk, mail, "I am a list.", Precedence="bulk")
    assert len(desk.letterbox.mails) == before


@pytest.mark.parametrize("desk", ["thanks = false"], indirect=True)
def test_a_team_can_have_thanks_reopen(desk: World) -> None:
    _answers(desk, _closed(desk), "Thank you very much!")
    assert desk.ticket(TICKET)["state"] == "open"


@pytest.mark.parametrize(("desk", "state"), [("thanks = true", "closed")], indirect=["desk"])
def test_thanks_are_told_in_the_history(desk: World, state: str) -> None:
    """The control of the test above; the parts of the score can be read afterwards."""
    _answers(desk, _closed(desk), "Thank you very much!")
    view = desk.app.store.queries.ticket_view(TICKET)
    assert view is not None
    assert view["ticket"]["state"] == state
    kept = next(event for event in view["events"] if event["kind"] == "ReplyKept")
    assert "thank +2" in kept["reasons"]
    assert [timer["state"] for timer in view["timers"]].count("running") == 0
