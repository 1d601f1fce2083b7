"""What machines send to a support mailbox: notifications, absence notes, and reports of mail that came back.

None of it may open a ticket or get an answer.
"""

from __future__ import annotations

from email.message import EmailMessage

from letters import DATE, DESK, DOMAIN, Mail, Pen, address_in, encoded, multipart, subject_of


class Machines:
    """Writes with the pen it is given."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen

    def notification(self, n: int) -> Mail:
        """What programs send by themselves, to nobody's ticket."""
        serial = self._pen.serial()
        address = f"robot{self._pen.number}.{serial}@{DOMAIN}"
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
        sender = f"no-reply{self._pen.number}.{serial}@{DOMAIN}" if form == "no-reply" else address
        words = "This mail was written by a program.\nNobody reads answers to it.\n"
        _, body = self._pen.text("plain", words, "utf-8")
        message_id = self._pen.id(DOMAIN)
        header = self._pen.header("Robot", sender, DESK, subject, message_id, "utf-8", fields)
        return Mail(
            kind="automatic", form=form, octets=header + body, reverse_path="" if n % 2 else sender, sender=sender,
            message_id=message_id, words=words,
        )  # fmt: skip

    def absence(self, n: int, asked: Mail, ours: EmailMessage) -> Mail:
        """An absence note that answers our acknowledgement."""
        forms: list[tuple[str, str, list[str]]] = [
            ("sieve", "Auto: ", ["Auto-Submitted: auto-replied (vacation)"]),
            ("exchange", "Automatic reply: ", ["X-Auto-Response-Suppress: All", "Auto-Submitted: auto-generated"]),
            ("resposta", "Resposta automática: ", ["X-Auto-Response-Suppress: All"]),
            ("autoreply", "Fuera de la oficina: ", ["X-Autoreply: yes", "Precedence: auto_reply"]),
        ]
        form, prefix, fields = forms[n % len(forms)]
        words = "Estou ausente do escritório até 4 de janeiro.\nI am out of the office until 4 January.\n"
        _, body = self._pen.text("plain", words, "utf-8")
        message_id = self._pen.id(DOMAIN)
        fields = [*fields, f"In-Reply-To: {ours['Message-ID']}", f"References: {ours['Message-ID']}"]
        to = address_in(str(ours["Reply-To"])) if n % 2 else DESK
        header = self._pen.header("", asked.sender, to, prefix + subject_of(ours), message_id, "utf-8", fields)
        return Mail(
            kind="automatic", form=f"absence, {form}", octets=header + body, reverse_path="" if n % 3 else asked.sender,
            sender=asked.sender, message_id=message_id, forward_path=to, thread=asked.thread, words=words,
        )  # fmt: skip

    def bounce(self, n: int, back: tuple[Mail, EmailMessage] | None) -> Mail:
        """A report that a mail could not be delivered: of our acknowledgement, or of somebody's forgery."""
        message_id = self._pen.id(DOMAIN)
        daemon = f"MAILER-DAEMON@mx{self._pen.number}.{DOMAIN}"
        asked, ours = back or (None, None)
        failed = asked.sender if asked is not None else f"nobody@{DOMAIN}"
        returned_id = str(ours["Message-ID"]) if ours is not None else self._pen.id("forged.example")
        subject = subject_of(ours) if ours is not None else "Cheap watches"
        said = (
            "I'm sorry to have to inform you that your message could not be delivered.\r\n\r\n"
            f"<{failed}>: 550 5.1.1 no such user\r\n"
        )
        headers = (
            f"From: {DESK}\r\nTo: {failed}\r\nSubject: {encoded(subject, 'utf-8')}\r\nMessage-ID: {returned_id}\r\n"
        )
        status = (
            f"Reporting-MTA: dns; mx.{DOMAIN}\r\nArrival-Date: {DATE % (5, 0)}\r\n\r\n"
            f"Final-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        )
        if n % 3 == 2:
            form = "qmail"
            text = (
                f"Hi. This is the qmail-send program at {DOMAIN}.\r\n"
                "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
                "This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
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
            boundary = f"=_{self._pen.chance.getrandbits(64):x}"
            body = multipart('report; report-type="delivery-status"', boundary, parts)
            subject = "Undelivered Mail Returned to Sender"
        header = self._pen.header("Mail Delivery System", daemon, DESK, subject, message_id, "ascii")
        return Mail(
            kind="bounce", form=form, octets=header + body, reverse_path="", sender=daemon, message_id=message_id,
            thread=asked.thread if asked is not None else -1,
        )  # fmt: skip
