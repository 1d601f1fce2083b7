"""How fast mails are read: the whole reading of maild beside mail-parser's own parse of the same mails.

    python bench/read.py [--seconds 5] [--mails DIRECTORY]

Both read the same mails in turn in this run on one core; the ratio is what counts, for the machine may be busy. Without
a directory the mails are made here: the mixture that a support mailbox gets.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from pathlib import Path

import mailparser

from maild.ingest.parse import read
from maild.ingest.reader import Reader

OWN = frozenset({"support@helpdesk.example"})
WORDS = {
    "en": "the printer on the second floor does not print any more since we changed the paper tray please send someone",
    "pt": "bom dia a impressora do segundo andar não imprime desde ontem de manhã podem enviar um técnico obrigado",
    "es": "buenos días la impresora de la segunda planta no funciona desde ayer pueden enviar a un técnico gracias",
    "de": "guten Tag der Drucker im zweiten Stock druckt seit gestern nicht mehr bitte schicken Sie jemanden Dank",
}
SIGNATURE = "-- \nAna Silva\nContabilidade, Exemplo Lda.\nTel. +351 21 345 67 89\n"
BOUNCE = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>
To: support@helpdesk.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{number}@mx.customer.example>
Date: Mon, 2 Nov 2026 09:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b{number}"

--b{number}
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<ana@customer.example>: host mx.customer.example said: 550 5.1.1 no such user

--b{number}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example
Arrival-Date: Mon, 2 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; ana@customer.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b{number}
Content-Type: text/rfc822-headers

From: support@helpdesk.example
Message-ID: <{number}.n@helpdesk.example>
Subject: [#10427-K7QP] printer

--b{number}--
"""


def paragraph(chance: random.Random, language: str, words: int) -> str:
    """Words of one language in lines as a mail client breaks them."""
    vocabulary = WORDS[language].split()
    said = [chance.choice(vocabulary) for _ in range(words)]
    lines = [" ".join(said[at : at + 11]) for at in range(0, len(said), 11)]
    return "\n".join(lines).capitalize() + ".\n"


def html_of(text: str, quote: str) -> str:
    """HTML as Gmail writes it."""
    shown = "".join(f'<div style="font-size:13px">{line or "<br>"}</div>' for line in text.split("\n"))
    quoted = quote.replace("\n", "<br>\n")
    return (
        f'<div dir="ltr">{shown}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        "On Mon, 2 Nov 2026 at 09:00, Support &lt;"
        '<a href="mailto:support@helpdesk.example">support@helpdesk.example</a>&gt; wrote:<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{quoted}</blockquote></div>'
    )


def one_mail(chance: random.Random, number: int) -> bytes:
    """A mail as they come: half of them replies in two forms, some with files, a few bounces."""
    language = chance.choice(list(WORDS))
    if chance.random() < 0.08:
        return BOUNCE.format(number=number).replace("\n", "\r\n").encode()
    mail = EmailMessage(policy=policy.SMTP)
    mail["Received"] = "from mail.customer.example by mx.helpdesk.example with ESMTPS; Mon, 2 Nov 2026 09:00:01 +0000"
    mail["Received"] = "from [192.0.2.7] by mail.customer.example with ESMTPSA; Mon, 2 Nov 2026 09:00:00 +0000"
    mail["DKIM-Signature"] = (
        "v=1; a=rsa-sha256; d=customer.example; s=k1; h=from:to:subject; bh=" + "A" * 43 + "=; b=" + "B" * 340
    )
    mail["From"] = f"Ana Silva {number} <ana{number}@customer.example>"
    mail["To"] = "Helpdesk <support@helpdesk.example>"
    mail["Subject"] = chance.choice(
        ["Re: [#10427-K7QP] printer", "Impressão não funciona", "Drucker läuft nicht", "printer"]
    )
    mail["Date"] = "Mon, 2 Nov 2026 09:00:00 +0000"
    mail["Message-ID"] = f"<{number}.{chance.random()}@customer.example>"
    mail["In-Reply-To"] = "<10427.1@helpdesk.example>"
    mail["References"] = "<10427.0@helpdesk.example> <10427.1@helpdesk.example>"
    new = paragraph(chance, language, chance.choice([20, 60, 120])) + "\n" + SIGNATURE
    old = paragraph(chance, "en", 150)
    text = new + "\nOn Mon, 2 Nov 2026 at 09:00, Support <support@helpdesk.example> wrote:\n\n"
    text += "".join(f"> {line}\n" for line in old.splitlines())
    mail.set_content(text, cte=chance.choice(["quoted-printable", "base64", "8bit"]))
    if chance.random() < 0.6:
        mail.add_alternative(html_of(new, old), subtype="html")
    if chance.random() < 0.2:
        mail.add_attachment(
            chance.randbytes(chance.choice([2_000, 40_000, 200_000])),
            maintype="application", subtype="pdf", filename=f"fatura nº {number}.pdf",
        )  # fmt: skip
    return mail.as_bytes()


def load(directory: Path | None, count: int) -> list[bytes]:
    """The mails of a directory and below, or as many of our own making."""
    if directory is not None:
        return [file.read_bytes() for file in sorted(directory.rglob("*.eml"))]
    chance = random.Random(10427)
    return [one_mail(chance, number) for number in range(count)]


def seconds_of(parse: Callable[[bytes], object], mails: list[bytes]) -> float:
    """CPU seconds for all mails once."""
    gc.collect()
    begin = time.process_time()
    for mail in mails:
        try:
            parse(mail)
        except Exception:  # mail-parser may raise; the time until then counts
            continue
    return time.process_time() - begin


async def pool_rate(mails: list[bytes], seconds: float) -> float:
    """Mails a second through the worker processes, all cores."""
    async with Reader() as reader:
        done = 0
        end = time.monotonic() + seconds

        async def one_after_another(mine: list[bytes]) -> None:
            nonlocal done
            while time.monotonic() < end:
                for mail in mine:
                    await reader.read(mail, own=OWN)
                    done += 1

        begin = time.monotonic()
        lanes = 2 * (os.cpu_count() or 1)
        await asyncio.gather(*[one_after_another(mails[lane::lanes]) for lane in range(lanes)])
        return done / (time.monotonic() - begin)


def main() -> None:
    """Print rates and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="about how long to measure")
    parser.add_argument("--mails", type=Path, help="a directory of .eml files")
    parser.add_argument("--count", type=int, default=300, help="mails to make")
    given = parser.parse_args()
    logging.disable()  # mail-parser warns of parts that it does not know
    mails = load(given.mails, given.count)
    if not mails:
        sys.exit("no mails there")
    contenders: dict[str, Callable[[bytes], object]] = {
        "mail-parser": mailparser.parse_from_bytes,
        "maild": lambda octets: read(octets, own=OWN),
    }
    rounds: dict[str, list[float]] = {name: [] for name in contenders}
    for parse in contenders.values():  # imports and caches do not count
        seconds_of(parse, mails[:20])
    end = time.monotonic() + given.seconds
    while time.monotonic() < end or len(rounds["maild"]) < 3:
        for name, parse in contenders.items():
            rounds[name].append(seconds_of(parse, mails))
    size = sum(map(len, mails))
    print(
        f"{len(mails)} mails, {size / len(mails) / 1024:.1f} KiB each, {len(rounds['maild'])} rounds in turn, one core"
    )
    rates = {name: len(mails) / statistics.median(taken) for name, taken in rounds.items()}
    for name, rate in rates.items():
        print(f"{name:12} {rate:8.0f} mails/s  {1000 / rate:6.2f} ms a mail")
    ratios = [theirs / ours for theirs, ours in zip(rounds["mail-parser"], rounds["maild"], strict=True)]
    print(f"{'ratio':12} {statistics.median(ratios):8.2f}          (aim: at least 0.40)")
    print(f"{'workers':12} {asyncio.run(pool_rate(mails, given.seconds / 2)):8.0f} mails/s  on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
