"""The mails that the measurements are made with: what a support mailbox gets, with what should become of each.

Half are new tickets, two fifths replies that lead back by one route alone, a tenth automatic mail and bounces. The same
seed gives the same mails. Knows nothing of how maild reads: texts and files are what was put in.
"""

from __future__ import annotations

import base64
import binascii
import random
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256

from sentences import CHARSETS, Language, paragraph

DESK = "support@desk.example"
DOMAIN = "customers.example"
FIRMS = 200
FILE_SIZES = (900, 6_000, 25_000, 70_000, 160_000)
DATE = "Mon, 23 Nov 2026 09:%02d:%02d +0000"
ROUTES = ("reply tag", "our id in In-Reply-To", "own first id", "References only", "subject token", "ordinary reply")


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
    language: str = ""


class Corpus:
    """A run's mails. `number` sets the runs of one store apart: other people, other ids."""

    def __init__(self, count: int, *, number: int = 0, seed: int = 10427) -> None:
        self._chance = random.Random(f"{seed}/{number}")
        self._number = number
        self._serial = 0
        self.new = [self._new(thread) for thread in range(count // 2)]
        self._replies = count * 2 // 5
        self._automatic = count // 20
        self._bounces = count - len(self.new) - self._replies - self._automatic

    def first(self) -> list[Mail]:
        """The new mails, and among them automatic mail and bounces that belong to nothing."""
        strangers = [self._notification(n) for n in range(self._automatic // 2)]
        strangers += [self._bounce(n, None) for n in range(self._bounces // 2)]
        return self._mixed([*self.new, *strangers])

    def second(self, acknowledgements: dict[int, bytes]) -> list[Mail]:
        """Replies to the acknowledgements (by number of the new mail), absence notes and bounces of them."""
        answered = [
            (thread, BytesParser(policy=policy.default).parsebytes(o)) for thread, o in acknowledgements.items()
        ]
        self._chance.shuffle(answered)
        replies = [self._reply(n, *answered[n % len(answered)]) for n in range(self._replies)] if answered else []
        rest = self._chance.sample(answered, min(len(answered), self._automatic + self._bounces))
        for n in range(self._automatic - self._automatic // 2):
            if rest:
                replies.append(self._absence(n, *rest.pop()))
        for n in range(self._bounces - self._bounces // 2):
            if rest:
                replies.append(self._bounce(n, rest.pop()))
        return self._mixed(replies)

    def _mixed(self, mails: list[Mail]) -> list[Mail]:
        self._chance.shuffle(mails)
        return mails

    # -- people's mails --------------------------------------------------------------------------------------------

    def _new(self, thread: int) -> Mail:
        language = self._chance.choices(list(CHARSETS), weights=(28, 28, 28, 8, 8))[0]
        charset = self._chance.choice(CHARSETS[language])
        name, address = self._person(language)
        words = self._words(language, self._chance.choice([15, 40, 90, 160]))
        signature = (
            f"\n-- \n{name}\n+351 21 345 67 {self._chance.randrange(10, 99)}\n" if self._chance.random() < 0.4 else ""
        )
        text = words + signature
        subject = paragraph(self._chance, language, 4).rstrip(".\n")
        files = self._files()
        form, body = self._body(text, charset, files, html=text)
        message_id = self._id(DOMAIN)
        header = self._header(name, address, DESK, subject, message_id, charset)
        return Mail(
            kind="new", form=f"{form}, {charset}", octets=header + body, reverse_path=address, sender=address,
            message_id=message_id, thread=thread, words=words, text=text, files=_digests(files), subject=subject,
            language=language,
        )  # fmt: skip

    def _reply(self, n: int, thread: int, ours: EmailMessage) -> Mail:
        asked = self.new[thread]
        route = ROUTES[n % len(ROUTES)]
        language = asked.language
        charset = self._chance.choice(CHARSETS[language])
        words = self._words(language, self._chance.choice([6, 20, 50]))
        our_id, first_id, tagged = str(ours["Message-ID"]), asked.message_id, _address_in(str(ours["Reply-To"]))
        # Without the token, and with nothing of the first subject: only the route in question leads back.
        forward_path, subject, fields = DESK, "Re: " + paragraph(self._chance, language, 3).rstrip(".\n"), []
        if route == "reply tag":
            forward_path = tagged
        elif route == "our id in In-Reply-To":
            fields = [f"In-Reply-To: {our_id}"]
        elif route == "own first id":
            fields = [f"In-Reply-To: {first_id}"]
        elif route == "References only":
            fields = [f"References: {self._id('elsewhere.example')}\r\n {our_id}"]
        elif route == "subject token":
            subject = self._chance.choice(
                ["AW: Re: ", "RES: ", "Re: [EXTERNAL] ", "SV: RE: ", "Antwort: "]
            ) + _subject_of(ours)
        else:
            forward_path, subject = tagged, "Re: " + _subject_of(ours)
            fields = [f"In-Reply-To: {our_id}", f"References: {first_id}\r\n {our_id}"]
        files = self._files()
        plain, html = self._quoted(words, ours, language, charset)
        _, body = self._body(plain, charset, files, html=html)
        message_id = self._id(DOMAIN)
        header = self._header("", asked.sender, forward_path, subject, message_id, charset, fields)
        return Mail(
            kind="reply", form=route, octets=header + body, reverse_path=asked.sender, sender=asked.sender,
            message_id=message_id, forward_path=forward_path, thread=thread, words=words, files=_digests(files),
        )  # fmt: skip

    def _quoted(self, words: str, ours: EmailMessage, language: Language, charset: str) -> tuple[str, str]:
        """The reply as plain text, and as HTML in plain characters: its words above what was said before."""
        said = ours.get_body(("plain",))
        assert said is not None
        old = said.get_content().encode(charset, "replace").decode(charset)
        sender = f"Desk <{DESK}>"
        quote = "".join(f"> {line}\n" if line else ">\n" for line in old.splitlines())
        attributions = {
            "en": f"On Mon, 23 Nov 2026 at 09:05, {sender} wrote:",
            "pt": f"Em seg., 23 de nov. de 2026 às 09:05, {sender} escreveu:",
            "es": f"El lun, 23 nov 2026 a las 9:05, {sender} escribió:",
        }
        attribution = attributions.get(language, attributions["en"])
        style = self._chance.randrange(4)
        if style == 0:
            return words, words
        if style == 1:
            block = f"-----Original Message-----\nFrom: {sender}\nSent: Monday, 23 November 2026 09:05\n"
            block += f"To: {DOMAIN}\nSubject: {_subject_of(ours)}\n\n{old}"
            return f"{words}\n{block}", f"{words}\n{block}"
        signature = "\n-- \nA. S.\n" if style == 2 else ""
        whole = f"{words}{signature}\n{attribution}\n{quote}"
        return whole, whole

    def _words(self, language: Language, count: int) -> str:
        return "\n".join(paragraph(self._chance, language, count) for _ in range(self._chance.choice([1, 1, 2])))

    def _person(self, language: Language) -> tuple[str, str]:
        self._serial += 1
        name = {"ru": "Анна Иванова", "ja": "山田 花子", "en": "Ann Smith", "pt": "Inês Conceição", "es": "Íñigo Peña"}
        return name[language], f"c{self._number}.{self._serial}@firm{self._chance.randrange(FIRMS)}.example"

    def _id(self, domain: str) -> str:
        return f"<{self._chance.getrandbits(80):x}.{self._number}@{domain}>"

    def _files(self) -> list[tuple[str, str, bytes]]:
        if self._chance.random() >= 1 / 6:
            return []
        kinds = [
            ("fatura nº 7.pdf", "application/pdf"),
            ("foto.jpg", "image/jpeg"),
            ("log.bin", "application/octet-stream"),
        ]
        return [
            (*self._chance.choice(kinds), self._chance.randbytes(self._chance.choice(FILE_SIZES)))
            for _ in range(self._chance.choice([1, 1, 1, 2]))
        ]

    # -- octets ----------------------------------------------------------------------------------------------------

    def _header(
        self, name: str, address: str, to: str, subject: str, message_id: str, charset: str, more: Sequence[str] = ()
    ) -> bytes:
        serial = self._chance.randrange(60)
        fields = [
            f"Received: from mail.{DOMAIN} by mx.desk.example with ESMTPS id {serial:04x}; " + DATE % (serial, 2),
            f"Received: from [192.0.2.{serial}] by mail.{DOMAIN} with ESMTPSA; " + DATE % (serial, 1),
            f"DKIM-Signature: v=1; a=rsa-sha256; d={DOMAIN}; s=k1; h=from:to:subject:date;\r\n bh={'A' * 43}=;\r\n b={'B' * 70}",
            f"From: {_encoded(name, charset)} <{address}>" if name else f"From: {address}",
            f"To: {to}",
            f"Subject: {_encoded(subject, charset)}",
            "Date: " + DATE % (serial, 0),
            f"Message-ID: {message_id}",
            *more,
            "MIME-Version: 1.0",
        ]
        return "\r\n".join(fields).encode("ascii") + b"\r\n"

    def _body(self, text: str, charset: str, files: list[tuple[str, str, bytes]], *, html: str) -> tuple[str, bytes]:
        """The form's name, and the body with its own header fields."""
        draw = self._chance.random()
        boundary = f"=_{self._chance.getrandbits(64):x}"
        if draw < 0.5:
            form, body = self._text("plain", text, charset)
        elif draw < 0.9:
            _, plain = self._text("plain", text, charset)
            _, marked = self._text("html", _html(html), charset)
            form, body = "alternative", _multipart("alternative", boundary + "a", [plain, marked])
        else:
            form, body = self._text("html", _html(html), charset)
        if files:
            form += f" with {len(files)} files"
            body = _multipart("mixed", boundary + "m", [body, *(_file(*file) for file in files)])
        return form, body

    def _text(self, subtype: str, text: str, charset: str) -> tuple[str, bytes]:
        octets = text.replace("\n", "\r\n").encode(charset)
        if charset == "iso-2022-jp":
            encoding = "7bit"
        elif charset.startswith("utf-16"):
            encoding = "base64"
        else:
            encoding = self._chance.choice(["quoted-printable", "base64", "8bit"])
        if encoding == "quoted-printable":
            octets = binascii.b2a_qp(octets, istext=True)
        elif encoding == "base64":
            octets = base64.encodebytes(octets).replace(b"\n", b"\r\n")
        header = f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        return f"{subtype} {encoding}", header.encode("ascii") + octets

    # -- machines' mails -------------------------------------------------------------------------------------------

    def _notification(self, n: int) -> Mail:
        """What programs send by themselves, to nobody's ticket."""
        self._serial += 1
        address = f"robot{self._number}.{self._serial}@{DOMAIN}"
        forms: list[tuple[str, str, list[str]]] = [
            ("monitoring", "Host db1 is DOWN", ["Auto-Submitted: auto-generated"]),
            (
                "cron",
                "Cron <root@db1> /usr/bin/backup",
                ["X-Cron-Env: <SHELL=/bin/sh>", "Auto-Submitted: auto-generated"],
            ),
            ("vacation", "Ausente do escritório", ["Auto-Submitted: auto-replied (vacation)", "Precedence: bulk"]),
            (
                "exchange",
                "Automatic reply: invoice",
                ["X-Auto-Response-Suppress: All", "Auto-Submitted: auto-generated"],
            ),
            ("old robot", "Respuesta automática", ["X-Autoreply: yes", "Precedence: auto_reply"]),
            ("no-reply", "Your parcel is on its way", ["Auto-Submitted: auto-generated"]),
        ]
        form, subject, fields = forms[n % len(forms)]
        sender = f"no-reply{self._number}.{self._serial}@{DOMAIN}" if form == "no-reply" else address
        words = "This mail was written by a program.\nNobody reads answers to it.\n"
        _, body = self._text("plain", words, "utf-8")
        message_id = self._id(DOMAIN)
        header = self._header("Robot", sender, DESK, subject, message_id, "utf-8", fields)
        return Mail(
            kind="automatic", form=form, octets=header + body, reverse_path="" if n % 2 else sender, sender=sender,
            message_id=message_id, words=words,
        )  # fmt: skip

    def _absence(self, n: int, thread: int, ours: EmailMessage) -> Mail:
        """An absence note that answers our acknowledgement."""
        asked = self.new[thread]
        forms: list[tuple[str, str, list[str]]] = [
            ("sieve", "Auto: ", ["Auto-Submitted: auto-replied (vacation)"]),
            ("exchange", "Automatic reply: ", ["X-Auto-Response-Suppress: All", "Auto-Submitted: auto-generated"]),
            ("resposta", "Resposta automática: ", ["X-Auto-Response-Suppress: All"]),
            ("autoreply", "Fuera de la oficina: ", ["X-Autoreply: yes", "Precedence: auto_reply"]),
        ]
        form, prefix, fields = forms[n % len(forms)]
        words = "Estou ausente do escritório até 4 de janeiro.\nI am out of the office until 4 January.\n"
        _, body = self._text("plain", words, "utf-8")
        message_id = self._id(DOMAIN)
        fields = [*fields, f"In-Reply-To: {ours['Message-ID']}", f"References: {ours['Message-ID']}"]
        to = _address_in(str(ours["Reply-To"])) if n % 2 else DESK
        header = self._header("", asked.sender, to, prefix + _subject_of(ours), message_id, "utf-8", fields)
        return Mail(
            kind="automatic", form=f"absence, {form}", octets=header + body, reverse_path="" if n % 3 else asked.sender,
            sender=asked.sender, message_id=message_id, forward_path=to, thread=thread, words=words,
        )  # fmt: skip

    def _bounce(self, n: int, back: tuple[int, EmailMessage] | None) -> Mail:
        """A report that a mail could not be delivered: of our acknowledgement, or of somebody's forgery."""
        message_id = self._id(DOMAIN)
        daemon = f"MAILER-DAEMON@mx{self._number}.{DOMAIN}"
        thread, ours = back or (-1, None)
        failed = self.new[thread].sender if ours is not None else f"nobody@{DOMAIN}"
        returned_id = str(ours["Message-ID"]) if ours is not None else self._id("forged.example")
        subject = _subject_of(ours) if ours is not None else "Cheap watches"
        said = f"I'm sorry to have to inform you that your message could not be delivered.\r\n\r\n<{failed}>: 550 5.1.1 no such user\r\n"
        headers = (
            f"From: {DESK}\r\nTo: {failed}\r\nSubject: {_encoded(subject, 'utf-8')}\r\nMessage-ID: {returned_id}\r\n"
        )
        status = (
            f"Reporting-MTA: dns; mx.{DOMAIN}\r\nArrival-Date: {DATE % (5, 0)}\r\n\r\n"
            f"Final-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        )
        if n % 3 == 2:
            form = "qmail"
            text = (
                f"Hi. This is the qmail-send program at {DOMAIN}.\r\nI'm afraid I wasn't able to deliver your message to the "
                "following addresses.\r\nThis is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
                f"<{failed}>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
                f"--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <{DESK}>\r\n{headers}\r\nhello\r\n"
            )
            body = b"Content-Type: text/plain; charset=us-ascii\r\n\r\n" + text.encode("ascii")
            subject = "failure notice"
        else:
            form = "DSN with headers" if n % 3 == 0 else "DSN with the whole mail"
            original = (
                f"Content-Type: text/rfc822-headers\r\n\r\n{headers}"
                if n % 3 == 0
                else f"Content-Type: message/rfc822\r\n\r\n{headers}Content-Type: text/plain\r\n\r\nhello\r\n"
            )
            parts = [
                f"Content-Type: text/plain; charset=us-ascii\r\n\r\n{said}".encode("ascii"),
                f"Content-Type: message/delivery-status\r\n\r\n{status}".encode("ascii"),
                original.encode("ascii"),
            ]
            boundary = f"=_{self._chance.getrandbits(64):x}"
            body = _multipart('report; report-type="delivery-status"', boundary, parts)
            subject = "Undelivered Mail Returned to Sender"
        header = self._header("Mail Delivery System", daemon, DESK, subject, message_id, "ascii")
        return Mail(
            kind="bounce", form=form, octets=header + body, reverse_path="", sender=daemon, message_id=message_id,
            thread=thread,
        )  # fmt: skip


def _digests(files: list[tuple[str, str, bytes]]) -> tuple[str, ...]:
    return tuple(sha256(octets).hexdigest() for _, _, octets in files)


def _address_in(field: str) -> str:
    return field[field.rfind("<") + 1 :].rstrip(">").strip()


def _subject_of(mail: EmailMessage) -> str:
    return " ".join(str(mail["Subject"]).split())


def _encoded(text: str, charset: str) -> str:
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


def _html(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    lines = "".join(f"<div>{line or '<br>'}</div>\n" for line in escaped.split("\n"))
    return f'<html><head><style>div {{ font-size: 13px }}</style></head><body dir="ltr">\n{lines}</body></html>\n'


def _multipart(subtype: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    header = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    mark = f"--{boundary}".encode("ascii")
    return header + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _file(name: str, content_type: str, octets: bytes) -> bytes:
    header = (
        f'Content-Type: {content_type}; name="{Header(name, "utf-8").encode()}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{Header(name, "utf-8").encode()}"\r\n\r\n'
    )
    return header.encode("ascii") + base64.encodebytes(octets).replace(b"\n", b"\r\n")
