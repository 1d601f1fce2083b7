"""Makes a large store out of a small one: every row that the daemon has written is written again, many times.

Numbers are shifted and keys drawn at random, so tables and indexes look as after years of mail. Goes round the daemon,
so it must not run.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

SHIFTED = {
    "contact": {"id": "contact"},
    "contact_address": {"key": "?", "contact": "contact"},
    "ticket": {"number": "ticket", "requester": "contact"},
    "participant": {"ticket": "ticket", "contact": "contact"},
    "article": {"id": "article", "ticket": "ticket", "contact": "contact", "inbound": "inbound"},
    "article_file": {"article": "article"},
    "message_ref": {"key": "?", "ticket": "ticket", "article": "article"},
    "timer": {"ticket": "ticket"},
    "event": {"id": "event", "ticket": "ticket"},
    "outbox": {"id": "outbox", "ticket": "ticket", "article": "article", "dedupe_key": "?", "recipient_key": "?"},
    "outbox_octets": {"item": "outbox"},
    "outbox_attempt": {"item": "outbox"},
    "inbound": {
        "id": "inbound", "ticket": "ticket", "article": "article", "intake_key": "?", "message_key": "?",
        "content_digest": "?",
    },
    "blob": {"sha256": "?"},
}  # fmt: skip
"""Which columns are numbers of which table, and which hold digests that must be unique (`?`)."""

LIVE = 20
"""One ticket in so many is still open; the clocks of the others have stopped."""


def multiply(folder: Path, tickets: int) -> int:
    """Fill the store in `folder` until it holds so many tickets; returns how many there are then."""
    connection = sqlite3.connect(folder / "maild.db", isolation_level=None)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-800000", "wal_autocheckpoint=100000"):
        connection.execute(f"PRAGMA {pragma}")
    have = _value(connection, "SELECT count(*) FROM ticket")
    copies = max(0, -(-(tickets - have) // have))
    spans = {
        name: _value(connection, f"SELECT max({key}) - min({key}) + 1 FROM {name}")
        for name, key in (
            ("contact", "id"), ("ticket", "number"), ("article", "id"), ("event", "id"), ("outbox", "id"),
            ("inbound", "id"),
        )
    }  # fmt: skip
    connection.execute("BEGIN")
    connection.execute("CREATE TEMP TABLE copy (n INTEGER PRIMARY KEY)")
    connection.executemany("INSERT INTO copy VALUES (?)", [(n + 1,) for n in range(copies)])
    for table, columns in SHIFTED.items():
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        values = [_expression(table, name, columns.get(name), spans) for name in names]
        connection.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM "
            f"(SELECT * FROM {table}) AS old CROSS JOIN copy ORDER BY copy.n"
        )
    connection.execute(f"UPDATE ticket SET state = 'closed' WHERE number % {LIVE} <> 0")
    connection.execute(f"UPDATE timer SET state = 'met', next_alarm_at = NULL WHERE ticket % {LIVE} <> 0")
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    have = _value(connection, "SELECT count(*) FROM ticket")
    connection.close()
    return have


def _expression(table: str, name: str, counts: str | None, spans: dict[str, int]) -> str:
    if counts is None:
        # Raw mail is mostly the same few kilobytes; files stay single, as they do in a store that keeps each once.
        return f"substr(old.{name}, 1, 4000)" if (table, name) == ("blob", "octets") else f"old.{name}"
    if counts == "?":
        return f"CASE WHEN old.{name} IS NULL THEN NULL ELSE randomblob(length(old.{name})) END"
    return f"CASE old.{name} WHEN 0 THEN 0 ELSE old.{name} + copy.n * {spans[counts]} END"


def _value(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0] or 0)
