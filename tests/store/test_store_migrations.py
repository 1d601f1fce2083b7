"""The revisions lead to the tables that the code knows, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from maild.store import migrate
from maild.store.engine import Store, open_store
from maild.store.errors import SchemaMismatch
from maild.store.tables import metadata
from tests.helpers.rows import open_ticket


@pytest.fixture
def empty(empty_url: str, tmp_path: Path) -> Iterator[Store]:
    """A store before its tables are made."""
    store = open_store(empty_url, blob_dir=tmp_path / "blobs")
    yield store
    store.close()


def tables(store: Store) -> set[str]:
    return set(store.read(lambda uow: inspect(uow.session.connection).get_table_names()))


def test_the_newest_revision_is_the_one_the_code_asks_for() -> None:
    script = ScriptDirectory(str(migrate.REVISIONS))
    assert script.get_heads() == [migrate.HEAD]


def test_the_revisions_make_what_the_tables_say(empty: Store) -> None:
    empty.migrate()
    with empty.writing_engine.connect() as connection:
        # Alembic takes Identity for a default that SQLite lacks; there it is AUTOINCREMENT, which the next test sees.
        options = {"compare_type": True, "compare_server_default": connection.dialect.name != "sqlite"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_indexes_are_the_same_to_the_letter(empty: Store, tmp_path: Path) -> None:
    """What `alembic check` does not compare: the conditions of partial indexes, tables without rowid."""
    empty.migrate()
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}", blob_dir=tmp_path / "blobs")
    with other.writing_engine.begin() as connection:
        metadata.create_all(connection)

    def statements(store: Store) -> dict[str, list[str]]:
        asked = text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL")
        rows = store.read(lambda uow: uow.session.connection.execute(asked).all())
        # The order of keys inside a table is of no meaning.
        return {name: sorted(line.strip(" \t,") for line in sql.splitlines()) for name, sql in rows}

    try:
        assert statements(empty) == statements(other)
    finally:
        other.close()


def test_an_empty_store_is_not_current_until_migrated(empty: Store) -> None:
    assert not empty.is_current()
    empty.migrate()
    assert empty.is_current()
    assert empty.writer.run(open_ticket).number == 10001


def test_migrating_twice_changes_nothing(empty: Store) -> None:
    empty.migrate()
    empty.writer.run(open_ticket)
    empty.migrate()
    assert empty.writer.run(open_ticket).number == 10002


@pytest.mark.parametrize("after", [1, 7, 20])
def test_a_migration_that_dies_leaves_nothing_behind(empty: Store, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """REL-33: the same end on a rerun, or untouched."""
    done: list[str] = []
    create = Operations.create_table

    def dying(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        if len(done) == after:
            raise OSError("disk full")
        done.append(name)
        return create(self, name, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Operations, "create_table", dying)
        if after < len(metadata.tables):
            with pytest.raises(OSError, match="disk full"):
                empty.migrate()
            assert tables(empty) == set()
    empty.migrate()
    assert tables(empty) == set(metadata.tables) | {"alembic_version"}
    assert empty.is_current()


def test_a_store_of_a_newer_release_is_refused(empty: Store) -> None:
    empty.migrate()
    with empty.writing_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not empty.is_current()
    with pytest.raises(SchemaMismatch, match="9999"):
        empty.migrate()
