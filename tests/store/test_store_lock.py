"""One daemon on one store, and no store that could lose what it has committed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maild.store.blobs import SMALL
from maild.store.connect import parse_url, refuse_unsafe
from maild.store.engine import Store, open_store
from maild.store.errors import StoreLocked, StoreUnsafe
from tests.helpers.rows import Opener, contact

HOLDER = """
import sys
from pathlib import Path
from maild.store.engine import open_store
store = open_store(sys.argv[1], blob_dir=Path(sys.argv[2]), lock=True)
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_who_wants_it_alone_is_refused(lone_store: Store, open_again: Opener) -> None:
    with pytest.raises(StoreLocked, match="already"):
        open_again(lock=True)
    lone_store.close()
    open_again(lock=True)


def test_who_shares_may_work_beside_the_daemon(lone_store: Store, open_again: Opener) -> None:
    ana = open_again().writer.run(lambda uow: uow.people.add(contact("ana")))
    assert lone_store.writer.run(lambda uow: uow.people.get(ana.id)) == ana


def test_a_killed_daemon_does_not_keep_it(url: str, open_again: Opener, tmp_path: Path) -> None:
    daemon = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with daemon:
        assert daemon.stdout is not None
        assert daemon.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked):
            open_again(lock=True)
        daemon.kill()
    open_again(lock=True)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_refusal_names_the_process(lone_store: Store, open_again: Opener) -> None:
    with pytest.raises(StoreLocked, match=f"process {os.getpid()} "):
        open_again(lock=True)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF", "journal_mode=DELETE"])
def test_sqlite_that_does_not_sync_each_commit_is_refused(store: Store, pragma: str) -> None:
    with store.writing_engine.connect() as connection:
        refuse_unsafe(connection)
        connection.rollback()
        store.writer.close()
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA {pragma}")
        with pytest.raises(StoreUnsafe, match="FULL"):
            refuse_unsafe(connection)


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_nobody_else_may_read_the_letters(empty_url: str, tmp_path: Path) -> None:
    path = Path(empty_url.removeprefix("sqlite:///"))
    store = open_store(empty_url, blob_dir=tmp_path / "private")
    try:
        store.migrate()
        store.blobs.put(b"x" * (SMALL + 1))
        files = [path, path.with_name(f"{path.name}-wal"), tmp_path / "private"]
        assert [file.stat().st_mode & 0o077 for file in files] == [0, 0, 0]
    finally:
        store.close()


@pytest.mark.server
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_postgresql_that_does_not_wait_for_its_log_is_refused(store: Store) -> None:
    with store.writing_engine.connect() as connection:
        refuse_unsafe(connection)
        connection.exec_driver_sql("SET synchronous_commit = off")
        with pytest.raises(StoreUnsafe, match="synchronous_commit"):
            refuse_unsafe(connection)


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:///maild.db?timeout=1", "sqlite:///file:x?uri=1"]
)
def test_other_stores_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        open_store(url, blob_dir=tmp_path)


def test_postgres_urls_as_people_write_them() -> None:
    assert parse_url("postgresql://a@/b?host=/run").drivername == "postgresql+psycopg"
