"""What providers tell in forms of their own: complaints, aggregate reports, Amazon's notifications (SES, SNS).

Recognises them by sender and shape. Never trusts what they say beyond what a report could say.
"""

from __future__ import annotations

import json

from maild.domain.mail import DeliveryReport, Kind, RecipientReport
from maild.ingest.reports import delivery_status, returned
from maild.ingest.reports.report_parts import Reading
from maild.ingest.reports.senders import Origin
from maild.ingest.reports.smtp_status import derive, stated

# The notification itself is a few kilobytes.
_MOST_OCTETS = 256 * 1024
_FEEDBACK_DOMAINS = ("arf.mail.yahoo.com", "email-abuse.amazonses.com", "abuse.aol.com")


def provider_report(sender: Origin, text: str) -> Reading | None:
    """The report of a provider that uses neither RFC 3464 nor RFC 5965; None for any other mail."""
    if sender.domain.endswith(_FEEDBACK_DOMAINS) or (
        sender.address == "staff@hotmail.com" and sender.subject.lower().lstrip().startswith("complaint about")
    ):
        return Reading(kind=Kind.FEEDBACK, reasons=(f"complaint from {sender.address}",))
    if "x-arf" in sender.fields or "x-xarf" in sender.fields:
        return Reading(kind=Kind.FEEDBACK, reasons=("abuse report (X-ARF)",))
    subject = sender.subject.lower()
    if "report domain:" in subject and ("submitter:" in subject or "report-id:" in subject):
        return Reading(kind=Kind.FEEDBACK, reasons=("DMARC aggregate report (RFC 7489)",))
    if "x-amz-sns-message-id" in sender.fields or sender.address == "no-reply@sns.amazonaws.com":
        return _amazon(text)
    return None


def _amazon(text: str) -> Reading | None:
    """Amazon SES tells of bounces and complaints as JSON in a mail of the notification service."""
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
                    action="delayed" if item.get("action") == "delayed" else "failed",
                    status=stated(str(item.get("status") or "")) or derive(told) or ("4.0.0" if temporary else "5.0.0"),
                    diagnostic=delivery_status.diagnostic_text(told),
                )
            )
    mail = fact.get("mail")
    common = mail.get("commonHeaders") if isinstance(mail, dict) else None
    original = str(common.get("messageId") or "") if isinstance(common, dict) else ""
    delivery = DeliveryReport(recipients=tuple(reports), message_id=returned.message_id(original))
    return Reading(kind=Kind.BOUNCE, reasons=("bounce told by Amazon SES",), delivery=delivery)
