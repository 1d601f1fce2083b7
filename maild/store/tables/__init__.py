"""Every table there is, by what it keeps; the migration makes the same ones, and a test compares them.

Columns and indexes only. Who reads and writes them is in the repositories beside."""

from maild.store.tables.clocks import (
    configuration,
    kept_figures,
    kept_month,
    mark,
    policy_version,
    rule_alarm,
    stale_month,
    timer,
    webhook_call,
)
from maild.store.tables.incoming import blob, imap_cursor, inbound
from maild.store.tables.meta import FIRST_NUMBER, NOT_ENDED, UNSENT, WORDS, metadata
from maild.store.tables.outgoing import automatic_tally, outbox, outbox_attempt, outbox_octets, undeliverable
from maild.store.tables.tickets import (
    article,
    article_file,
    capability,
    confirmation,
    contact,
    contact_address,
    event,
    message_ref,
    participant,
    preference,
    rating,
    ticket,
    ticket_link,
)

__all__ = [
    "FIRST_NUMBER",
    "NOT_ENDED",
    "UNSENT",
    "WORDS",
    "article",
    "article_file",
    "automatic_tally",
    "blob",
    "capability",
    "configuration",
    "confirmation",
    "contact",
    "contact_address",
    "event",
    "imap_cursor",
    "inbound",
    "kept_figures",
    "kept_month",
    "mark",
    "message_ref",
    "metadata",
    "outbox",
    "outbox_attempt",
    "outbox_octets",
    "participant",
    "policy_version",
    "preference",
    "rating",
    "rule_alarm",
    "stale_month",
    "ticket",
    "ticket_link",
    "timer",
    "undeliverable",
    "webhook_call",
]
