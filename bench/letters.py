"""Mails as octets, and what must be true of each afterwards.

Writes header fields, texts in any charset and files the way mail clients do. Knows nothing of how maild reads.
"""

from __future__ import annotations

import base64
import binascii
import random
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from hashlib import sha256

from sentences import Language

DESK = "support@desk.example"
DOMAIN = "customers.example"
FILE_SIZES = (900, 6_000, 25_000, 70_000, 160_000)
DATE = "Mon, 23 Nov 2026 09:%02d:%02d +0000"

File = tuple[str, str, bytes]
"""Name, content type, octets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail and what must be true of it afterwards."""

    kind: str
    """new, reply, automatic or bounce."""
    form: str
    """Which variety of its kind."""
    octets: bytes
    reverse_path: str
    sender: str
    message_id: str
    forward_path: str = DESK
    thread: int = -1
    """The number of the new mail whose ticket it belongs to; -1 for none."""
    words: str = ""
    """What its author has written, without quotes and signature."""
    text: str = ""
    """The whole text, for mails without quotes."""
    files: tuple[str, ...] = ()
    """The sha256 of each attachment."""
    subject: str = ""
    language: Language | None = None
    """In which the new mail is written; automatic mail and replies say none."""


class Pen:
    """Writes letters; `number` makes addresses and ids differ from those of other pens."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self.chance = chance
        self.number = number
        self._serial = 0

    def serial(self) -> int:
        """The next number, for an address that is nobody else's."""
        self._serial += 1
        return self._serial

    def id(self, domain: str) -> str:
        return f"<{self.chance.getrandbits(80):x}.{self.number}@{domain}>"

    def files(self) -> list[tuple[str, str, bytes]]:
        if self.chance.random() >= 1 / 6:
            return []
        kinds = [
            ("fatura nº 7.pdf", "application/pdf"),
            ("foto.jpg", "image/jpeg"),
            ("log.bin", "application/octet-stream"),
        ]
        return [
            (*self.chance.choice(kinds), self.chance.randbytes(self.chance.choice(FILE_SIZES)))
            for _ in range(self.chance.choice([1, 1, 1, 2]))
        ]

    def header(
        self, name: str, address: str, to: str, subject: str, message_id: str, charset: str, more: Sequence[str] = ()
    ) -> bytes:
        serial = self.chance.randrange(60)
        fields = [
            f"Received: from mail.{DOMAIN} by mx.desk.example with ESMTPS id {serial:04x}; " + DATE % (serial, 2),
            f"Received: from [192.0.2.{serial}] by mail.{DOMAIN} with ESMTPSA; " + DATE % (serial, 1),
            f"DKIM-Signature: v=1; a=rsa-sha256; d={DOMAIN}; s=k1; h=from:to;\r\n bh={'A' * 43}=;\r\n b={'B' * 70}",
            f"From: {encoded(name, charset)} <{address}>" if name else f"From: {address}",
            f"To: {to}",
            f"Subject: {encoded(subject, charset)}",
            "Date: " + DATE % (serial, 0),
            f"Message-ID: {message_id}",
            *more,
            "MIME-Version: 1.0",
        ]
        return "\r\n".join(fields).encode("ascii") + b"\r\n"

    def body(self, text: str, charset: str, files: list[tuple[str, str, bytes]], *, html: str) -> tuple[str, bytes]:
        """The form's name, and the body with its own header fields."""
        draw = self.chance.random()
        boundary = f"=_{self.chance.getrandbits(64):x}"
        if draw < 0.5:
            form, body = self.text("plain", text, charset)
        elif draw < 0.9:
            _, plain = self.text("plain", text, charset)
            _, marked = self.text("html", html_of(html), charset)
            form, body = "alternative", multipart("alternative", boundary + "a", [plain, marked])
        else:
            form, body = self.text("html", html_of(html), charset)
        if files:
            form += f" with {len(files)} files"
            body = multipart("mixed", boundary + "m", [body, *(file_part(*file) for file in files)])
        return form, body

    def text(self, subtype: str, text: str, charset: str) -> tuple[str, bytes]:
        octets = text.replace("\n", "\r\n").encode(charset)
        if charset == "iso-2022-jp":
            encoding = "7bit"
        elif charset.startswith("utf-16"):
            encoding = "base64"
        else:
            encoding = self.chance.choice(["quoted-printable", "base64", "8bit"])
        if encoding == "quoted-printable":
            octets = binascii.b2a_qp(octets, istext=True)
        elif encoding == "base64":
            octets = base64.encodebytes(octets).replace(b"\n", b"\r\n")
        header = f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        return f"{subtype} {encoding}", header.encode("ascii") + octets


def digests_of(files: list[tuple[str, str, bytes]]) -> tuple[str, ...]:
    return tuple(sha256(octets).hexdigest() for _, _, octets in files)


def address_in(field: str) -> str:
    return field[field.rfind("<") + 1 :].rstrip(">").strip()


def subject_of(mail: EmailMessage) -> str:
    return " ".join(str(mail["Subject"]).split())


def encoded(text: str, charset: str) -> str:
    """Encoded words where the text asks for them, folded with CRLF."""
    if text.isascii():
        return text
    if charset.startswith("utf-16"):
        charset = "utf-8"
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    return Header(text, charset, maxlinelen=70).encode(linesep="\r\n")


def html_of(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    lines = "".join(f"<div>{line or '<br>'}</div>\n" for line in escaped.split("\n"))
    return f'<html><head><style>div {{ font-size: 13px }}</style></head><body dir="ltr">\n{lines}</body></html>\n'


def multipart(subtype: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    header = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    mark = f"--{boundary}".encode("ascii")
    return header + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def file_part(name: str, content_type: str, octets: bytes) -> bytes:
    written = Header(name, "utf-8").encode()
    header = (
        f'Content-Type: {content_type}; name="{written}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{written}"\r\n\r\n'
    )
    return header.encode("ascii") + base64.encodebytes(octets).replace(b"\n", b"\r\n")
