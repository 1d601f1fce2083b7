"""What is kept for a time only goes in time, and nothing else goes with it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from maild.clock.purge import Purge
from maild.domain.notice import DeliveryResult
from maild.store.blobs import SMALL
from maild.store.engine import Store
from maild.store.tables import automatic_tally, capability, outbox, outbox_octets
from tests.helpers.rows import MONDAY, notice

OK = DeliveryResult(delivered=True, permanent=False, code=250, text="taken")
NEVER = DeliveryResult(delivered=False, permanent=True, code=550, text="no")


def count(store: Store, table: Any) -> int:
    rows = select(func.count()).select_from(table)
    return store.read(lambda uow: uow.session.connection.execute(rows).scalar_one())


async def sent(store: Store, number: int, *, at: datetime, result: DeliveryResult = OK, size: int = 10) -> None:
    made = notice(f"k{number}")
    store.writer.run(lambda uow: uow.outbox.plan([made], now=at))
    (item,) = await store.outbox.claim(limit=1, now=at, lease_seconds=60)
    await store.outbox.rendered([(item, b"x" * size)])
    await store.outbox.settle([(item, result)], now=at, retry_at=[None])


async def purge(store: Store, now: datetime, days: int | None = 90) -> bool:
    after = timedelta(days=days) if days else None
    return await Purge(octets_after=after, writer=store.writer, now=lambda: now)()


async def test_octets_of_mail_that_left_long_ago_go_and_its_record_stays(store: Store) -> None:
    await sent(store, 1, at=MONDAY)
    await sent(store, 2, at=MONDAY, result=NEVER)
    await sent(store, 3, at=MONDAY, size=SMALL + 1)
    await sent(store, 4, at=MONDAY + timedelta(days=80))
    assert await purge(store, MONDAY + timedelta(days=91))
    assert [store.outbox.octets(n) is None for n in (1, 2, 3, 4)] == [True, False, True, False]
    rows = store.queries.outbox_rows(limit=10)
    assert [row["state"] for row in rows] == ["sent", "sent", "failed", "sent"]
    assert all(row["tries"] for row in rows)
    assert await store.outbox.retry(2, now=MONDAY + timedelta(days=91)), "what has failed is sent as it was composed"
    (again,) = await store.outbox.claim(limit=1, now=MONDAY + timedelta(days=91), lease_seconds=60)
    assert again.octets == b"x" * 10


async def test_the_purge_is_nightly_goes_in_bites_and_can_be_switched_off(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maild.clock.purge.AT_A_TIME", 2)
    for n in range(5):
        await sent(store, n, at=MONDAY)
    later = MONDAY + timedelta(days=100)
    assert await purge(store, later, days=None)
    assert count(store, outbox_octets) == 5
    assert not await purge(store, later + timedelta(hours=23))
    assert await purge(store, later + timedelta(hours=24))
    assert (count(store, outbox_octets), count(store, outbox)) == (0, 5)


async def test_secrets_and_counts_of_the_past_go_and_those_of_today_stay(store: Store) -> None:
    def fill(at: datetime, number: int) -> None:
        made = notice(f"a{number}")
        store.writer.run(lambda uow: uow.outbox.plan([made], now=at))
        store.writer.run(
            lambda uow: uow.capabilities.add(
                secret=f"s{number}", kind="signin", ticket=1, contact=1, expires_at=at + timedelta(minutes=10), now=at
            )
        )

    for number, days in enumerate((0, 5, 9, 10)):
        await asyncio.to_thread(fill, MONDAY + timedelta(days=days), number)
    tallies = count(store, automatic_tally)
    now = MONDAY + timedelta(days=10, hours=1)
    assert await purge(store, now)
    assert (count(store, capability), count(store, automatic_tally)) == (3, tallies // 2)
    kept = store.read(lambda uow: uow.outbox.automatic_since(now - timedelta(hours=2)))
    assert kept == 1
