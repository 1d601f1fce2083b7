"""What a conversation in a text file cannot show: TLS, many connections, real clients, the end of the listener."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.mail import Envelope
from maild.ingest.intake.smtp_session import Session
from maild.ingest.smtp import Listener, ListenerLimits, source_key
from tests.helpers.memory_spool import NOON, MemorySpool
from tests.helpers.waiting import PATIENCE
from tests.ingest_servers.conftest import server_tls

ANA, DESK = "ana@customer.example", "support@desk.example"
MAIL = b"Subject: hello\r\n\r\nGood day.\r\n"


def listener(spool: MemorySpool, tls: ssl.SSLContext | None = None, **limits: Any) -> Listener:
    return Listener(
        spool,
        own={DESK: DESK}.get,
        limits=ListenerLimits(**limits),
        hostname="mx.desk.example",
        clock=lambda: NOON,
        tls_context=tls,
    )


class Client:
    """Speaks SMTP by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def hears(self) -> str:
        """The last line of the next reply; "" when the server left."""
        async with asyncio.timeout(PATIENCE):
            while (line := (await self.reader.readline()).decode())[3:4] == "-":
                pass
        return line.rstrip("\r\n")

    async def says(self, *lines: str) -> str:
        reply = ""
        for line in lines:
            self.writer.write(line.encode() + b"\r\n")
            reply = await self.hears()
        return reply

    async def up_to_data(self) -> None:
        assert (await self.says("EHLO c", f"MAIL FROM:<{ANA}>", f"RCPT TO:<{DESK}>", "DATA")).startswith("354")


Connect = Callable[[int], AbstractAsyncContextManager[Client]]


@pytest.fixture
def connect() -> Connect:
    @contextlib.asynccontextmanager
    async def connected(port: int) -> AsyncIterator[Client]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield Client(reader, writer)
        finally:
            writer.close()

    return connected


async def test_a_real_client_over_starttls(spool: MemorySpool, certificate: Path) -> None:
    mx = listener(spool, server_tls(certificate))
    port = await mx.start_smtp("127.0.0.1", 0)
    trust = ssl.create_default_context(cafile=str(certificate))
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=True, tls_context=trust, timeout=PATIENCE)
    async with client:
        await client.ehlo()
        assert client.supports_extension("pipelining")
        assert client.supports_extension("enhancedstatuscodes")
        assert not client.supports_extension("auth")
        assert not client.supports_extension("starttls"), "it is not offered twice"
        await client.sendmail(ANA, [DESK], MAIL)
        await client.sendmail("", [DESK], MAIL)
    await mx.stop()
    assert [row.octets for row in spool.rows] == [MAIL, MAIL]
    assert [row.envelope.reverse_path for row in spool.rows if row.envelope] == [ANA, ""]


async def test_sec_32_commands_before_the_handshake_are_not_obeyed_after_it(
    spool: MemorySpool, certificate: Path, connect: Connect
) -> None:
    mx = listener(spool, server_tls(certificate))
    async with connect(await mx.start_smtp("127.0.0.1", 0)) as client:
        await client.hears()
        await client.says("EHLO c")
        assert (await client.says("STARTTLS\r\nMAIL FROM:<evil@elsewhere.example>")).startswith("220")
        trust = ssl.create_default_context(cafile=str(certificate))
        await client.writer.start_tls(trust, server_hostname="127.0.0.1")
        assert (await client.says("NOOP")).startswith("250 2.0.0")
        assert (await client.says("RCPT TO:<support@desk.example>")).startswith("503")
    await mx.stop()


async def test_a_handshake_that_fails_ends_the_session(spool: MemorySpool, certificate: Path, connect: Connect) -> None:
    mx = listener(spool, server_tls(certificate))
    async with connect(await mx.start_smtp("127.0.0.1", 0)) as client:
        await client.hears()
        await client.says("EHLO c", "STARTTLS")
        client.writer.write(b"this is no handshake\r\n")
        async with asyncio.timeout(PATIENCE):
            await client.reader.read()
    await mx.stop()
    assert mx._floor.sessions == set()


async def test_too_many_from_one_address_and_room_again_when_one_leaves(spool: MemorySpool, connect: Connect) -> None:
    mx = listener(spool, connections_per_address=2)
    port = await mx.start_smtp("127.0.0.1", 0)
    async with connect(port) as first, connect(port) as second:
        assert (await first.hears()).startswith("220")
        assert (await second.hears()).startswith("220")
        async with connect(port) as third:
            assert await third.hears() == "421 4.3.2 mx.desk.example too many connections, try again later"
            assert await third.hears() == ""
        assert (await first.says("QUIT")).startswith("221")
        assert await first.hears() == ""
        async with connect(port) as fourth:
            assert (await fourth.hears()).startswith("220")
    await mx.stop()
    assert dict(mx._floor.per_address) == {}


async def test_too_many_in_all(spool: MemorySpool, connect: Connect) -> None:
    mx = listener(spool, connections=1)
    smtp, lmtp = await mx.start_smtp("127.0.0.1", 0), await mx.start_lmtp("127.0.0.1", 0)
    async with connect(smtp) as first:
        await first.hears()
        async with connect(lmtp) as second:
            assert (await second.hears()).startswith("421 4.3.2")
    await mx.stop()


async def test_when_it_is_crowded_nobody_may_dawdle(spool: MemorySpool, connect: Connect) -> None:
    mx = listener(spool, connections=5, crowded_idle_seconds=0.05)
    port = await mx.start_smtp("127.0.0.1", 0)
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(connect(port)) for _ in range(5)]
        for client in clients:
            assert (await client.hears()).startswith("220")
        assert (await clients[4].hears()).startswith("421 4.4.2"), "the fifth came when four fifths were taken"
        assert (await clients[0].says("NOOP")).startswith("250"), "the first has its five minutes"
    await mx.stop()


async def test_a_slow_but_honest_sender_is_waited_for(
    spool: MemorySpool, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_anew = asyncio.Event()
    honest = Session._reset_timeout

    def told(self: Session, duration: float | None = None) -> None:
        waits_anew.set()
        honest(self, duration)

    monkeypatch.setattr(Session, "_reset_timeout", told)
    mx = listener(spool)
    async with connect(await mx.start_smtp("127.0.0.1", 0)) as client:
        await client.hears()
        await client.up_to_data()
        for _ in range(3):
            waits_anew.clear()
            client.writer.write((b"x" * 998 + b"\r\n") * 64)
            await client.writer.drain()
            assert not waits_anew.is_set(), "64000 octets are no progress yet"
            client.writer.write((b"y" * 998 + b"\r\n") * 2)
            async with asyncio.timeout(PATIENCE):
                await waits_anew.wait()
        assert (await client.says(".")).startswith("250")
    await mx.stop()
    assert len(spool.rows[0].octets) == 3 * 66_000


async def test_stopping_answers_who_is_handing_over_and_ends_who_is_idle(spool: MemorySpool, connect: Connect) -> None:
    mx = listener(spool)
    port = await mx.start_smtp("127.0.0.1", 0)
    spool.open.clear()
    async with connect(port) as busy, connect(port) as idle:
        await busy.hears()
        await idle.hears()
        await busy.up_to_data()
        busy.writer.write(MAIL + b".\r\n")
        async with asyncio.timeout(PATIENCE):
            await spool.entered.wait()
        stopping = asyncio.create_task(mx.stop())
        assert await idle.hears() == "421 4.3.2 mx.desk.example is shutting down"
        assert await idle.hears() == ""
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", port)
        spool.open.set()
        assert (await busy.hears()).startswith("250")
        assert (await busy.hears()).startswith("421 4.3.2")
        assert await busy.hears() == ""
        async with asyncio.timeout(PATIENCE):
            await stopping
    assert len(spool.rows) == 1


async def test_stopping_does_not_wait_for_ever(spool: MemorySpool, connect: Connect) -> None:
    mx = listener(spool)
    async with connect(await mx.start_smtp("127.0.0.1", 0)) as client:
        await client.hears()
        await client.up_to_data()
        async with asyncio.timeout(PATIENCE):
            await mx.stop(grace_seconds=0.01)
        assert (await client.hears()).startswith("421 4.3.2")
    assert spool.rows == []


async def test_lmtp_on_a_unix_socket(spool: MemorySpool, tmp_path: Path) -> None:
    mx = listener(spool, connections_per_address=1)
    path = str(tmp_path / "lmtp")
    assert await mx.start_lmtp(path) == 0
    clients = [Client(*await asyncio.open_unix_connection(path)) for _ in range(2)]
    for client in clients:
        assert (await client.hears()) == "220 mx.desk.example LMTP ready"
    last = clients[1]
    assert (await last.says("LHLO c", f"MAIL FROM:<{ANA}>", f"RCPT TO:<{DESK}>", "DATA")).startswith("354")
    last.writer.write(MAIL)
    assert await last.says(".") == "250 2.0.0 stored"
    for client in clients:
        client.writer.close()
    await mx.stop()
    assert spool.rows[0].source == "lmtp"


async def test_sec_67_a_fault_of_ours_is_temporary_and_tells_nothing(spool: MemorySpool, connect: Connect) -> None:
    def broken(path: str) -> str | None:
        raise RuntimeError("db password=hunter2")

    mx = Listener(spool, own=broken, limits=ListenerLimits(), hostname="mx", clock=lambda: NOON)
    async with connect(await mx.start_smtp("127.0.0.1", 0)) as client:
        await client.hears()
        reply = await client.says("EHLO c", f"MAIL FROM:<{ANA}>", f"RCPT TO:<{DESK}>")
        assert reply == "451 4.3.0 try again later"
        assert (await client.says("NOOP")).startswith("250")
    await mx.stop()


async def test_a_fault_after_data_is_told_to_each_lmtp_recipient(spool: MemorySpool, connect: Connect) -> None:
    times = iter((NOON,))
    mx = Listener(spool, own={DESK: DESK}.get, limits=ListenerLimits(), hostname="mx", clock=lambda: next(times))
    async with connect(await mx.start_lmtp("127.0.0.1", 0)) as client:
        await client.hears()
        await client.says("LHLO c")
        for wanted in ("250 2.0.0 stored", "451 4.3.0 try again later"):
            await client.says(f"MAIL FROM:<{ANA}>", f"RCPT TO:<{DESK}>", f"RCPT TO:<{DESK}>", "DATA")
            client.writer.write(MAIL + b".\r\n")
            assert [await client.hears(), await client.hears()] == [wanted, wanted]
        assert (await client.says("NOOP")) == "250 2.0.0 OK"
    await mx.stop()


async def test_a_kill_between_commit_and_answer(tmp_path: Path) -> None:
    """The mail is there although nobody was told; the point is after the commit."""
    program = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from maild.desk.queues import Accepted
from maild.ingest.smtp import Listener, ListenerLimits

class Disk:
    async def accept(self, mail):
        Path(sys.argv[1]).write_bytes(mail.octets)
        return Accepted(id=1, fresh=True)

async def main():
    limits = ListenerLimits()
    mx = Listener(Disk(), own=str, limits=limits, hostname="mx", clock=lambda: datetime(2026, 3, 2, tzinfo=UTC))
    print(await mx.start_smtp("127.0.0.1", 0), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
    disk = tmp_path / "mail"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        str(disk),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "MAILD_KILL_AT": "after-accept"},
    )
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    await client.hears()
    await client.up_to_data()
    client.writer.write(MAIL)
    with contextlib.suppress(ConnectionError):
        assert await client.says(".") == "", "no answer may have left"
    assert await process.wait() == -9
    assert disk.read_bytes() == MAIL
    client.writer.close()


paths = st.text(st.characters(categories=("L", "N", "P"), exclude_characters="<>"), min_size=1, max_size=30)


@given(st.binary(max_size=50), paths, st.lists(paths, min_size=1, max_size=3), st.integers(0, 6))
def test_the_same_mail_has_the_same_key_within_the_week(
    octets: bytes, sender: str, recipients: list[str], days: int
) -> None:
    envelope = Envelope(reverse_path=sender, forward_paths=tuple(recipients))
    monday = NOON - timedelta(days=NOON.toordinal() % 7)
    key = source_key(octets, envelope, monday)
    assert source_key(octets, envelope, monday + timedelta(days=days)) == key
    assert source_key(octets, envelope, monday + timedelta(days=7)) != key
    assert source_key(octets + b"\0", envelope, monday) != key
    assert source_key(octets, Envelope(reverse_path="", forward_paths=tuple(recipients)), monday) != key
    more = Envelope(reverse_path=sender, forward_paths=(*recipients, "x"))
    assert source_key(octets, more, monday) != key
