"""INSERT for both engines: with a new key, and ON CONFLICT, which SQLAlchemy spells by one construct each.

Builds statements once, at import. Never runs one.
"""

from __future__ import annotations

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from maild.store.session import ByDialect


def insert_new(table: Table) -> ByDialect:
    """Insert a row whose key the database makes, for `Session.add_new`."""
    made = table.autoincrement_column
    assert made is not None
    return ByDialect({"sqlite": insert(table), "postgresql": insert(table).returning(made)})


def insert_or_leave(table: Table) -> ByDialect:
    """Insert, or leave alone the row that has the key already; for `Session.add` where the database makes the key."""
    on_postgresql = postgresql.insert(table).on_conflict_do_nothing()
    made = table.autoincrement_column
    return ByDialect(
        {
            "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
            "postgresql": on_postgresql if made is None else on_postgresql.returning(made),
        }
    )


def insert_or_replace(table: Table) -> ByDialect:
    """Insert, or overwrite every column of the row with the same primary key."""
    keys = list(table.primary_key.columns)
    rest = [column.name for column in table.c if column not in keys]
    on_sqlite, on_postgresql = sqlite.insert(table), postgresql.insert(table)
    return ByDialect(
        {
            "sqlite": on_sqlite.on_conflict_do_update(
                index_elements=keys, set_={name: on_sqlite.excluded[name] for name in rest}
            ),
            "postgresql": on_postgresql.on_conflict_do_update(
                index_elements=keys, set_={name: on_postgresql.excluded[name] for name in rest}
            ),
        }
    )


def insert_or_add(table: Table, counter: str) -> ByDialect:
    """Insert, or add to the counter of the row with the same primary key."""
    keys = list(table.primary_key.columns)
    on_sqlite, on_postgresql = sqlite.insert(table), postgresql.insert(table)
    return ByDialect(
        {
            "sqlite": on_sqlite.on_conflict_do_update(
                index_elements=keys, set_={counter: table.c[counter] + on_sqlite.excluded[counter]}
            ),
            "postgresql": on_postgresql.on_conflict_do_update(
                index_elements=keys, set_={counter: table.c[counter] + on_postgresql.excluded[counter]}
            ),
        }
    )
