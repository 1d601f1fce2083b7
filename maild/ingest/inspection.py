"""How a mail was read, for people and programs: the JSON object and the page of `maild inspect`.

Only shows what the reader found; it never reads a mail itself and never decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from maild.domain.address import Mailbox
from maild.domain.mail import Attachment, DeliveryReport, Forwarded, InboundMessage, Invitation, Part


def facts(message: InboundMessage, *, file: str) -> dict[str, object]:
    """The JSON object of one mail: every name is always there, so that a program need not ask."""
    return {
        "file": file,
        "outcome": message.verdict.value,
        "outcome_reason": message.verdict_reason,
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "date": message.date.isoformat() if message.date else None,
        "from": _mailbox(message.from_),
        "from_doubtful": message.from_doubtful,
        "sender": _mailbox(message.sender) if message.sender else None,
        "reply_to": [_mailbox(m) for m in message.reply_to],
        "to": [_mailbox(m) for m in message.to],
        "cc": [_mailbox(m) for m in message.cc],
        "delivered_to": list(message.delivered_to),
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "reply_text": message.reply.text,
        "folded_lines": message.reply.folded_lines,
        "confidence": round(message.reply.confidence, 3),
        "attachments": [_attachment(a) for a in message.attachments],
        "kind": message.kind.value,
        "kind_reasons": list(message.kind_reasons),
        "may_reply": message.may_reply,
        "bounce": _report(message.report),
        "forwarded": _forwarded(message.forwarded),
        "invitation": _invitation(message.invitation),
        "language": message.language,
        "commands": [],
        "defects": list(message.defects),
    }


def _mailbox(mailbox: Mailbox | None) -> dict[str, str]:
    if mailbox is None:
        return {"name": "", "address": ""}
    return {"name": mailbox.display_name, "address": mailbox.address}


def _attachment(attachment: Attachment) -> dict[str, object]:
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "inline": attachment.inline,
        "content_id": attachment.content_id,
    }


def _report(report: DeliveryReport | None) -> dict[str, object] | None:
    if report is None:
        return None
    # the address we wrote to says more than the one an alias led to (RFC 3464 section 2.3.1)
    recipients = [a for r in report.recipients if (a := r.original_recipient or r.final_recipient)]
    return {
        "recipient": recipients[0] if recipients else "",
        "recipients": recipients,
        "status": report.status,
        "action": report.action,
        "diagnostic": report.diagnostic,
        "message_id": report.message_id,
        "reporting_mta": report.reporting_mta,
        "envelope_id": report.original_envelope_id,
    }


def _forwarded(forwarded: Forwarded | None) -> dict[str, object] | None:
    if forwarded is None:
        return None
    return {
        "from": _mailbox(forwarded.from_),
        "date": forwarded.date.isoformat() if forwarded.date else None,
        "subject": forwarded.subject,
        "to": [_mailbox(m) for m in forwarded.to],
        "cc": [_mailbox(m) for m in forwarded.cc],
        "text": forwarded.text,
        "message_id": forwarded.message_id,
        "certain": forwarded.certain,
    }


def _invitation(invitation: Invitation | None) -> dict[str, object] | None:
    if invitation is None:
        return None
    return {
        "method": invitation.method,
        "summary": invitation.summary,
        "start": invitation.start,
        "end": invitation.end,
        "organizer": invitation.organizer,
    }


def page(message: InboundMessage, *, file: str) -> str:
    """The same for people: headers, kind and why, new words, what was folded, the parts as a tree."""
    return "\n".join(_printable(line) for line in _lines(message, file)) + "\n"


def _printable(line: str) -> str:
    # A mail must not be able to move the cursor, ring the bell or turn the writing direction of a terminal.
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line.expandtabs(4))


def _lines(message: InboundMessage, file: str) -> Iterator[str]:
    yield f"== {file}"
    yield from _header_lines(message)
    yield f"Outcome      {message.verdict.value}" + (f": {message.verdict_reason}" if message.verdict_reason else "")
    yield f"Kind         {message.kind.value}" + ("" if message.may_reply else ", no automatic answer")
    for reason in message.kind_reasons:
        yield f"             because {reason}"
    if message.language:
        yield f"Language     {message.language}"
    yield from _special_lines(message)
    for defect in message.defects:
        yield f"Repaired     {defect}"
    if message.parts:
        yield ""
        yield "Parts"
        yield from (_part_line(part) for part in message.parts)
    if message.attachments:
        yield ""
        yield "Attachments"
        for attachment in message.attachments:
            shown = "inline " if attachment.inline else ""
            yield f"  {attachment.filename}  {shown}{attachment.content_type}, {_size(attachment.size)}"
    yield ""
    yield f"New words    confidence {message.reply.confidence:.0%}, {message.reply.folded_lines} lines folded"
    yield from _word_lines(message)


def _word_lines(message: InboundMessage) -> Iterator[str]:
    """The text with `|` before what is new and `:` before what is folded; apart where the one is not in the other."""
    new = message.reply.text.splitlines()
    marked: list[str] = []
    at = 0
    for line in message.text.splitlines():
        is_new = at < len(new) and line.strip() == new[at].strip()
        marked.append(f"  | {line}" if is_new else f"  : {line}" if line.strip() else "  :")
        at += is_new
    if at == len(new):
        yield from marked
        return
    yield from (f"  | {line}" for line in new)
    yield ""
    yield "Whole text"
    yield from (f"  : {line}" for line in message.text.splitlines())


def _header_lines(message: InboundMessage) -> Iterator[str]:
    doubt = "   (doubtful: more than one reading)" if message.from_doubtful else ""
    yield f"From         {message.from_ or '-'}{doubt}"
    if message.sender:
        yield f"Sender       {message.sender}"
    for name, mailboxes in (("Reply-To", message.reply_to), ("To", message.to), ("Cc", message.cc)):
        if mailboxes:
            yield f"{name:<13}" + ", ".join(str(m) for m in mailboxes)
    yield f"Subject      {message.subject or '-'}"
    yield f"Date         {message.date.isoformat(sep=' ') if message.date else '-'}"
    yield f"Message-ID   {message.message_id or '-'}"
    for name, ids in (("In-Reply-To", message.in_reply_to), ("References", message.references)):
        for position, identifier in enumerate(ids):
            yield f"{'' if position else name:<13}{identifier}"


def _special_lines(message: InboundMessage) -> Iterator[str]:
    if message.report:
        for recipient in message.report.recipients:
            told = " ".join(filter(None, (recipient.action, recipient.status, recipient.diagnostic)))
            yield f"Report       {recipient.final_recipient or recipient.original_recipient}: {told or 'no details'}"
        if message.report.message_id:
            yield f"             about {message.report.message_id}"
    if message.forwarded:
        doubt = "" if message.forwarded.certain else " (not certain)"
        yield f"Forwarded    from {message.forwarded.from_}{doubt}: {message.forwarded.subject}"
    if message.invitation:
        asked = message.invitation
        yield f"Invitation   {asked.method} {asked.summary}, {asked.start} to {asked.end}, by {asked.organizer or '-'}"


def _part_line(part: Part) -> str:
    name = f' "{part.filename}"' if part.filename else ""
    used = f" -> {part.used_as}" if part.used_as else ""
    return f"  {'  ' * part.depth}{part.content_type}{name}, {_size(part.size)}{used}"


def _size(octets: int) -> str:
    return f"{octets} octets" if octets < 10_000 else f"{octets / 1024:.0f} KiB"
