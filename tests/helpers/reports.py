"""Delivery reports as mail servers write them (RFC 3464), about a mail that was really sent, or only said to be."""

from __future__ import annotations


def bounce(
    to: str,
    message_id: str,
    *,
    recipient: str = "ana@quinta.example",
    status: str = "5.1.1",
    action: str = "failed",
    text: str = "550 5.1.1 no such user",
    serial: int = 1,
) -> bytes:
    """A report that says: the mail with this id did not reach this recipient."""
    return f"""\
From: Mail Delivery System <mailer-daemon@mx.quinta.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 09:10:00 +0000
Message-ID: <report.{serial}@mx.quinta.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.quinta.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {text}

--b
Content-Type: text/rfc822-headers

From: support@casa-azul.example
Subject: your ticket
Message-ID: {message_id}

--b--
""".replace("\n", "\r\n").encode()
