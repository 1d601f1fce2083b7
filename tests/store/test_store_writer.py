"""The one writing thread: jobs share a commit, fail alone, and are never told too early."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from maild.desk.ports import Conflict
from maild.domain.people import Contact
from maild.errors import Busy
from maild.store.connect import parse_url, writing_engine
from maild.store.engine import Store, open_store
from maild.store.errors import StoreClosed, StoreDamaged, StoreUnavailable
from maild.store.uow import StoreUnitOfWork
from tests.helpers.rows import MONDAY, contact, open_ticket


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Callers of the writer."""
    with ThreadPoolExecutor(16) as pool:
        yield pool


@contextmanager
def one_batch(
    store: Store, threads: ThreadPoolExecutor
) -> Iterator[Callable[[Callable[[StoreUnitOfWork], Any]], Future[Any]]]:
    """Whatever is submitted inside waits behind a job that holds the writer, and so shares one transaction."""
    held, go = threading.Event(), threading.Event()

    def hold(_uow: StoreUnitOfWork) -> None:
        held.set()
        assert go.wait(20)

    first = threads.submit(store.writer.run, hold)
    assert held.wait(20)
    submitted = 0

    def submit(job: Callable[[StoreUnitOfWork], Any]) -> Future[Any]:
        nonlocal submitted
        submitted += 1
        found = threads.submit(store.writer.run, job)
        while store.writer.waiting < submitted:
            pass  # until the thread has handed it in; order matters to the tests
        return found

    try:
        yield submit
    finally:
        go.set()
        first.result()


def adding(name: str) -> Callable[[StoreUnitOfWork], Contact]:
    return lambda uow: uow.people.add(contact(name))


def answering(number: int) -> Callable[[StoreUnitOfWork], int]:
    return lambda _uow: number


def is_kept(store: Store, name: str) -> bool:
    return store.read(lambda uow: uow.people.by_address(f"{name}@example.org")) is not None


def commits_of(store: Store) -> list[str]:
    """Filled by each COMMIT and ROLLBACK of the writer from now on."""
    seen: list[str] = []
    event.listen(store.writing_engine, "commit", lambda _connection: seen.append("commit"))
    event.listen(store.writing_engine, "rollback", lambda _connection: seen.append("rollback"))
    return seen


def test_waiting_jobs_share_one_commit(store: Store, threads: ThreadPoolExecutor) -> None:
    with one_batch(store, threads) as submit:
        seen = commits_of(store)
        jobs = [submit(adding(f"p{n}")) for n in range(10)]
    assert len({job.result().id for job in jobs}) == 10
    assert seen == ["commit", "commit"]  # of the job that held the writer, and of all others


def test_nobody_is_told_before_the_commit(store: Store, threads: ThreadPoolExecutor) -> None:
    told: list[bool] = []
    with one_batch(store, threads) as submit:
        first = submit(lambda uow: uow.people.add(contact("ana")).id)
        second = submit(lambda uow: told.append(first.done()))
        event.listen(store.writing_engine, "commit", lambda _connection: told.append(first.done()))
    first.result()
    second.result()
    # While the second job runs; before the holder's commit and before the shared one. Never true.
    assert told == [False, False, False]


def test_a_bad_job_harms_none_of_its_batch(store: Store, threads: ThreadPoolExecutor) -> None:
    def bad(uow: StoreUnitOfWork) -> None:
        uow.people.add(contact("bad"))
        raise ZeroDivisionError

    def broken_statement(uow: StoreUnitOfWork) -> None:
        uow.people.add(contact("broken"))
        uow.session.tell("SELECT nonsense FROM nowhere")

    with one_batch(store, threads) as submit:
        before = submit(lambda uow: uow.people.add(contact("ana")))
        failing = submit(bad)
        breaking = submit(broken_statement)
        after = submit(lambda uow: uow.people.add(contact("bea")))
    assert before.result().id != after.result().id
    with pytest.raises(ZeroDivisionError):
        failing.result()
    with pytest.raises(Exception, match=r"nonsense|nowhere"):
        breaking.result()
    for name, kept in (("ana", True), ("bad", False), ("broken", False), ("bea", True)):
        assert is_kept(store, name) is kept, name


def test_a_job_that_fails_alone_leaves_nothing(store: Store) -> None:
    def bad(uow: StoreUnitOfWork) -> None:
        uow.people.add(contact("bad"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.writer.run(bad)
    assert store.read(lambda uow: uow.people.by_address("bad@example.org")) is None
    assert store.writer.run(lambda uow: uow.people.add(contact("bad"))).name == "Bad"


def test_what_an_undone_job_read_is_forgotten(store: Store, threads: ThreadPoolExecutor) -> None:
    numbers: list[int] = []

    def bad(uow: StoreUnitOfWork) -> None:
        numbers.append(open_ticket(uow).number)
        raise ZeroDivisionError

    with one_batch(store, threads) as submit:
        failing = submit(bad)
        after = submit(lambda uow: uow.tickets.get(numbers[0]))
    with pytest.raises(ZeroDivisionError):
        failing.result()
    assert after.result() is None


def test_conflict_is_run_again_three_times_in_all(store: Store) -> None:
    tries: list[int] = []

    def job(limit: int) -> Callable[[StoreUnitOfWork], str]:
        def run(uow: StoreUnitOfWork) -> str:
            tries.append(1)
            uow.people.add(contact(f"p{limit}"))
            if len(tries) < limit:
                raise Conflict("lost")
            return "won"

        return run

    assert store.writer.run(job(3)) == "won"
    assert len(tries) == 3
    tries.clear()
    with pytest.raises(Busy, match="lost"):
        store.writer.run(job(4))
    assert len(tries) == 3
    assert store.read(lambda uow: uow.people.by_address("p4@example.org")) is None


def test_a_job_that_hides_a_fault_of_the_database_is_not_called_done(store: Store) -> None:
    """PostgreSQL refuses everything after an error and says yes to COMMIT all the same."""

    def hiding(uow: StoreUnitOfWork) -> str:
        uow.people.add(contact("ana"))
        try:
            uow.session.tell("SELECT nonsense FROM nowhere")
        except Exception:
            return "all is well"
        return "?"

    kept = True
    try:
        store.writer.run(hiding)
    except StoreUnavailable:
        kept = False
    assert bool(store.read(lambda uow: uow.people.by_address("ana@example.org"))) is kept


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_transaction_that_the_database_gave_up_is_not_called_done(store: Store) -> None:
    """SQLite rolls back by itself when the disk is full or fails; PostgreSQL never does so in silence."""

    def given_up(uow: StoreUnitOfWork) -> str:
        uow.people.add(contact("ana"))
        uow.session.tell("ROLLBACK")
        return "all is well"

    with pytest.raises(StoreUnavailable):
        store.writer.run(given_up)
    assert store.writer.run(lambda uow: uow.people.add(contact("ana"))).id


def test_a_failed_commit_is_told_to_all_and_the_writer_goes_on(store: Store, threads: ThreadPoolExecutor) -> None:
    def fail(_connection: Any) -> None:
        event.remove(store.writing_engine, "commit", fail)
        raise OSError("disk on fire")

    with one_batch(store, threads) as submit:
        jobs = [submit(adding(f"p{n}")) for n in range(3)]
        armed = submit(lambda uow: event.listen(store.writing_engine, "commit", fail))
    for job in (*jobs, armed):
        with pytest.raises(OSError, match="disk on fire"):
            job.result()
    assert store.read(lambda uow: uow.people.by_address("p0@example.org")) is None
    assert store.writer.run(lambda uow: uow.people.add(contact("p0"))).id


async def test_a_caller_who_hangs_up_does_not_undo_the_commit(store: Store, threads: ThreadPoolExecutor) -> None:
    with one_batch(store, threads):
        waiting = asyncio.ensure_future(store.writer.run_async(lambda uow: uow.people.add(contact("ana"))))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    store.writer.run(lambda uow: None)
    assert store.read(lambda uow: uow.people.by_address("ana@example.org")) is not None


async def test_one_wake_up_brings_the_answers_of_a_whole_batch(
    store: Store, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, calls = asyncio.get_running_loop(), 0
    wake = loop.call_soon_threadsafe

    def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        return wake(*arguments, **options)

    def bad(uow: StoreUnitOfWork) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    with one_batch(store, threads):
        good = [asyncio.ensure_future(store.writer.run_async(answering(n))) for n in range(20)]
        failing = asyncio.ensure_future(store.writer.run_async(bad))
        await asyncio.sleep(0)
    # the loop is held up until all is answered: a loop that runs meanwhile may be woken once for some and once for more
    store.writer.run(lambda _uow: None)
    assert calls == 1
    assert await asyncio.gather(*good) == list(range(20))
    with pytest.raises(ZeroDivisionError):
        await failing


def test_a_job_cannot_wait_for_another(store: Store) -> None:
    with pytest.raises(RuntimeError, match="cannot wait"):
        store.writer.run(lambda uow: store.writer.run(lambda inner: None))


def test_closing_finishes_what_waits_and_refuses_what_comes_later(store: Store, threads: ThreadPoolExecutor) -> None:
    with one_batch(store, threads) as submit:
        waiting = submit(lambda uow: uow.people.add(contact("ana")).id)
        closing = threads.submit(store.writer.close)
    assert waiting.result()
    closing.result()
    with pytest.raises(StoreClosed):
        store.writer.run(lambda uow: None)
    store.close()


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Any) -> None:
    with pytest.raises(StoreUnavailable):
        open_store(f"postgresql://nobody@/none?host={tmp_path}", blob_dir=tmp_path)
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreUnavailable):
        open_store(f"sqlite:///{tmp_path / 'folder.db'}", blob_dir=tmp_path)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("room", range(0, 16, 2))
def test_on_a_full_disk_what_was_said_to_be_kept_is_kept(store: Store, threads: ThreadPoolExecutor, room: int) -> None:
    """REL-08: no acknowledgement for what could not be written, whichever write it was."""

    def limit(uow: StoreUnitOfWork) -> None:
        pages = uow.session.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        uow.session.connection.exec_driver_sql(f"PRAGMA max_page_count={pages + room}")

    def growing(n: int) -> Callable[[StoreUnitOfWork], Contact]:
        def grow(uow: StoreUnitOfWork) -> Contact:
            uow.blobs.put(bytes([n]) * 9000)
            return uow.people.add(contact(f"p{n}"))

        return grow

    store.writer.run(limit)
    with one_batch(store, threads) as submit:
        jobs = [submit(growing(n)) for n in range(8)]
    told = [n for n, job in enumerate(jobs) if job.exception() is None]
    kept = [n for n in range(8) if is_kept(store, f"p{n}")]
    assert told == kept
    assert len(kept) < 8
    assert {type(job.exception()) for n, job in enumerate(jobs) if n not in kept} == {StoreUnavailable}
    store.writer.run(lambda uow: uow.session.connection.exec_driver_sql("PRAGMA max_page_count=100000").scalar())
    assert store.writer.run(growing(9))


def test_sec_66_a_refused_statement_tells_nothing_of_what_it_was_to_keep(store: Store) -> None:
    def twice(uow: StoreUnitOfWork) -> None:
        for _ in range(2):
            uow.capabilities.add(
                secret="canary-secret", kind="session", ticket=1, contact=1, expires_at=MONDAY, now=MONDAY
            )

    with pytest.raises(Exception, match="capability") as refused:
        store.writer.run(twice)
    errors = [refused.value, refused.value.__cause__, refused.value.__context__]
    assert not any("session" in str(error) for error in errors)


@pytest.mark.server
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_lost_session_is_told_and_then_replaced(store: Store, open_again: Any) -> None:
    """REL-31: a restart of the server costs the transaction in hand, not the daemon."""
    me = store.writer.run(lambda uow: uow.session.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())

    def lose(uow: StoreUnitOfWork) -> None:
        uow.people.add(contact("ana"))
        open_again().writer.run(
            lambda other: other.session.connection.exec_driver_sql(f"SELECT pg_terminate_backend({me})").scalar()
        )
        uow.people.add(contact("bea"))

    with pytest.raises(StoreUnavailable):
        store.writer.run(lose)
    assert store.writer.run(lambda uow: uow.people.add(contact("ana"))).id


@pytest.mark.server
def test_rel_31_a_machine_that_vanishes_is_noticed_within_half_a_minute(postgres_server: str) -> None:
    """By TCP alone a dead server would hold the writer for minutes, and a dead daemon its lock for two hours."""
    engine = writing_engine(parse_url(postgres_server))
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        given = driver.info.get_parameters()
        asked = connection.exec_driver_sql("SHOW tcp_keepalives_idle").scalar()
    engine.dispose()
    idle, interval, count = (int(given[f"keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert 0 < idle + interval * count <= 30
    assert 0 < int(given["tcp_user_timeout"]) <= 30_000
    for setting in (
        f"tcp_keepalives_idle={idle}",
        f"tcp_keepalives_interval={interval}",
        f"tcp_keepalives_count={count}",
    ):
        assert f"-c {setting} " in f"{given['options']} "
    assert asked in (str(idle), "0"), "0 where the server is reached by a socket of this machine"


@pytest.mark.server
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_reads_on_lost_sessions_are_told_as_that_and_the_next_has_a_new_one(store: Store, open_again: Any) -> None:
    lose = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'maild-reader'"
    assert not store.outbox.octets(1)
    assert open_again().writer.run(lambda other: other.session.connection.exec_driver_sql(lose).scalar())
    with pytest.raises(StoreUnavailable):
        store.outbox.octets(1)
    assert not store.outbox.octets(1)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_damaged_database_is_told_in_one_sentence(store: Store, tmp_path: Any) -> None:
    store.close()
    (tmp_path / "maild.db").write_bytes(b"no database at all" * 4000)
    with pytest.raises(StoreDamaged, match="file is not a database"):
        open_store(f"sqlite:///{tmp_path / 'maild.db'}", blob_dir=tmp_path)
