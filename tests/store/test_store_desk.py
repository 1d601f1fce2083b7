"""People, tickets, articles, clocks and events: what goes in comes out, on both engines alike."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import replace
from typing import Any

import pytest

from maild.desk.ports import KnownMessage
from maild.domain import events
from maild.domain.confirmation import Doubt
from maild.domain.events import Event
from maild.domain.lifecycle import StateType, Waiting
from maild.domain.people import Contact, Proof
from maild.domain.sla import SlaMetric, SlaStage, TimerState
from maild.domain.ticket import Article, ArticleKind, ArticleSender, Channel, Priority, StoredFile, Ticket
from maild.errors import Busy
from maild.store.blobs import SMALL
from maild.store.engine import Store
from maild.store.tables import ticket as ticket_table
from maild.store.uow import StoreUnitOfWork
from tests.helpers.rows import CUSTOMER, MONDAY, Opener, article, cause, contact, minutes, open_ticket, timer

EVENTS = [
    kind for _, kind in inspect.getmembers(events, inspect.isclass) if issubclass(kind, Event) and kind is not Event
]


def test_a_contact_is_found_by_address_and_by_id(store: Store) -> None:
    ana = store.writer.run(lambda uow: uow.people.add(contact("ana")))
    assert ana == replace(contact("ana"), id=ana.id)
    assert store.read(lambda uow: uow.people.by_address("ana@example.org")) == ana
    assert store.read(lambda uow: uow.people.get(ana.id)) == ana
    assert store.read(lambda uow: uow.people.by_address("bea@example.org")) is None
    with pytest.raises(KeyError):
        store.read(lambda uow: uow.people.get(ana.id + 1))


def test_an_address_belongs_to_one_contact(store: Store) -> None:
    store.writer.run(lambda uow: uow.people.add(contact("ana")))
    tries = 0

    def add_blindly(uow: StoreUnitOfWork) -> None:
        nonlocal tries
        tries += 1
        uow.people.add(contact("ana"))

    with pytest.raises(Busy):
        store.writer.run(add_blindly)
    assert tries == 3


def test_nobody_owns_an_address_that_cannot_be_read(store: Store) -> None:
    unreadable = replace(contact("ana"), address="no address")
    one, other = (store.writer.run(lambda uow: uow.people.add(unreadable)) for _ in range(2))
    assert one.id != other.id
    assert store.read(lambda uow: uow.people.by_address(one.mailbox.key)) is None


def test_a_ticket_keeps_every_field(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> Ticket:
        return uow.tickets.save(
            replace(
                open_ticket(uow),
                state=StateType.PENDING,
                owner="bea",
                category="printers",
                request_type="fault",
                priority=Priority.URGENT,
                tags=("fire", "vip ä"),
                policy="gold",
                updated_at=minutes(1),
                closed_at=minutes(2),
                first_response_at=minutes(3),
                last_customer_at=minutes(4),
                last_agent_at=minutes(5),
                promised_at=minutes(6),
                reopen_count=2,
                follows=10000,
            )
        )

    saved = store.writer.run(fill)
    assert saved.version == 1
    assert store.read(lambda uow: uow.tickets.get(saved.number)) == saved


def test_numbers_have_five_digits_from_the_first_on(store: Store) -> None:
    first, second = (store.writer.run(open_ticket).number for _ in range(2))
    assert (first, second) == (10001, 10002)


def test_the_number_of_a_deleted_ticket_is_never_given_again(store: Store) -> None:
    gone = store.writer.run(open_ticket).number
    store.writer.run(lambda uow: uow.session.connection.execute(ticket_table.delete()))
    assert store.read(lambda uow: uow.tickets.get(gone)) is None
    assert store.writer.run(open_ticket).number > gone


def test_two_who_change_one_ticket_do_not_overwrite_each_other(store: Store) -> None:
    old = store.writer.run(open_ticket)
    store.writer.run(lambda uow: uow.tickets.save(replace(old, owner="bea")))
    with pytest.raises(Busy):
        store.writer.run(lambda uow: uow.tickets.save(replace(old, owner="rui")))
    found = store.read(lambda uow: uow.tickets.get(old.number))
    assert found is not None
    assert found.owner == "bea"


def test_who_lost_against_another_process_runs_again_on_fresh_data(store: Store, open_again: Opener) -> None:
    stale = store.writer.run(open_ticket)
    number, other = stale.number, open_again()
    assert other.read(lambda uow: uow.tickets.get(number)) == stale
    store.writer.run(lambda uow: uow.tickets.save(replace(stale, owner="bea")))
    seen: list[str] = []

    def close(uow: StoreUnitOfWork) -> None:
        found = uow.tickets.get(number) if seen else stale
        assert found is not None
        seen.append(found.owner)
        uow.tickets.save(replace(found, state=StateType.CLOSED))

    other.writer.run(close)
    assert seen == ["", "bea"]
    after = store.read(lambda uow: uow.tickets.get(number))
    assert after is not None
    assert (after.owner, after.state) == ("bea", StateType.CLOSED)


def test_requester_and_participants_are_of_the_ticket(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> tuple[Ticket, Contact]:
        ticket = open_ticket(uow)
        bea = uow.people.add(contact("bea"))
        for who in (bea.id, bea.id, ticket.requester):
            uow.tickets.join(ticket.number, who)
        return ticket, bea

    ticket, bea = store.writer.run(fill)
    assert store.read(lambda uow: uow.tickets.participants(ticket.number)) == {ticket.requester, bea.id}
    assert store.read(lambda uow: uow.tickets.participants(1)) == frozenset()


def test_links_go_both_ways_and_are_found_newest_first(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> list[int]:
        numbers = [open_ticket(uow).number for _ in range(3)]
        for other in (*numbers[1:], numbers[1]):
            uow.links.add(numbers[0], other)
        return numbers

    first, second, third = store.writer.run(fill)
    assert store.read(lambda uow: uow.links.of(first)) == [third, second]
    assert store.read(lambda uow: uow.links.of(second)) == [first]
    view = store.queries.ticket_view(first)
    assert view is not None
    assert [(one["number"], one["state"]) for one in view["see_also"]] == [(third, "new"), (second, "new")]
    store.writer.run(lambda uow: uow.links.remove(second, first))
    assert store.read(lambda uow: (uow.links.of(first), uow.links.of(second))) == ([third], [])


def test_open_tickets_of_a_requester_are_found_newest_first(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> list[Ticket]:
        ana, bea = uow.people.add(contact("ana")), uow.people.add(contact("bea"))
        mine = [uow.tickets.save(replace(open_ticket(uow), requester=ana.id)) for _ in range(4)]
        uow.tickets.save(replace(open_ticket(uow), requester=bea.id))
        uow.tickets.save(replace(mine[1], state=StateType.CLOSED))
        return mine

    first, closed, third, last = store.writer.run(fill)
    who = first.requester
    assert store.read(lambda uow: uow.tickets.open_of_requester(who, 2)) == [last.number, third.number]
    assert store.read(lambda uow: uow.tickets.open_of_requester(who, 9))[-1] == first.number
    assert closed.number in store.read(lambda uow: uow.tickets.of_requester(who, 9))


def test_a_remembered_name_leads_to_the_newest_tickets(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> list[int]:
        numbers = [open_ticket(uow).number for _ in range(3)]
        for number in numbers:
            uow.articles.remember("link 1", number)
        return numbers

    numbers = store.writer.run(fill)
    assert store.read(lambda uow: uow.articles.remembered("link 1", 2)) == [numbers[2], numbers[1]]
    assert store.read(lambda uow: uow.articles.remembered("link 2", 2)) == []


def test_an_article_keeps_every_field_and_its_files(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> tuple[Article, Article]:
        files = tuple(
            StoredFile(
                filename=name,
                content_type="image/png",
                size=len(octets),
                sha256=uow.blobs.put(octets),
                inline=name == "b.png",
                content_id="<b@x>" if name == "b.png" else None,
            )
            for name, octets in (("a.png", b"a"), ("b.png", b"b" * (SMALL + 1)), ("a-again.png", b"a"))
        )
        ticket = open_ticket(uow)
        plain = uow.articles.add(article(ticket.number, new_text="same", text="same"))
        full = uow.articles.add(
            article(
                ticket.number,
                kind=ArticleKind.COMMENT,
                sender=ArticleSender.AGENT,
                author="Bea",
                contact=7,
                agent="bea",
                message_id="<a@x>",
                subject="Re: fire",
                files=files,
                channel=Channel.CLI,
                inbound=4,
                verified=False,
                automatic=True,
                created_at=minutes(3),
            )
        )
        return plain, full

    plain, full = store.writer.run(fill)
    assert store.read(lambda uow: uow.articles.get(full.id)) == full
    assert store.read(lambda uow: uow.articles.of(full.ticket)) == [plain, full]
    assert store.read(lambda uow: uow.articles.get(full.id + 1)) is None
    assert store.blobs.get(full.files[1].sha256) == b"b" * (SMALL + 1)
    assert store.queries.ticket_file(full.ticket, full.files[0].sha256) in full.files
    assert store.queries.ticket_file(full.ticket + 1, full.files[0].sha256) is None
    assert store.queries.ticket_file(full.ticket, "no digest") is None


def test_an_article_cannot_name_octets_that_are_not_there(store: Store) -> None:
    lost = StoredFile(filename="a", content_type="a/b", size=1, sha256="00" * 32)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.writer.run(lambda uow: uow.articles.add(article(open_ticket(uow).number, files=(lost,))))
    assert store.queries.ticket_rows() == []


def test_message_ids_lead_to_tickets_even_when_two_tickets_have_the_same(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> tuple[Article, Article, Article]:
        mine, enemy = open_ticket(uow), open_ticket(uow, "eve")
        return (
            uow.articles.add(article(enemy.number, message_id="<1@x>")),
            uow.articles.add(article(mine.number, message_id="<1@x>")),
            uow.articles.add(article(mine.number, message_id="<" + "long" * 1000 + "@x>")),
        )

    stored = store.writer.run(fill)
    asked = ["<1@x>", "<unknown@x>", "", "<1@X>", stored[2].message_id]
    found = store.read(lambda uow: uow.articles.known_messages(asked))
    expected = [KnownMessage(message_id=one.message_id, ticket=one.ticket, article=one.id) for one in stored]
    assert sorted(found, key=lambda one: one.article) == expected
    assert store.read(lambda uow: uow.articles.known_messages([])) == []


def test_a_thousand_references_are_bounded_and_both_ends_count(store: Store) -> None:
    stored = store.writer.run(lambda uow: uow.articles.add(article(open_ticket(uow).number, message_id="<1@x>")))
    noise = [f"<{n}@noise>" for n in range(1000)]

    def known(asked: list[str]) -> list[int]:
        return [one.article for one in store.read(lambda uow: uow.articles.known_messages(asked))]

    assert known(["<1@x>", *noise]) == known([*noise, "<1@x>"]) == [stored.id]


def test_references_name_what_a_customer_wrote_and_nothing_else(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> int:
        ticket = open_ticket(uow)
        number, his = ticket.number, {"contact": ticket.requester}
        articles: list[tuple[str, dict[str, Any]]] = [
            ("c1", {}),
            ("agent", {"sender": ArticleSender.AGENT}),
            ("note", {"kind": ArticleKind.COMMENT}),
            ("stranger", {"verified": False}),
            ("c2", {}),
            ("c3", {}),
            ("c4", {}),
            ("another", {"contact": 0}),
        ]
        for name, values in articles:
            uow.articles.add(article(number, message_id=f"<{name}@x>", **(his | values)))
        uow.articles.add(article(number))
        return number

    number = store.writer.run(fill)
    found = store.read(lambda uow: uow.tickets.get(number))
    assert found is not None
    contact = found.requester

    def last(limit: int) -> list[str]:
        return store.read(lambda uow: uow.articles.last_message_ids(number, contact, limit))

    assert last(2) == ["<c1@x>", "<c3@x>", "<c4@x>"]
    assert last(4) == last(9) == ["<c1@x>", "<c2@x>", "<c3@x>", "<c4@x>"]


def test_timers_are_put_by_metric_and_cycle(store: Store) -> None:
    solution = timer(metric=SlaMetric.SOLUTION, state=TimerState.PAUSED, paused_at=minutes(5), due_at=None, used=5)
    breached = timer(stage=SlaStage.BREACHED, breached_at=minutes(121), met_at=minutes(130), state=TimerState.MET)

    def fill(uow: StoreUnitOfWork) -> int:
        number = open_ticket(uow).number
        uow.timers.put(number, [timer(), solution])
        uow.timers.put(number, [breached, timer(cycle=2)])
        uow.timers.put(number, [])
        return number

    number = store.writer.run(fill)
    assert store.read(lambda uow: uow.timers.of(number)) == [breached, timer(cycle=2), solution]


async def test_due_timers_are_running_ones_whose_alarm_has_come_earliest_first(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> int:
        number = open_ticket(uow).number
        uow.timers.put(
            number,
            [
                timer(cycle=1, next_alarm_at=minutes(60)),
                timer(cycle=2, next_alarm_at=minutes(30)),
                timer(cycle=3, next_alarm_at=minutes(61)),
                timer(cycle=4, next_alarm_at=None),
                timer(cycle=5, state=TimerState.MET),
            ],
        )
        return number

    number = await store.writer.run_async(fill)
    due = await store.timers.due(now=minutes(60), limit=10)
    assert due == [(number, "first-response", 2), (number, "first-response", 1)]
    assert await store.timers.due(now=minutes(60), limit=1) == due[:1]
    assert await store.timers.due(now=minutes(29), limit=10) == []
    (lane,) = (one for one in store.lanes.lane_ages(minutes(60)) if one.lane == "clock")
    assert (lane.waiting, lane.oldest_seconds) == (2, 1800.0)


def sample(kind: type[Event]) -> Event:
    """An event with a value in each field that differs from its default."""
    made: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        match str(field.type):
            case "int":
                made[field.name] = 2**40
            case "str":
                made[field.name] = f'{field.name} "ä" 🔥'
            case "bool":
                made[field.name] = True
            case "tuple[str, ...]":
                made[field.name] = ("a", "b")
            case "dict[str, Any]":
                made[field.name] = {"a": [1, None, "ä"], "b": {"c": 0.5}}
            case "datetime" | "datetime | None":
                made[field.name] = minutes(7)
            case "SlaMetric":
                made[field.name] = SlaMetric.SOLUTION
            case "tuple[int, ...]":
                made[field.name] = (2**40, 7)
            case "StateType":
                made[field.name] = StateType.PENDING
            case "Kept":
                made[field.name] = events.Kept.TOO_OFTEN
            case "Waiting":
                made[field.name] = Waiting.HOLD
            case "SlaStage":
                made[field.name] = SlaStage.RED
            case "Proof":
                made[field.name] = Proof.SIGNED
            case "Doubt":
                made[field.name] = Doubt.TOO_OLD
            case "tuple[ReplyBack, ...]":
                made[field.name] = (events.ReplyBack(article=2**40, at=minutes(7)),)
            case other:
                pytest.fail(f"no sample for {other}")
    return kind(**made)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_comes_back_as_itself(store: Store, kind: type[Event]) -> None:
    event = sample(kind)
    (number,) = store.writer.run(lambda uow: uow.events.append([event], actor=CUSTOMER, cause=cause(), at=MONDAY))
    (stored,) = store.read(lambda uow: uow.events.of(event.ticket))
    assert (stored.id, stored.event, stored.actor) == (number, event, CUSTOMER)
    assert (stored.at, stored.cause) == (MONDAY, "inbound:1")


def test_events_keep_their_order(store: Store) -> None:
    said = [events.TicketClosed(ticket=7, reason=str(n)) for n in range(5)]
    ids = store.writer.run(lambda uow: uow.events.append(said, actor=CUSTOMER, cause=cause(), at=MONDAY))
    assert ids == sorted(ids)
    assert [one.event for one in store.read(lambda uow: uow.events.of(7))] == said
    assert store.read(lambda uow: uow.events.of(8)) == []


def test_listings_are_filtered_and_newest_first(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> list[int]:
        return [
            open_ticket(uow, team="net").number,
            open_ticket(uow, "bea", team="hw", owner="rui").number,
            open_ticket(uow, team="hw", state=StateType.CLOSED, tags=("x",)).number,
        ]

    first, second, third = store.writer.run(fill)

    def numbers(**wanted: Any) -> list[int]:
        return [row["number"] for row in store.queries.ticket_rows(**wanted)]

    assert numbers() == [third, second, first]
    assert numbers(limit=1) == [third]
    assert numbers(team="hw") == [third, second]
    assert numbers(state="new") == [second, first]
    assert numbers(owner="rui", team="hw") == [second]
    row = store.queries.ticket_rows(owner="rui")[0]
    assert row["requester"]["address"] == "bea@example.org"
    assert row["created_at"] == MONDAY


def test_the_status_tells_no_names_and_no_words(store: Store) -> None:
    number = store.writer.run(open_ticket).number
    status = store.queries.ticket_status(number)
    assert status is not None
    assert set(status) == {
        "number",
        "state",
        "waiting",
        "zone",
        "language",
        "created_at",
        "updated_at",
        "first_response_at",
        "promised_at",
        "closed_at",
        "merged_into",
        "mailbox",
        "requester",  # his number: whether two tickets are one person's
    }
    for unknown in (number + 1, 0, -1, 10**30):
        assert store.queries.ticket_status(unknown) is None
        assert store.queries.ticket_view(unknown) is None


def test_the_view_has_all_there_is(store: Store) -> None:
    def fill(uow: StoreUnitOfWork) -> int:
        ticket = open_ticket(uow)
        uow.articles.add(article(ticket.number))
        uow.timers.put(ticket.number, [timer()])
        uow.events.append([events.ClockPaused(ticket=ticket.number)], actor=CUSTOMER, cause=cause(), at=MONDAY)
        return ticket.number

    number = store.writer.run(fill)
    view = store.queries.ticket_view(number)
    assert view is not None
    assert (view["ticket"]["number"], view["requester"]["name"]) == (number, "Ana")
    assert [one["new_text"] for one in view["articles"]] == ["It burns."]
    assert [(one["kind"], one["actor"]["kind"]) for one in view["events"]] == [("ClockPaused", "contact")]
    assert [one["due_at"] for one in view["timers"]] == [minutes(120)]


async def test_the_cursor_of_a_folder_moves(store: Store) -> None:
    assert await store.cursors.get("support@example.com", "INBOX") is None
    await store.cursors.put("support@example.com", "INBOX", 1, 1)
    await store.cursors.put("support@example.com", "INBOX", 4294967295, 4294967295)
    await store.cursors.put("support@example.com", "Archive", 7, 0)
    assert await store.cursors.get("support@example.com", "INBOX") == (4294967295, 4294967295)
    assert await store.cursors.get("support@example.com", "Archive") == (7, 0)


def test_octets_are_kept_once_and_come_back(store: Store) -> None:
    def within_a_transaction(digest: str) -> bytes:
        return store.read(lambda uow: uow.blobs.get(digest))

    for octets in (b"", b"small", b"x" * SMALL, b"x" * (SMALL + 1)):
        digest = store.blobs.put(octets)
        assert store.blobs.put(octets) == digest
        assert store.blobs.get(digest) == octets
        assert within_a_transaction(digest) == octets
    with pytest.raises(KeyError):
        store.blobs.get("00" * 32)
