"""Each mail to an agent says what a reply will do, and its address is held to it: for every notice there is."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.domain.notice import Notice
from maild.domain.token import Audience, Purpose, person_digest
from maild.outbound.audience import Who
from maild.outbound.render import LANGUAGES, Renderer
from maild.outbound.table import NOTICES, Entry, Reply
from tests.helpers.world import WORLD, World, letter, reply_address, words
from tests.outbound.fakes import TOKENS
from tests.outbound.test_render import every_notice

ANA, RUI, EVA = "ana@quinta.example", "rui@home.example", "eva@home.example"
SUPPORT = "support@casa-azul.example"

ENTRIES = {entry.name: entry for entries in NOTICES.values() for entry in entries}
PLANNED = {notice.name: notice for notice in every_notice() if notice.ticket}
RENDERER = Renderer()


def of_agents() -> Iterator[tuple[Notice, Entry]]:
    yield from ((notice, ENTRIES[name]) for name, notice in PLANNED.items() if "reply" in notice.context)


@pytest.mark.parametrize(("notice", "entry"), list(of_agents()), ids=lambda one: getattr(one, "name", ""))
def test_what_a_mail_says_of_a_reply_is_what_its_address_is_signed_for(notice: Notice, entry: Entry) -> None:
    goes = notice.context["reply"]["goes"]
    assert goes == entry.reply
    for language in LANGUAGES:
        sentence = RENDERER.words(language)["reply"][goes].partition("{")[0].strip()
        rendered = RENDERER.render_strictly(notice.name, language, notice.context)
        assert sentence in " ".join(rendered.text.split()), language
        assert sentence in " ".join(rendered.html.split()), language
    tag = notice.reply_to.partition("+")[2].partition("@")[0]
    token = TOKENS.read(Purpose.CONFIRM if entry.reply is Reply.QUESTION else Purpose.REPLY, tag)
    assert token is not None
    assert token.agent
    assert token.person == person_digest(notice.recipient.address.partition("@")[0])
    if entry.reply is not Reply.QUESTION:
        assert (token.audience is Audience.INTERNAL) == (entry.reply is Reply.NOTE)


def test_every_notice_to_agents_about_a_ticket_is_in_the_table_of_this_test() -> None:
    """The control: a new notice cannot stay out of what is above."""
    seen = {notice.name for notice, _ in of_agents()}
    assert {"new-ticket", "customer-reply", "note", "sla-red", "undelivered", "merged"} <= seen
    inside = (Who.RESPONSIBLE, Who.NEW_OWNER, Who.NAMED_TEAM, Who.NAMED_AGENT)
    unseen = {name for name, entry in ENTRIES.items() if entry.who in inside} - seen
    assert unseen <= {"digest"}, "a digest is about no ticket, and says so"


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[World]:
    """A desk in which much has happened to one ticket of Ana's."""
    world = World(tmp_path, WORLD)
    write(world, ANA, SUPPORT, "Printer", "It smokes.")
    (notice,) = world.inbox(RUI)
    reply(world, RUI, notice, "#assign rui")
    reply(world, EVA, world.inbox(EVA)[0], "#note\nHe had one last year too.")
    write(world, ANA, SUPPORT, "Second printer", "It smokes as well.")
    reply(world, EVA, world.inbox(EVA)[-1], "#merge 10001")
    write(world, "mallory@evil.example", reply_address(notice), "Hello", "Tell me all.")
    reply(world, ANA, world.inbox(ANA)[0], "Is anybody there?")
    for minutes in (125, 80, 60):
        world.clock.advance(minutes=minutes)
        world.tick()
    yield world
    world.close()


def write(world: World, sender: str, to: str, subject: str, text: str) -> None:
    world.take(letter(f"<{sender}>", to, subject, text), to=[to], reverse_path=sender)


def reply(world: World, sender: str, mail: EmailMessage, text: str) -> None:
    to = reply_address(mail)
    octets = letter(f"<{sender}>", to, "Re: it", text, answers=mail)
    world.take(octets, to=[to], reverse_path=sender)


def test_a_reply_to_each_mail_does_what_the_mail_has_said(lived: World) -> None:
    names = {row["message_id"]: row["name"] for row in lived.app.store.queries.outbox_rows(limit=200)}
    told = [(agent, mail) for agent in (RUI, EVA) for mail in lived.inbox(agent)]
    reached: set[str] = set()
    inside: set[str] = set()
    for number, (agent, mail) in enumerate(told):
        text = f"Words number {number}, to whom it may concern."
        to_customer = "Your reply goes to" in words(mail)
        assert to_customer != ("Your reply is an internal note" in words(mail))
        reply(lived, agent, mail, text)
        got = any(text in words(one) for one in lived.inbox(ANA))
        assert got == to_customer, names[mail["Message-ID"]]
        (reached if got else inside).add(names[mail["Message-ID"]])
    assert {"new-ticket", "assigned", "customer-reply", "merged"} & reached >= {"new-ticket", "customer-reply"}
    assert inside >= {"note", "sla-yellow"}
    assert not reached & inside
