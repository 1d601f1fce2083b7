"""Mail that leaves: planned once, claimed by one worker, marked before it is sent, settled by who holds it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from maild.desk.ports import KnownMessage
from maild.domain.address import Mailbox
from maild.domain.notice import DeliveryResult, Notice, NoticeClass, OutboxItem, OutboxState
from maild.store.blobs import SMALL
from maild.store.engine import Store
from maild.store.uow import StoreUnitOfWork
from tests.helpers.rows import MONDAY, Opener, minutes, notice, open_ticket

OK = DeliveryResult(delivered=True, permanent=False, code=250, text="2.0.0 taken")
LATER = DeliveryResult(delivered=False, permanent=False, code=451, text="4.7.1 greylisted")
AWAY = DeliveryResult(delivered=False, permanent=False, code=0, text="no session", tried=False)
NEVER = DeliveryResult(delivered=False, permanent=True, code=550, text="5.1.1 no such user")
SILENCE = DeliveryResult(delivered=False, permanent=False, code=0, text="connection lost", after_data=True)


def plan(store: Store, *notices: Notice, at: int = 0) -> None:
    store.writer.run(lambda uow: uow.outbox.plan(notices, now=minutes(at)))


async def claim(store: Store, *, at: int = 0, lease: int = 600, limit: int = 10) -> list[OutboxItem]:
    return await store.outbox.claim(limit=limit, now=minutes(at), lease_seconds=lease)


async def send(store: Store, result: DeliveryResult, *, at: int = 0, retry: int | None = None) -> OutboxItem:
    (item,) = await claim(store, at=at)
    assert await store.outbox.rendered([(item, b"octets")]) == {item.id}
    again = None if retry is None else minutes(retry)
    await store.outbox.settle([(item, result)], now=minutes(at), retry_at=[again])
    return item


def row(store: Store, **wanted: Any) -> dict[str, Any]:
    (found,) = store.queries.outbox_rows(**wanted)
    return found


def agent_notice(key: str, **values: Any) -> Notice:
    return notice(key, name="new-ticket", klass=NoticeClass.NOTIFICATION, **values)


async def test_a_notice_comes_back_whole(store: Store) -> None:
    full = notice(
        files=({"sha256": "ab", "filename": "ä.png", "content_type": "image/png"},),
        references=("<1@x>", "<2@x>"),
        in_reply_to="<2@x>",
    )
    plan(store, full)
    (item,) = await claim(store)
    assert item.notice == full
    assert (item.state, item.attempts, item.fence, item.octets) == (OutboxState.PLANNED, 1, 1, None)
    assert (item.created_at, item.last_error) == (MONDAY, "")


async def test_one_dedupe_key_is_one_mail(store: Store) -> None:
    plan(store, notice("a"), notice("a"))
    plan(store, notice("a"))
    assert len(await claim(store)) == 1
    assert store.read(lambda uow: uow.outbox.automatic_since(MONDAY)) == 1


async def test_what_the_guard_refused_is_kept_but_never_claimed(store: Store) -> None:
    plan(store, notice(suppressed="list mail"))
    assert await claim(store, at=9999) == []
    kept = row(store, state="suppressed")
    assert (kept["last_error"], kept["settled_at"], kept["next_attempt_at"]) == ("list mail", MONDAY, None)


def test_ids_of_our_notices_lead_to_their_tickets(store: Store) -> None:
    plan(store, notice("a"), notice("b", ticket=0), notice("c", suppressed="loop"))
    asked = [f"<m.{key}@example.com>" for key in "abc"]
    found = store.read(lambda uow: uow.articles.known_messages(asked))
    assert found == [KnownMessage(message_id=asked[0], ticket=10001, article=0)]


def test_the_guard_counts_what_was_let_through(store: Store) -> None:
    plan(store, notice("a"), at=0)
    plan(store, notice("b", name="sign-in", recipient=Mailbox("", "Ana@Example.ORG")), at=30)
    plan(store, notice("c", recipient=Mailbox("", "bea@example.org")), at=61)
    plan(store, notice("d", suppressed="cap"), agent_notice("e"), at=61)

    def count(since: int, name: str = "") -> int:
        return store.read(lambda uow: uow.outbox.automatic_to("ana@example.org", minutes(since), name))

    assert (count(0), count(1), count(31)) == (2, 1, 0)
    assert (count(0, "sign-in"), count(0, "acknowledgement"), count(0, "closed")) == (1, 1, 0)

    def in_all(since: int) -> int:
        return store.read(lambda uow: uow.outbox.automatic_since(minutes(since)))

    assert (in_all(0), in_all(1), in_all(61), in_all(62)) == (3, 2, 1, 0)


def test_the_guard_sees_what_its_own_transaction_planned(store: Store) -> None:
    def job(uow: StoreUnitOfWork) -> tuple[int, int]:
        uow.outbox.plan([notice("a")], now=MONDAY)
        return uow.outbox.automatic_to("ana@example.org", MONDAY), uow.outbox.automatic_since(MONDAY)

    assert store.writer.run(job) == (1, 1)


async def test_oldest_first_and_no_more_than_asked_for(store: Store) -> None:
    people = [Mailbox("", f"p{n}@example.org") for n in range(5)]
    plan(store, *(notice(str(n), recipient=who) for n, who in enumerate(people)))
    first = await claim(store, limit=3)
    assert [item.notice.recipient for item in first] == people[:3]
    assert [item.notice.recipient for item in await claim(store)] == people[3:]


async def test_what_one_person_is_told_about_one_ticket_leaves_in_order(store: Store) -> None:
    plan(store, notice("ack"), notice("answer"), notice("other", ticket=10002), agent_notice("team", ticket=0))
    keys = [item.notice.dedupe_key for item in await claim(store)]
    assert keys == ["ack", "other", "team"]
    assert await claim(store) == []
    (first,) = [one for one in store.queries.outbox_rows() if one["id"] == 1]
    assert first["state"] == "claimed"


async def test_the_answer_follows_when_the_acknowledgement_is_out_or_put_off(store: Store) -> None:
    plan(store, notice("ack"), notice("answer"))
    await send(store, LATER, retry=60)
    (item,) = await claim(store)
    assert item.notice.dedupe_key == "answer"


async def test_a_lease_keeps_others_away_until_it_ends(store: Store, open_again: Opener) -> None:
    plan(store, notice())
    (first,) = await claim(store, lease=60)
    other = open_again()
    assert await claim(other) == []
    (second,) = await claim(other, at=1)
    assert (second.fence, second.attempts, second.state) == (2, 2, OutboxState.PLANNED)
    assert await store.outbox.rendered([(first, b"mine")]) == frozenset()
    assert await other.outbox.rendered([(second, b"theirs")]) == {second.id}
    await store.outbox.settle([(first, OK)], now=MONDAY, retry_at=[None])
    assert row(store)["state"] == "transmitting"
    await other.outbox.settle([(second, OK)], now=minutes(1), retry_at=[None])
    assert row(store)["state"] == "sent"


async def test_sent_is_done(store: Store) -> None:
    plan(store, notice())
    await send(store, OK)
    done = row(store)
    assert (done["state"], done["settled_at"], done["next_attempt_at"]) == ("sent", MONDAY, None)
    assert done["tries"] == [{"at": MONDAY, "code": 250, "text": "2.0.0 taken"}]
    assert await claim(store, at=99999) == []
    assert await store.outbox.next_due() is None


async def test_put_off_comes_again_with_the_same_octets(store: Store) -> None:
    plan(store, notice())
    await send(store, LATER, retry=15)
    assert await store.outbox.next_due() == minutes(15)
    assert await claim(store, at=14) == []
    (again,) = await claim(store, at=15)
    assert (again.state, again.octets, again.attempts) == (OutboxState.DEFERRED, b"octets", 2)
    assert again.last_error == "451 4.7.1 greylisted"
    assert await store.outbox.rendered([(again, b"composed anew")]) == {again.id}
    await store.outbox.settle([(again, LATER)], now=minutes(15), retry_at=[minutes(30)])
    (third,) = await claim(store, at=30)
    assert third.octets == b"octets"
    assert [one["at"] for one in row(store)["tries"]] == [MONDAY, minutes(15)]


async def test_rel_54_what_was_not_tried_waits_as_it_was(store: Store) -> None:
    plan(store, notice())
    await send(store, AWAY, retry=1)
    kept = row(store)
    assert (kept["state"], kept["attempts"], kept["tries"], kept["settled_at"]) == ("planned", 0, [], None)
    assert (kept["last_error"], kept["next_attempt_at"]) == ("no session", minutes(1))
    for at in (1, 16):
        (item,) = await claim(store, at=at)
        await store.outbox.rendered([(item, b"octets")])
        await store.outbox.settle([(item, LATER if at == 1 else AWAY)], now=minutes(at), retry_at=[minutes(at + 15)])
    kept = row(store)
    assert (kept["state"], kept["attempts"], len(kept["tries"])) == ("deferred", 1, 1)


async def test_large_octets_come_back_too(store: Store, open_again: Opener) -> None:
    plan(store, notice())
    (item,) = await claim(store)
    await store.outbox.rendered([(item, b"x" * (SMALL + 1))])
    await store.outbox.settle([(item, LATER)], now=MONDAY, retry_at=[minutes(1)])
    (again,) = await claim(open_again(), at=1)
    assert again.octets == b"x" * (SMALL + 1)


async def test_refused_for_good_is_visible_and_can_be_retried_by_hand(store: Store) -> None:
    plan(store, notice())
    item = await send(store, NEVER)
    assert row(store, state="failed")["last_error"] == "550 5.1.1 no such user"
    assert await claim(store, at=9999) == []
    assert await store.outbox.retry(item.id, now=minutes(5))
    assert not await store.outbox.retry(item.id, now=minutes(5))
    (again,) = await claim(store, at=5)
    assert (again.state, again.attempts) == (OutboxState.PLANNED, 1)
    await store.outbox.settle([(again, OK)], now=minutes(5), retry_at=[None])
    assert [one["code"] for one in row(store)["tries"]] == [550, 250]
    assert not await store.outbox.retry(item.id, now=minutes(6))


async def test_no_answer_after_the_data_is_an_unknown_outcome(store: Store) -> None:
    plan(store, notice())
    await send(store, SILENCE, retry=10)
    assert row(store)["state"] == "outcome-unknown"
    (again,) = await claim(store, at=10)
    assert (again.state, again.octets) == (OutboxState.OUTCOME_UNKNOWN, b"octets")
    await store.outbox.settle([(again, SILENCE)], now=minutes(10), retry_at=[None])
    assert row(store, state="outcome-unknown")["next_attempt_at"] is None
    assert await claim(store, at=9999) == []


async def test_killed_while_sending_is_sent_once_more_and_then_left_to_a_person(
    lone_store: Store,
) -> None:
    store = lone_store
    plan(store, notice())
    (item,) = await claim(store)
    await store.outbox.rendered([(item, b"octets")])
    assert await store.outbox.recover(now=minutes(1)) == 1
    (again,) = await claim(store, at=1)
    assert (again.state, again.octets) == (OutboxState.OUTCOME_UNKNOWN, b"octets")
    assert await store.outbox.rendered([(item, b"")]) == frozenset()
    assert await store.outbox.rendered([(again, b"")]) == {again.id}
    assert await store.outbox.recover(now=minutes(2)) == 1
    left = row(store, state="outcome-unknown")
    assert (left["next_attempt_at"], left["settled_at"]) == (None, minutes(2))
    assert len(left["tries"]) == 2
    assert await claim(store, at=9999) == []
    assert await store.outbox.recover(now=minutes(3)) == 0


async def test_killed_between_claim_and_sending_is_taken_up_at_once(lone_store: Store) -> None:
    plan(lone_store, notice())
    (item,) = await claim(lone_store)
    assert await lone_store.outbox.recover(now=minutes(1)) == 0
    (again,) = await claim(lone_store, at=1)
    assert again.state is OutboxState.PLANNED
    assert await lone_store.outbox.rendered([(item, b"")]) == frozenset()


async def test_of_several_processes_none_takes_what_another_is_sending(store: Store, open_again: Opener) -> None:
    plan(store, notice())
    (item,) = await claim(store, lease=600)
    await store.outbox.rendered([(item, b"octets")])
    other = open_again()
    assert await other.outbox.recover(now=minutes(9)) == 0
    assert await claim(other, at=9) == []
    # Its lease is over: it is dead, and what it sent is unknown.
    (again,) = await claim(other, at=10)
    assert (again.state, again.octets) == (OutboxState.OUTCOME_UNKNOWN, b"octets")


async def test_settling_a_batch_settles_each_by_its_own_result(store: Store) -> None:
    plan(store, *(notice(key, recipient=Mailbox("", f"{key}@example.org")) for key in "abc"))
    items = await claim(store)
    await store.outbox.rendered([(item, b"") for item in items])
    results = list(zip(items, (OK, LATER, NEVER), strict=True))
    await store.outbox.settle(results, now=MONDAY, retry_at=[None, minutes(5), None])
    assert {one["recipient"][0]: one["state"] for one in store.queries.outbox_rows()} == {
        "a": "sent",
        "b": "deferred",
        "c": "failed",
    }
    await store.outbox.settle([], now=MONDAY, retry_at=[])
    with pytest.raises(ValueError, match="shorter"):
        await store.outbox.settle(results, now=MONDAY, retry_at=[])


async def test_the_lane_s_age_is_how_long_the_oldest_is_overdue(store: Store) -> None:
    def lane(at: int) -> tuple[int, float | None]:
        (found,) = (one for one in store.lanes.lane_ages(minutes(at)) if one.lane == "outbox")
        return found.waiting, found.oldest_seconds

    assert lane(0) == (0, None)
    plan(store, notice())
    assert lane(2) == (1, 120.0)
    await send(store, LATER, at=2, retry=240)
    assert lane(200) == (0, None)
    assert lane(241) == (1, 60.0)


async def test_listed_by_ticket_and_state(store: Store) -> None:
    number = store.writer.run(open_ticket).number
    plan(store, notice("a", ticket=number), notice("b", ticket=number + 1))
    assert row(store, ticket=number)["message_id"] == "<m.a@example.com>"
    assert len(store.queries.outbox_rows(state="planned", limit=1)) == 1
    assert store.queries.outbox_rows(state="sent") == []


async def test_next_due_is_the_earliest(store: Store) -> None:
    plan(store, notice("late", ticket=1), at=20)
    plan(store, notice("early", ticket=2), at=10)
    assert await store.outbox.next_due() == MONDAY + timedelta(minutes=10)
