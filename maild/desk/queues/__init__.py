"""What the lanes need from the store: mail waiting to be read, mail waiting to leave, clocks that are due.

Each method is one transaction of its own unless it says that it belongs to a unit of work. Rows are claimed with a
lease, so that a second process never takes the same one and a dead process never keeps it."""

from maild.desk.queues.incoming import (
    Accepted,
    AlreadySettled,
    Blobs,
    ClaimedMail,
    Cursors,
    InboundBook,
    InboundRow,
    Outcome,
    Settlement,
    Spool,
)
from maild.desk.queues.outgoing import (
    CallQueue,
    CallState,
    OutboxQueue,
    RuleAlarm,
    RuleAlarmQueue,
    TimerQueue,
    WebhookCall,
)
from maild.desk.queues.questions import BookAudit, LaneAge, Lanes, Queries

__all__ = [
    "Accepted",
    "AlreadySettled",
    "Blobs",
    "BookAudit",
    "CallQueue",
    "CallState",
    "ClaimedMail",
    "Cursors",
    "InboundBook",
    "InboundRow",
    "LaneAge",
    "Lanes",
    "OutboxQueue",
    "Outcome",
    "Queries",
    "RuleAlarm",
    "RuleAlarmQueue",
    "Settlement",
    "Spool",
    "TimerQueue",
    "WebhookCall",
]
