"""Every table, index and key, as Core tables.

Says what is kept and how it is found. Never reads or writes a row.

Absent references are 0 and absent words "", as in the domain. Long values are found by a digest (`types.key`). Every
look-up that happens once a mail is one probe of an index named here.
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
    MetaData,
    Table,
    Text,
    text,
)

from maild.store.types import Id, MailText, UtcTime

FIRST_NUMBER = 10001
"""Five digits from the first ticket on, so that a number is recognised as one when it is read out."""

UNSENT = "state IN ('deferred', 'failed', 'outcome-unknown', 'suppressed', 'held', 'dropped')"
"""What operators list. States that every mail passes through are in no index, so passing through them costs less."""

NOT_ENDED = "state IN ('new', 'open', 'pending')"
"""States of tickets that somebody still has to work on."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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
    Index(None, "closed_at"),
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
    Index(None, "created_at"),
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

timer = Table(
    "timer",
    metadata,
    Column("ticket", Id, ForeignKey("ticket.number"), primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("cycle", Integer, primary_key=True),
    Column("policy", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),
    Column("next_alarm_at", UtcTime),
    Column("target", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("paused_at", UtcTime),
    Column("met_at", UtcTime),
    Column("breached_at", UtcTime),
    Column("raised", Text, nullable=False),  # levels of escalation steps, with spaces between them
    Index(
        "ix_timer_due",
        "next_alarm_at",
        "ticket",
        "metric",
        "cycle",
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    sqlite_with_rowid=False,
)

webhook_call = Table(
    "webhook_call",
    metadata,
    Column("id", Id, primary_key=True),
    Column("webhook", Text, nullable=False),
    Column("ticket", BigInteger, nullable=False),
    Column("body", MailText, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),  # when somebody may make it, or the end of a lease; NULL: done or given up
    Column("last_error", MailText, nullable=False),
    Index(
        "ix_webhook_call_due",
        "due_at",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

rule_alarm = Table(
    "rule_alarm",
    metadata,
    Column("ticket", Id, ForeignKey("ticket.number"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("moment_at", UtcTime),
    Column("due_at", UtcTime),  # NULL: nothing to wait for, or it has fired
    Index(
        "ix_rule_alarm_due",
        "due_at",
        "ticket",
        "rule",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
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

configuration = Table(
    "configuration",
    metadata,
    # Every version of the configuration that was put in force by a command, or found when one was
    Column("id", Id, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("who", MailText, nullable=False),
    Column("because", MailText, nullable=False),
    Column("kind", Text, nullable=False),
    Column("restores", BigInteger, nullable=False),  # the version that a rollback has brought back; 0 else
    Column("digest", Text, nullable=False, index=True),
    Column("files", LargeBinary, nullable=False),
    Column("in_place_at", UtcTime),  # NULL: killed before its files were in place
    Column("taken_up_at", UtcTime),  # NULL: no daemon has begun to work by it
    Column("answer", MailText, nullable=False),  # what the daemon has said to it
    sqlite_autoincrement=True,
)

kept_month = Table(
    "kept_month",
    metadata,
    # Figures of a month that is over, for reports: true while no row of stale_month names the month
    Column("month", BigInteger, primary_key=True, autoincrement=False),
    Column("basis", Text, nullable=False),  # what they depend on beside the rows
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

stale_month = Table(
    "stale_month",
    metadata,
    # Something of the month has changed; one row a process, so that processes never wait for each other's rows
    Column("month", BigInteger, primary_key=True, autoincrement=False),
    Column("process", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

policy_version = Table(
    "policy_version",
    metadata,
    # What an SLA policy promised since when: histories are reckoned by the terms they were lived under
    Column("name", Text, primary_key=True),
    Column("since", UtcTime, primary_key=True),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

mark = Table(
    "mark",
    metadata,
    # When something that is done once in a while was done last, and how far it came
    Column("name", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("reached", BigInteger, nullable=False),
    sqlite_with_rowid=False,
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
