"""Mail on its way out, what became of it, and what the guard counts.

Columns and indexes only.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from maild.store.tables.meta import UNSENT, metadata
from maild.store.types import Id, MailText, UtcTime

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dedupe_key", LargeBinary, nullable=False, unique=True),
    Column("ticket", BigInteger, nullable=False),
    Column("article", BigInteger, nullable=False),
    Column("recipient_key", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("automatic", Boolean, nullable=False),  # an automatic answer that the guard let through
    Column("notice", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_before", Text, nullable=False),  # before it was claimed
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),  # how often its outcome was lost
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),  # when somebody may take it: the next attempt, or the end of a lease; NULL: done
    Column("settled_at", UtcTime),
    Column("last_error", MailText, nullable=False),
    Column("waits_until", UtcTime),  # when it is told in a digest; NULL: it waits for none
    Index(None, "ticket", "id"),
    Index(
        "ix_outbox_waiting",
        "waits_until",
        "id",
        sqlite_where=text("waits_until IS NOT NULL"),
        postgresql_where=text("waits_until IS NOT NULL"),
    ),
    Index(
        "ix_outbox_waiting_for",
        "recipient_key",
        "id",
        sqlite_where=text("waits_until IS NOT NULL"),
        postgresql_where=text("waits_until IS NOT NULL"),
    ),
    Index(
        "ix_outbox_due",
        "due_at",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(
        "ix_outbox_automatic",
        "recipient_key",
        "created_at",
        "name",
        sqlite_where=text("automatic = 1"),
        postgresql_where=text("automatic"),
    ),
    Index("ix_outbox_unsent", "state", "id", sqlite_where=text(UNSENT), postgresql_where=text(UNSENT)),
    sqlite_autoincrement=True,
)

outbox_octets = Table(
    "outbox_octets",
    metadata,
    Column("item", Id, ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    Column("octets", LargeBinary),  # NULL: large, kept as a file under sha256
    Column("sha256", LargeBinary, nullable=False),
)

outbox_attempt = Table(
    "outbox_attempt",
    metadata,
    Column("item", Id, ForeignKey("outbox.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("code", Integer, nullable=False),
    Column("text", MailText, nullable=False),
    sqlite_with_rowid=False,
)

automatic_tally = Table(
    "automatic_tally",
    metadata,
    # Counting all answers of an hour for each mail would cost more the busier the desk is; summing minutes does not.
    # One row a process, so that processes never wait for each other's rows
    Column("scope", LargeBinary, primary_key=True),  # of everything, of a notice's name, or of a domain
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("process", BigInteger, primary_key=True, autoincrement=False),
    Column("answers", Integer, nullable=False),
    sqlite_with_rowid=False,
)

undeliverable = Table(
    "undeliverable",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("address", MailText, nullable=False),
    Column("status", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime),  # NULL: automatic mail still goes there
    sqlite_with_rowid=False,
)
