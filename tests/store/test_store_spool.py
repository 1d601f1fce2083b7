"""The book of accepted mail: taken in once, claimed by one worker, settled once, and always in balance."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from maild.desk.queues import Accepted, AlreadySettled, ClaimedMail, Outcome, Settlement
from maild.store.blobs import SMALL
from maild.store.engine import Store
from maild.store.uow import StoreUnitOfWork
from maild.store.versions import VersionKind
from tests.helpers.rows import MONDAY, Opener, minutes, raw_mail

OPENED = Settlement(outcome=Outcome.OPENED, ticket=10001, message_id="<1@x>", content_key="same", subject="Hi")


async def claim(store: Store, *, limit: int = 10, at: int = 0, lease: int = 60) -> list[ClaimedMail]:
    return await store.spool.claim(limit=limit, now=minutes(at), lease_seconds=lease)


async def settle(store: Store, mail: int, settlement: Settlement) -> None:
    await store.writer.run_async(lambda uow: uow.inbound.settle(mail, settlement, now=MONDAY))


async def test_a_mail_comes_out_as_it_went_in(store: Store) -> None:
    mail = raw_mail(octets=b"\x00\xff\r\nwhatever", mailbox="support@example.com")
    accepted = await store.spool.accept(mail)
    (claimed,) = await claim(store)
    assert accepted == Accepted(id=claimed.id, fresh=True)
    assert (claimed.octets, claimed.source, claimed.mailbox) == (mail.octets, "smtp", "support@example.com")
    assert (claimed.envelope, claimed.received_at, claimed.attempts) == (mail.envelope, MONDAY, 1)


async def test_the_null_reverse_path_is_not_a_missing_envelope(store: Store) -> None:
    bounce = raw_mail("bounce")
    assert bounce.envelope is not None
    await store.spool.accept(replace(bounce, envelope=replace(bounce.envelope, reverse_path="")))
    await store.spool.accept(raw_mail("piped", envelope=None))
    bounced, piped = await claim(store)
    assert bounced.envelope is not None
    assert bounced.envelope.reverse_path == ""
    assert piped.envelope is None


async def test_the_same_mail_is_taken_in_once(store: Store) -> None:
    first = await store.spool.accept(raw_mail())
    again = await store.spool.accept(raw_mail())
    assert again == Accepted(id=first.id, fresh=False)
    assert len(await claim(store)) == 1


async def test_the_same_key_of_another_intake_is_another_mail(store: Store) -> None:
    first = store.spool.accept_now
    smtp, imap = await asyncio.gather(
        asyncio.to_thread(first, raw_mail(source="smtp")), asyncio.to_thread(first, raw_mail(source="imap"))
    )
    assert smtp.fresh
    assert imap.fresh
    assert smtp.id != imap.id


async def test_many_at_once_get_one_row_each(store: Store) -> None:
    accepted = await asyncio.gather(*(store.spool.accept(raw_mail(f"m{n % 20}")) for n in range(60)))
    assert sum(one.fresh for one in accepted) == 20
    assert len({one.id for one in accepted}) == 20


async def test_oldest_first_and_no_more_than_asked_for(store: Store) -> None:
    ids = [(await store.spool.accept(raw_mail(f"m{n}"))).id for n in range(5)]
    assert [mail.id for mail in await claim(store, limit=3)] == ids[:3]
    assert [mail.id for mail in await claim(store, limit=3)] == ids[3:]


async def test_what_was_held_costs_the_writer_no_sync(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    large, small = b"a scan" * SMALL, b"a note"
    await store.spool.hold([large, small])
    synced: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr("maild.store.blobs.os.fsync", synced.append)
        digest = await store.writer.run_async(lambda uow: uow.blobs.put(large))
        assert synced == []
        await store.writer.run_async(lambda uow: uow.blobs.put(large + b"!"))
        assert len(synced) >= 2  # the file and its folder
    assert store.blobs.get(digest) == large


async def test_a_held_file_that_has_gone_is_written_again(store: Store) -> None:
    large = b"a scan" * SMALL
    await store.spool.hold([large])
    store._files.path(sha256(large).digest()).unlink()
    digest = await store.writer.run_async(lambda uow: uow.blobs.put(large))
    assert store.blobs.get(digest) == large


async def test_a_lease_keeps_others_away_until_it_ends(store: Store) -> None:
    await store.spool.accept(raw_mail())
    assert len(await claim(store, lease=120)) == 1
    assert await claim(store, at=1) == []
    (again,) = await claim(store, at=2)
    assert again.attempts == 2


async def test_octets_are_read_back_by_a_process_that_did_not_take_them_in(store: Store, open_again: Opener) -> None:
    small, large = raw_mail("small"), raw_mail("large", octets=b"x" * (SMALL + 1))
    await store.spool.accept(small)
    await store.spool.accept(large)
    assert [mail.octets for mail in await claim(open_again())] == [small.octets, large.octets]


async def test_a_mail_whose_octets_are_gone_is_quarantined_and_the_others_go_on(store: Store, tmp_path: Path) -> None:
    lost = await store.spool.accept(raw_mail("large", octets=b"x" * (SMALL + 1)))
    await store.spool.accept(raw_mail("small"))
    (file,) = (path for path in (tmp_path / "blobs").rglob("*") if path.is_file())
    file.unlink()
    (claimed,) = await claim(store)
    assert claimed.id != lost.id
    (row,) = store.queries.inbound(outcome="quarantined")
    assert (row.id, row.settlement.reason) == (lost.id, "its octets are gone")


async def test_settled_is_settled(store: Store) -> None:
    accepted = await store.spool.accept(raw_mail())
    await settle(store, accepted.id, OPENED)
    assert await claim(store, at=999) == []
    (row,) = store.queries.inbound()
    assert (row.settlement, row.settled_at) == (OPENED, MONDAY)


async def test_the_second_worker_to_settle_is_undone_whole(store: Store) -> None:
    accepted = await store.spool.accept(raw_mail())
    await settle(store, accepted.id, OPENED)

    def late(uow: StoreUnitOfWork) -> None:
        uow.capabilities.add(secret="s", kind="status", ticket=1, contact=1, expires_at=minutes(9), now=MONDAY)
        uow.inbound.settle(accepted.id, replace(OPENED, outcome=Outcome.APPENDED), now=MONDAY)

    with pytest.raises(AlreadySettled):
        await store.writer.run_async(late)
    assert store.read(lambda uow: uow.capabilities.find(secret="s", kind="status", now=MONDAY)) is None
    assert store.queries.inbound()[0].settlement.outcome is Outcome.OPENED


async def test_quarantine_never_takes_back_what_was_done(store: Store) -> None:
    accepted = await store.spool.accept(raw_mail())
    await settle(store, accepted.id, OPENED)
    await store.spool.quarantine(accepted.id, Settlement(outcome=Outcome.QUARANTINED), now=MONDAY)
    assert store.queries.inbound()[0].settlement.outcome is Outcome.OPENED


async def test_a_released_mail_starts_afresh(store: Store) -> None:
    accepted = await store.spool.accept(raw_mail())
    await claim(store)
    held = Settlement(outcome=Outcome.QUARANTINED, reason="reader died", stage="parse")
    await store.spool.quarantine(accepted.id, held, now=MONDAY)
    assert await store.spool.release(accepted.id, now=MONDAY)
    (claimed,) = await claim(store)
    assert claimed.attempts == 1
    assert not await store.spool.release(accepted.id, now=MONDAY)


async def test_same_id_and_content_is_a_duplicate_same_id_alone_is_not(store: Store) -> None:
    first = await store.spool.accept(raw_mail("a"))
    copy = await store.spool.accept(raw_mail("b"))
    await settle(store, first.id, OPENED)
    await settle(store, copy.id, replace(OPENED, outcome=Outcome.DUPLICATE))

    def probe(message_id: str, content: str) -> int | None:
        found = store.read(lambda uow: uow.inbound.same_content(message_id, content))
        return found.id if found else None

    assert probe("<1@x>", "same") == first.id
    assert probe("<1@x>", "other words") is None
    assert probe("<2@x>", "same") is None
    assert probe("", "same") is None


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.WAITING])
async def test_the_book_balances(store: Store, outcome: Outcome) -> None:
    for n in range(3):
        await store.spool.accept(raw_mail(f"m{n}"))
    await settle(store, (await claim(store))[0].id, Settlement(outcome=outcome))
    book = store.lanes.book()
    assert book.pop("accepted") == 3 == sum(book.values())
    assert book[{"duplicate": "discarded"}.get(outcome, outcome)] == 1
    assert book["waiting"] == 2


async def test_found_by_id_message_id_sender_and_subject(store: Store) -> None:
    one = await store.spool.accept(raw_mail("a"))
    await store.spool.accept(raw_mail("b"))
    await settle(store, one.id, replace(OPENED, sender="Ana@Example.org", subject="100% on fire"))
    for search in (str(one.id), "<1@x>", "1@x", "ana@example", "0% ON", ""):
        assert one.id in [row.id for row in store.queries.inbound(search=search)], search
    for search in ("999999", "9" * 30, "<2@x>", "bea@", "0_ on", "\x00nothing"):
        assert store.queries.inbound(search=search) == [], search


async def test_the_oldest_waiting_mail_tells_the_lane_s_age(store: Store) -> None:
    await store.spool.accept(raw_mail("old", received_at=minutes(-5)))
    await store.spool.accept(raw_mail("new"))
    (lane,) = (one for one in store.lanes.lane_ages(MONDAY) if one.lane == "mail")
    assert (lane.waiting, lane.oldest_seconds) == (2, 300.0)


async def test_mails_are_found_by_their_sender_and_by_their_ticket(store: Store) -> None:
    for number, (sender, ticket) in enumerate(
        (("ana@x.example", 10001), ("ben@x.example", 10001), ("ana@x.example", 0))
    ):
        accepted = await store.spool.accept(raw_mail(f"mail {number}"))
        found = Settlement(outcome=Outcome.APPENDED if ticket else Outcome.DISCARDED, reason="r", ticket=ticket,
                           sender=f"Somebody <{sender}>", sender_address=sender)  # fmt: skip
        await settle(store, accepted.id, found)
    assert [row.id for row in store.queries.inbound(sender="ANA@x.example")] == [3, 1]
    assert store.queries.inbound(sender="x.example") == []
    assert [row.id for row in store.read(lambda uow: uow.inbound.of_ticket(10001, 10))] == [1, 2]
    assert [row.id for row in store.read(lambda uow: uow.inbound.of_ticket(10001, 1))] == [2]
    assert store.read(lambda uow: uow.inbound.of_ticket(0, 10)) == []


def test_a_version_of_the_configuration_comes_back_as_it_was(store: Store) -> None:
    files = {"maild.toml": b"[desk]\n", "t/ol\xc3\xa1.txt": b"\x00\xff"}
    book = store.versions
    found = book.add(files, digest="d1", who="", because="", kind=VersionKind.FOUND, now=MONDAY)
    applied = book.add(files, digest="d2", who="eva", because="nights", kind=VersionKind.APPLIED, now=minutes(1))
    book.in_place(applied, now=minutes(2))
    asyncio.run(book.answered("d2", "works by it", now=minutes(3)))
    asyncio.run(book.answered("nobody has put it there", "x", now=minutes(3)))
    newest, first = book.newest(10)
    assert (newest.id, newest.who, newest.in_place_at, newest.answer) == (applied, "eva", minutes(2), "works by it")
    assert (first.id, first.files, first.in_place_at, first.taken_up_at) == (found, files, MONDAY, None)
    assert book.get(found) == first
    assert book.get(99) is None
