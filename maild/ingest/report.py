"""Delivery reports (RFC 3464), read receipts (RFC 8098) and feedback reports (RFC 5965) read from the MIME tree.

Also asks `bounces` for what mailers send without a proper report. Never decides what is done with a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message

from maild.domain.mail import DeliveryReport, Kind

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a report turned out to be: `kind` is bounce, delay, mdn or feedback (or auto_reply for a mere success)."""

    kind: Kind
    reasons: tuple[str, ...]
    delivery: DeliveryReport | None = None


def read_report(message: Message, headers: Headers, text: str, *, reverse_path: str | None = None) -> Reading | None:
    """The report that `message` carries, or None when it carries none.

    `headers` are the decoded fields of the whole mail in order, `text` its readable body; `reverse_path` is the
    envelope sender if known ("" or "<>" for the null path). Never raises.
    """
    return None
