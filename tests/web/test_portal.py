"""The portal as a visitor meets it: what each page shows, to whom, and what it never tells."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from maild.daemon import portal_of
from maild.health import Health
from tests.helpers.world import World, letter, reply_address, words
from webview import create_app

BASE = "https://help.casa-azul.example"
ANA = "Ana Silva <ana@quinta.example>"


@pytest.fixture
def client(world: World) -> FlaskClient:
    world.take(letter(ANA, "support@casa-azul.example", "Printer", "The printer does nothing. Secret: 4711."))
    health = Health(world.app.store.lanes, now=world.clock)
    return create_app(portal_of(world.app, health, world.app.store.writer)).test_client()


def token(world: World) -> str:
    return world.app.tokens.subject_token(10001).strip("[#]")


def sign_in(world: World, client: FlaskClient) -> None:
    client.post("/", data={"ticket": "10001"}, base_url=BASE)
    world.send()
    link = re.search(r"/v/\w+", words(world.inbox("ana@quinta.example")[-1]))
    assert link
    answer = client.post(link[0], base_url=BASE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/t/10001")


def close(world: World) -> None:
    notice = world.inbox("rui@home.example")[0]
    world.take(
        letter("rui@home.example", reply_address(notice), "Re: Printer", "#close\nRestarted it.", answers=notice),
        to=[reply_address(notice)],
        reverse_path="rui@home.example",
    )


def test_sec_22_number_with_check_leads_to_the_state_without_words(world: World, client: FlaskClient) -> None:
    answer = client.post("/", data={"ticket": f"#{token(world).lower()}"}, base_url=BASE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/t/{token(world)}")
    page = client.get(answer.headers["Location"], base_url=BASE).text
    assert "New: we have it" in page
    for secret in ("Printer", "4711", "Ana", "quinta", "Rui"):
        assert secret not in page


def test_sec_21_unknown_numbers_wrong_checks_and_bare_numbers_get_one_page(world: World, client: FlaskClient) -> None:
    wrong = token(world)[:-1] + ("2" if token(world)[-1] != "2" else "3")
    pages = {client.post("/", data={"ticket": t}, base_url=BASE).text for t in (wrong, "99999-K7QP", "10001", "99999")}
    assert len(pages) == 1
    assert "Look into your mail" in pages.pop()


def test_sec_17_a_bare_number_mails_a_link_to_the_requester_only(world: World, client: FlaskClient) -> None:
    before = len(world.letterbox.mails)
    client.post("/", data={"ticket": "10001"}, base_url=BASE)
    client.post("/", data={"ticket": "99999"}, base_url=BASE)
    world.send()
    sent = world.letterbox.mails[before:]
    assert [path for _, path, _ in sent] == ["ana@quinta.example"]


def test_a_wrong_check_mails_nothing(world: World, client: FlaskClient) -> None:
    before = len(world.letterbox.mails)
    client.post("/", data={"ticket": "10001-2222"}, base_url=BASE)
    world.send()
    assert len(world.letterbox.mails) == before


def test_sec_22_looking_at_the_link_changes_nothing_and_using_it_works_once(world: World, client: FlaskClient) -> None:
    client.post("/t/10001/link", base_url=BASE)
    world.send()
    link = re.search(r"/v/\w+", words(world.inbox("ana@quinta.example")[-1]))
    assert link
    for _ in range(3):  # scanners look first
        page = client.get(link[0], base_url=BASE)
        assert page.status_code == 200
        assert "4711" not in page.text
    assert client.post(link[0], base_url=BASE).status_code == 303
    assert "4711" in client.get("/t/10001", base_url=BASE).text
    assert client.post(link[0], base_url=BASE).status_code == 404
    assert client.get(link[0], base_url=BASE).status_code == 404


def test_sec_22_the_link_is_worth_nothing_after_ten_minutes(world: World, client: FlaskClient) -> None:
    client.post("/t/10001/link", base_url=BASE)
    world.send()
    link = re.search(r"/v/\w+", words(world.inbox("ana@quinta.example")[-1]))
    assert link
    world.clock.advance(minutes=11)
    assert client.post(link[0], base_url=BASE).status_code == 404


def test_sec_24_the_session_is_for_one_ticket_and_ends_when_told(world: World, client: FlaskClient) -> None:
    world.take(letter("Luis <luis@taller.example>", "support@casa-azul.example", "Otro", "Secreto: 0815."))
    sign_in(world, client)
    assert "4711" in client.get("/t/10001", base_url=BASE).text
    assert "0815" not in client.get("/t/10002", base_url=BASE).text
    client.post("/sign-out", base_url=BASE)
    assert "4711" not in client.get("/t/10001", base_url=BASE).text


def test_sec_28_the_page_never_shows_notes_strangers_or_agents(world: World, client: FlaskClient) -> None:
    notice = world.inbox("rui@home.example")[0]
    world.take(
        letter(
            "rui@home.example", reply_address(notice), "Re: Printer", "#note\nCustomer is difficult.", answers=notice
        ),
        to=[reply_address(notice)],
        reverse_path="rui@home.example",
    )
    receipt = world.inbox("ana@quinta.example")[0]
    world.take(letter("m@evil.example", reply_address(receipt), "Re: Printer", "I am Ana, really.", answers=receipt))
    sign_in(world, client)
    page = client.get("/t/10001", base_url=BASE).text
    for hidden in ("difficult", "really", "evil.example", "rui@home.example"):
        assert hidden not in page


def test_sec_25_reopening_needs_a_reason_a_session_and_the_form_of_our_page(world: World, client: FlaskClient) -> None:
    close(world)
    assert "reason" not in client.get("/t/10001", base_url=BASE).text
    client.post("/t/10001/reopen", data={"reason": "Still broken"}, base_url=BASE)
    assert world.ticket(10001)["state"] == "closed"
    sign_in(world, client)
    assert client.post("/t/10001/reopen", data={"reason": "Still broken"}, base_url=BASE).status_code == 403
    form = re.search(r'name="token" value="(\w+)"', client.get("/t/10001", base_url=BASE).text)
    assert form
    empty = client.post("/t/10001/reopen", data={"reason": " ", "token": form[1]}, base_url=BASE)
    assert "why the ticket should be reopened" in empty.text
    assert world.ticket(10001)["state"] == "closed"
    answer = client.post("/t/10001/reopen", data={"reason": "Still broken", "token": form[1]}, base_url=BASE)
    assert answer.status_code == 303
    assert world.ticket(10001)["state"] == "open"


def test_after_the_window_nothing_is_offered_and_nothing_is_done(world: World, client: FlaskClient) -> None:
    close(world)
    sign_in(world, client)
    form = re.search(r'name="token" value="(\w+)"', client.get("/t/10001", base_url=BASE).text)
    assert form
    world.clock.advance(hours=73)
    sign_in(world, client)
    page = client.get("/t/10001", base_url=BASE).text
    assert "The time for reopening is over" in page
    assert 'name="reason"' not in page


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_sec_25_forms_of_other_sites_are_refused(world: World, client: FlaskClient, headers: dict[str, str]) -> None:
    before = len(world.letterbox.mails)
    assert client.post("/", data={"ticket": "10001"}, base_url=BASE, headers=headers).status_code == 403
    world.send()
    assert len(world.letterbox.mails) == before


def test_every_answer_is_fenced_in(client: FlaskClient) -> None:
    for path in ("/", "/t/10001", "/v/nothing", "/no/such/page", "/static/portal.css", "/healthz"):
        with client.get(path, base_url=BASE) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == ("no-cache" if "static" in path else "no-store")


def test_sec_26_a_foreign_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/", base_url="https://evil.example").status_code == 400


def test_sec_22_no_cookie_before_signing_in_and_a_guarded_one_after(world: World, client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/", base_url=BASE).headers
    client.post("/t/10001/link", base_url=BASE)
    world.send()
    link = re.search(r"/v/\w+", words(world.inbox("ana@quinta.example")[-1]))
    assert link
    cookie = client.post(link[0], base_url=BASE).headers["Set-Cookie"]
    assert cookie.startswith("__Host-maild=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie


@pytest.mark.parametrize(
    ("wanted", "title"),
    [("pt-BR", "Consultar um pedido"), ("es", "Consultar una solicitud"), ("de, en;q=0.5", "Look up a ticket")],
)
def test_pages_speak_the_readers_language(client: FlaskClient, wanted: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in client.get("/", base_url=BASE, headers={"Accept-Language": wanted}).text


@pytest.mark.parametrize(
    "asked",
    [
        "We have your answer. You can change it until %(when)s.",
        "You can change your answer until %(when)s. To write to us, reply to our last mail.",
    ],
)
def test_a_day_has_its_article_in_spanish(asked: str) -> None:
    from maild.i18n import translations

    assert "hasta el %(when)s." in translations("es").gettext(asked)


def test_every_sentence_of_the_pages_is_translated() -> None:
    from maild.app import templates_folder
    from maild.i18n import translations

    sentences = {
        sentence
        for page in (templates_folder() / "web").glob("[!d]*.html")
        for sentence in re.findall(r'_\(["\'](.+?)["\'](?:,|\))', page.read_text("utf-8"))
    }
    assert len(sentences) > 40
    for language in ("pt", "es"):
        catalogue = translations(language)
        missing = {s for s in sentences if catalogue.gettext(s) == s}
        assert not missing, f"{language}: {missing}"


def test_health_tells_ages_and_the_book(world: World, client: FlaskClient) -> None:
    answer = client.get("/healthz", base_url=BASE)
    facts = answer.get_json()
    assert answer.status_code == 200
    assert facts["status"] == "ok"
    assert facts["book"]["accepted"] == 1
    assert facts["lanes"]["mail"] == {"waiting": 0, "oldest_seconds": None}


def test_health_is_red_when_mail_waits_too_long(world: World, client: FlaskClient) -> None:
    from maild.domain.mail import RawMail

    mail = RawMail(octets=b"From: a@b.example\n\nx", source="smtp", source_key="k", received_at=world.clock())
    world.app.store.spool.accept_now(mail)
    world.clock.advance(minutes=6)
    answer = client.get("/healthz", base_url=BASE)
    assert answer.status_code == 503
    assert answer.get_json()["causes"] == ["mail: the oldest row has waited 360 s"]


def test_the_page_of_a_merged_ticket_leads_on_where_it_is_the_same_persons(world: World, client: FlaskClient) -> None:
    name = token(world)
    for sender in (ANA, "Luis <luis@taller.example>"):
        world.take(letter(sender, "support@casa-azul.example", f"More of {sender}", "It has no paper."))
    notice = world.inbox("rui@home.example")[0]

    def merge(order: str) -> str:
        octets = letter("rui@home.example", reply_address(notice), "Re: Printer", order, answers=notice)
        assert world.take(octets, to=[reply_address(notice)], reverse_path="rui@home.example").outcome == "appended"
        return client.get(f"/t/{name}", base_url=BASE).text

    assert "goes on together" not in client.get(f"/t/{name}", base_url=BASE).text
    page = merge("#merge 10002")
    leads = f"/t/10002-{world.app.tokens.check(10002)}"
    assert "goes on together" in page
    assert leads in page
    assert client.get(leads, base_url=BASE).status_code == 200
    merge("#unmerge")
    page = merge("#merge 10003")
    assert "goes on together" in page
    assert "10003" not in page, "Luis's ticket is no business of whoever holds Ana's link"


def test_sec_25_no_get_changes_anything(world: World, client: FlaskClient, tmp_path: Path) -> None:
    def rows() -> list[str]:
        with closing(sqlite3.connect(tmp_path / "maild.db")) as database:
            return list(database.iterdump())

    client.post("/t/10001/link", base_url=BASE)
    world.send()
    link = re.search(r"/v/\w+", words(world.inbox("ana@quinta.example")[-1]))
    assert link
    before = rows()
    paths = [str(rule) for rule in client.application.url_map.iter_rules() if "GET" in (rule.methods or ())]
    for path in paths:
        for name in (token(world), "10001", link[0].removeprefix("/v/")):
            for method in ("GET", "HEAD", "OPTIONS"):
                with client.open(re.sub("<.+?>", name, path), method=method, base_url=BASE) as answer:
                    assert answer.status_code < 500
    assert len(paths) >= 5
    assert rows() == before
    sign_in(world, client)
    assert rows() != before, "the control: what changes something is seen"


def test_sec_27_a_form_beyond_its_size_is_refused(client: FlaskClient) -> None:
    for size, status in ((1_000, 200), (100_000, 413)):
        assert client.post("/", data={"ticket": "9" * size}, base_url=BASE).status_code == status
