"""Brings the tables to this release, by the Alembic revisions inside the package.

Runs all of it in one transaction. Never drops data by itself.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from maild.store.errors import SchemaMismatch

HEAD = "0001"
"""The revision that this release works with; a test compares it with the newest file."""

REVISIONS = Path(__file__).parent / "migrations"


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def upgrade(engine: Engine) -> None:
    """Run what is missing; SchemaMismatch when the database is of a newer release."""
    # Imported here: the daemon's everyday start does without its memory.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(REVISIONS).replace("%", "%%"))
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.begin() as connection:
        at = current_revision(connection)
        if at is not None and at not in known:
            raise SchemaMismatch(f"the store is at revision {at}, which is newer than this release: use a newer maild")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
