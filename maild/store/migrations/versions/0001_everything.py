"""Everything, as of the first release.

Creates all tables and indexes. Later revisions never edit this one.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maild.store.types import Id, MailText, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FIRST_NUMBER = 10001


def upgrade() -> None:
    op.create_table(
        "automatic_tally",
        sa.Column("scope", sa.LargeBinary(), nullable=False),
        sa.Column("minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "minute", "process", name=op.f("pk_automatic_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "blob",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "capability",
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("used_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("secret", "kind", name=op.f("pk_capability")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_capability_expires_at"), "capability", ["expires_at"], unique=False)
    op.create_table(
        "configuration",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("who", MailText, nullable=False),
        sa.Column("because", MailText, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("in_place_at", UtcTime, nullable=True),
        sa.Column("taken_up_at", UtcTime, nullable=True),
        sa.Column("answer", MailText, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configuration")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_configuration_digest"), "configuration", ["digest"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", MailText, nullable=False),
        sa.Column("address", MailText, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "event",
        sa.Column("id", Id, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("cause", MailText, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_ticket_id"), "event", ["ticket", "id"], unique=False)
    op.create_table(
        "imap_cursor",
        sa.Column("mailbox", MailText, nullable=False),
        sa.Column("folder", MailText, nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "folder", name=op.f("pk_imap_cursor")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbound",
        sa.Column("id", Id, nullable=False),
        sa.Column("intake_key", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_key", MailText, nullable=False),
        sa.Column("mailbox", MailText, nullable=False),
        sa.Column("received_at", UtcTime, nullable=False),
        sa.Column("reverse_path", MailText, nullable=True),
        sa.Column("forward_paths", MailText, nullable=False),
        sa.Column("client_ip", sa.Text(), nullable=False),
        sa.Column("helo", MailText, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("defect", MailText, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcTime, nullable=True),
        sa.Column("settled_at", UtcTime, nullable=True),
        sa.Column("reason", MailText, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.BigInteger(), nullable=False),
        sa.Column("message_id", MailText, nullable=False),
        sa.Column("message_key", sa.LargeBinary(), nullable=True),
        sa.Column("content_key", MailText, nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=True),
        sa.Column("sender", MailText, nullable=False),
        sa.Column("sender_key", sa.LargeBinary(), nullable=True),
        sa.Column("subject", MailText, nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("intake_key", name=op.f("uq_inbound_intake_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inbound_outcome_id"), "inbound", ["outcome", "id"], unique=False)
    op.create_index(
        "ix_inbound_same",
        "inbound",
        ["message_key", "content_digest"],
        unique=False,
        sqlite_where=sa.text("message_key IS NOT NULL"),
        postgresql_where=sa.text("message_key IS NOT NULL"),
    )
    op.create_index(
        "ix_inbound_sender",
        "inbound",
        ["sender_key", "id"],
        unique=False,
        sqlite_where=sa.text("sender_key IS NOT NULL"),
        postgresql_where=sa.text("sender_key IS NOT NULL"),
    )
    op.create_index(
        "ix_inbound_ticket",
        "inbound",
        ["ticket", "id"],
        unique=False,
        sqlite_where=sa.text("ticket <> 0"),
        postgresql_where=sa.text("ticket <> 0"),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", Id, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("mail", Id, nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("address", MailText, nullable=False),
        sa.Column("doubt", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("answered_at", UtcTime, nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["mail"], ["inbound.id"], name=op.f("fk_confirmation_mail_inbound")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint("secret", name=op.f("uq_confirmation_secret")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_confirmation_mail"), "confirmation", ["mail"], unique=False)
    op.create_table(
        "message_ref",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "ticket", "article", name=op.f("pk_message_ref")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("dedupe_key", sa.LargeBinary(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.BigInteger(), nullable=False),
        sa.Column("recipient_key", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_before", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("due_at", UtcTime, nullable=True),
        sa.Column("settled_at", UtcTime, nullable=True),
        sa.Column("last_error", MailText, nullable=False),
        sa.Column("waits_until", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
        sqlite_autoincrement=True,
    )
    for name, first in (("ix_outbox_waiting", "waits_until"), ("ix_outbox_waiting_for", "recipient_key")):
        op.create_index(
            name,
            "outbox",
            [first, "id"],
            unique=False,
            sqlite_where=sa.text("waits_until IS NOT NULL"),
            postgresql_where=sa.text("waits_until IS NOT NULL"),
        )
    op.create_index(
        "ix_outbox_automatic",
        "outbox",
        ["recipient_key", "created_at", "name"],
        unique=False,
        sqlite_where=sa.text("automatic = 1"),
        postgresql_where=sa.text("automatic"),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_outbox_ticket_id"), "outbox", ["ticket", "id"], unique=False)
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('deferred', 'failed', 'outcome-unknown', 'suppressed', 'held', 'dropped')"),
        postgresql_where=sa.text("state IN ('deferred', 'failed', 'outcome-unknown', 'suppressed', 'held', 'dropped')"),
    )
    op.create_table(
        "contact_address",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("contact", Id, nullable=False),
        sa.Column("address", MailText, nullable=False),
        sa.Column("verified", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name=op.f("fk_contact_address_contact_contact")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contact_address")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_contact_address_contact"), "contact_address", ["contact"], unique=False)
    op.create_table(
        "outbox_attempt",
        sa.Column("item", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("text", MailText, nullable=False),
        sa.ForeignKeyConstraint(["item"], ["outbox.id"], name=op.f("fk_outbox_attempt_item_outbox")),
        sa.PrimaryKeyConstraint("item", "number", name=op.f("pk_outbox_attempt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox_octets",
        sa.Column("item", Id, autoincrement=False, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["outbox.id"], name=op.f("fk_outbox_octets_item_outbox")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_outbox_octets")),
    )
    op.create_table(
        "ticket",
        sa.Column("number", Id, sa.Identity(always=False, start=FIRST_NUMBER), nullable=False),
        sa.Column("title", MailText, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("waiting", sa.Text(), nullable=False),
        sa.Column("waits_until", UtcTime, nullable=True),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("request_type", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("requester", Id, nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("tags", MailText, nullable=False),
        sa.Column("watchers", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("chosen_policy", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.Column("closed_at", UtcTime, nullable=True),
        sa.Column("first_response_at", UtcTime, nullable=True),
        sa.Column("last_customer_at", UtcTime, nullable=True),
        sa.Column("last_agent_at", UtcTime, nullable=True),
        sa.Column("promised_at", UtcTime, nullable=True),
        sa.Column("reopen_count", sa.Integer(), nullable=False),
        sa.Column("follows", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=False),
        sa.Column("muted", sa.Text(), nullable=False),
        sa.Column("grouped", sa.Integer(), nullable=False),
        sa.Column("grouped_told_at", UtcTime, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["requester"], ["contact.id"], name=op.f("fk_ticket_requester_contact")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ticket")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ticket_closed_at_created_at"), "ticket", ["closed_at", "created_at"], unique=False)
    op.create_index(op.f("ix_ticket_created_at"), "ticket", ["created_at"], unique=False)
    op.create_index(
        "ix_ticket_merged",
        "ticket",
        ["merged_into", "number"],
        unique=False,
        sqlite_where=sa.text("merged_into <> 0"),
        postgresql_where=sa.text("merged_into <> 0"),
    )
    op.create_index(
        "ix_ticket_waits",
        "ticket",
        ["waits_until", "number"],
        unique=False,
        sqlite_where=sa.text("waits_until IS NOT NULL"),
        postgresql_where=sa.text("waits_until IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_open_of_requester",
        "ticket",
        ["requester", "number"],
        unique=False,
        sqlite_where=sa.text("state IN ('new', 'open', 'pending')"),
        postgresql_where=sa.text("state IN ('new', 'open', 'pending')"),
    )
    op.create_index(
        "ix_ticket_workload",
        "ticket",
        ["owner"],
        unique=False,
        sqlite_where=sa.text("state IN ('new', 'open', 'pending')"),
        postgresql_where=sa.text("state IN ('new', 'open', 'pending')"),
    )
    op.create_index(op.f("ix_ticket_owner_number"), "ticket", ["owner", "number"], unique=False)
    op.create_index(op.f("ix_ticket_requester"), "ticket", ["requester"], unique=False)
    op.create_index(op.f("ix_ticket_state_number"), "ticket", ["state", "number"], unique=False)
    op.create_index(op.f("ix_ticket_team_number"), "ticket", ["team", "number"], unique=False)
    op.create_table(
        "article",
        sa.Column("id", Id, nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("author", MailText, nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("message_id", MailText, nullable=False),
        sa.Column("subject", MailText, nullable=False),
        sa.Column("text", MailText, nullable=False),
        sa.Column("new_text", MailText, nullable=True),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("inbound", sa.BigInteger(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_article_ticket_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_article_origin",
        "article",
        ["origin", "id"],
        unique=False,
        sqlite_where=sa.text("origin <> 0"),
        postgresql_where=sa.text("origin <> 0"),
    )
    op.create_index(op.f("ix_article_ticket_id"), "article", ["ticket", "id"], unique=False)
    op.create_index(
        "ix_article_words",
        "article",
        ["created_at", "ticket", "sender", "agent", "lost", "kind", "verified", "automatic"],
        unique=False,
        sqlite_where=sa.text("kind = 'correspondence' AND verified AND NOT automatic AND sender <> 'system'"),
        postgresql_where=sa.text("kind = 'correspondence' AND verified AND NOT automatic AND sender <> 'system'"),
    )
    op.create_table(
        "participant",
        sa.Column("ticket", Id, nullable=False),
        sa.Column("contact", Id, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name=op.f("fk_participant_contact_contact")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_participant_ticket_ticket")),
        sa.PrimaryKeyConstraint("ticket", "contact", name=op.f("pk_participant")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_participant_contact"), "participant", ["contact"], unique=False)
    op.create_table(
        "ticket_link",
        sa.Column("ticket", Id, nullable=False),
        sa.Column("other", Id, nullable=False),
        sa.ForeignKeyConstraint(["other"], ["ticket.number"], name=op.f("fk_ticket_link_other_ticket")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_ticket_link_ticket_ticket")),
        sa.PrimaryKeyConstraint("ticket", "other", name=op.f("pk_ticket_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "timer",
        sa.Column("ticket", Id, nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("started_at", UtcTime, nullable=False),
        sa.Column("due_at", UtcTime, nullable=True),
        sa.Column("next_alarm_at", UtcTime, nullable=True),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("paused_at", UtcTime, nullable=True),
        sa.Column("met_at", UtcTime, nullable=True),
        sa.Column("breached_at", UtcTime, nullable=True),
        sa.Column("raised", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_timer_ticket_ticket")),
        sa.PrimaryKeyConstraint("ticket", "metric", "cycle", name=op.f("pk_timer")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_timer_due",
        "timer",
        ["next_alarm_at", "ticket", "metric", "cycle"],
        unique=False,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "kept_month",
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_kept_month")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kept_figures",
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["kept_month.month"], name=op.f("fk_kept_figures_month_kept_month")),
        sa.PrimaryKeyConstraint("month", "dimension", "team", name=op.f("pk_kept_figures")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stale_month",
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", "process", name=op.f("pk_stale_month")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "policy_version",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", UtcTime, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "since", name=op.f("pk_policy_version")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "preference",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("quiet", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_preference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mark",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "undeliverable",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("address", MailText, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", UtcTime, nullable=False),
        sa.Column("until", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_undeliverable")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "article_file",
        sa.Column("article", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("filename", MailText, nullable=False),
        sa.Column("content_type", MailText, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("content_id", MailText, nullable=True),
        sa.ForeignKeyConstraint(["article"], ["article.id"], name=op.f("fk_article_file_article_article")),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_article_file_sha256_blob")),
        sa.PrimaryKeyConstraint("article", "position", name=op.f("pk_article_file")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_article_file_sha256"), "article_file", ["sha256"], unique=False)

    op.create_table(
        "webhook_call",
        sa.Column("id", Id, nullable=False),
        sa.Column("webhook", sa.Text(), nullable=False),
        sa.Column("ticket", sa.BigInteger(), nullable=False),
        sa.Column("body", MailText, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("due_at", UtcTime, nullable=True),
        sa.Column("last_error", MailText, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_call")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_webhook_call_due",
        "webhook_call",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "rule_alarm",
        sa.Column("ticket", Id, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("moment_at", UtcTime, nullable=True),
        sa.Column("due_at", UtcTime, nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_rule_alarm_ticket_ticket")),
        sa.PrimaryKeyConstraint("ticket", "rule", name=op.f("pk_rule_alarm")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_rule_alarm_due",
        "rule_alarm",
        ["due_at", "ticket", "rule"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "rating",
        sa.Column("id", Id, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("ticket", Id, nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("rated_at", UtcTime, nullable=True),
        sa.Column("good", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_rating_ticket_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("secret", name=op.f("uq_rating_secret")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_rating_asked_at"), "rating", ["asked_at"], unique=False)
    op.create_index(op.f("ix_rating_ticket_id"), "rating", ["ticket", "id"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        # What Identity(start=...) does on PostgreSQL: the next ticket gets the first number.
        sequence = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
        op.execute(sequence.insert().values(name="ticket", seq=FIRST_NUMBER - 1))
