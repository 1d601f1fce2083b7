"""Octets to an `InboundMessage`: names every stage of reading and does nothing else.

Never raises, whatever the octets are, and never touches network, files or clock.
"""

from __future__ import annotations

import email

from maild.domain.mail import InboundMessage, Verdict
from maild.ingest.body import new_words
from maild.ingest.classify import classify
from maild.ingest.entity import read_tree
from maild.ingest.forwarded import find_forward
from maild.ingest.gate import Limits, look
from maild.ingest.headers import read_headers
from maild.ingest.language import detect
from maild.ingest.mime import charset_hint, read_content
from maild.ingest.report import read_report
from maild.markup import clean

__all__ = ["Limits", "read"]


def read(
    octets: bytes,
    *,
    own: frozenset[str] = frozenset(),
    reverse_path: str | None = None,
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
) -> InboundMessage:
    """The mail as read. `own` are our addresses, `reverse_path` is "" for the null path and None when unknown."""
    gate = look(octets, limits)
    root = read_tree(octets, limits)
    hint = charset_hint(root)
    head = read_headers(root, hint, limits)
    content = read_content(root, limits)
    report = read_report(email.message_from_bytes(octets), head.fields, content.text, reverse_path=reverse_path)
    kind = classify(
        head.fields,
        report=report,
        subject=head.subject,
        text=content.text,
        from_=head.senders,
        reply_to=head.reply_to,
        message_id=head.message_id,
        own=own,
        reverse_path=reverse_path,
    )
    words = new_words(content.text, content.html)
    return InboundMessage(
        message_id=head.message_id,
        in_reply_to=head.in_reply_to,
        references=head.references,
        date=head.date,
        from_=head.senders[0] if head.senders else None,
        from_doubtful=head.from_doubtful,
        sender=head.sender,
        reply_to=head.reply_to,
        to=head.to,
        cc=head.cc,
        delivered_to=head.delivered_to,
        subject=head.subject,
        headers=head.fields,
        text=content.text,
        html=clean(content.html) if content.html else "",
        reply=words,
        attachments=content.attachments,
        parts=content.parts,
        kind=kind.kind,
        kind_reasons=kind.reasons,
        may_reply=kind.may_reply and not head.from_doubtful,
        report=report.delivery if report else None,
        forwarded=find_forward(head.subject, content.text, content.html, content.attachments),
        language=detect(words.text),
        defects=(*head.defects, *content.defects),
        verdict=Verdict.QUARANTINE if gate.limit else Verdict.ACCEPT,
        verdict_reason=gate.reason,
    )
