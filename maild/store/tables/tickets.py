"""Tickets, the people in them, what is written there, and what happened.

Columns and indexes only.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from maild.store.tables.meta import FIRST_NUMBER, NOT_ENDED, WORDS, metadata
from maild.store.types import Id, MailText, UtcTime

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", MailText, nullable=False),
    Column("address", MailText, nullable=False),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("blocked", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

contact_address = Table(
    "contact_address",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("contact", Id, ForeignKey("contact.id"), nullable=False, index=True),
    Column("address", MailText, nullable=False),
    Column("verified", Text, nullable=False),  # by what it has proven itself; "" for not at all
    sqlite_with_rowid=False,
)

ticket = Table(
    "ticket",
    metadata,
    # A number is never used twice, not even after its ticket was deleted: an old mail would land in a stranger's ticket
    Column("number", Id, Identity(start=FIRST_NUMBER), primary_key=True),
    Column("title", MailText, nullable=False),
    Column("state", Text, nullable=False),
    Column("waiting", Text, nullable=False),  # "" where it waits for nothing
    Column("waits_until", UtcTime),
    Column("team", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("request_type", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("requester", Id, ForeignKey("contact.id"), nullable=False, index=True),
    Column("mailbox", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("tags", MailText, nullable=False),
    Column("watchers", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("chosen_policy", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("first_response_at", UtcTime),
    Column("last_customer_at", UtcTime),
    Column("last_agent_at", UtcTime),
    Column("promised_at", UtcTime),
    Column("reopen_count", Integer, nullable=False),
    Column("follows", BigInteger, nullable=False),
    Column("merged_into", BigInteger, nullable=False),
    Column("muted", Text, nullable=False),  # names of agents
    Column("grouped", Integer, nullable=False),
    Column("grouped_told_at", UtcTime),
    Column("version", Integer, nullable=False),
    Index(None, "state", "number"),
    Index(None, "team", "number"),
    Index(None, "owner", "number"),
    Index("ix_ticket_workload", "owner", sqlite_where=text(NOT_ENDED), postgresql_where=text(NOT_ENDED)),
    Index(None, "created_at"),
    Index(None, "closed_at", "created_at"),
    Index(
        "ix_ticket_waits",
        "waits_until",
        "number",
        sqlite_where=text("waits_until IS NOT NULL"),
        postgresql_where=text("waits_until IS NOT NULL"),
    ),
    Index(
        "ix_ticket_open_of_requester",
        "requester",
        "number",
        sqlite_where=text(NOT_ENDED),
        postgresql_where=text(NOT_ENDED),
    ),
    Index(
        "ix_ticket_merged",
        "merged_into",
        "number",
        sqlite_where=text("merged_into <> 0"),
        postgresql_where=text("merged_into <> 0"),
    ),
    sqlite_autoincrement=True,
)

participant = Table(
    "participant",
    metadata,
    Column("ticket", Id, ForeignKey("ticket.number"), primary_key=True),
    Column("contact", Id, ForeignKey("contact.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

ticket_link = Table(
    "ticket_link",
    metadata,
    # Two rows for each two tickets, so that what a ticket is linked to is one probe
    Column("ticket", Id, ForeignKey("ticket.number"), primary_key=True),
    Column("other", Id, ForeignKey("ticket.number"), primary_key=True),
    sqlite_with_rowid=False,
)

article = Table(
    "article",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket", Id, ForeignKey("ticket.number"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("author", MailText, nullable=False),
    Column("contact", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("message_id", MailText, nullable=False),
    Column("subject", MailText, nullable=False),
    Column("text", MailText, nullable=False),
    Column("new_text", MailText),  # NULL: the same as text, as it is for most first mails
    Column("files", Integer, nullable=False),  # how many rows of article_file there are
    Column("channel", Text, nullable=False),
    Column("inbound", BigInteger, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("origin", BigInteger, nullable=False),  # the merged ticket that it was written to
    Column("created_at", UtcTime, nullable=False),
    Column("lost", Boolean, nullable=False),  # an answer that its customer never got
    Index(None, "ticket", "id"),
    Index(
        "ix_article_words",
        "created_at",
        "ticket",
        "sender",
        "agent",
        "lost",
        "kind",
        "verified",
        "automatic",  # SQLite looks at these again, so without them it would read the row
        sqlite_where=text(WORDS),
        postgresql_where=text(WORDS),
    ),
    Index(
        "ix_article_origin",
        "origin",
        "id",
        sqlite_where=text("origin <> 0"),
        postgresql_where=text("origin <> 0"),
    ),
    sqlite_autoincrement=True,
)

article_file = Table(
    "article_file",
    metadata,
    Column("article", Id, ForeignKey("article.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("filename", MailText, nullable=False),
    Column("content_type", MailText, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", LargeBinary, ForeignKey("blob.sha256"), nullable=False, index=True),
    Column("inline", Boolean, nullable=False),
    Column("content_id", MailText),
    sqlite_with_rowid=False,
)

message_ref = Table(
    "message_ref",
    metadata,
    # One Message-ID can belong to several tickets: an enemy may have used a stranger's id first
    Column("key", LargeBinary, primary_key=True),
    Column("ticket", BigInteger, primary_key=True),
    Column("article", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket", BigInteger, nullable=False),  # 0 where a fact belongs to none
    Column("at", UtcTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", MailText, nullable=False),
    Index(None, "ticket", "id"),
    sqlite_autoincrement=True,
)

preference = Table(
    "preference",
    metadata,
    # When an agent has said that he wants to hear of things
    Column("agent", Text, primary_key=True),
    Column("quiet", Text, nullable=False),
    Column("digest", Text, nullable=False),
    sqlite_with_rowid=False,
)

capability = Table(
    "capability",
    metadata,
    Column("secret", LargeBinary, primary_key=True),  # its sha256
    Column("kind", Text, primary_key=True),
    Column("ticket", BigInteger, nullable=False),
    Column("contact", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("used_at", UtcTime),
    sqlite_with_rowid=False,
)

confirmation = Table(
    "confirmation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("secret", LargeBinary, nullable=False, unique=True),  # the sha256 of what stands in the link
    Column("mail", Id, ForeignKey("inbound.id"), nullable=False, index=True),
    Column("ticket", BigInteger, nullable=False),
    Column("article", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("contact", BigInteger, nullable=False),
    Column("address", MailText, nullable=False),
    Column("doubt", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("answered_at", UtcTime),
    Column("confirmed", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

rating = Table(
    "rating",
    metadata,
    Column("id", Id, primary_key=True),
    Column("secret", LargeBinary, nullable=False, unique=True),  # the sha256 of what stands in the link
    Column("ticket", Id, ForeignKey("ticket.number"), nullable=False),
    Column("contact", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),  # who was in charge at the closing
    Column("asked_at", UtcTime, nullable=False, index=True),
    Column("expires_at", UtcTime, nullable=False),
    Column("rated_at", UtcTime),
    Column("good", Boolean),  # NULL: not answered
    Index(None, "ticket", "id"),
    sqlite_autoincrement=True,
)
