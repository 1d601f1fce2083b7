"""Runs revisions over the connection that `maild.store.migrate` hands in.

Works through the API only. Never opens a connection or reads a configuration file of its own.
"""

from __future__ import annotations

from alembic import context

from maild.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can undo DDL when BEGIN is said by ourselves, and so it is: a killed migration leaves nothing behind.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
