"""Delivery reports (RFC 3464), read receipts (RFC 8098) and feedback reports (RFC 5965) read from the MIME tree.

Also asks `bounces` for what mailers send without a proper report. Never decides what is done with a report, and never
takes a report that a human attached for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maild.domain.mail import DeliveryReport, Kind, RecipientReport
from maild.ingest.gate import Limits
from maild.ingest.letters.charset import decode
from maild.ingest.letters.transfer import content_of
from maild.ingest.parts.entity import Entity, read_tree
from maild.ingest.reports import bounce_witness, bounces, delivery_status, returned
from maild.ingest.reports.bounce_words import BODIES
from maild.ingest.reports.provider_reports import provider_report
from maild.ingest.reports.report_parts import MOST_OCTETS, Parts, Reading, report_type, sort, text_of
from maild.ingest.reports.senders import Headers, Origin, origin
from maild.ingest.reports.smtp_status import derive, explicit, reply_code

__all__ = ["Reading", "read_report"]


# Below it an address is merely mentioned.
_UNDERSTOOD = 2
# From here on its place says that it failed.
_SURE = 3


def read_report(
    root: Entity, headers: Headers, text: str, *, subject: str = "", reverse_path: str | None = None
) -> Reading | None:
    """The report that the mail carries, or None when it carries none.

    `headers` are the decoded fields of the whole mail in order, `text` its readable body; `reverse_path` is the
    envelope sender if known ("" or "<>" for the null path). Never raises.
    """
    kind = report_type(root)
    parts = sort(root) if root.children else Parts()
    sender = origin(headers, subject=subject, reverse_path=reverse_path)
    if parts.feedback or kind == "feedback-report":
        return Reading(kind=Kind.FEEDBACK, reasons=("feedback report (RFC 5965)",))
    if (
        parts.disposition
        or kind == "disposition-notification"
        or sender.fields.get("content-class", "").endswith(":mdn")
    ):
        return _disposition(parts, sender, text)
    if parts.status and (kind or root.content_type == "multipart/report" or sender.mailer):
        return _delivery(parts, sender, text, certain=True)
    if feedback := provider_report(sender, text):
        return feedback
    if kind == "delivery-status" or (root.content_type == "multipart/report" and not kind):
        return _delivery(parts, sender, text, certain=True)
    if kind == "tlsrpt":
        return Reading(kind=Kind.FEEDBACK, reasons=("TLS report (RFC 8460)",))
    if kind:
        return Reading(kind=Kind.AUTO_REPLY, reasons=(f"report of type {kind[:60]}",))
    if sender.mailer or sender.machine or sender.failure_subject:
        return _delivery(parts, sender, text, certain=False)
    return None


def _disposition(parts: Parts, sender: Origin, text: str) -> Reading:
    """A receipt, or a refusal in its clothes: Sieve and Dovecot reject with an automatic "deleted" (RFC 5429)."""
    fields = dict(
        pair for node in parts.disposition[:1] for block in delivery_status.blocks(text_of(node)) for pair in block
    )
    disposition = "".join(fields.get("disposition", "").lower().split())
    automatic = disposition.startswith("automatic-action")
    if automatic and disposition.partition(";")[2].startswith(("deleted", "denied", "failed")):
        notice = " ".join(text_of(parts.texts[0]).split()) if parts.texts else text
        if "failure" in fields or "error" in fields or any(piece in notice.lower() for piece in BODIES):
            return _refused(parts, fields, notice)
    what = disposition.partition(";")[2].partition("/")[0] or "unknown"
    about = fields.get("original-message-id", "")
    reason = f"read receipt (RFC 8098): {what[:40]}" + (f", about {about[:200]}" if about else "")
    return Reading(kind=Kind.MDN, reasons=(reason,))


def _refused(parts: Parts, fields: dict[str, str], notice: str) -> Reading:
    original = returned.message_id(fields.get("original-message-id", "")) or _returned(parts).message_id
    report = RecipientReport(
        final_recipient=delivery_status.address(fields.get("final-recipient", "")),
        original_recipient=delivery_status.address(fields.get("original-recipient", "")),
        action="failed",
        status=derive(notice) or "5.7.1",
        diagnostic=notice[:2000],
    )
    delivery = DeliveryReport(
        recipients=(report,),
        reporting_mta=delivery_status.typed_value(fields.get("reporting-ua", "")),
        message_id=original,
    )
    return Reading(kind=Kind.BOUNCE, reasons=("refused by the recipient's mail filter (RFC 5429)",), delivery=delivery)


def _delivery(parts: Parts, sender: Origin, text: str, *, certain: bool) -> Reading | None:
    """A bounce, delay or confirmation: fields first, then the prose around them."""
    notice, quoted = _notice(parts, text)
    fields = _fields(parts, notice, sender)
    came_back = _returned(parts)
    if not came_back.fields and quoted is not None:
        came_back = quoted
    reports = fields.recipients
    reasons = list(sender.reasons)
    if parts.status:
        reasons.insert(0, "delivery report (RFC 3464)")
    elif reports:
        reasons.insert(0, "delivery report in plain text")
    if not reports or not all("@" in r.final_recipient and r.status and r.diagnostic for r in reports):
        prose = bounces.read_prose(
            notice, subject=sender.subject, not_these=sender.not_recipients, mailer_domain=sender.domain
        )
        if not certain and not reports and not _believable(prose, sender, notice, parts, quoted):
            return None
        if not reports and prose.certainty < _UNDERSTOOD and not sender.failed_recipients:
            words = "\n".join(text_of(node) for node in parts.texts[:6]) or text
            witnessed = bounce_witness.ask(sender.fields, words)
            prose.recipients = [replace(r, diagnostic=prose.diagnostic) for r in witnessed] or prose.recipients
        reports = _completed(reports, prose, sender, came_back)
    original = (fields.message_id and returned.message_id(fields.message_id)) or came_back.message_id or sender.answers
    delivery = DeliveryReport(
        recipients=tuple(reports),
        reporting_mta=fields.reporting_mta,
        original_envelope_id=fields.original_envelope_id,
        message_id=original,
    )
    kind = _kind(reports)
    if not reasons:
        reasons = ["delivery report (RFC 3464)"]
    if kind is Kind.AUTO_REPLY:
        reasons.insert(0, f"the mail was {delivery.action}")
    return Reading(kind=kind, reasons=tuple(dict.fromkeys(reasons)), delivery=delivery)


def _kind(reports: Sequence[RecipientReport]) -> Kind:
    actions = {r.action for r in reports}
    if "failed" in actions or not actions or actions == {""}:
        return Kind.BOUNCE
    return Kind.DELAY if "delayed" in actions else Kind.AUTO_REPLY


def _notice(parts: Parts, text: str) -> tuple[list[str], returned.Returned | None]:
    """The lines a mailer wrote, without the mail below them."""
    lines: list[str] = []
    quoted: returned.Returned | None = None
    words = [text_of(node) for node in parts.texts[:6]] or [text[:MOST_OCTETS]]
    for piece in words:
        own, below = returned.split(piece)
        lines.extend(own)
        lines.append("")
        if below is not None and (quoted is None or not quoted.fields):
            quoted = below
    return lines, quoted


def _fields(parts: Parts, notice: list[str], sender: Origin) -> delivery_status.StatusFields:
    """Report fields from the status parts, from plain text, or from a report inside the returned mail."""
    delayed = bounces.is_delayed(sender.subject, "")
    found = delivery_status.StatusFields()
    for node in parts.status[:6]:
        more = delivery_status.read_fields(decode(content_of(node)[:MOST_OCTETS], "utf-8"), delayed=delayed)
        found.recipients.extend(more.recipients)
        found.reporting_mta = found.reporting_mta or more.reporting_mta
        found.original_envelope_id = found.original_envelope_id or more.original_envelope_id
        found.message_id = found.message_id or more.message_id
    if not parts.status and any(
        line[:16].lower().startswith(("final-recipient:", "final-recipient ")) for line in notice
    ):
        found = delivery_status.read_fields("\n".join(notice), delayed=delayed)
    if not parts.status and not found.recipients and sender.mailer:
        # a gateway that wraps somebody's report in a mail of its own
        for node in parts.returned[:2]:
            inner = sort(read_tree(content_of(node)[:MOST_OCTETS], Limits()))
            if inner.status:
                return _fields(inner, [], sender)
    return found


def _returned(parts: Parts) -> returned.Returned:
    for node in (*parts.returned[:3], *parts.headers[:3]):
        found = returned.read_head(decode(content_of(node)[:MOST_OCTETS], None))
        if found.fields:
            return found
    for node in parts.bare[:1]:
        return returned.Returned(fields={f.key: decode(f.body) for f in reversed(node.fields)})
    return returned.Returned()


def _believable(
    prose: bounces.Prose, sender: Origin, notice: list[str], parts: Parts, quoted: returned.Returned | None
) -> bool:
    """Whether marks of the sender and the words of the notice together make a bounce."""
    if sender.absence:
        return False
    folded = " ".join(" ".join(notice[:60]).lower().split())
    speaks = any(piece in folded for piece in BODIES)
    if sender.failed_recipients and (sender.machine or sender.null_path or sender.failure_subject or speaks):
        return True
    sure = prose.certainty >= _SURE
    # in a language that we do not know, numbers still speak
    coded = sure and bool(explicit(prose.diagnostic) or reply_code(prose.diagnostic))
    if sender.daemon:
        return sender.failure_subject or speaks or coded
    brings = bool(parts.returned or parts.headers or parts.bare or quoted is not None)
    if sender.null_path or sender.role:
        if sender.failure_subject:
            return speaks or bool(prose.recipients)
        return (speaks and sure and (sender.null_path or brings)) or (coded and sender.null_path)
    # A parcel service writes "could not be delivered" as well: only a mail that brings another back, or names its
    # victim and what a server said, is a bounce.
    named = sure and any(r.status for r in prose.recipients)
    if sender.machine:
        return speaks and ((brings and sure) or (sender.failure_subject and named))
    return sender.failure_subject and speaks and brings and named


def _completed(
    reports: list[RecipientReport], prose: bounces.Prose, sender: Origin, came_back: returned.Returned
) -> list[RecipientReport]:
    """Fill what the fields do not say from the prose, the subject, special fields and the returned mail."""
    told = [r for r in prose.recipients if prose.certainty >= 2 or r.status]
    if sender.failed_recipients and not (prose.certainty >= 4):
        known = {r.final_recipient.lower(): r for r in prose.recipients}
        told = [known.get(a.lower()) or _guess(a, prose) for a in sender.failed_recipients]
    if not told and (named := bounces.subject_address(sender.subject, sender.not_recipients)):
        told = [_guess(named, prose)]
    if not told and came_back.recipient and came_back.recipient.lower() not in sender.not_recipients:
        told = [_guess(came_back.recipient, prose)]
    if not told and prose.recipients:
        told = list(prose.recipients)
    if not reports:
        # class without detail: the mailer said that it failed, and not why (RFC 3463 section 3.1)
        unknown = "4.0.0" if prose.delayed else "5.0.0"
        return [replace(r, status=r.status or unknown) for r in told] or [_guess("", prose)]
    return [_filled(report, told, prose, place) for place, report in enumerate(reports)]


def _filled(report: RecipientReport, told: list[RecipientReport], prose: bounces.Prose, place: int) -> RecipientReport:
    recipient = report.final_recipient
    match = next((t for t in told if t.final_recipient.lower() == recipient.lower()), None)
    if match is None and "@" not in recipient and place < len(told):
        match = told[place]
        recipient = match.final_recipient
    words = report.diagnostic or (match.diagnostic if match else "") or prose.diagnostic
    delayed = report.action == "delayed" or (not report.action and prose.delayed)
    return replace(
        report,
        final_recipient=recipient,
        diagnostic=words,
        action=report.action or ("delayed" if delayed else "failed"),
        status=report.status or derive(words, delayed=delayed) or ("4.0.0" if delayed else "5.0.0"),
    )


def _guess(address: str, prose: bounces.Prose) -> RecipientReport:
    return RecipientReport(
        final_recipient=address,
        action="delayed" if prose.delayed else "failed",
        status=derive(prose.diagnostic, delayed=prose.delayed),
        diagnostic=" ".join(prose.diagnostic.split())[:2000],
    )
