"""The book of mail that came, where each mailbox was read to, and octets too large for a row.

Columns and indexes only.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from maild.store.tables.meta import metadata
from maild.store.types import Id, MailText, UtcTime

inbound = Table(
    "inbound",
    metadata,
    Column("id", Id, primary_key=True),
    Column("intake_key", LargeBinary, nullable=False, unique=True),  # of source and source_key
    Column("source", Text, nullable=False),
    Column("source_key", MailText, nullable=False),
    Column("mailbox", MailText, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("reverse_path", MailText),  # NULL: no envelope is known
    Column("forward_paths", MailText, nullable=False),
    Column("client_ip", Text, nullable=False),
    Column("helo", MailText, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("defect", MailText, nullable=False),  # why the octets are not the whole mail
    Column("outcome", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", UtcTime),
    Column("settled_at", UtcTime),
    Column("reason", MailText, nullable=False),
    Column("stage", Text, nullable=False),
    Column("ticket", BigInteger, nullable=False),
    Column("article", BigInteger, nullable=False),
    Column("message_id", MailText, nullable=False),
    Column("message_key", LargeBinary),
    Column("content_key", MailText, nullable=False),
    Column("content_digest", LargeBinary),
    Column("sender", MailText, nullable=False),
    Column("sender_key", LargeBinary),  # of the folded address in From; NULL while it waits, and where there is none
    Column("subject", MailText, nullable=False),
    Column("trace", Text, nullable=False),
    Column("confirmed", BigInteger, nullable=False),  # the confirmation with which somebody has owned it
    Index(None, "outcome", "id"),
    Index(
        "ix_inbound_sender",
        "sender_key",
        "id",
        sqlite_where=text("sender_key IS NOT NULL"),
        postgresql_where=text("sender_key IS NOT NULL"),
    ),
    Index(
        "ix_inbound_ticket",
        "ticket",
        "id",
        sqlite_where=text("ticket <> 0"),
        postgresql_where=text("ticket <> 0"),
    ),
    Index(
        "ix_inbound_same",
        "message_key",
        "content_digest",
        sqlite_where=text("message_key IS NOT NULL"),
        postgresql_where=text("message_key IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

imap_cursor = Table(
    "imap_cursor",
    metadata,
    Column("mailbox", MailText, primary_key=True),
    Column("folder", MailText, primary_key=True),
    # Both are unsigned 32 bit (RFC 9051 section 2.3.1.1): more than PostgreSQL's INTEGER holds
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("octets", LargeBinary),  # NULL: in a file
)
