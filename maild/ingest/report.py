"""Delivery reports (RFC 3464), read receipts (RFC 8098) and feedback reports (RFC 5965) read from the MIME tree.

Also asks `bounces` for what mailers send without a proper report. Never decides what is done with a report, and never
takes a report that a human attached for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from maild.domain.mail import DeliveryReport, Kind, RecipientReport
from maild.ingest import bounces, delivery_status, returned
from maild.ingest.bounce_words import BODIES
from maild.ingest.charset import decode
from maild.ingest.entity import Entity, read_tree
from maild.ingest.gate import Limits
from maild.ingest.senders import Headers, Origin, origin
from maild.ingest.smtp_status import derive, stated
from maild.ingest.transfer import content_of

# Reports have a handful of parts, and what matters of each stands at its start.
_MOST_PARTS = 60
_MOST_OCTETS = 256 * 1024
_RETURNED = frozenset({"message/rfc822", "message/global", "message/partial"})
_RETURNED_HEADERS = frozenset(
    {"text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers"}
)
_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status", "text/delivery-status"})
_FEEDBACK_DOMAINS = ("arf.mail.yahoo.com", "email-abuse.amazonses.com", "abuse.aol.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a report turned out to be: bounce, delay, mdn, feedback, or auto_reply for a mere confirmation."""

    kind: Kind
    reasons: tuple[str, ...]
    delivery: DeliveryReport | None = None


@dataclass(slots=True)
class _Parts:
    """The parts of a report by what they are for."""

    status: list[Entity] = field(default_factory=list)
    disposition: list[Entity] = field(default_factory=list)
    feedback: list[Entity] = field(default_factory=list)
    returned: list[Entity] = field(default_factory=list)
    headers: list[Entity] = field(default_factory=list)
    texts: list[Entity] = field(default_factory=list)


def read_report(
    root: Entity, headers: Headers, text: str, *, subject: str = "", reverse_path: str | None = None
) -> Reading | None:
    """The report that the mail carries, or None when it carries none.

    `headers` are the decoded fields of the whole mail in order, `text` its readable body; `reverse_path` is the
    envelope sender if known ("" or "<>" for the null path). Never raises.
    """
    kind = _report_type(root)
    parts = _sort(root) if root.children else _Parts()
    sender = origin(headers, subject=subject, reverse_path=reverse_path)
    if parts.feedback or kind == "feedback-report":
        return Reading(kind=Kind.FEEDBACK, reasons=("feedback report (RFC 5965)",))
    if parts.disposition or kind == "disposition-notification":
        return _disposition(parts, sender, text)
    if parts.status and (kind or root.content_type == "multipart/report" or sender.mailer):
        return _delivery(parts, sender, text, certain=True)
    if feedback := _loose_feedback(sender, root, text):
        return feedback
    if kind == "delivery-status" or (root.content_type == "multipart/report" and not kind):
        return _delivery(parts, sender, text, certain=True)
    if kind:
        return Reading(kind=Kind.AUTO_REPLY, reasons=(f"report of type {kind[:60]}",))
    if sender.mailer or sender.machine or sender.failure_subject:
        return _delivery(parts, sender, text, certain=False)
    return None


def _report_type(root: Entity) -> str:
    """The report-type of a multipart/report (RFC 6522), "" for any other mail."""
    if root.content_type != "multipart/report":
        return ""
    return root.type_field.parameters.get("report-type", b"").decode("ascii", "replace").strip().lower()


def _sort(root: Entity) -> _Parts:
    parts = _Parts()
    waiting = list(reversed(root.children))
    count = 0
    while waiting and count < _MOST_PARTS:
        node = waiting.pop()
        count += 1
        kind = node.content_type
        if node.children:
            # of two forms of one text the plain one is read
            plain = [c for c in node.children if c.content_type != "text/html"]
            keep = plain if kind == "multipart/alternative" and _has_words(plain) else node.children
            waiting.extend(reversed(keep))
        elif kind in _STATUS:
            parts.status.append(node)
        elif kind in ("message/disposition-notification", "message/global-disposition-notification"):
            parts.disposition.append(node)
        elif kind == "message/feedback-report":
            parts.feedback.append(node)
        elif kind in _RETURNED:
            parts.returned.append(node)
        elif kind in _RETURNED_HEADERS:
            parts.headers.append(node)
        elif kind in ("text/plain", "text/html"):
            parts.texts.append(node)
    return parts


def _has_words(nodes: Iterable[Entity]) -> bool:
    return any(node.content_type == "text/plain" and node.body.strip() for node in nodes)


def _text_of(node: Entity) -> str:
    octets = content_of(node)[:_MOST_OCTETS]
    charset = node.type_field.parameters.get("charset", b"").decode("ascii", "replace")
    words = decode(octets, charset or None)
    if node.content_type == "text/html":
        from maild.markup import to_text  # heavy; HTML-only notices are rare

        words = to_text(words)
    return words


def _disposition(parts: _Parts, sender: Origin, text: str) -> Reading:
    """A receipt, or a refusal in its clothes: Sieve and Dovecot reject with an automatic "deleted" (RFC 5429)."""
    fields = dict(
        pair for node in parts.disposition[:1] for block in delivery_status.blocks(_text_of(node)) for pair in block
    )
    disposition = "".join(fields.get("disposition", "").lower().split())
    automatic = disposition.startswith("automatic-action")
    if automatic and disposition.partition(";")[2].startswith(("deleted", "denied", "failed")):
        notice = " ".join(_text_of(parts.texts[0]).split()) if parts.texts else text
        if "failure" in fields or "error" in fields or any(piece in notice.lower() for piece in BODIES):
            return _refused(parts, fields, notice)
    what = disposition.partition(";")[2].partition("/")[0] or "unknown"
    about = fields.get("original-message-id", "")
    reason = f"read receipt (RFC 8098): {what[:40]}" + (f", about {about[:200]}" if about else "")
    return Reading(kind=Kind.MDN, reasons=(reason,))


def _refused(parts: _Parts, fields: dict[str, str], notice: str) -> Reading:
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


def _loose_feedback(sender: Origin, root: Entity, text: str) -> Reading | None:
    """Complaints and aggregate reports of providers that do not use RFC 5965."""
    if sender.domain.endswith(_FEEDBACK_DOMAINS) or (
        sender.address == "staff@hotmail.com" and sender.subject.lower().lstrip().startswith("complaint about")
    ):
        return Reading(kind=Kind.FEEDBACK, reasons=(f"complaint from {sender.address}",))
    if "x-arf" in sender.fields or "x-xarf" in sender.fields:
        return Reading(kind=Kind.FEEDBACK, reasons=("abuse report (X-ARF)",))
    subject = sender.subject.lower()
    if "report domain:" in subject and ("submitter:" in subject or "report-id:" in subject):
        return Reading(kind=Kind.FEEDBACK, reasons=("DMARC aggregate report (RFC 7489)",))
    if _report_type(root) == "tlsrpt":
        return Reading(kind=Kind.FEEDBACK, reasons=("TLS report (RFC 8460)",))
    if "x-amz-sns-message-id" in sender.fields or sender.address == "no-reply@sns.amazonaws.com":
        return _amazon(text)
    return None


def _amazon(text: str) -> Reading | None:
    """Amazon SES tells of bounces and complaints as JSON in a mail of the notification service."""
    import json

    start = text.find("{")
    if start < 0:
        return None
    # the notification service breaks long lines with a space, inside strings too
    flat = text[start : start + _MOST_OCTETS].replace("\r", "").replace("\n", "")
    try:
        fact, _ = json.JSONDecoder().raw_decode(flat)
    except (ValueError, RecursionError):
        fact = {"notificationType": next((k for k in ("Bounce", "Complaint", "Delivery") if f'"{k}"' in flat), "")}
    if not isinstance(fact, dict):
        return None
    kind = fact.get("notificationType") or fact.get("eventType")
    if kind == "Complaint":
        return Reading(kind=Kind.FEEDBACK, reasons=("complaint told by Amazon SES",))
    if kind == "Delivery":
        return Reading(kind=Kind.AUTO_REPLY, reasons=("delivery confirmed by Amazon SES",))
    if kind != "Bounce":
        return None
    bounce = fact.get("bounce")
    listed = bounce.get("bouncedRecipients") if isinstance(bounce, dict) else None
    temporary = isinstance(bounce, dict) and bounce.get("bounceType") == "Transient"
    reports = []
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict):
            told = str(item.get("diagnosticCode") or "")
            reports.append(
                RecipientReport(
                    final_recipient=delivery_status.address(str(item.get("emailAddress") or "")),
                    action=str(item.get("action") or "failed"),
                    status=stated(str(item.get("status") or "")) or derive(told) or ("4.0.0" if temporary else "5.0.0"),
                    diagnostic=delivery_status.diagnostic_text(told),
                )
            )
    mail = fact.get("mail")
    common = mail.get("commonHeaders") if isinstance(mail, dict) else None
    original = str(common.get("messageId") or "") if isinstance(common, dict) else ""
    delivery = DeliveryReport(recipients=tuple(reports), message_id=returned.message_id(original))
    return Reading(kind=Kind.BOUNCE, reasons=("bounce told by Amazon SES",), delivery=delivery)


def _delivery(parts: _Parts, sender: Origin, text: str, *, certain: bool) -> Reading | None:
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
    if not reports or not all("@" in r.final_recipient and r.status for r in reports):
        prose = bounces.read_prose(
            notice, subject=sender.subject, not_these=sender.not_recipients, mailer_domain=sender.domain
        )
        if not certain and not reports and not _believable(prose, sender, notice, parts, quoted):
            return None
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


def _notice(parts: _Parts, text: str) -> tuple[list[str], returned.Returned | None]:
    """The lines a mailer wrote, without the mail below them."""
    lines: list[str] = []
    quoted: returned.Returned | None = None
    words = [_text_of(node) for node in parts.texts[:6]] or [text[:_MOST_OCTETS]]
    for piece in words:
        own, below = returned.split(piece)
        lines.extend(own)
        lines.append("")
        if below is not None and (quoted is None or not quoted.fields):
            quoted = below
    return lines, quoted


def _fields(parts: _Parts, notice: list[str], sender: Origin) -> delivery_status.StatusFields:
    """Report fields from the status parts, from plain text, or from a report inside the returned mail."""
    delayed = bounces.is_delayed(sender.subject, "")
    found = delivery_status.StatusFields()
    for node in parts.status[:6]:
        more = delivery_status.read_fields(decode(content_of(node)[:_MOST_OCTETS], "utf-8"), delayed=delayed)
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
            inner = _sort(read_tree(content_of(node)[:_MOST_OCTETS], Limits()))
            if inner.status:
                return _fields(inner, [], sender)
    return found


def _returned(parts: _Parts) -> returned.Returned:
    for node in (*parts.returned[:3], *parts.headers[:3]):
        found = returned.read_head(decode(content_of(node)[:_MOST_OCTETS], None))
        if found.fields:
            return found
    return returned.Returned()


def _believable(
    prose: bounces.Prose, sender: Origin, notice: list[str], parts: _Parts, quoted: returned.Returned | None
) -> bool:
    """Whether marks of the sender and the words of the notice together make a bounce."""
    if sender.absence:
        return False
    folded = " ".join(" ".join(notice[:60]).lower().split())
    speaks = any(piece in folded for piece in BODIES)
    if sender.failed_recipients:
        return True
    if sender.daemon:
        return sender.failure_subject or speaks
    brings = bool(parts.returned or parts.headers or quoted is not None)
    if sender.null_path or sender.machine:
        if sender.failure_subject:
            return speaks or bool(prose.recipients)
        return speaks and prose.certainty >= 3 and (sender.null_path or brings)
    # no mark but a subject: only a mail that also brings another back and names its victim
    return sender.failure_subject and speaks and brings and prose.certainty >= 3 and bool(prose.diagnostic)


def _completed(
    reports: list[RecipientReport], prose: bounces.Prose, sender: Origin, came_back: returned.Returned
) -> list[RecipientReport]:
    """Fill what the fields do not say from the prose, the subject, special fields and the returned mail."""
    told = list(prose.recipients) if prose.certainty >= 2 else []
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
        return told or [_guess("", prose)]
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
