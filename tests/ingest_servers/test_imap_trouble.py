"""The watcher against a server that misbehaves."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path
from typing import Any

import pytest

from maild.desk.queues import Accepted
from maild.domain.mail import RawMail
from maild.ingest.imap import FolderState, ImapAccount, Security
from tests.helpers.imap_server import ScriptedImap, Session, Trick
from tests.helpers.memory_spool import MemoryCursors, MemorySpool
from tests.ingest_servers.conftest import Watching, server_tls

DESK = "support@desk.example"


def mail(subject: str, body: str = "Good day.") -> bytes:
    return f"From: ana@customer.example\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


ONE, TWO, THREE = mail("one"), mail("two"), mail("three")


def account(server: ScriptedImap, **given: Any) -> ImapAccount:
    settings: dict[str, Any] = {
        "mailbox": DESK,
        "host": "127.0.0.1",
        "port": server.port,
        "tls": Security.NONE,
        "user": "desk",
        "password": "secret",
        "poll_seconds": 30.0,
        "timeout_seconds": 2.0,
    }
    return ImapAccount(**(settings | given))


def times(count: int, trick: Trick) -> Trick:
    """The trick only so often, then honesty."""
    left = count

    async def limited(session: Session, tag: str, arguments: str) -> bool:
        nonlocal left
        if left == 0:
            return False
        left -= 1
        return await trick(session, tag, arguments)

    return limited


async def leave(session: Session, tag: str, arguments: str) -> bool:
    session.say("* BYE shutting down")
    session.writer.close()
    return True


async def reset(session: Session, tag: str, arguments: str) -> bool:
    session.hang_up()
    return True


async def hang(session: Session, tag: str, arguments: str) -> bool:
    return True


async def refuse(session: Session, tag: str, arguments: str) -> bool:
    session.say(f"{tag} NO not now")
    return True


async def reject(session: Session, tag: str, arguments: str) -> bool:
    session.say(f"{tag} BAD what?")
    return True


async def gibberish(session: Session, tag: str, arguments: str) -> bool:
    session.say(b"A9999 OK never asked")
    return True


@pytest.mark.parametrize("trick", [leave, reset, hang, refuse, reject, gibberish])
@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "SELECT", "SEARCH", "FETCH", "STORE", "IDLE"])
async def test_whatever_goes_wrong_once_the_mail_comes_once_and_the_next_too(
    command: str, trick: Trick, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async with ScriptedImap(ONE, TWO).serving() as server:
        server.on[command] = times(1, trick)
        async with watching(account(server, timeout_seconds=0.3, poll_seconds=0.5)) as watch:
            await cursors.until(DESK, "INBOX", 2)
            await server.until("IDLE", 1 if command != "IDLE" else 2)
            await watch.at_rest()
            await server.arrive(THREE)
            await cursors.until(DESK, "INBOX", 3)
            await watch.at_rest()
    assert [row.octets for row in spool.rows] == [ONE, TWO, THREE]
    assert watch.status.last_error == ""
    assert server.flags == {1: {r"\Seen"}, 2: {r"\Seen"}, 3: {r"\Seen"}}


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        ("* BYE too many connections", "BYE too many connections"),
        ("* PREAUTH hello", "before we said who we are"),
        ("220 mx ESMTP", "220 mx ESMTP"),
        ("", "TimeoutError"),
    ],
)
async def test_a_greeting_that_is_none_gets_no_password(greeting: str, reason: str, watching: Watching) -> None:
    async with ScriptedImap(ONE).serving() as server:
        server.greeting = greeting
        async with watching(account(server, timeout_seconds=0.3)) as watch:
            await watch.failed(2)
            assert reason in watch.status.last_error
    assert server.saw["LOGIN"] == 0


async def test_a_black_hole_in_idle_is_left_after_one_poll_interval(
    watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async with ScriptedImap(ONE).serving() as server:
        server.on["DONE"] = times(1, hang)
        async with watching(account(server, poll_seconds=0.2, timeout_seconds=0.3)) as watch:
            await cursors.until(DESK, "INBOX", 1)
            await server.until("IDLE")
            await server.arrive(TWO, told=False)
            await cursors.until(DESK, "INBOX", 2)
    assert len(watch.delays) == 1
    assert spool.tries == 2


async def test_without_idle_it_polls(watching: Watching, spool: MemorySpool) -> None:
    async with ScriptedImap(ONE).serving() as server:
        server.capabilities = "IMAP4rev1"
        async with watching(account(server, poll_seconds=0.1)) as watch:
            await spool.until(1)
            await server.until("NOOP", 2)
            await server.arrive(TWO)
            await spool.until(2)
    assert server.saw["IDLE"] == 0
    assert watch.delays == []


async def test_idle_ends_at_the_poll_interval_even_if_nothing_is_told(watching: Watching, spool: MemorySpool) -> None:
    async with ScriptedImap(ONE).serving() as server, watching(account(server, poll_seconds=0.1)):
        await server.until("IDLE", 2)
        await server.arrive(TWO, told=False)
        await spool.until(2)


async def test_mail_that_is_told_in_the_answer_to_something_else_is_not_missed(
    watching: Watching, spool: MemorySpool
) -> None:
    async def news(session: Session, tag: str, arguments: str) -> bool:
        server.mails[2] = TWO  # after what SEARCH found, and idle will not tell it again
        session.say("* SEARCH 1", "* 2 EXISTS", f"{tag} OK found")
        return True

    async with ScriptedImap(ONE).serving() as server:
        server.on["SEARCH"] = times(1, news)
        async with watching(account(server)):
            await spool.until(2)


async def test_a_server_that_always_tells_of_new_mail_is_believed_a_few_times(
    watching: Watching, cursors: MemoryCursors
) -> None:
    async def news(session: Session, tag: str, arguments: str) -> bool:
        session.say("* 1 EXISTS")
        return False

    async with ScriptedImap(ONE).serving() as server:
        server.on["SEARCH"] = news
        async with watching(account(server)):
            await server.until("IDLE")
            await cursors.until(DESK, "INBOX", 1)
    assert server.saw["SEARCH"] <= 5


async def test_five_thousand_lines_in_one_answer(watching: Watching, spool: MemorySpool) -> None:
    async def chatter(session: Session, tag: str, arguments: str) -> bool:
        session.say(*(f"* {n} FETCH (FLAGS (\\Seen) UID {n + 100})" for n in range(1, 5001)))
        return False

    async with ScriptedImap(ONE).serving() as server:
        server.on["FETCH"] = chatter
        async with watching(account(server)) as watch:
            await spool.until(1)
    assert watch.delays == []


@pytest.mark.parametrize(
    ("flood", "reason"),
    [
        (b"* SEARCH " + b"1 " * (9 << 20), "a line without end"),
        (b"* SEARCH 1\r\n" * 30_000, "more lines than any answer has"),
        (b"* SEARCH {4000000000}\r\n", "more than was asked for"),
    ],
    ids=["a line", "lines", "a literal"],
)
async def test_a_server_that_sends_without_end_is_left(
    flood: bytes, reason: str, watching: Watching, spool: MemorySpool, caplog: pytest.LogCaptureFixture
) -> None:
    async def pour(session: Session, tag: str, arguments: str) -> bool:
        session.writer.write(flood)
        return False

    async with ScriptedImap(ONE).serving() as server:
        server.on["SEARCH"] = times(1, pour)
        async with watching(account(server, timeout_seconds=60)) as watch:
            await spool.until(1)
    assert len(watch.delays) == 1
    assert reason in caplog.text


@pytest.mark.parametrize("difference", [-5, 5])
async def test_a_size_that_is_wrong_for_good_is_the_servers_fault(
    difference: int, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async def count_wrongly(session: Session, tag: str, arguments: str) -> bool:
        if "RFC822.SIZE" not in arguments:
            return False
        session.say(f"* 1 FETCH (UID 1 RFC822.SIZE {len(ONE) + difference})", f"{tag} OK")
        return True

    async with ScriptedImap(ONE).serving() as server:
        server.on["FETCH"] = count_wrongly
        async with watching(account(server)) as watch:
            await cursors.until(DESK, "INBOX", 1)
    assert len(watch.delays) == 1, "once more on a new connection, then it is believed"
    assert [row.octets for row in spool.rows] == [ONE]


async def test_a_mail_that_came_short_is_not_stored(watching: Watching, spool: MemorySpool) -> None:
    async def cut(session: Session, tag: str, arguments: str) -> bool:
        if "BODY.PEEK[]" not in arguments:
            return False
        server.give(session, 1, 1, ONE[:20])
        session.say(f"{tag} OK")
        return True

    async with ScriptedImap(ONE).serving() as server:
        server.on["FETCH"] = times(2, cut)  # the first is the question for sizes
        async with watching(account(server)):
            await spool.until(1)
    assert [row.octets for row in spool.rows] == [ONE]


@pytest.mark.parametrize("at", range(0, 160, 8))
async def test_a_connection_that_breaks_anywhere_in_a_fetch(
    at: int, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async def break_off(session: Session, tag: str, arguments: str) -> bool:
        if "BODY.PEEK[]" not in arguments:
            return False
        words = f'* 1 FETCH (UID 1 INTERNALDATE "03-Mar-2026 10:00:00 +0000" BODY[] {{{len(ONE)}}}\r\n'.encode()
        session.writer.write((words + ONE + b")\r\n" + f"{tag} OK fetched\r\n".encode())[:at])
        await session.writer.drain()
        session.writer.close()
        return True

    async with ScriptedImap(ONE, TWO).serving() as server:
        server.on["FETCH"] = times(2, break_off)
        async with watching(account(server)):
            await cursors.until(DESK, "INBOX", 2)
    assert [row.octets for row in spool.rows] == [ONE, TWO]


async def test_a_mail_that_vanished_in_between_is_passed(
    watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async def too_late(session: Session, tag: str, arguments: str) -> bool:
        server.mails.pop(2, None)
        return False

    async with ScriptedImap(ONE, TWO, THREE).serving() as server:
        server.on["FETCH"] = too_late
        async with watching(account(server)) as watch:
            await cursors.until(DESK, "INBOX", 3)
    assert [row.octets for row in spool.rows] == [ONE, THREE]
    assert watch.delays == []


async def test_a_mail_that_vanishes_after_its_size_was_told_is_passed(
    watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async def too_late(session: Session, tag: str, arguments: str) -> bool:
        if "BODY" in arguments:
            server.mails.pop(2, None)
        return False

    async with ScriptedImap(ONE, TWO, THREE).serving() as server:
        server.on["FETCH"] = too_late
        async with watching(account(server)):
            await cursors.until(DESK, "INBOX", 3)
    assert [row.octets for row in spool.rows] == [ONE, THREE]


async def no(session: Session, tag: str, arguments: str) -> bool:
    """A server that cannot give UID 2."""
    if "BODY.PEEK[]" not in arguments or not arguments.startswith("2 "):
        return False
    session.say(f"{tag} NO [SERVERBUG] internal error")
    return True


async def nothing(session: Session, tag: str, arguments: str) -> bool:
    """A server that says OK and gives nothing for a mail that is there."""
    if "BODY.PEEK[]" not in arguments or not arguments.startswith("2 "):
        return False
    session.say("* 2 FETCH (UID 2 BODY[] NIL)", f"{tag} OK")
    return True


async def nonsense(session: Session, tag: str, arguments: str) -> bool:
    """A server whose answer cannot be read."""
    if "BODY.PEEK[]" not in arguments or not arguments.startswith("2 "):
        return False
    session.say("* 2 FETCH (UID 2 BODY[] {3}", "abc)", "X1 OK what is this")
    return True


@pytest.mark.parametrize("poison", [no, nothing, nonsense])
async def test_one_mail_that_cannot_be_fetched_stops_nothing_and_is_not_lost(
    poison: Trick, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async with ScriptedImap(ONE, TWO, THREE).serving() as server:
        server.on["FETCH"] = poison
        async with watching(account(server, after="delete")) as watch:
            await cursors.until(DESK, "INBOX", 3)
            await watch.at_rest()
    header, _ = TWO.split(b"\r\n\r\n")
    assert sorted(row.octets for row in spool.rows) == sorted([ONE, header + b"\r\n\r\n", THREE])
    assert [row.defect for row in spool.rows if row.defect] == ["only the header: the server does not give the mail"]
    assert server.mails == {2: TWO}, "what is only there stays there"
    assert watch.status.stuck == ()


async def test_a_mail_that_can_never_be_had_is_shown_and_the_others_come(
    watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async def never(session: Session, tag: str, arguments: str) -> bool:
        if not arguments.startswith("2 "):
            return False
        session.say(f"{tag} NO broken")
        return True

    async with ScriptedImap(ONE, TWO).serving() as server:
        server.on["FETCH"] = never
        async with watching(account(server)) as watch:
            await watch.until(lambda status: status.stuck == (2,))
            await server.arrive(THREE)
            await spool.until(2)
            await watch.failed(8)
            await cursors.until(DESK, "INBOX", 1)
    assert [row.octets for row in spool.rows] == [ONE, THREE]
    assert cursors.values[DESK, "INBOX"] == (77, 1), "the cursor never passes what is not settled"
    assert "broken" in watch.status.last_error


async def test_one_mail_that_spoils_the_question_for_all_is_found(
    watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async def spoiled(session: Session, tag: str, arguments: str) -> bool:
        low, _, high = arguments.split()[0].partition(":")
        if "RFC822.SIZE" not in arguments or not int(low) <= 2 <= int(high or low):
            return False
        session.say(f"{tag} NO cannot read one of them")
        return True

    async with ScriptedImap(ONE, TWO, THREE).serving() as server:
        server.on["FETCH"] = spoiled
        async with watching(account(server)) as watch:
            await spool.until(2)
            await watch.until(lambda status: 2 in status.stuck)
    assert [row.octets for row in spool.rows] == [ONE, THREE]


async def test_a_mail_that_the_store_never_takes_lets_the_others_pass(
    watching: Watching, spool: MemorySpool, cursors: MemoryCursors, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = spool.accept

    async def picky(mail: RawMail) -> Accepted:
        if mail.octets == TWO:
            raise ValueError("a value the database refuses")
        return await honest(mail)

    monkeypatch.setattr(spool, "accept", picky)
    async with ScriptedImap(ONE, TWO, THREE).serving() as server, watching(account(server)) as watch:
        await spool.until(2)
        await watch.until(lambda status: status.stuck == (2,))
    assert [row.octets for row in spool.rows] == [ONE, THREE]
    assert 2 not in server.flags


@pytest.mark.parametrize("after", ["seen", "delete", "move:Done"])
async def test_a_server_that_will_not_mark_gets_no_second_mail_and_is_asked_again(
    after: str, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async with ScriptedImap(ONE).serving() as server:
        server.folders.add("Done")
        server.on["STORE"] = server.on["MOVE"] = refuse
        async with watching(account(server, after=after, poll_seconds=0.05)) as watch:
            await cursors.until(DESK, "INBOX", 1)
            assert watch.status.unmarked == 1
            server.on.clear()
            await watch.until(lambda status: status.unmarked == 0)
    assert spool.tries == 1
    assert watch.delays == []
    assert server.moved or r"\Seen" in server.flags.get(1, ()) or server.mails == {}


async def test_moving_without_the_extension_and_into_a_folder_that_must_be_made(
    watching: Watching, cursors: MemoryCursors
) -> None:
    async with ScriptedImap(ONE, TWO).serving() as server:
        server.capabilities = "IMAP4rev1 IDLE UIDPLUS"
        async with watching(account(server, after="move:Done & gone")):
            await cursors.until(DESK, "INBOX", 2)
    assert server.mails == {}
    assert server.copied == {1: ONE, 2: TWO}
    assert server.folders == {"INBOX", "Done &- gone"}


async def test_deleting_without_uidplus_never_removes_what_others_marked(
    watching: Watching, cursors: MemoryCursors
) -> None:
    async with ScriptedImap(ONE).serving() as server:
        server.capabilities = "IMAP4rev1 IDLE"
        async with watching(account(server, after="delete")):
            await cursors.until(DESK, "INBOX", 1)
    assert server.saw["EXPUNGE"] == 0
    assert server.flags == {1: {r"\Deleted"}}


async def test_a_password_refused_then_accepted(watching: Watching, spool: MemorySpool) -> None:
    async with ScriptedImap(ONE).serving() as server:
        server.passwords.clear()
        async with watching(account(server)) as watch:
            await watch.failed(3)
            assert watch.status.last_error == "AccessRefused: [AUTHENTICATIONFAILED] who are you?"
            server.passwords.add("secret")
            await spool.until(1)
            await watch.at_rest()
    assert watch.delays[0] >= 15, "half a minute, less its jitter: a hasty client is locked out"
    assert watch.delays[2] > watch.delays[0]
    assert watch.status.failures == 0


async def test_the_wait_after_failures_grows_to_the_poll_interval_and_no_further(watching: Watching) -> None:
    async with ScriptedImap(ONE).serving() as server:
        server.on["SELECT"] = refuse
        async with watching(account(server, poll_seconds=20)) as watch:
            await watch.failed(9)
    assert 0.5 <= watch.delays[0] <= 1
    assert all(delay <= 20 for delay in watch.delays)
    assert watch.delays[7] >= 10


async def test_no_password_where_the_server_forbids_it(watching: Watching) -> None:
    async with ScriptedImap(ONE).serving() as server:
        server.capabilities += " LOGINDISABLED"
        async with watching(account(server)) as watch:
            await watch.failed(1)
    assert server.saw["LOGIN"] == 0


async def test_an_old_token_is_renewed_and_a_refused_one_told(watching: Watching, spool: MemorySpool) -> None:
    asked: list[bool] = []

    async def tokens(renew: bool) -> str:
        asked.append(renew)
        return "good-token" if renew else "stale-token"

    async with ScriptedImap(ONE).serving() as server:
        async with watching(account(server, token=tokens, password="")):
            await spool.until(1)
        assert asked == [False, True]
        server.tokens.clear()
        async with watching(account(server, token=tokens, password="")) as watch:
            await watch.failed(1)
            assert watch.status.last_error == "AccessRefused: [AUTHENTICATIONFAILED] token expired"


@pytest.mark.parametrize("trick", [refuse, reject, hang, leave])
async def test_starttls_is_never_done_without(trick: Trick, watching: Watching) -> None:
    async with ScriptedImap(ONE).serving() as server:
        server.on["STARTTLS"] = trick
        async with watching(account(server, tls=Security.STARTTLS, timeout_seconds=0.3)) as watch:
            await watch.failed(2)
    assert server.saw["LOGIN"] == 0


@pytest.mark.parametrize("slipped_in", ["", "* CAPABILITY IMAP4rev1 evil", "* BYE", "A1 {5}"])
async def test_what_comes_in_the_clear_with_starttls_never_reaches_into_tls(
    slipped_in: str, watching: Watching, spool: MemorySpool, certificate: Path
) -> None:
    async def begin_tls(session: Session, tag: str, arguments: str) -> bool:
        session.writer.write(f"{tag} OK begin TLS\r\n{slipped_in}".encode())
        await session.writer.start_tls(server_tls(certificate))
        return True

    async with ScriptedImap(ONE).serving() as server:
        server.on["STARTTLS"] = begin_tls
        trust = ssl.create_default_context(cafile=str(certificate))
        async with watching(account(server, tls=Security.STARTTLS, tls_context=trust)) as watch:
            if slipped_in:
                await watch.failed(2)
                assert "more before TLS" in watch.status.last_error
                assert server.saw["LOGIN"] == 0
            else:
                await spool.until(1)


@pytest.mark.parametrize("validity", ["0", "", "4294967295"])
async def test_odd_uidvalidities_and_large_uids(
    validity: str, watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async with ScriptedImap().serving() as server:
        server.validity = validity
        server.mails = {4294967294: ONE, 4294967295: TWO}
        async with watching(account(server)) as watch:
            await cursors.until(DESK, "INBOX", 4294967295)
            await watch.at_rest()
        async with watching(account(server)) as watch:
            await watch.at_rest()
    assert cursors.values[DESK, "INBOX"] == (int(validity or 0), 4294967295)
    assert spool.tries == 2


async def test_uids_reused_under_a_new_uidvalidity_while_we_watch(
    watching: Watching, spool: MemorySpool, cursors: MemoryCursors
) -> None:
    async with ScriptedImap(ONE, TWO).serving() as server, watching(account(server)) as watch:
        await cursors.until(DESK, "INBOX", 2)
        await server.until("IDLE")
        server.validity, server.mails = "78", {1: THREE}
        for session in tuple(server.sessions):
            session.hang_up()
        await spool.until(3)
        await watch.at_rest()
    assert cursors.values[DESK, "INBOX"] == (78, 1)


async def test_stopping_says_goodbye(watching: Watching) -> None:
    async with ScriptedImap(ONE).serving() as server:
        async with watching(account(server)) as watch:
            await server.until("IDLE")
        assert watch.status.state is FolderState.STOPPED
        assert server.saw["STORE"] == 1


async def test_stopping_is_heard_also_when_an_answer_comes_at_the_same_moment(
    watching: Watching, cursors: MemoryCursors, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def just_then(mailbox: str, folder: str) -> None:
        asked.set()
        with contextlib.suppress(asyncio.CancelledError):  # as `asyncio.wait_for` does before Python 3.12
            await asyncio.Event().wait()

    monkeypatch.setattr(cursors, "get", just_then)
    async with ScriptedImap(ONE).serving() as server:
        async with watching(account(server)) as watch:
            await asked.wait()
        assert watch.status.state is FolderState.STOPPED


async def test_a_cursor_that_cannot_be_written_down_costs_nothing_but_work(
    watching: Watching, spool: MemorySpool, cursors: MemoryCursors, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = cursors.put
    failures = asyncio.Event()

    async def broken(mailbox: str, folder: str, uidvalidity: int, uid: int) -> None:
        if not failures.is_set():
            failures.set()
            raise OSError("database is locked")
        await honest(mailbox, folder, uidvalidity, uid)

    monkeypatch.setattr(cursors, "put", broken)
    async with ScriptedImap(ONE).serving() as server, watching(account(server)) as watch:
        await cursors.until(DESK, "INBOX", 1)
    assert len(watch.delays) == 1
    assert len(spool.rows) == 1
