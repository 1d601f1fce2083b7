"""What a mail may cost and what its worker may do, seen from the command line's reader."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from maild.domain.mail import InboundMessage
from maild.ingest.gate import Limits
from maild.ingest.workers.batch import BatchReader
from maild.ingest.workers.wire import Request, header_of
from tests.helpers.one_mail import MAIL


def test_the_header_is_cut_between_fields() -> None:
    limits = Limits(header_block=40)
    assert header_of(b"A: 1\r\nB: 2\r\n\r\nbody", limits) == b"A: 1\r\nB: 2\r\n"
    assert header_of(b"A: 1\nB: 2\n\nbody", limits) == b"A: 1\nB: 2\n"
    assert header_of(b"A: 1\r\nB: " + b"x" * 100, limits) == b"A: 1\r\n"
    assert header_of(b"A: 1", limits) == b"A: 1"


SUBJECT_ONLY: Callable[[InboundMessage, Request], bytes] = lambda message, request: repr(  # noqa: E731 - a table of such
    (message.subject, message.verdict.value, message.verdict_reason, request.label)
).encode()


def misbehaving(act: Callable[[], object]) -> Callable[[InboundMessage, Request], bytes]:
    """An answer that does something bad while the whole mail is read, and is good for the header."""

    def answer(message: InboundMessage, request: Request) -> bytes:
        if not request.quarantined:
            act()
        return SUBJECT_ONLY(message, request)

    return answer


def spin() -> None:
    while True:
        pass


def hoard() -> None:
    held = []
    while True:
        held.append(b"x" * 1_000_000)


def crash() -> None:
    raise RuntimeError("secret words of the mail")


LIMITS = Limits(cpu_seconds=0.1, memory=300 << 20)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (spin, "reading exceeded 0.1 s of CPU or broke the reader"),
        (hoard, "reading needs more than 300 MiB"),
        (crash, "the reader failed (RuntimeError)"),
        (lambda: time.sleep(60), "reading took longer than 0.5 s"),
        (lambda: os._exit(3), "reading exceeded 0.1 s of CPU or broke the reader"),
        (lambda: socket.create_connection(("127.0.0.1", 9)), "the reader failed (PermissionError)"),
        (lambda: subprocess.run(["/bin/true"]), "the reader failed (PermissionError)"),
        (lambda: os.system("true"), "the reader failed (PermissionError)"),
    ],
    ids=["CPU", "memory", "fault", "sleep", "exit", "network", "process", "shell"],
)
def test_a_mail_that_breaks_a_limit_is_answered_by_its_header(act: Callable[[], object], reason: str) -> None:
    wall = 0.5 if "longer" in reason else 30
    with BatchReader(misbehaving(act), limits=LIMITS, wall_seconds=wall) as batch:
        told = batch.read(MAIL, label="a.eml").decode()
    assert told == repr(("Impressão", "quarantine", reason, "a.eml"))


def test_a_mail_that_the_reader_fails_on_does_not_cost_the_worker() -> None:
    with BatchReader(misbehaving(crash)) as batch:
        batch.read(MAIL)
        child = batch._child
        batch.read(MAIL)
        assert batch._child is child is not None


def test_a_worker_cannot_write(tmp_path: Path) -> None:
    target = tmp_path / "written"

    def write() -> None:
        with target.open("wb") as opened:
            opened.write(b"x")

    with BatchReader(misbehaving(write), limits=LIMITS) as batch:
        assert "quarantine" in batch.read(MAIL).decode()
    assert not target.exists() or target.read_bytes() == b""


def test_a_worker_has_an_empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILD_SECRET_CANARY", "hunter2")
    with BatchReader(lambda message, request: repr(dict(os.environ)).encode()) as batch:
        assert batch.read(MAIL) == b"{}"


def test_even_the_header_may_fail() -> None:
    def answer(message: InboundMessage, request: Request) -> bytes:
        if message.subject:
            raise RuntimeError
        return SUBJECT_ONLY(message, request)

    with BatchReader(answer) as batch:
        assert batch.read(MAIL, label="x").decode() == repr(("", "quarantine", "the reader failed (RuntimeError)", "x"))


def test_the_time_of_one_mail_is_not_taken_from_the_next() -> None:
    def work() -> None:
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass

    with BatchReader(misbehaving(work), limits=Limits(cpu_seconds=0.5)) as batch:
        for _ in range(8):  # 2.4 s in all, far above what one mail may have
            assert "accept" in batch.read(MAIL).decode()
