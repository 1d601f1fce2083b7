"""Mail that others have a part in: colleagues of the customer who answer all, and two of our mailboxes at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.desk.queues import Settlement
from maild.ingest.colleagues import same_house
from tests.helpers.world import WORLD, World, letter, words

ANA, BEN = "ana@quinta.example", "ben@quinta.example"
SUPPORT, BILLING = "support@casa-azul.example", "billing@casa-azul.example"
APART = WORLD.replace('members = ["rui", "eva"]', 'members = ["rui"]')
"""Here Rui is support and Eva is billing, so that it can be seen which team was told."""


@pytest.fixture
def joining(tmp_path: Path) -> Iterator[World]:
    """A desk on which colleagues join."""
    world = World(tmp_path, WORLD + '\n[trust]\ncolleagues = "join"\n')
    yield world
    world.close()


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, APART)
    yield world
    world.close()


def first(world: World, who: str = ANA) -> None:
    octets = letter(who, SUPPORT, "Printer", "It eats paper.", message_id="<first@quinta.example>")
    assert world.take(octets, to=[SUPPORT], reverse_path=who).outcome == "opened"


def reply_all(world: World, who: str, text: str = "Ours too.", answers: str = "<first@quinta.example>") -> Settlement:
    """An answer to Ana's own mail, in which there is no sign of ours."""
    octets = letter(who, f"{ANA}, {SUPPORT}", "Re: Printer", text, headers={"In-Reply-To": answers})
    return world.take(octets, to=[SUPPORT], reverse_path=who)


def people(world: World) -> int:
    view = world.app.store.queries.ticket_view(10001)
    assert view is not None
    assert view["requester"]["address"] == ANA, "the requester never changes by another's mail (P23)"
    return len(view["participants"])


def test_a_colleagues_reply_all_joins_by_the_customers_own_id_p23(joining: World) -> None:
    first(joining)
    assert reply_all(joining, BEN).ticket == 10001
    assert people(joining) == 2
    told = joining.inbox("rui@home.example")[-1]
    answer = letter("Rui <rui@home.example>", str(told["Reply-To"]), "Re", "On my way.", answers=told)
    joining.take(answer, to=[str(told["Reply-To"])], reverse_path="rui@home.example")
    for each in (ANA, BEN):
        assert [words(mail) for mail in joining.inbox(each) if "On my way." in words(mail)], f"{each} is told once"
    assert "It eats paper." not in words(joining.inbox(BEN)[-1]), "SEC-16: only what comes after"


def test_by_default_a_colleague_is_attached_unverified(world: World) -> None:
    first(world)
    settled = reply_all(world, BEN)
    assert (settled.outcome, settled.ticket, people(world)) == ("appended", 10001, 1)


@pytest.mark.parametrize("who", ["mallory@evil.example", "ben@sub.quinta.example", "ben@quinta.example.evil.example"])
def test_another_house_never_joins_sec_18(joining: World, who: str) -> None:
    """SEC-18. The control is the colleague above."""
    first(joining)
    assert reply_all(joining, who).ticket == 10001
    assert people(joining) == 1
    assert joining.inbox(who) == []


def test_at_a_public_provider_nobody_is_a_colleague() -> None:
    assert same_house("a@quinta.example", ["B ", "b@QUINTA.example>"][1].rstrip(">"))
    assert not same_house("a@gmail.com", "b@gmail.com")
    assert not same_house("a@sapo.pt", "b@SAPO.pt")
    assert not same_house("", "")


def test_one_mail_to_two_mailboxes_is_one_ticket_and_both_teams_know_p04(apart: World) -> None:
    """P4, REL-14. The control is the next test: nobody of a team that was not addressed hears of it."""
    octets = letter(ANA, f"{SUPPORT}, {BILLING}", "Printer", "It eats paper.")
    assert apart.take(octets, to=[SUPPORT, BILLING], reverse_path=ANA).outcome == "opened"
    assert apart.take(octets, to=[BILLING], reverse_path=ANA).outcome == "duplicate"
    assert len(apart.app.store.queries.ticket_rows()) == 1
    assert len(apart.inbox("rui@home.example")) == 1
    assert ["It eats paper." in words(mail) for mail in apart.inbox("eva@home.example")] == [True]
    assert len(apart.inbox(ANA)) == 1


def test_a_team_that_was_not_addressed_hears_nothing(apart: World) -> None:
    apart.take(letter(ANA, SUPPORT, "Printer", "It eats paper."), to=[SUPPORT], reverse_path=ANA)
    assert apart.inbox("eva@home.example") == []


@pytest.mark.parametrize("order", [(SUPPORT, BILLING), (BILLING, SUPPORT)])
def test_two_blind_copies_by_two_ways_tell_both_teams_in_any_order_rel_14(apart: World, order: tuple[str, str]) -> None:
    """REL-14: the second copy is a duplicate, and its team is told where the ticket is; a third copy tells nobody."""
    octets = letter(ANA, "undisclosed-recipients:;", "Printer", "It eats paper.")
    outcomes = [apart.take(octets, to=[path], reverse_path=ANA).outcome for path in (*order, order[1])]
    assert outcomes == ["opened", "duplicate", "duplicate"]
    assert len(apart.app.store.queries.ticket_rows()) == 1
    assert len(apart.inbox("rui@home.example")) == len(apart.inbox("eva@home.example")) == 1


def test_one_person_in_both_teams_gets_one_mail(world: World) -> None:
    octets = letter(ANA, f"{SUPPORT}, {BILLING}", "Printer", "It eats paper.")
    world.take(octets, to=[SUPPORT, BILLING], reverse_path=ANA)
    assert len(world.inbox("eva@home.example")) == 1


@pytest.mark.parametrize("order", [1, -1], ids=["later", "first"])
def test_whoever_uses_a_customers_id_draws_no_reply_of_hers_to_himself(world: World, order: int) -> None:
    """He was in Cc of her first mail, so that he knows its id; the control is that his own replies are his."""
    mallory = letter("m@evil.example", SUPPORT, "Other", "Mine.", message_id="<first@quinta.example>")
    for who in (ANA, "m@evil.example")[::order]:
        if who == ANA:
            first(world)
        else:
            world.take(mallory, to=[SUPPORT], reverse_path=who)
    hers, his = (10001, 10002)[::order]
    for who, ticket in ((ANA, hers), ("m@evil.example", his), (BEN, 10001)):
        assert reply_all(world, who, f"More of {who}.").ticket == ticket
    view = world.app.store.queries.ticket_view(hers)
    assert view is not None
    assert [a["verified"] for a in view["articles"] if "More of ana" in a["new_text"]] == [True]


def test_the_same_id_with_other_words_is_another_mail_rel_14(world: World) -> None:
    """REL-14: an enemy who uses an id first makes no stranger's mail a duplicate."""
    for who, text in (("mallory@evil.example", "Squatted."), (ANA, "It eats paper.")):
        octets = letter(who, SUPPORT, "Printer", text, message_id="<first@quinta.example>")
        assert world.take(octets, to=[SUPPORT], reverse_path=who).outcome == "opened"


def original(world: World, who: str = ANA) -> Settlement:
    octets = letter(who, SUPPORT, "Printer", "It eats paper.", message_id="<later@quinta.example>")
    return world.take(octets, to=[SUPPORT], reverse_path=who)


def test_a_reply_that_comes_before_its_original_is_joined_by_it_rel_18(world: World) -> None:
    """REL-18: the reply opens a ticket, and the original lands there when it comes."""
    assert reply_all(world, ANA, "More about it.", answers="<later@quinta.example>").outcome == "opened"
    settled = original(world)
    assert (settled.outcome, settled.ticket) == ("appended", 10001)
    assert "awaited: a mail in ticket 10001 answers this one" in settled.trace["thread"]


@pytest.mark.parametrize("who", [BEN, "mallory@evil.example", "rui@home.example"])
def test_nobody_can_lie_in_wait_for_anothers_mail_rel_18(world: World, who: str) -> None:
    """REL-14, REL-18: who names an id in advance gets nothing of the mail that has it."""
    assert reply_all(world, who, "Waiting.", answers="<later@quinta.example>").outcome == "opened"
    settled = original(world)
    assert (settled.outcome, settled.ticket) == ("opened", 10002)
