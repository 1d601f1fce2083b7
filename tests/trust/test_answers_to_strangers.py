"""What somebody learns, or makes us send, who writes in another name, for another, or for nobody."""

from __future__ import annotations

import pytest

from maild.desk.queues import Outcome
from tests.helpers.world import World, letter, reply_address, words

DESK, ANA, EVE = "support@casa-azul.example", "ana@quinta.example", "eve@evil.example"
RUI, OPERATOR = "rui@home.example", "operator@casa-azul.example"


def opened(world: World, sender: str = ANA) -> str:
    """The reply address of a new ticket of hers."""
    world.take(letter(sender, DESK, "Printer", "It does nothing."), reverse_path=sender, to=[DESK])
    return reply_address(world.inbox(sender)[-1])


def order(world: World, text: str) -> None:
    notice = world.inbox(RUI)[0]
    mail = letter(RUI, reply_address(notice), "Re: Printer", text, answers=notice)
    world.take(mail, to=[reply_address(notice)], reverse_path=RUI)


def public(world: World) -> str:
    """What the page of the ticket shows whoever is signed in."""
    view = world.app.store.queries.ticket_view(10001)
    assert view is not None
    return "".join(a["text"] for a in view["articles"] if a["kind"] == "correspondence" and a["verified"])


@pytest.mark.parametrize("headers", [{}, {"Auto-Submitted": "auto-generated"}], ids=["unmarked", "marked"])
def test_sec_17_the_mail_of_a_service_is_never_anothers_to_read(world: World, headers: dict[str, str]) -> None:
    """TicketTrick, 2017: an account at another service is registered with the reply address of one's own ticket."""
    address = opened(world, EVE)
    mail = letter("Chat <feedback@chat.example>", address, "Please verify", "Your code is 314159.", headers=headers)
    world.take(mail, to=[address], reverse_path="feedback@chat.example")
    assert "314159" not in public(world)
    assert not any("314159" in words(mail) for mail in world.inbox(EVE))
    world.take(letter(EVE, address, "Re: Printer", "It is number 271828."), to=[address], reverse_path=EVE)
    assert "271828" in public(world), "the control: her own words are hers"


@pytest.mark.parametrize("text", ["#note\nHm.", "#close\nDone.", "#block"], ids=["open", "closed", "blocked"])
def test_sec_64_a_stranger_hears_the_same_whatever_the_state_is(world: World, text: str) -> None:
    address = opened(world)
    order(world, text)
    before = len(world.letterbox.mails)
    world.take(letter(EVE, address, "Re: Printer", "And?"), to=[address], reverse_path=EVE)
    world.take(letter(RUI, address, "Re: Printer", "#close"), to=[address], reverse_path=EVE)
    assert not [path for _, path, _ in world.letterbox.mails[before:] if path == EVE]


def test_sec_64_whom_we_know_and_whom_we_do_not_are_acknowledged_alike(world: World) -> None:
    def told(sender: str) -> str:
        number = world.take(letter(sender, DESK, "Printer", "Nothing comes."), to=[DESK], reverse_path=sender).ticket
        mail, name = world.inbox(sender)[-1], world.app.tokens.subject_token(number).strip("[]#")
        return words(mail).replace(name, "N").replace(str(number), "N")

    opened(world)
    world.clock.advance(days=7)
    assert told(ANA) == told("new@quinta.example")


def test_sec_65_a_mail_that_is_put_aside_is_told_to_the_operator_and_to_no_sender(world: World) -> None:
    octets = letter(ANA, DESK, "Printer", "It does nothing.")
    nobody = octets.replace(f"From: {ANA}".encode(), b"X-From: none")
    settled = world.take(nobody, to=[DESK], reverse_path=ANA)
    assert settled.outcome is Outcome.QUARANTINED
    assert {path for _, path, _ in world.letterbox.mails} == {OPERATOR}
    world.take(octets, to=[DESK], reverse_path=ANA)
    assert len(world.inbox(ANA)) == 1, "the control: whoever can be answered is"


def test_rel_61_an_absence_note_on_a_ticket_changes_nothing_and_is_told_to_nobody(world: World) -> None:
    address = opened(world)
    order(world, "#close\nDone.")
    before, sent = world.ticket(10001), len(world.letterbox.mails)
    note = letter(ANA, address, "Out of office", "Back on Monday.", headers={"Auto-Submitted": "auto-replied"})
    world.take(note, to=[address], reverse_path="")
    assert (world.ticket(10001)["state"], world.ticket(10001)["owner"]) == (before["state"], before["owner"])
    assert len(world.letterbox.mails) == sent
    world.take(letter(ANA, address, "Re: Printer", "It burns again."), to=[address], reverse_path=ANA)
    assert world.ticket(10001)["state"] == "open", "the control: she herself reopens it"


def test_sec_33_wildcards_and_quotes_in_a_search_are_letters(world: World) -> None:
    opened(world)
    find = world.app.store.queries.inbound
    assert len(find(search="Print")) == 1
    for text in ("%", "_rinter", "Pr%er", '"', "'", "\\", "' OR 1=1 --"):
        assert find(search=text) == [], text
