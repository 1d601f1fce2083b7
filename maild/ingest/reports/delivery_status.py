"""The fields of a delivery-status report (RFC 3464, RFC 6533), also where mailers write them loosely.

Turns text into recipients. Never decides whether a mail is a bounce.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import re2

from maild.domain.mail import RecipientReport
from maild.ingest.reports.smtp_status import derive, stated

Block = list[tuple[str, str]]

# Reports are short: a list server's report on a thousand recipients still fits.
_MOST_LINES = 20_000
_MOST_RECIPIENTS = 1000
_LONGEST_VALUE = 4000

_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_RECIPIENT_FIELDS = frozenset({"final-recipient", "original-recipient", "x-actual-recipient"})
_REPORT_FIELDS = frozenset({"final-recipient", "original-recipient", "action", "status", "diagnostic-code"})
_ADDRESS = re2.compile(r"[^\s<>()\[\]:;,\"'@]+@[^\s<>()\[\]:;,\"'@]+")
_UNICODE_POINT = re2.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


@dataclass(slots=True, kw_only=True)
class StatusFields:
    """What a report says of the message and of each recipient."""

    reporting_mta: str = ""
    original_envelope_id: str = ""
    message_id: str = ""
    """The id of the original where a mailer adds it (`X-Original-Message-ID`), angle brackets included."""
    recipients: list[RecipientReport] = field(default_factory=list)


def blocks(text: str) -> list[Block]:
    """Groups of fields between blank lines. A line that is no field continues the one before it: some mailers write
    multi-line replies without folding them."""
    found: list[Block] = []
    current: Block = []
    for line in text.splitlines()[:_MOST_LINES]:
        if not line.strip():
            if current:
                found.append(current)
                current = []
            continue
        name, colon, value = line.partition(":")
        if colon and line[:1] not in " \t" and name.strip() and " " not in name.strip() and not name[:3].isdigit():
            current.append((name.strip().lower(), value.strip()[:_LONGEST_VALUE]))
        elif current:
            name, value = current[-1]
            if len(value) < _LONGEST_VALUE:
                current[-1] = (name, f"{value}\n{line.strip()}".strip())
    if current:
        found.append(current)
    return found


def read_fields(text: str, *, delayed: bool = False) -> StatusFields:
    """The report in `text`; without recipients when there is none. `delayed` serves reports that name no action."""
    result = StatusFields()
    for block in blocks(text):
        for name, value in block:
            match name:
                case "reporting-mta" | "dsn-gateway" if not result.reporting_mta:
                    result.reporting_mta = typed_value(value)
                case "original-envelope-id" if not result.original_envelope_id:
                    result.original_envelope_id = value
                case "x-original-message-id" | "original-message-id" if not result.message_id:
                    result.message_id = value
        for group in _by_recipient(block):
            if len(result.recipients) < _MOST_RECIPIENTS:
                report = _recipient(group, delayed=delayed)
                if report:
                    result.recipients.append(report)
    return result


def typed_value(value: str) -> str:
    """The part after `rfc822;` or `dns;`, without comments in angle brackets or line breaks."""
    head, semicolon, tail = value.partition(";")
    return " ".join((tail if semicolon else head).split()).strip("<> ")


def address(value: str) -> str:
    """The address in a recipient field; "" when it holds none (`system;<>`)."""
    text = " ".join((value.partition(";")[2] or value).split())
    if "\\x{" in text:
        # RFC 6533 section 3: utf-8-addr-xtext
        text = _UNICODE_POINT.sub(lambda m: _letter(m.group(1)), text)
    found = _ADDRESS.search(text)
    if found:
        # a "&gt" that an HTML page left behind is no part of the domain
        return (
            str(found.group(0)).partition("&")[0].rstrip(".")
            if "&" in found.group(0).rpartition("@")[2]
            else str(found.group(0)).rstrip(".")
        )
    bare = text.strip("<>\"' ").partition(" ")[0]
    return bare if bare.replace(".", "").replace("-", "").replace("_", "").isalnum() else ""


def _letter(point: str) -> str:
    number = int(point, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 and number >= 0x20 else ""


def _by_recipient(block: Block) -> list[Block]:
    """One group a recipient, also when several stand without a blank line between them."""
    if not any(name in _REPORT_FIELDS for name, _ in block):
        return []
    groups: list[Block] = [[]]
    seen: set[str] = set()
    for name, value in block:
        if name in seen and name in ("final-recipient", "original-recipient", "action") and _complete(seen):
            groups.append([])
            seen = set()
        seen.add(name)
        groups[-1].append((name, value))
    return groups


def _complete(seen: set[str]) -> bool:
    return bool(seen & _RECIPIENT_FIELDS) and bool(seen & {"action", "status", "diagnostic-code"})


def _recipient(group: Block, *, delayed: bool) -> RecipientReport | None:
    fields: dict[str, str] = {}
    for name, value in group:
        fields.setdefault(name, value)
    final = address(fields.get("final-recipient", ""))
    original = address(fields.get("original-recipient", ""))
    if not final or ("@" not in final and "@" in original):
        final = original or address(fields.get("x-actual-recipient", ""))
    words = fields.get("action", "").lower().split()
    action = words[0].strip(".;,()") if words else ""
    action = action if action in _ACTIONS else ""
    raw = fields.get("diagnostic-code", "")
    diagnostic = diagnostic_text(raw)
    status = stated(fields.get("status", ""))
    if not status or (status == "4.4.7" and action == "failed" and not diagnostic):
        status = status or derive(diagnostic, delayed=delayed or action == "delayed")
    if not (final or action or status):
        return None
    return RecipientReport(
        final_recipient=final,
        original_recipient=original,
        action=action,
        status=status,
        diagnostic=diagnostic,
        remote_mta=typed_value(fields.get("remote-mta", "")),
    )


def diagnostic_text(value: str) -> str:
    """The words of the server without the type in front of them, as one line."""
    head, semicolon, tail = value.partition(";")
    text = tail if semicolon and len(head) < 30 and " " not in head.strip() else value
    return " ".join(text.split())
