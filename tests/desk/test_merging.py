"""Merged tickets: what is written to one lands where it was merged to, and an undo restores both (P26)."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from maild.desk.queues import Settlement
from tests.helpers.world import World, letter, reply_address, words

SUPPORT = "support@casa-azul.example"
ANA, LUIS, MIA = "ana@quinta.example", "luis@taller.example", "mia@horta.example"
RUI = "rui@home.example"
A, B, C = 10001, 10002, 10003


def opens(world: World, who: str, subject: str) -> EmailMessage:
    """Somebody's first mail; what comes back is the notice that Rui gets."""
    octets = letter(who, SUPPORT, subject, f"About {subject}.")
    assert world.take(octets, to=[SUPPORT], reverse_path=who).outcome == "opened"
    return world.inbox(RUI)[-1]


def answers(world: World, who: str, mail: EmailMessage, text: str) -> Settlement:
    octets = letter(who, reply_address(mail), f"Re: {mail['Subject']}", text, answers=mail)
    return world.take(octets, to=[reply_address(mail)], reverse_path=who)


def view(world: World, number: int) -> dict[str, Any]:
    found = world.app.store.queries.ticket_view(number)
    assert found is not None
    return found


def said(world: World, number: int) -> list[str]:
    return [article["new_text"] for article in view(world, number)["articles"]]


@pytest.fixture
def notices(world: World) -> dict[int, EmailMessage]:
    """Three tickets of three people: Rui's notice of each."""
    return {A: opens(world, ANA, "Printer"), B: opens(world, LUIS, "Paper"), C: opens(world, MIA, "Toner")}


def lasting(world: World, number: int) -> dict[str, Any]:
    """What of a ticket an undo must give back: all but the times and the count of its changes."""
    kept = view(world, number)
    fields = {k: v for k, v in kept["ticket"].items() if k not in ("version", "updated_at")}
    articles = [(a["id"], a["new_text"], a["origin"]) for a in kept["articles"]]
    timers = [(t["metric"], t["cycle"], t["state"], t["due_at"]) for t in kept["timers"]]
    return {"fields": fields, "participants": kept["participants"], "articles": articles, "timers": timers}


def test_answers_hang_on_each_customers_own_mails_and_name_no_others(
    world: World, notices: dict[int, EmailMessage]
) -> None:
    """P19, P26: whom a merge has brought together sees nothing from before, and finds the answer in his own thread."""
    first = {who: world.inbox(who)[0] for who in (ANA, LUIS)}
    answers(world, RUI, notices[A], f"#merge {B}")
    answers(world, RUI, notices[B], "It is on its way.")
    assert {who: world.inbox(who)[-1]["References"] for who in first} == {
        who: mail["In-Reply-To"] for who, mail in first.items()
    }
    answers(world, ANA, world.inbox(ANA)[-1], "It still does nothing.")
    answers(world, RUI, world.inbox(RUI)[-1], "Try the switch.")
    to_ana, to_luis = (world.inbox(who)[-1] for who in (ANA, LUIS))
    assert "Try the switch." in words(to_ana)
    assert to_luis["References"] == first[LUIS]["In-Reply-To"]
    assert to_ana["In-Reply-To"] not in (first[ANA]["In-Reply-To"], first[LUIS]["In-Reply-To"])


def test_a_reply_follows_the_chain_and_the_merged_ticket_stays_as_it_was_p26(
    world: World, notices: dict[int, EmailMessage]
) -> None:
    acknowledgement = world.inbox(ANA)[0]
    assert answers(world, RUI, notices[A], f"#merge {B}").outcome == "appended"
    assert answers(world, RUI, notices[B], f"#merge [#{C}-ABCD]").outcome == "appended"
    assert (world.ticket(A)["state"], world.ticket(A)["merged_into"]) == ("merged", B)
    assert (world.ticket(B)["state"], world.ticket(B)["merged_into"]) == ("merged", C)
    before, told = lasting(world, A), len(world.inbox("eva@home.example"))
    settled = answers(world, ANA, acknowledgement, "It still does nothing.")
    assert (settled.outcome, settled.ticket) == ("appended", C)
    assert f"merged: ticket {A} leads on to {B}" in settled.trace["thread"]
    assert said(world, C) == ["About Toner.", "It still does nothing."]
    assert view(world, C)["articles"][-1]["origin"] == A
    assert view(world, C)["articles"][-1]["verified"]
    assert lasting(world, A) == before
    assert len(world.inbox("eva@home.example")) == told + 1, "one notice"
    assert view(world, C)["merged"] == [B]


def test_undo_restores_both_p26(world: World, notices: dict[int, EmailMessage]) -> None:
    before = {number: lasting(world, number) for number in (A, B)}
    acknowledgement = world.inbox(ANA)[0]
    answers(world, RUI, notices[A], f"#merge {B}")
    assert view(world, B)["participants"] != before[B]["participants"]
    settled = answers(world, ANA, acknowledgement, "It still does nothing.")
    assert settled.ticket == B
    told = world.inbox("eva@home.example")[-1]
    assert answers(world, "eva@home.example", told, f"#unmerge {A}").outcome == "appended"
    assert lasting(world, B) == before[B]
    after = lasting(world, A)
    assert after["articles"][:-1] == before[A]["articles"]
    assert after["articles"][-1][1:] == ("It still does nothing.", 0)
    assert after["fields"] == before[A]["fields"]
    assert after["participants"] == before[A]["participants"]
    assert answers(world, ANA, acknowledgement, "Are you there?").ticket == A


def test_undo_in_the_middle_of_a_chain_takes_only_its_own_people_out(
    world: World, notices: dict[int, EmailMessage]
) -> None:
    before = lasting(world, C)
    answers(world, RUI, notices[A], f"#merge {B}")
    answers(world, RUI, notices[B], f"#merge {C}")
    assert len(view(world, C)["participants"]) == 3
    # the reply address of A's own notice names A, wherever that has gone
    assert answers(world, RUI, notices[A], "#unmerge").outcome == "appended"
    assert world.ticket(A)["state"] == "new"
    luis = view(world, B)["requester"]["id"]
    assert view(world, C)["participants"] == sorted({*before["participants"], luis})
    assert answers(world, RUI, notices[C], "#unmerge").outcome == "appended"
    assert lasting(world, C)["participants"] == before["participants"]
    assert world.ticket(B)["state"] == "new"


def test_who_came_by_a_merge_gets_only_what_comes_after_sec_16(world: World, notices: dict[int, EmailMessage]) -> None:
    """SEC-16: Ana gets the answers in Luis's ticket from now on, and nothing of what was said there before."""
    answers(world, RUI, notices[B], "The paper is ordered.")
    answers(world, RUI, notices[A], f"#merge {B}")
    assert len(world.inbox(ANA)) == 2
    assert f"{B}" not in words(world.inbox(ANA)[-1]), "nothing of Luis's ticket, not even its number"
    answers(world, RUI, notices[B], "It has come.")
    assert len(world.inbox(ANA)) == 3
    everything = "".join(words(mail) for mail in world.inbox(ANA))
    assert "It has come." in everything
    for earlier in ("The paper is ordered.", "About Paper."):
        assert earlier not in everything
        assert earlier in "".join(words(mail) for mail in (*world.inbox(LUIS), *world.inbox(RUI)))


def test_each_reads_the_title_of_his_own_ticket_sec_16(world: World, notices: dict[int, EmailMessage]) -> None:
    answers(world, RUI, notices[A], f"#merge {B}")
    answers(world, RUI, notices[B], f"#merge {C}")
    answers(world, RUI, notices[C], "It has come.")
    titles = {who: world.inbox(who)[-1]["Subject"] for who in (ANA, LUIS, MIA)}
    assert {who: word for who, title in titles.items() for word in ("Printer", "Paper", "Toner") if word in title} == {
        ANA: "Printer", LUIS: "Paper", MIA: "Toner",
    }  # fmt: skip
    assert all(f"#{C}-" in title for title in titles.values())
    for who, others in ((ANA, ("Paper", "Toner")), (LUIS, ("Printer", "Toner")), (MIA, ("Printer", "Paper"))):
        assert not [other for other in others if other in words(world.inbox(who)[-1])]


@pytest.mark.parametrize(
    ("order", "code"),
    [(f"#merge {A}", "itself"), ("#merge 99999", "99999"), ("#merge that one", "#merge 10427"), ("#unmerge", "merged")],
)
def test_what_cannot_be_merged_is_refused_with_the_reason(
    world: World, notices: dict[int, EmailMessage], order: str, code: str
) -> None:
    settled = answers(world, RUI, notices[A], order)
    assert settled.outcome == "quarantined"
    assert code in words(world.inbox(RUI)[-1])
    assert world.ticket(A)["state"] == "new"


def test_a_circle_cannot_be_made(world: World, notices: dict[int, EmailMessage]) -> None:
    answers(world, RUI, notices[A], f"#merge {B}")
    assert answers(world, RUI, notices[B], f"#merge {A}").outcome == "quarantined"
    assert world.ticket(B)["state"] == "new"


@pytest.mark.parametrize("who", [ANA, "mallory@evil.example"])
def test_only_an_agent_merges_sec_03(world: World, notices: dict[int, EmailMessage], who: str) -> None:
    """SEC-03, SEC-11: for everybody else the line is text."""
    acknowledgement = world.inbox(ANA)[0]
    answers(world, who, acknowledgement, f"#merge {B}")
    assert world.ticket(A)["state"] == "new"


def test_the_clocks_of_a_merged_ticket_stand_still(world: World, notices: dict[int, EmailMessage]) -> None:
    assert "running" in [timer["state"] for timer in view(world, A)["timers"]]
    answers(world, RUI, notices[A], f"#merge {B}")
    assert "running" not in [timer["state"] for timer in view(world, A)["timers"]]
    assert "running" in [timer["state"] for timer in view(world, B)["timers"]]


def test_undo_gives_back_when_the_customer_wrote_and_what_the_clocks_made_of_it_p26(
    world: World, notices: dict[int, EmailMessage]
) -> None:
    """As if the merge had never been: her reply came to her ticket at its time, and to the other one never."""
    answers(world, RUI, notices[A], "It is ordered.")
    answers(world, RUI, notices[B], "It has come.")
    before, acknowledgement = lasting(world, B), world.inbox(ANA)[-1]
    world.clock.advance(minutes=10)
    answers(world, RUI, notices[A], f"#merge {B}")
    world.clock.advance(minutes=10)
    replied = world.clock.now
    assert answers(world, ANA, acknowledgement, "It still does nothing.").ticket == B
    assert view(world, B)["ticket"]["last_customer_at"] == replied
    assert len(view(world, B)["timers"]) >= len(before["timers"])
    world.clock.advance(minutes=10)
    assert answers(world, RUI, notices[A], "#unmerge").outcome == "appended"
    assert lasting(world, B)["timers"] == before["timers"]
    assert lasting(world, B)["fields"]["last_customer_at"] == before["fields"]["last_customer_at"]
    assert view(world, A)["ticket"]["last_customer_at"] == replied
    # the twin that was never merged
    solution = {t["metric"]: (t["state"], t["due_at"]) for t in view(world, C)["timers"]}["solution"]
    assert {t["metric"]: (t["state"], t["due_at"]) for t in view(world, A)["timers"]}["solution"] == solution


def test_the_customer_is_told_once_and_only_of_a_ticket_of_his_own(
    world: World, notices: dict[int, EmailMessage]
) -> None:
    opens(world, ANA, "Toner too")
    answers(world, RUI, notices[A], "#merge 10004")
    told = words(world.inbox(ANA)[-1])
    check = world.app.tokens.check(10004)
    assert f"your ticket {A}" in told.lower()
    assert f"/t/10004-{check}" in told
    heard = len(world.inbox(ANA))
    answers(world, RUI, notices[A], "#unmerge")
    assert len(world.inbox(ANA)) == heard, "an undo is told to nobody but the agents"
    answers(world, RUI, notices[C], "#close")
    heard = len(world.inbox(MIA))
    answers(world, RUI, notices[C], f"#merge {B}")
    assert len(world.inbox(MIA)) == heard, "what was closed is over for its customer"
