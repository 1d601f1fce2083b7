"""The watcher against a real Dovecot."""

from __future__ import annotations

import asyncio
import ssl
from datetime import date
from typing import Any

import pytest

from maild.ingest.imap import FolderState, ImapAccount, Security
from tests.helpers.dovecot import PASSWORD, Dovecot
from tests.helpers.memory_spool import MemoryCursors, MemorySpool
from tests.helpers.waiting import PATIENCE
from tests.ingest_servers.conftest import Watching

pytestmark = pytest.mark.server

DESK = "support@desk.example"


def mail(subject: str, body: str = "Good day.") -> bytes:
    return f"From: ana@customer.example\r\nTo: {DESK}\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


def account(server: Dovecot, user: str, **given: Any) -> ImapAccount:
    settings: dict[str, Any] = {
        "mailbox": DESK,
        "host": server.host,
        "port": server.tls_port,
        "tls_context": server.trust,
        "user": user,
        "password": PASSWORD,
        "poll_seconds": 30.0,  # far beyond the patience of these tests: what comes earlier came by IDLE
        "timeout_seconds": 5.0,
    }
    return ImapAccount(**(settings | given))


def subjects(spool: MemorySpool) -> list[str]:
    return [row.octets.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for row in spool.rows]


async def test_what_is_there_and_what_arrives_is_taken(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("one"), mail("two"))
    async with watching(account(dovecot, user)) as watch:
        await spool.until(2)
        await watch.at_rest()
        dovecot.put(user, mail("three, pushed"))
        rows = await spool.until(3)
        await cursors.until(DESK, "INBOX", 3)
    assert subjects(spool) == ["one", "two", "three, pushed"]
    assert rows[0].octets == mail("one")
    assert rows[0].source == "imap"
    assert rows[0].mailbox == DESK
    assert rows[0].source_key.startswith(f"{DESK}:INBOX:")
    assert rows[0].source_key.endswith(":1")
    assert rows[0].defect == ""
    assert watch.status.state is FolderState.STOPPED
    assert watch.status.last_good_at is not None
    assert watch.status.last_error == ""
    assert all(r"\Seen" in flags for flags in dovecot.flags(user))


async def test_polling_finds_mail_too(dovecot: Dovecot, watching: Watching, spool: MemorySpool) -> None:
    user = dovecot.user()
    async with watching(account(dovecot, user, poll_seconds=0.1)) as watch:
        await watch.at_rest()
        dovecot.put(user, mail("found by looking"))
        await spool.until(1)


async def test_mail_that_somebody_read_already_is_taken(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("read on a phone"), flags=r"(\Seen)")
    async with watching(account(dovecot, user)):
        await spool.until(1)


async def test_several_folders_also_with_foreign_names(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("in the inbox"))
    dovecot.put(user, mail("in another"), folder="Two Words &- more")
    dovecot.put(user, mail("in a third"), folder="Anfragen &APw-ber das Netz")
    dovecot.put(user, mail("in a fourth"), folder='with \\"quotes\\"')
    folders = ("INBOX", "Two Words & more", "Anfragen über das Netz", 'with "quotes"')
    async with watching(account(dovecot, user, folders=folders)) as watch:
        await spool.until(4)
        for folder in folders:
            await cursors.until(DESK, folder, 1)
    assert sorted(subjects(spool)) == ["in a fourth", "in a third", "in another", "in the inbox"]
    assert [status.folder for status in watch.watcher.status] == list(folders)


async def test_moved_only_after_it_is_stored(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("one"), mail("two"))
    spool.open.clear()
    async with watching(account(dovecot, user, after="move:Done")):
        async with asyncio.timeout(PATIENCE):
            await spool.entered.wait()
        assert len(dovecot.flags(user)) == 2, "nothing may move while it is not stored"
        assert dovecot.flags(user, "Done") == []
        spool.open.set()
        await cursors.until(DESK, "INBOX", 2)
    assert dovecot.flags(user) == []
    assert len(dovecot.flags(user, "Done")) == 2


async def test_deleted_when_so_wished(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("one"), mail("of somebody else"))
    with dovecot.session(user) as client:
        client.select("INBOX")
        client.store("2", "+FLAGS", r"(\Deleted)")
    async with watching(account(dovecot, user, after="delete")):
        await cursors.until(DESK, "INBOX", 2)
    assert dovecot.flags(user) == []
    assert len(spool.rows) == 2


async def test_kept_means_untouched(dovecot: Dovecot, watching: Watching, cursors: MemoryCursors) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("one"))
    async with watching(account(dovecot, user, after="keep")):
        await cursors.until(DESK, "INBOX", 1)
    assert all(r"\Seen" not in flags for flags in dovecot.flags(user))


async def test_a_store_that_refuses_leaves_mail_unmarked_and_gets_it_later(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("one"), mail("two"))
    spool.refusing = OSError("disk full")
    async with watching(account(dovecot, user)) as watch:
        await spool.until_tried(5)
        assert all(r"\Seen" not in flags for flags in dovecot.flags(user))
        assert "disk full" in watch.status.last_error
        assert cursors.values == {}
        spool.refusing = None
        await cursors.until(DESK, "INBOX", 2)
        await watch.at_rest()
    assert sorted(subjects(spool)) == ["one", "two"]
    assert watch.status.stuck == ()
    assert all(r"\Seen" in flags for flags in dovecot.flags(user))


async def test_a_server_that_dies_and_comes_back(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("before"))
    async with watching(account(dovecot, user)) as watch:
        await cursors.until(DESK, "INBOX", 1)
        await watch.at_rest()
        await asyncio.to_thread(dovecot.stop)
        await watch.failed(2)
        await asyncio.to_thread(dovecot.start)
        await asyncio.to_thread(dovecot.put, user, mail("after"))
        await spool.until(2)
        await watch.at_rest()
    assert subjects(spool) == ["before", "after"]
    assert watch.status.last_error == ""


async def test_a_restart_of_ours_takes_up_where_it_stopped(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("one"))
    async with watching(account(dovecot, user)):
        await cursors.until(DESK, "INBOX", 1)
    dovecot.put(user, mail("two"))
    async with watching(account(dovecot, user)):
        await cursors.until(DESK, "INBOX", 2)
    assert spool.tries == 2


async def test_another_uidvalidity_means_reading_all_again(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    old = [mail(f"old {n}") for n in range(5)]
    dovecot.put(user, *old, folder="Desk")
    async with watching(account(dovecot, user, folders=("Desk",))):
        await cursors.until(DESK, "Desk", 5)
    before = cursors.values[DESK, "Desk"]
    with dovecot.session(user) as client:
        client.delete("Desk")
    dovecot.put(user, *old, mail("new 1"), mail("new 2"), folder="Desk")
    async with watching(account(dovecot, user, folders=("Desk",))):
        await cursors.until(DESK, "Desk", 7)
    assert cursors.values[DESK, "Desk"][0] != before[0]
    assert len(spool.rows) == 12, "each under a key of its own; the book knows the five old ones by their content"
    assert len({row.octets for row in spool.rows}) == 7


async def test_starttls_and_no_tls(dovecot: Dovecot, watching: Watching, spool: MemorySpool) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("one"))
    async with watching(account(dovecot, user, port=dovecot.port, tls=Security.STARTTLS)):
        await spool.until(1)
    other = dovecot.user()
    dovecot.put(other, mail("two"))
    async with watching(account(dovecot, other, port=dovecot.port, tls=Security.NONE, mailbox="x@desk.example")):
        await spool.until(2)


@pytest.mark.parametrize("tls", [Security.IMPLICIT, Security.STARTTLS])
@pytest.mark.parametrize("wrong", ["authority", "name"])
async def test_a_wrong_certificate_gets_no_password(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, tls: Security, wrong: str
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("one"))
    assert dovecot.logins(user) == 1  # by `put`
    given: dict[str, Any] = {"tls": tls, "port": dovecot.tls_port if tls is Security.IMPLICIT else dovecot.port}
    if wrong == "authority":
        given["tls_context"] = ssl.create_default_context()
    else:
        given["host"] = dovecot.other_host
    async with watching(account(dovecot, user, **given)) as watch:
        await watch.failed(3)
    assert "certificate verify failed" in watch.status.last_error
    assert spool.rows == []
    assert dovecot.logins(user) == 1


async def test_a_wrong_password_is_told_and_not_tried_at_once(dovecot: Dovecot, watching: Watching) -> None:
    async with watching(account(dovecot, dovecot.user(), password="wrong")) as watch:
        await watch.failed(1)
        assert watch.status.state is FolderState.BACKING_OFF
        assert watch.status.last_error == "AccessRefused: [AUTHENTICATIONFAILED] Authentication failed."
    assert watch.delays[0] >= 15


async def test_a_folder_that_is_not_there_is_told_and_the_others_go_on(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool
) -> None:
    user = dovecot.user()
    dovecot.put(user, mail("one"))
    async with watching(account(dovecot, user, folders=("Nowhere", "INBOX"))) as watch:
        await spool.until(1)
        await watch.until(lambda status: "folder Nowhere" in status.last_error)


async def test_a_sick_mailbox_does_not_delay_a_good_one(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool
) -> None:
    class BlackHole(asyncio.Protocol):
        pass

    user = dovecot.user()
    hole = await asyncio.get_running_loop().create_server(BlackHole, "127.0.0.1", 0)
    port = hole.sockets[0].getsockname()[1]
    sick = account(dovecot, "x", port=port, tls=Security.NONE, mailbox="sick@desk.example")
    async with watching(sick) as bad, watching(account(dovecot, user)) as good:
        await good.at_rest()
        dovecot.put(user, mail("in good health"))
        await spool.until(1)
        assert bad.status.state is FolderState.CONNECTING
    hole.close()


async def test_of_an_oversized_mail_only_the_header_is_taken_and_it_stays_on_the_server(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    big = mail("huge", "x" * 5000)
    dovecot.put(user, mail("small"), big, mail("small too"))
    async with watching(account(dovecot, user, message_octets=4000, after="delete")):
        await cursors.until(DESK, "INBOX", 3)
    row = spool.rows[1]
    assert row.octets == big.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert row.defect == f"only the header: {len(big)} octets are more than we take"
    assert len(dovecot.flags(user)) == 1


async def test_mail_from_before_the_start_date_is_left_alone(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool
) -> None:
    user = dovecot.user()
    with dovecot.session(user) as client:
        client.append("INBOX", "", '"01-Feb-2020 10:00:00 +0100"', mail("old"))
        client.append("INBOX", "", '"01-Mar-2026 10:00:00 +0100"', mail("in time"))
    async with watching(account(dovecot, user, since=date(2026, 1, 1))) as watch:
        await spool.until(1)
        await watch.at_rest()
    assert subjects(spool) == ["in time"]
    assert spool.rows[0].received_at.isoformat() == "2026-03-01T09:00:00+00:00", "it reached us when it reached the box"


async def test_more_mails_than_one_batch(
    dovecot: Dovecot, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    user = dovecot.user()
    await asyncio.to_thread(dovecot.put, user, *(mail(f"number {n}") for n in range(450)))
    async with watching(account(dovecot, user)):
        await cursors.until(DESK, "INBOX", 450)
    assert subjects(spool) == [f"number {n}" for n in range(450)]
    assert spool.tries == 450


async def test_a_large_mail_comes_octet_for_octet(dovecot: Dovecot, watching: Watching, spool: MemorySpool) -> None:
    user = dovecot.user()
    body = "".join(f"* {n} FETCH (UID {n} {{5}} )(\r\n" for n in range(100_000))
    sent = mail("looks like a server's answer * 5 ) ( {3}", body)
    await asyncio.to_thread(dovecot.put, user, sent)
    async with watching(account(dovecot, user)):
        rows = await spool.until(1)
    assert rows[0].octets == sent


async def test_the_account_that_shall_move_into_what_it_reads_is_refused(dovecot: Dovecot) -> None:
    with pytest.raises(ValueError, match="moved into a folder that is read"):
        account(dovecot, "u0", folders=("INBOX", "Done"), after="move:Done")
    with pytest.raises(ValueError, match="write keep, seen, delete or move:FOLDER"):
        account(dovecot, "u0", after="burn")
