"""Mail that waits for a digest: kept, found when it is due, taken once, whoever takes it."""

from __future__ import annotations

import asyncio

from maild.domain.address import Mailbox
from maild.domain.notice import Notice, NoticeClass, OutboxState
from maild.store.engine import Store
from tests.helpers.rows import MONDAY, Opener, minutes, notice

RUI, EVA = Mailbox("Rui", "rui@agents.example"), Mailbox("Eva", "eva@agents.example")


def waiting(key: str, whose: Mailbox, until: int) -> Notice:
    return notice(
        key, name="new-ticket", klass=NoticeClass.NOTIFICATION, recipient=whose, waits_until=minutes(until)
    )  # fmt: skip


def plan(store: Store, *notices: Notice) -> None:
    store.writer.run(lambda uow: uow.outbox.plan(notices, now=MONDAY))


def due(store: Store, at: int, limit: int = 10) -> list[str]:
    return store.writer.run(lambda uow: uow.waiting.due(now=minutes(at), limit=limit))


def states(store: Store) -> list[str]:
    return [row["state"] for row in reversed(store.queries.outbox_rows(limit=20))]


async def test_what_waits_is_not_sent_and_is_due_in_its_time_longest_first(store: Store) -> None:
    plan(store, waiting("a", RUI, 20), waiting("b", EVA, 10), waiting("c", EVA, 30))
    assert await store.outbox.claim(limit=10, now=minutes(60), lease_seconds=60) == []
    assert due(store, 9) == []
    assert due(store, 10) == [EVA.key]
    assert due(store, 60) == [EVA.key, RUI.key]
    assert due(store, 60, limit=1) == [EVA.key]


async def test_a_digest_takes_all_that_waits_for_its_reader_and_nobody_elses(store: Store) -> None:
    plan(store, waiting("a", RUI, 20), waiting("b", EVA, 10), waiting("c", RUI, 90))
    taken = store.writer.run(lambda uow: uow.waiting.take(RUI.key, now=minutes(20)))
    found = store.writer.run(lambda uow: [uow.waiting.get(one) for one in taken])
    assert [one.notice.dedupe_key for one in found if one] == ["a", "c"]
    assert states(store) == ["gathered", "waiting", "gathered"]
    assert store.writer.run(lambda uow: uow.waiting.take(RUI.key, now=minutes(20))) == []
    assert due(store, 99) == [EVA.key]


async def test_what_waits_survives_and_two_processes_take_it_once(store: Store, open_again: Opener) -> None:
    plan(store, *(waiting(f"n{number}", RUI, 5) for number in range(20)))
    other = open_again()

    async def take(desk: Store) -> list[int]:
        return await desk.writer.run_async(lambda uow: uow.waiting.take(RUI.key, now=minutes(5)))

    first, second = await asyncio.gather(take(store), take(other))
    assert sorted([len(first), len(second)]) == [0, 20]


async def test_one_alone_leaves_as_it_is_and_one_that_is_no_news_does_not(store: Store) -> None:
    plan(store, waiting("a", RUI, 5), waiting("b", RUI, 5))
    first, second = store.writer.run(lambda uow: uow.waiting.take(RUI.key, now=minutes(5)))
    store.writer.run(lambda uow: uow.waiting.send_alone(first, now=minutes(5)))
    store.writer.run(lambda uow: uow.waiting.drop(second, because="no news"))
    (item,) = await store.outbox.claim(limit=10, now=minutes(5), lease_seconds=60)
    assert item.id == first
    assert store.queries.outbox_rows(item=second)[0]["last_error"] == "no news"
    assert states(store)[1] == OutboxState.DROPPED


async def test_a_person_may_let_it_out_or_drop_it_before_its_time(store: Store) -> None:
    plan(store, waiting("a", RUI, 50), waiting("b", RUI, 50))
    first, second = (row["id"] for row in reversed(store.queries.outbox_rows(state="waiting", limit=9)))
    assert store.writer.run(lambda uow: uow.outbox.release(first, now=minutes(1)))
    assert store.writer.run(lambda uow: uow.outbox.drop(second, because="by hand", now=minutes(1)))
    assert due(store, 99) == []
    assert len(await store.outbox.claim(limit=10, now=minutes(1), lease_seconds=60)) == 1
