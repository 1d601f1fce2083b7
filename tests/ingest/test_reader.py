"""Reading in worker processes: what a mail may cost, what a worker may do, and that nobody waits for a bad mail."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from maild.domain.mail import Verdict
from maild.ingest.gate import Limits
from maild.ingest.parse import read
from maild.ingest.reader import Reader, _Worker
from maild.ingest.workers.supervisor import ReaderUnavailable
from tests.helpers.one_mail import MAIL

pytestmark = pytest.mark.asyncio(loop_scope="module")


def with_file(size: int) -> bytes:
    """A mail with one file of so many octets."""
    head = MAIL.partition(b"\r\n\r\n")[0] + b"\r\nContent-Type: application/pdf; name=a.pdf\r\n"
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(os.urandom(size))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def started() -> AsyncIterator[Reader]:
    async with Reader(processes=1, slow_seconds=20) as reader:
        yield reader


@pytest_asyncio.fixture(loop_scope="module")
async def reader(started: Reader) -> Reader:
    """One reader for all tests: whatever a mail did to it, the next is read."""
    assert (await started.read(MAIL)).verdict is Verdict.ACCEPT
    assert started._idle
    return started


def stop(worker: _Worker) -> None:
    """Let the worker hang, as on a mail that takes for ever."""
    os.kill(worker.process, signal.SIGSTOP)


async def test_what_comes_back_is_what_parse_says(reader: Reader) -> None:
    own = frozenset({"support@helpdesk.example"})
    assert await reader.read(MAIL, own=own, reverse_path="") == read(MAIL, own=own, reverse_path="")


async def test_odd_octets_are_read_too(reader: Reader) -> None:
    for octets in (b"", b"\0", b"\xff" * 3000, b"no header", b"Subject: x"):
        assert await reader.read(octets) == read(octets)


async def test_each_mail_gets_its_own_answer() -> None:
    mails = [MAIL.replace(b"<1@", b"<%d@" % number) for number in range(60)]
    async with Reader(processes=3) as reader:
        found = await asyncio.gather(*[reader.read(mail) for mail in mails])
    assert [message.message_id for message in found] == [f"<{n}@customer.example>" for n in range(60)]


async def test_a_large_mail_does_not_hold_the_loop() -> None:
    longest = 0.0
    done = asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        while not done.is_set():
            begin = time.thread_time()  # what the loop itself computes, however busy the machine is
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - begin)

    mail = with_file(15_000_000)
    async with Reader(processes=1) as reader:
        watcher = asyncio.create_task(watch())
        message = await reader.read(mail)
        done.set()
        await watcher
    assert message.attachments[0].size == 15_000_000
    assert longest < 0.2


async def test_a_bystander_does_not_wait_for_a_mail_that_hangs() -> None:
    async with Reader(processes=1, slow_seconds=0.05, wall_seconds=60) as reader:
        stop(reader._idle[0])
        hanging = asyncio.create_task(reader.read(MAIL))
        bystander = await asyncio.wait_for(reader.read(MAIL.replace(b"<1@", b"<2@")), 20)
        assert bystander.message_id == "<2@customer.example>"
        assert not hanging.done()
    with pytest.raises(ReaderUnavailable):
        await hanging


async def test_a_mail_that_hangs_ends_in_quarantine_with_its_header() -> None:
    async with Reader(processes=1, slow_seconds=0.05, wall_seconds=1) as reader:
        stop(reader._idle[0])
        message = await reader.read(MAIL)
    assert message.verdict is Verdict.QUARANTINE
    assert message.verdict_reason == "reading took longer than 1 s"
    assert (message.subject, message.message_id) == ("Impressão", "<1@customer.example>")
    assert message.text == ""
    assert not message.may_reply


async def test_a_mail_that_kills_its_worker_ends_in_quarantine_and_the_next_is_read(reader: Reader) -> None:
    victim = reader._idle[0].process
    stop(reader._idle[0])
    fatal = asyncio.create_task(reader.read(MAIL))
    await asyncio.sleep(0)
    os.kill(victim, signal.SIGKILL)
    assert (await fatal).verdict_reason == "reading exceeded 10 s of CPU or broke the reader"
    assert (await reader.read(MAIL)).verdict is Verdict.ACCEPT


async def test_many_hanging_mails_leave_room_for_the_others() -> None:
    async with Reader(processes=2, slow_seconds=0.02, wall_seconds=60) as reader:
        hanging = []
        for _ in range(5):
            worker = await reader._new_worker()
            stop(worker)
            reader._idle.append(worker)
            hanging.append(asyncio.create_task(reader.read(MAIL)))
            await asyncio.sleep(0)
        assert (await asyncio.wait_for(reader.read(MAIL), 20)).verdict is Verdict.ACCEPT
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        assert (await reader.read(MAIL)).verdict is Verdict.ACCEPT


async def test_a_caller_who_gives_up_does_not_shift_the_answers(reader: Reader) -> None:
    for _ in range(3):
        task = asyncio.create_task(reader.read(MAIL.replace(b"<1@", b"<gone@")))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (await reader.read(MAIL)).message_id == "<1@customer.example>"


async def test_a_lost_nursery_is_replaced(reader: Reader) -> None:
    assert reader._nursery._process is not None
    reader._nursery._process.kill()
    reader._end(reader._idle.pop())
    assert (await reader.read(MAIL)).verdict is Verdict.ACCEPT


async def test_mails_under_way_are_not_blamed_when_the_workers_are_ended(reader: Reader) -> None:
    stop(reader._idle[0])
    reading = asyncio.create_task(reader.read(MAIL))
    await asyncio.sleep(0)
    assert reader._nursery._process is not None
    reader._nursery._process.kill()
    assert (await reading).verdict is Verdict.ACCEPT


async def test_closing_tells_who_waits_to_try_again() -> None:
    async with Reader(processes=1) as reader:
        stop(reader._idle[0])
        reading = asyncio.create_task(reader.read(MAIL))
        await asyncio.sleep(0)
    with pytest.raises(ReaderUnavailable):
        await reading


async def test_a_mail_beyond_the_size_is_read_by_its_header() -> None:
    async with Reader(processes=1, limits=Limits(message=10_000)) as reader:
        message = await reader.read(MAIL + b"x" * 10_000)
    assert message.verdict_reason == f"message of {len(MAIL) + 10_000} octets is larger than 10000"
    assert message.subject == "Impressão"


async def test_a_worker_knows_no_secret_and_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILD_SECRET_CANARY", "hunter2")
    async with Reader(processes=1) as reader:
        assert reader._nursery._process is not None
        nursery = Path("/proc") / str(reader._nursery._process.pid)
        worker = Path("/proc") / str(reader._idle[0].process)
        assert (await reader.read(MAIL)).verdict is Verdict.ACCEPT
        assert_no_secret_and_no_network(nursery, worker)


def assert_no_secret_and_no_network(nursery: Path, worker: Path) -> None:
    assert b"hunter2" not in (nursery / "environ").read_bytes()
    assert b"hunter2" not in (worker / "environ").read_bytes()
    attempt = "from maild.ingest.workers.nursery import leave_network as leave; raise SystemExit(not leave())"
    is_allowed = subprocess.run([sys.executable, "-c", attempt]).returncode == 0
    assert (os.readlink(worker / "ns/net") != os.readlink("/proc/self/ns/net")) == is_allowed


async def test_nothing_is_left_behind() -> None:
    async with Reader(processes=2) as reader:
        await asyncio.gather(*[reader.read(MAIL) for _ in range(4)])
        assert reader._nursery._process is not None
        workers = [worker.process for worker in reader._idle]
        nursery = reader._nursery._process
    assert nursery.returncode == 0
    assert not [worker for worker in workers if is_running(worker)]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
