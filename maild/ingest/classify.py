"""What sort of mail it is, and why: human, automatic, list, report, or our own (RFC 3834).

Gives reasons in words. Never answers a mail; it only says whether an automatic answer could be allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maild.domain.address import Mailbox
from maild.domain.mail import Kind
from maild.ingest.report import Reading

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """`may_reply` says that the guard may be asked at all; everything doubtful is False."""

    kind: Kind
    reasons: tuple[str, ...]
    may_reply: bool = False


def classify(
    headers: Headers,
    *,
    report: Reading | None = None,
    subject: str = "",
    text: str = "",
    from_: Sequence[Mailbox] = (),
    reply_to: Sequence[Mailbox] = (),
    message_id: str = "",
    own: frozenset[str] = frozenset(),
    reverse_path: str | None = None,
) -> Classification:
    """Judge by the decoded header fields in order; `own` are our addresses, `reverse_path` "" or "<>" the null path."""
    if report is not None:
        return Classification(kind=report.kind, reasons=report.reasons)
    return Classification(kind=Kind.MESSAGE, reasons=("no mark of an automatic mail",))
