"""An RFC 5322 message from a notice and its rendered parts, written straight to octets.

Our mails have one simple shape, so they are serialised by hand: exact about every header and some twenty times faster
than the standard generator. Never forwards anything raw: no header or part comes from a mail that was received.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from maild.domain.address import Mailbox
from maild.domain.notice import Notice, NoticeClass
from maild.outbound import wire

_AUTOMATIC = {
    # RFC 3834 section 5; Precedence is what old robots look at, the Exchange field stops absence notes
    NoticeClass.AUTO_ANSWER: "Auto-Submitted: auto-replied\r\nPrecedence: auto_reply\r\n",
    NoticeClass.NOTIFICATION: "Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\n",
    NoticeClass.FORWARD: "Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\n",
    NoticeClass.CORRESPONDENCE: "",
}
_SUPPRESS = "X-Auto-Response-Suppress: All\r\n"

_OPAQUE = ("message/", "multipart/")
"""Types that may not be encoded in base64 (RFC 2046 sections 5.1 and 5.2.1): such files travel as plain octets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A notice in words. `html` is "" for plain text only; `problem` says why the built-in text had to stand in."""

    subject: str
    text: str
    html: str = ""
    problem: str = ""


def compose(notice: Notice, rendered: Rendered, read_file: Callable[[str], bytes], *, now: datetime) -> bytes:
    """The mail as octets with CRLF only, 7 bits wide.

    `read_file` gives the octets of an attachment by its sha256. Raises `wire.Unsendable` for an address that cannot
    be written to, and KeyError when a file is gone.
    """
    boundary = "=_" + hashlib.blake2b(notice.message_id.encode("utf-8", "replace"), digest_size=12).hexdigest()
    header = _header(notice, rendered.subject, now)
    body = _alternative(rendered, boundary + "a")
    if notice.files:
        parts = [body, *(_file(file, read_file) for file in notice.files)]
        body = _multipart("mixed", boundary + "m", parts)
    return header.encode("ascii") + b"MIME-Version: 1.0\r\n" + body


def _header(notice: Notice, subject: str, now: datetime) -> str:
    fields = [
        wire.addresses("From", [notice.sender]),
        wire.addresses("To", [notice.recipient]),
        wire.addresses("Reply-To", [Mailbox(notice.sender.display_name, notice.reply_to)]) if notice.reply_to else "",
        wire.unstructured("Subject", subject),
        f"Date: {format_datetime(now)}\r\n",
        wire.message_ids("Message-ID", [notice.message_id]),
        wire.message_ids("In-Reply-To", [notice.in_reply_to]),
        wire.message_ids("References", notice.references),
        _AUTOMATIC[notice.klass],
        _list(notice),
    ]
    if notice.klass is not NoticeClass.CORRESPONDENCE:
        # who gets it back knows it as his own; an agent's words are a person's, also to another helpdesk (P9)
        fields += [_SUPPRESS, f"X-Loop: {wire.wire_address(notice.sender.address)}\r\n"]
    return "".join(fields)


def _list(notice: Notice) -> str:
    """For the mails that agents get about tickets, which are what a list is: many, of one kind, and one may leave.

    RFC 2919 section 3 names the list, by which mail programs sort; RFC 2369 section 3.2 says how to leave it, which
    here is muting the ticket. No one-click field of RFC 8058: that is for mail which its reader can end on a page, and
    agents need none. Answers to people are no list, whoever sends them.
    """
    if not notice.mute_address:
        return ""
    unsubscribe = f"List-Unsubscribe:\r\n <mailto:{wire.wire_address(notice.mute_address)}?subject=mute>\r\n"
    return wire.list_id(notice.sender) + unsubscribe


def _alternative(rendered: Rendered, boundary: str) -> bytes:
    text = _text("plain", rendered.text)
    return _multipart("alternative", boundary, [text, _text("html", rendered.html)]) if rendered.html else text


def _text(subtype: str, text: str) -> bytes:
    encoding, octets = wire.encode_body(text)
    header = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return header.encode("ascii") + octets


def _file(file: dict[str, Any], read_file: Callable[[str], bytes]) -> bytes:
    header = (
        f"Content-Type: {_content_type(str(file['content_type']))}"
        + wire.parameter("name", str(file["filename"]))
        + "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment"
        + wire.parameter("filename", str(file["filename"]))
        + "\r\n\r\n"
    )
    return header.encode("ascii") + wire.encode_octets(read_file(str(file["sha256"])))


def _content_type(content_type: str) -> str:
    """The type if it is plainly one and may be encoded; else plain octets."""
    kind, slash, subtype = content_type.partition("/")
    if not slash or not wire.is_token(kind) or not wire.is_token(subtype):
        return "application/octet-stream"
    lowered = content_type.lower()
    return "application/octet-stream" if lowered.startswith(_OPAQUE) else lowered


def _multipart(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
    mark = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
