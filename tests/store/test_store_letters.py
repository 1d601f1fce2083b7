"""Whatever letters a mail has in whatever field, both engines keep the same (P45)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.desk.queues import Outcome, Settlement
from maild.domain.address import Mailbox
from maild.domain.events import TicketClosed
from maild.domain.intent import Actor, ActorKind
from maild.domain.mail import Envelope
from maild.domain.people import Contact
from maild.domain.ticket import Article, StoredFile, Ticket
from maild.store.engine import Store
from maild.store.types import key, storable
from maild.store.uow import StoreUnitOfWork
from tests.helpers.rows import MONDAY, article, cause, notice, raw_mail, ticket

HOSTILE = {
    "NUL": "a\x00b",
    "lone surrogates": "a\ud800b\udfff",
    "both": "\x00\ud83d",
    "emoji of four bytes": "🔥👩\u200d💻",
    "controls": "\x01\x1b[2J\x7f\x85\u2028\u202e",
    "long subject": "x" * 10_000,
    "long Message-ID": "<" + "y" * 3000 + "@x>",
    "References of 50 kB": "<z@x> " * 8500,
    "SQL": "'; DROP TABLE ticket; -- %s %(a)s ? :b {c}",
    "JSON": '"}\\u0000',
}


def write(store: Store, text: str) -> tuple[Ticket, Article, Contact]:
    """The text in every field that a stranger can fill."""

    def job(uow: StoreUnitOfWork) -> tuple[Ticket, Article, Contact]:
        person = uow.people.add(Contact(name=text, address=f"{text}{uuid4()}@example.org"))
        opened = uow.tickets.add(ticket(person.id, title=text, tags=(text,)))
        file = StoredFile(
            filename=text, content_type=text, size=3, sha256=uow.blobs.put(b"abc"), inline=True, content_id=text
        )
        written = uow.articles.add(
            article(
                opened.number, author=text, message_id=text, subject=text, text=text, new_text=f"{text}!", files=(file,)
            )
        )
        actor = Actor(kind=ActorKind.CONTACT, address=text)
        uow.events.append([TicketClosed(ticket=opened.number, reason=text)], actor=actor, cause=cause(), at=MONDAY)
        said = notice(
            text + str(written.id),
            ticket=opened.number,
            recipient=Mailbox(text, text),
            context={text or "k": [text, {"in": text}]},
            references=(text,),
        )
        uow.outbox.plan([said], now=MONDAY)
        return opened, written, person

    return store.writer.run(job)


def check(store: Store, text: str) -> None:
    """Written and read back, it is the same text without NUL and with a sign for what is no letter."""
    opened, written, person = write(store, text)
    clean = storable(text)
    assert store.read(lambda uow: uow.people.get(person.id)).name == clean
    assert store.read(lambda uow: uow.tickets.get(opened.number)) == replace(opened, title=clean, tags=(clean,))
    found = store.read(lambda uow: uow.articles.get(written.id))
    assert found is not None
    assert (found.author, found.message_id, found.subject) == (clean, clean, clean)
    assert (found.text, found.new_text) == (clean, f"{clean}!")
    assert (found.files[0].filename, found.files[0].content_id) == (clean, clean)
    if text:
        known = store.read(lambda uow: uow.articles.known_messages([text]))
        assert written.id in [one.article for one in known]
    (stored,) = store.read(lambda uow: uow.events.of(opened.number))
    assert stored.event == TicketClosed(ticket=opened.number, reason=clean)
    assert stored.actor.address == clean
    (out,) = store.queries.outbox_rows(ticket=opened.number)
    assert out["recipient"] == clean


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_text_in_every_field(store: Store, text: str) -> None:
    check(store, text)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec=None), max_size=40))
def test_any_text_in_every_field(store: Store, text: str) -> None:
    check(store, text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
async def test_hostile_text_in_the_book_leaves_the_octets_alone(store: Store, text: str) -> None:
    octets = text.encode("utf-8", "surrogatepass")
    envelope = Envelope(reverse_path=text, forward_paths=(text, "b"), client_ip="192.0.2.1", helo=text)
    mail = raw_mail(octets=octets, source_key=text, mailbox=text, envelope=envelope)
    accepted = await store.spool.accept(mail)
    assert not (await store.spool.accept(mail)).fresh
    (claimed,) = await store.spool.claim(limit=1, now=MONDAY, lease_seconds=60)
    clean = storable(text)
    assert claimed.octets == octets
    assert claimed.mailbox == clean
    expected = Envelope(reverse_path=clean, forward_paths=(clean, "b"), client_ip="192.0.2.1", helo=clean)
    assert claimed.envelope == expected
    settlement = Settlement(
        outcome=Outcome.QUARANTINED,
        reason=text,
        message_id=text,
        content_key=text,
        sender=text,
        subject=text,
        trace={text: [text]},
    )
    await store.spool.quarantine(accepted.id, settlement, now=MONDAY)
    found = store.read(lambda uow: uow.inbound.same_content(text, text))
    assert found is not None
    assert found.id == accepted.id
    assert (found.settlement.subject, found.settlement.trace) == (clean, {clean: [clean]})


async def test_numbers_as_large_as_protocols_have_them(store: Store) -> None:
    await store.cursors.put("m", "f", 2**32 - 1, 2**32 - 1)
    assert await store.cursors.get("m", "f") == (2**32 - 1, 2**32 - 1)
    digest = store.blobs.put(b"abc")
    huge = StoredFile(filename="f", content_type="a/b", size=2**40, sha256=digest)

    def job(uow: StoreUnitOfWork) -> Article:
        person = uow.people.add(Contact(name="", address="a@b"))
        return uow.articles.add(article(uow.tickets.add(ticket(person.id)).number, files=(huge,), inbound=2**60))

    written = store.writer.run(job)
    assert store.read(lambda uow: uow.articles.get(written.id)) == written


def test_times_come_back_in_utc_to_the_microsecond(store: Store) -> None:
    lisbon_summer = timezone(timedelta(hours=1))
    moment = datetime(2026, 7, 1, 0, 30, 0, 123456, tzinfo=lisbon_summer)

    def job(uow: StoreUnitOfWork) -> Ticket:
        person = uow.people.add(Contact(name="", address="a@b"))
        return uow.tickets.add(ticket(person.id, created_at=moment, updated_at=datetime(1, 1, 1, tzinfo=UTC)))

    stored = store.writer.run(job)
    found = store.read(lambda uow: uow.tickets.get(stored.number))
    assert found is not None
    assert found.created_at == moment
    assert found.created_at.tzinfo is UTC
    assert found.created_at.isoformat() == "2026-06-30T23:30:00.123456+00:00"
    assert found.updated_at.year == 1


def test_a_time_without_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - the point of the test

    def job(uow: StoreUnitOfWork) -> None:
        person = uow.people.add(Contact(name="", address="a@b"))
        uow.tickets.add(ticket(person.id, created_at=naive))

    with pytest.raises(ValueError, match="without zone"):
        store.writer.run(job)


@given(st.text(st.characters(codec=None)))
def test_storable_text_is_text_that_utf_8_can_say(text: str) -> None:
    clean = storable(text)
    assert "\x00" not in clean
    assert clean.encode().decode() == clean
    assert storable(clean) == clean


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_keys_tell_texts_apart(one: list[str], other: list[str]) -> None:
    assert (key("\n".join(one)) == key("\n".join(other))) is ("\n".join(one) == "\n".join(other))
