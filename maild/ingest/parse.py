"""Octets to an `InboundMessage`: names every stage of reading and does nothing else.

Never raises, whatever the octets are, and never touches network, files or clock.
"""

from __future__ import annotations

from dataclasses import replace

from maild.domain.mail import InboundMessage, Kind, Part, Verdict
from maild.ingest.body import new_words
from maild.ingest.classify import classify
from maild.ingest.forwarded import find_forward
from maild.ingest.gate import Limits, look
from maild.ingest.header.fields import read_block, usual_lines
from maild.ingest.header.headers import charset_hint, read_headers
from maild.ingest.header.words import decode_words
from maild.ingest.language import detect
from maild.ingest.parts.bodies import body_of
from maild.ingest.parts.disposition import filename
from maild.ingest.parts.entity import Entity, read_tree
from maild.ingest.parts.files import as_attachments
from maild.ingest.parts.invitation import read_invitation
from maild.ingest.parts.mime import walk
from maild.ingest.report import read_report
from maild.markup import clean

__all__ = ["Limits", "read"]

_DEFAULTS = Limits()


def read(
    octets: bytes,
    *,
    own: frozenset[str] = frozenset(),
    reverse_path: str | None = None,
    limits: Limits = _DEFAULTS,
) -> InboundMessage:
    """The mail as read. `own` are our addresses, `reverse_path` is "" for the null path and None when unknown.

    A mail that a stage of reading fails on is answered too: header only, for quarantine, with the fault as reason.
    """
    try:
        return _read(octets, own, reverse_path, limits)
    except Exception as fault:  # the one boundary: octets of strangers meet seven libraries behind it
        return _header_only(octets, fault, limits)


def _header_only(octets: bytes, fault: Exception, limits: Limits) -> InboundMessage:
    reason = f"reading failed: {type(fault).__name__}: {str(fault)[:200]}"
    message = InboundMessage(verdict=Verdict.QUARANTINE, verdict_reason=reason, defects=(reason,))
    try:
        block = read_block(octets[: limits.header_block], 0, limits.header_block, limits, root=True)
        subject = next((decode_words(f.body) for f in block.fields if f.key == "subject"), "")
        fields = tuple((f.name, decode_words(f.body)) for f in block.fields)
        return replace(message, subject=subject, headers=fields)
    except Exception:
        return message


def _read(octets: bytes, own: frozenset[str], reverse_path: str | None, limits: Limits) -> InboundMessage:
    finding = look(octets, limits)
    octets = usual_lines(octets[: limits.message])
    root = read_tree(octets, limits)
    finding = finding if finding.limit else root.finding
    hint = charset_hint(root)
    head = read_headers(root, hint, limits)
    walked = walk(root, hint, limits)
    body = body_of(walked.segments, limits)
    text, html = body.text, body.html
    # a file that was cut with its mail would have a wrong digest
    attachments, used = as_attachments(walked.files if finding.limit != "L1" else [], text, html)
    report = read_report(root, head.fields, text, subject=head.subject, reverse_path=reverse_path)
    sort = classify(
        head.fields,
        report=report,
        subject=head.subject,
        text=text,
        from_=head.from_,
        reply_to=head.reply_to,
        message_id=head.message_id,
        own=own,
        reverse_path=reverse_path,
    )
    author = next((m for m in head.from_ if m.address), None) or next(iter(head.from_), None)
    is_reply = bool(head.in_reply_to or head.references)
    words = new_words(
        text,
        html,
        author=author.display_name if author else "",
        subject=head.subject,
        is_reply=is_reply,
        text_is_plain=body.text_is_plain,
    )
    return InboundMessage(
        message_id=head.message_id,
        in_reply_to=head.in_reply_to,
        references=head.references,
        date=head.date,
        from_=author,
        from_doubtful=head.from_doubtful,
        sender=head.sender,
        reply_to=head.reply_to,
        to=head.to,
        cc=head.cc,
        delivered_to=head.delivered_to,
        subject=head.subject,
        headers=head.fields,
        text=text,
        html=clean(html) if html else "",
        reply=words,
        attachments=attachments,
        parts=_parts(root, hint, {**used, **walked.used}),
        kind=sort.kind,
        kind_reasons=sort.reasons,
        may_reply=sort.may_reply and not head.from_doubtful,
        report=report.delivery if report else None,
        forwarded=(
            find_forward(head.subject, text, html, attachments, is_reply=is_reply)
            if sort.kind in (Kind.MESSAGE, Kind.LIST)
            else None
        ),
        invitation=next((i for c in walked.calendars if (i := read_invitation(c)) is not None), None),
        language=detect(words.text),
        defects=tuple(dict.fromkeys([*(d for e in root.walk() for d in e.defects), *head.defects, *walked.defects])),
        verdict=Verdict.QUARANTINE if finding.limit else Verdict.ACCEPT,
        verdict_reason=f"{finding.limit}: {finding.reason}" if finding.limit else "",
    )


def _parts(root: Entity, hint: str | None, used: dict[int, str]) -> tuple[Part, ...]:
    return tuple(
        Part(
            depth=node.depth,
            content_type=node.content_type,
            size=node.end - node.start,
            filename=filename(node, hint),
            used_as=used.get(id(node), ""),
        )
        for node in root.walk()
    )
