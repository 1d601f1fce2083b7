"""The store on both engines: each test gets an empty one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from maild.store.engine import Store, open_store
from maild.store.tables import metadata
from tests.helpers import postgres
from tests.helpers.rows import MONDAY, Opener, article, notice, open_ticket, raw_mail, timer


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables."""
    path = tmp_path_factory.mktemp("template") / "maild.db"
    store = open_store(f"sqlite:///{path}", blob_dir=path.parent / "blobs")
    store.migrate()
    store.close()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server. In CI a missing one is a failure."""
    with postgres.server() as address:
        if address is None:
            missing = "PostgreSQL is not installed (apt-get install postgresql) and TEST_PG_DSN is not set"
            if os.environ.get("CI") == "true":
                pytest.fail(missing)
            pytest.skip(missing)
        yield address


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with all tables."""
    with postgres.database(postgres_server) as address:
        store = open_store(address, blob_dir=tmp_path_factory.mktemp("blobs"))
        store.migrate()
        store.close()
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables and no rows."""
    if request.param == "sqlite":
        path = tmp_path / "maild.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    address = request.getfixturevalue("postgres_database")
    postgres.empty(address, metadata.tables)
    yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / uuid4().hex}.db"
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as address:
        yield address


@pytest.fixture
def open_again(url: str, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same data once more, as another process would; closed after the test."""
    with ExitStack() as stack:

        def open_one(*, lock: bool = False) -> Store:
            store = open_store(url, blob_dir=tmp_path / "blobs", lock=lock)
            stack.callback(store.close)
            return store

        yield open_one


@pytest.fixture
def store(open_again: Opener) -> Store:
    """An empty store that shares its data with others."""
    return open_again()


@pytest.fixture
def lone_store(open_again: Opener) -> Store:
    """An empty store that holds the lock, as the daemon does."""
    return open_again(lock=True)


@pytest.fixture
def store_with_rows(store: Store) -> Store:
    """A store as it is after some work."""

    def fill(uow: Any) -> None:
        for n in range(20):
            opened = open_ticket(uow, f"p{n}")
            uow.articles.add(article(opened.number, message_id=f"<{n}@x>"))
            uow.timers.put(opened.number, [timer()])
            uow.outbox.plan([notice(f"n{n}", ticket=opened.number)], now=MONDAY)

    for n in range(20):
        store.spool.accept_now(raw_mail(f"m{n}"))
    store.writer.run(fill)
    return store
