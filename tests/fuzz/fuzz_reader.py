"""A fuzz target for reading mails: no octets may make it raise, break its promises, or cost too much.

    python -m tests.fuzz.fuzz_reader [--seconds 3600]        random mails, for as long as wanted
    python -m tests.fuzz.fuzz_reader --atheris [options]     guided by coverage, where atheris is installed

The test suite runs it shortly (`test_fuzz_reader.py`); MAILD_FUZZ_SECONDS makes it run long there.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from pathlib import Path

from maild.domain.mail import InboundMessage, Kind, Verdict
from maild.ingest.inspection import facts, page
from maild.ingest.parse import read
from maild.markup import clean

FAILURES = Path("fuzz-failures")
OWN = frozenset({"support@helpdesk.example"})
SECONDS_A_MAIL = 5.0
"""Of CPU; the mails made here are small and take milliseconds."""

HEADERS = [
    b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Message-ID: ", b"References: ", b"Content-Type: ", b"Received: ",
    b"Content-Transfer-Encoding: ", b"Content-Disposition: ", b"Auto-Submitted: ", b"Return-Path: ", b"Content-ID: ",
    b"List-Id: ", b"In-Reply-To: ", b"Reply-To: ", b"MIME-Version: 1.0\n", b"X-Failed-Recipients: ", b"Sender: ",
]  # fmt: skip
PIECES = [
    b"\n", b"\r\n", b"\n\n", b"\r", b" ", b"\t", b"\x00", b"\xff", b"\xe9", b"\xc3\xa9", b"\xef\xbb\xbf", b"\xa4\xa4",
    b"=?utf-8?q?a=C3?=", b"=?utf-8?b?w6k=?=", b"=?gb2312?b?", b"?=", b"=?x?y?z?=", b"\x1b$B", b"\x1b(B", b"~{",
    b"+AGE-", b"multipart/mixed; boundary=b", b"multipart/alternative; boundary=\"b\"",
    b"multipart/related; boundary=b", b"multipart/report; report-type=delivery-status; boundary=b", b"--b\n",
    b"--b--\n", b"text/plain", b"text/html", b"; charset=", b"utf-8", b"utf-16", b"iso-2022-jp", b"gb18030",
    b"punycode", b"idna", b"; format=flowed; delsp=yes", b"message/rfc822", b"message/delivery-status",
    b"message/partial; number=1; total=2; id=x", b"text/calendar", b"message/external-body; access-type=URL",
    b"application/ms-tnef", b"application/pkcs7-mime", b"image/png", b"application/applefile",
    b"multipart/digest; boundary=b", b"multipart/signed; boundary=b", b"base64", b"quoted-printable", b"x-uuencode",
    b"8bit", b"7bit", b"inline", b"attachment; filename*0*=utf-8''%C3; filename*1=b", b"; name=\"a/../b\"",
    b"; filename*=utf-8''%e2%80%ae", b"=\n", b"=E9", b"=3D", b"YWJj", b"begin 644 a.txt\n#86)C\n`\nend\n",
    b"> quoted\n", b"On Mon, 2 Nov 2026 at 09:00, Ana <a@b.example> wrote:\n", b"-- \n",
    b"-----Original Message-----\n", b"From: a@b.example\nSent: x\nSubject: y\n", b"<div class=gmail_quote>",
    b"<blockquote type=cite>", b"<table><td>", b"<p>", b"</p>", b"<a href=http://x.example>", b"<img src=cid:1>",
    b"<style>", b"<!--", b"-->", b"&lt;", b"&#x202e;", b"Final-Recipient: rfc822; a@b.example\n", b"Action: failed\n",
    b"Status: 5.1.1\n", b"Diagnostic-Code: smtp; 550\n",
    b"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nDTSTART;TZID=", b"x\x9f>\"\x01\x00", b"0\x80\x06\t",
    b"a@b.example", b"<a@b.example>", b"\"a b\" <", b">", b",", b";", b":", b"(", b")", b"@", b"<1@b.example>",
    b"Mon, 2 Nov 2026 09:00:00 +0000", b"MAILER-DAEMON@b.example", b"auto-replied", b"Out of office", b"; ", b"=",
    b"\"",
]  # fmt: skip


def make(chance: random.Random) -> bytes:
    """Something between a mail and noise."""
    parts: list[bytes] = []
    for _ in range(chance.randint(0, 12)):
        parts.append(chance.choice(HEADERS))
        parts += [chance.choice(PIECES) for _ in range(chance.randint(0, 4))]
        parts.append(b"\n")
    parts.append(b"\n")
    for _ in range(chance.randint(0, 40)):
        parts.append(chance.choice(PIECES) if chance.random() < 0.85 else chance.choice(HEADERS))
        if chance.random() < 0.05:
            parts.append(chance.randbytes(chance.randint(1, 40)))
        if chance.random() < 0.01:
            parts.append(chance.choice(PIECES) * chance.randint(1, 500))
    return b"".join(parts)


def mutate(chance: random.Random, mail: bytes) -> bytes:
    """A mail with a few octets changed, cut, doubled or put elsewhere."""
    octets = bytearray(mail)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(octets) + 1)
        other = chance.randrange(len(octets) + 1)
        first, last = min(at, other), min(max(at, other), min(at, other) + 200)
        match chance.randrange(5):
            case 0:
                octets[first:first] = chance.choice(PIECES)
            case 1:
                del octets[first:last]
            case 2:
                octets[at:at] = octets[first:last]
            case 3:
                octets[first : first + 1] = bytes([chance.randrange(256)])
            case _:
                octets[first:last] = chance.choice(PIECES)
    return bytes(octets)


def check(octets: bytes) -> InboundMessage:
    """Read a mail and hold the reader to what it promises; raises when it does not keep it."""
    begin = time.process_time()
    message = read(octets, own=OWN, reverse_path="")
    taken = time.process_time() - begin
    assert taken < SECONDS_A_MAIL, f"took {taken:.1f} s of CPU"
    assert not message.verdict_reason.startswith("reading failed"), message.verdict_reason
    assert not message.may_reply, "a mail with the null reverse path may never be answered"
    for name, value in facts(message, file="x").items():
        if isinstance(value, str):
            assert "\0" not in value, f"NUL in {name}"
            value.encode()  # no lone surrogate
    page(message, file="x").encode()
    assert clean(message.html) == message.html, "the HTML is not clean"
    names = [attachment.filename for attachment in message.attachments]
    assert len(set(names)) == len(names), "two files have one name"
    for attachment in message.attachments:
        assert attachment.filename, "a file without a name"
        assert not set(attachment.filename) & set("/\\\r\n\0\u202e"), attachment.filename
        assert len(attachment.filename.encode()) <= 255
        assert attachment.size == len(attachment.content)
        assert attachment.sha256 == hashlib.sha256(attachment.content).hexdigest()
    assert bool(message.text.strip()) <= bool(message.reply.text.strip()), "there was text, and no new words"
    assert 0 <= message.reply.confidence <= 1
    assert message.verdict in Verdict
    assert message.kind in Kind
    return message


def run(seconds: float, seed: int) -> int:
    """Read mails for so many seconds; the failing ones are written down. Gives back how many were read."""
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    count = 0
    pool = [make(chance) for _ in range(20)]
    while time.monotonic() < end:
        mail = make(chance) if chance.random() < 0.5 else mutate(chance, chance.choice(pool))
        pool[chance.randrange(len(pool))] = mail[:20_000]
        count += 1
        try:
            check(mail)
        except Exception:
            FAILURES.mkdir(exist_ok=True)
            (FAILURES / f"{hashlib.sha256(mail).hexdigest()[:16]}.eml").write_bytes(mail)
            raise
    return count


def main() -> None:
    """Run until the time is over or something fails."""
    parser = argparse.ArgumentParser(description="Fuzz the reading of mails.")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--atheris", action="store_true", help="guided by coverage; further options go to libFuzzer")
    given, others = parser.parse_known_args()
    if given.atheris:
        import atheris  # not a dependency: install it to use it

        atheris.instrument_all()
        atheris.Setup([sys.argv[0], *others], lambda octets: check(octets) and None)
        atheris.Fuzz()
    print(f"seed {given.seed}")
    print(f"{run(given.seconds, given.seed)} mails read")


if __name__ == "__main__":
    main()
