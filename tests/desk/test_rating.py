"""Ratings: asked once a closing, given by link or one word, by nobody but who was asked; looking changes nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from maild.daemon import portal_of
from maild.health import Health
from maild.ingest.rating import read_rating
from tests.helpers.reports import bounce
from tests.helpers.world import WORLD, World, letter, reply_address, words
from webview import create_app

BASE = "https://help.casa-azul.example"
ANA = "Ana Silva <ana@quinta.example>"
SUPPORT = "support@casa-azul.example"
ASKING = WORLD.replace("reopen_hours = 72", "reopen_hours = 72\nratings = true")


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    """A desk that asks, with one ticket of Ana's that Rui has answered and closed."""
    world = World(tmp_path, ASKING)
    world.take(letter(ANA, SUPPORT, "Printer", "The printer does nothing."))
    close(world)
    yield world
    world.close()


def close(world: World, text: str = "#close\nRestarted it.") -> None:
    notice = world.inbox("rui@home.example")[-1]
    world.take(letter("rui@home.example", reply_address(notice), "Re: Printer", text, answers=notice))


def link(world: World, rating: str = "good") -> str:
    found = re.search(rf"/r/\S+rating={rating}", words(world.inbox("ana@quinta.example")[-1]))
    assert found
    return found[0]


def visitor(world: World) -> FlaskClient:
    health = Health(world.app.store.lanes, now=world.clock)
    return create_app(portal_of(world.app, health, world.app.store.writer)).test_client()


def rate(world: World, where: str, rating: str, comment: str = "") -> int:
    form = {"rating": rating, "comment": comment}
    status = visitor(world).post(where, data=form, base_url=BASE).status_code
    world.send()
    return status


def answer(world: World, text: str, sender: str = ANA) -> Any:
    mail = world.inbox("ana@quinta.example")[-1]
    return world.take(letter(sender, reply_address(mail), "Re: Printer", text, answers=mail))


def ratings(world: World) -> list[dict[str, Any]]:
    view = world.app.store.queries.ticket_view(10001)
    assert view is not None
    return [event for event in view["events"] if event["kind"] == "TicketRated"]


def test_a_link_is_asked_only_where_the_team_wants_it(world: World) -> None:
    world.take(letter(ANA, SUPPORT, "Printer", "The printer does nothing."))
    close(world)
    assert "/r/" not in words(world.inbox("ana@quinta.example")[-1])


def test_the_rating_by_link_counts_for_who_was_in_charge(desk: World) -> None:
    assert rate(desk, link(desk), "good") == 200
    (event,) = ratings(desk)
    assert (event["good"], event["agent"], event["article"]) == (True, "rui", 0)
    assert desk.ticket(10001)["state"] == "closed"


def test_scanners_change_nothing_however_often_they_look(desk: World) -> None:
    client = visitor(desk)
    for where in (link(desk), link(desk, "bad")):
        for look in (client.get, client.head, client.options):
            assert look(where, base_url=BASE).status_code == 200
    assert not ratings(desk)
    page = client.get(link(desk, "bad"), base_url=BASE).text
    assert 'value="bad" checked' in page
    assert "Printer" not in page
    assert "Rui" not in page


def test_forged_and_foreign_forms_rate_nothing(desk: World) -> None:
    client, where = visitor(desk), link(desk)
    assert rate(desk, "/r/" + "0" * 43, "good") == 404
    assert client.get("/r/0", base_url=BASE).status_code == 404
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(where, data={"rating": "good"}, headers=elsewhere, base_url=BASE).status_code == 403
    assert "choose good or bad" in client.post(where, data={"rating": "five"}, base_url=BASE).text
    assert not ratings(desk)


def test_the_link_ends_after_fourteen_days(desk: World) -> None:
    desk.clock.advance(days=13, hours=23)
    assert rate(desk, link(desk), "good") == 200
    desk.clock.advance(hours=2)
    assert rate(desk, link(desk), "bad") == 404
    assert len(ratings(desk)) == 1


def test_a_rating_may_be_changed_and_the_last_one_counts(desk: World) -> None:
    for said in ("bad", "bad", "good"):
        assert rate(desk, link(desk), said) == 200
    assert [event["good"] for event in ratings(desk)] == [False, True]
    assert 'value="good" required checked' in visitor(desk).get(link(desk).partition("&")[0], base_url=BASE).text


def test_a_form_that_is_sent_twice_says_it_once(desk: World) -> None:
    where, before = link(desk, "bad"), len(desk.inbox("rui@home.example"))
    for comment in ("Rude.", "Rude.", " Rude.\r\n", "Slow too.", "Slow too."):
        assert rate(desk, where, "bad", comment) == 200
    view = desk.app.store.queries.ticket_view(10001)
    assert view is not None
    assert [one["new_text"] for one in view["articles"] if one["kind"] == "comment"] == ["Rude.", "Slow too."]
    assert len(desk.inbox("rui@home.example")) == before + 2


def test_the_owner_hears_of_a_bad_one_and_no_customer_ever_reads_its_comment(desk: World) -> None:
    before = len(desk.inbox("rui@home.example"))
    rate(desk, link(desk), "bad", "Rui was rude.\n")
    (told,) = desk.inbox("rui@home.example")[before:]
    assert "is not content" in words(told)
    assert "Rui was rude." in words(told)
    assert not desk.inbox("eva@home.example")[1:]
    answer(desk, "It is broken again.")
    close(desk)
    assert all(b"rude" not in octets for octets in desk.raw_inbox("ana@quinta.example"))
    note = desk.app.store.queries.ticket_view(10001)
    assert note is not None
    assert [one["kind"] for one in note["articles"] if "rude" in one["new_text"]] == ["comment"]


NOT_CONTENT = """
[[rule]]
name = "not content"
on = "change"
when = { changed = "rated", new = "bad" }
then = { reopen = "the customer is not content", priority = "high" }
"""


def test_where_a_rule_reopens_for_a_bad_one_its_words_are_told_all_the_same(tmp_path: Path) -> None:
    desk = World(tmp_path, ASKING + NOT_CONTENT)
    desk.take(letter(ANA, SUPPORT, "Printer", "The printer does nothing."))
    close(desk)
    before = len(desk.inbox("rui@home.example"))
    rate(desk, link(desk), "bad", "Nobody helped me.")
    (told,) = desk.inbox("rui@home.example")[before:]
    assert desk.ticket(10001)["state"] == "open"
    assert "is not content" in words(told)
    assert "Nobody helped me." in words(told)
    assert words(told).count("is open again") == 1
    assert "does not reopen" not in words(told)
    desk.close()


def test_good_ones_are_told_to_nobody_and_bad_ones_not_to_who_has_muted(desk: World) -> None:
    before = len(desk.letterbox.mails)
    rate(desk, link(desk), "good", "Great!")
    assert len(desk.letterbox.mails) == before
    close(desk, "#mute")
    rate(desk, link(desk), "bad")
    assert len(desk.letterbox.mails) == before


@pytest.mark.parametrize(("word", "good"), [("GOOD", True), ("bad.", False), ("Bom", True), ("mal", False)])
def test_one_word_by_mail_rates_and_reopens_nothing(desk: World, word: str, good: bool) -> None:
    settled = answer(desk, word)
    assert settled.stage == "rating"
    assert [event["good"] for event in ratings(desk)] == [good]
    assert (desk.ticket(10001)["state"], desk.ticket(10001)["reopen_count"]) == ("closed", 0)
    assert len(desk.inbox("ana@quinta.example")) == 2, "nothing answers a rating"


@pytest.mark.parametrize("text", ["Good, but it still does not print", "Bad\n\nIt is broken again.", "Good?"])
def test_words_that_merely_begin_like_a_rating_are_words(desk: World, text: str) -> None:
    answer(desk, text)
    assert not ratings(desk)
    assert desk.ticket(10001)["state"] == "open"


def test_nobody_else_rates_by_mail(desk: World) -> None:
    answer(desk, "BAD", sender="Mallory <mallory@evil.example>")
    assert not ratings(desk)


def test_a_word_after_the_end_is_a_reply(desk: World) -> None:
    desk.clock.advance(days=15)
    answer(desk, "BAD")
    assert not ratings(desk)


def test_each_closing_is_asked_about_by_a_link_of_its_own(desk: World) -> None:
    first = link(desk)
    rate(desk, first, "bad")
    answer(desk, "It is broken again.")
    close(desk, "#close")
    assert link(desk) != first
    rate(desk, link(desk), "good")
    answer(desk, "BAD")
    assert len({event["rating"] for event in ratings(desk)}) == 2
    assert ratings(desk)[0]["rating"] != ratings(desk)[-1]["rating"]


def test_the_secret_is_kept_nowhere_but_in_the_mail(desk: World) -> None:
    secret = link(desk).partition("?")[0].rpartition("/")[2]
    assert len(secret) >= 32
    rate(desk, link(desk), "good")
    view = desk.app.store.queries.ticket_view(10001)
    assert secret not in repr(view)


def test_the_page_speaks_the_language_of_the_mail(desk: World) -> None:
    page = visitor(desk).get(link(desk).replace("lang=en", "lang=pt"), base_url=BASE).text
    assert '<html lang="pt">' in page
    assert "Foi do seu agrado?" in page


def test_why_tells_the_rating(desk: World) -> None:
    rate(desk, link(desk), "bad")
    close(desk, "#why")
    assert "rated the closing bad" in words(desk.inbox("rui@home.example")[-1])


def test_a_lost_answer_is_no_next_answer(desk: World) -> None:
    answer(desk, "It is broken again.")
    desk.clock.advance(hours=1)
    close(desk, "Try this.")
    lost = desk.inbox("ana@quinta.example")[-1]
    desk.clock.advance(hours=1)
    desk.take(bounce("bounce@casa-azul.example", lost["Message-ID"]), to=[SUPPORT], reverse_path="")
    articles = desk.app.store.read(lambda uow: uow.articles.of(10001))
    assert [one.new_text for one in articles if one.lost] == ["Try this."]


@pytest.mark.parametrize(("text", "found"), [
    ("\N{THUMBS UP SIGN}\U0001f3fd", True), ("Má!", False), ("good morning", None), ("goodness", None), ("", None),
    ("good " * 100, None),
])  # fmt: skip
def test_what_is_a_rating(text: str, found: bool | None) -> None:
    assert read_rating(text) is found
