"""What is due one day: clocks, rules that wait, calls of services, versions of policies.

Columns and indexes only.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from maild.store.tables.meta import metadata
from maild.store.types import Id, MailText, UtcTime

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
    sqlite_with_rowid=False,
)

kept_figures = Table(
    "kept_figures",
    metadata,
    # Of a kept month: apart by team, so that a report of one reads no other's, and by what people may ask for
    Column("month", BigInteger, ForeignKey("kept_month.month"), primary_key=True, autoincrement=False),
    Column("dimension", Text, primary_key=True),
    Column("team", Text, primary_key=True),
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
