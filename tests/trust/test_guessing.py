"""Somebody tries reply addresses, ids, checks and links until one fits: none does, and the operator hears of it."""

from __future__ import annotations

import asyncio
import base64
import random
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from maild.clock.guesses import GuessTick
from maild.daemon import portal_of
from maild.domain.guesses import EVERYWHERE, MAX_SOURCES, Guesses
from maild.domain.token import Key
from maild.health import Health
from tests.helpers.world import MONDAY, World, letter, reply_address, words
from webview import create_app

DESK = "support@casa-azul.example"
OPERATOR = "operator@casa-azul.example"
BASE = "https://help.casa-azul.example"
GUESSER = "198.51.100.9"
ANYBODY = random.Random(19)


def tag() -> str:
    """What has the form of a token, as somebody who has seen ours makes it."""
    return base64.b32encode(bytes([1, 0]) + ANYBODY.randbytes(18)).decode().lower()


def guess(world: World, to: str, *, who: str = "m@evil.example", subject: str = "Hello", answers: str = "") -> None:
    mail = letter(who, to, f"{subject}", f"Number {ANYBODY.random()}")
    if answers:
        mail = b"In-Reply-To: " + answers.encode() + b"\r\n" + mail
    world.take(mail, to=[to], reverse_path=who, client_ip=GUESSER)


def told(world: World) -> list[str]:
    """What the operator hears when the watch looks once."""
    tick = GuessTick(guesses=world.app.guesses, writer=world.app.store.writer, desk=world.app.desk, now=world.clock)
    asyncio.run(tick())
    world.send()
    return [words(mail) for mail in world.inbox(OPERATOR) if "guesses" in str(mail["Subject"])]


def warnings(world: World) -> list[str]:
    health = Health(world.app.store.lanes, now=world.clock)
    health.doubts = lambda: tuple(filter(None, (world.app.guesses.fault(world.clock()),)))
    found: list[str] = health()[1]["warnings"]
    return found


def count(world: World) -> int:
    """How many wrong tokens are counted, from everybody."""
    window = world.app.guesses._windows.get("")
    return window.count if window else 0


@pytest.fixture
def client(world: World) -> FlaskClient:
    health = Health(world.app.store.lanes, now=world.clock)
    portal = create_app(portal_of(world.app, health, world.app.store.writer))
    browser = portal.test_client()
    browser.environ_base["REMOTE_ADDR"] = GUESSER
    return browser


def test_sec_19_guessed_reply_addresses_hit_nothing_and_the_operator_is_told_once_an_hour(world: World) -> None:
    world.take(letter("Ana <ana@quinta.example>", DESK, "Printer", "Secret: 4711."))
    for _ in range(20):
        guess(world, f"support+{tag()}@casa-azul.example")
    view = world.app.store.queries.ticket_view(10001)
    assert view is not None
    assert len(view["articles"]) == 1
    (mail,) = told(world)
    assert "20 × evil.example" in mail
    assert "20 × 198.51.100.0/24" in mail
    (warning,) = warnings(world)
    assert warning.startswith("guessing:")
    assert "evil" not in warning
    guess(world, f"support+{tag()}@casa-azul.example")
    world.clock.advance(minutes=59)
    assert len(told(world)) == 1


def test_sec_19_a_restart_repeats_no_alarm_within_the_hour_and_swallows_none_after_it(world: World) -> None:
    for lapse, mails in ((0, 1), (10, 1), (61, 2)):
        world.clock.advance(minutes=lapse)
        world.rotate([Key(1, b"k" * 32)])
        world.app.guesses.count("evil.example", now=world.clock(), times=20)
        assert len(told(world)) == mails


def test_sec_19_control_a_handful_of_mistyped_tokens_alarms_nobody(world: World, client: FlaskClient) -> None:
    for _ in range(4):
        guess(world, f"support+{tag()}@casa-azul.example", subject="Re: [#10001-AAAA] Printer")
        client.post("/", data={"ticket": "10001-2222"}, base_url=BASE)
    assert count(world) == 12
    assert told(world) == []
    assert warnings(world) == []


def test_sec_19_each_kind_of_sign_counts_once_a_mail_and_true_ones_never(world: World) -> None:
    world.take(letter("Ana <ana@quinta.example>", DESK, "Printer", "Nothing comes."))
    receipt = world.inbox("ana@quinta.example")[0]
    for to, subject, answers, counted in (
        (f"support+{tag()}@casa-azul.example", "Hello", "", 1),
        (f"bounce+{tag()}@casa-azul.example", "Hello", "", 1),
        (DESK, "Hello", f"<m.{tag()}.n1@casa-azul.example> <m.{tag()}.n2@casa-azul.example>", 1),
        (DESK, "Re: [#10001-AAAA] and [#10002-AAAA]", "", 1),
        (f"support+{tag()}@casa-azul.example", "[#10001-AAAA]", f"<m.{tag()}.n1@casa-azul.example>", 3),
        ("support+news@casa-azul.example", "Ticket #4711", f"<m.{tag()}.n1@other-desk.example>", 0),
        (reply_address(receipt), str(receipt["Subject"]), str(receipt["Message-ID"]), 0),
    ):
        before = count(world)
        guess(world, to, subject=subject, answers=answers)
        assert count(world) - before == counted, (to, subject, answers)


def test_sec_19_guesses_on_the_pages_are_counted_and_answered_as_ever(world: World, client: FlaskClient) -> None:
    world.take(letter("Ana <ana@quinta.example>", DESK, "Printer", "Nothing comes."))
    first = client.get("/t/10001-2222", base_url=BASE)
    for _ in range(5):
        client.post("/", data={"ticket": "10001-2222"}, base_url=BASE)
        client.get(f"/v/{tag()}", base_url=BASE)
        client.post(f"/v/{tag()}", base_url=BASE)
        client.get(f"/c/{tag()}", base_url=BASE)
        client.get(f"/r/{tag()}", base_url=BASE)
    assert client.get("/t/10001-2222", base_url=BASE).data == first.data
    (mail,) = told(world)
    assert "27 × 198.51.100.0/24" in mail
    client.get(f"/t/{world.app.tokens.subject_token(10001).strip('[#]')}", base_url=BASE)
    client.get("/", base_url=BASE)
    assert count(world) == 27


def test_sec_19_one_who_changes_his_name_is_heard_of_by_the_sum(world: World) -> None:
    for number in range(20 * EVERYWHERE - 1):
        world.app.guesses.count(f"evil{number}.example", now=world.clock())
    assert told(world) == []
    world.app.guesses.count("another.example", now=world.clock())
    (mail,) = told(world)
    assert "200 in all" in mail


def test_sec_19_the_count_has_bounds_and_forgets() -> None:
    guesses = Guesses(20)
    for number in range(2 * MAX_SOURCES):
        guesses.count(f"evil{number}.example", now=MONDAY)
    assert len(guesses._windows) == MAX_SOURCES
    quiet = Guesses(20)
    for hour in range(3):
        quiet.count("slow.example", now=MONDAY + timedelta(hours=hour), times=19)
    assert quiet.guessers(MONDAY + timedelta(hours=2)) == []
    quiet.count("slow.example", now=MONDAY + timedelta(hours=2))
    assert [one.count for one in quiet.guessers(MONDAY + timedelta(hours=2))] == [20]
    assert quiet.guessers(MONDAY + timedelta(hours=4)) == []


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.9", "198.51.100.0/24"),
        ("::ffff:198.51.100.9", "198.51.100.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("127.0.0.1", ""),
        ("10.1.2.3", ""),
        ("192.0.2.25", ""),
        ("", ""),
        ("x" * 1000, ""),
    ],
)
def test_sec_19_who_is_our_own_house_is_no_source(address: str, network: str) -> None:
    assert Guesses(20, ["192.0.2.0/24"]).network(address) == network
