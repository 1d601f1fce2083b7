"""Mails made to cost: each family of the resource attacks, read by the real reader within a budget of CPU time.

Budgets are CPU seconds of this process, not the clock on the wall. They are far above what reading takes today (most
take hundredths) and far below what the attack takes where it works (seconds to hours).
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable

import pytest

from maild.domain.mail import InboundMessage, Verdict
from maild.ingest.gate import Limits, look
from maild.ingest.parse import read

BUDGET = 3.0
GATE_BUDGET = 0.1
HEAD = b"From: Ana <ana@x.example>\r\nTo: support@helpdesk.example\r\nSubject: hello\r\nMessage-ID: <1@x.example>\r\n"
END = b"\r\n\r\nThe words.\r\n"


def header(field: bytes) -> bytes:
    return HEAD + field + END


def multipart(parts: bytes, kind: bytes = b"mixed") -> bytes:
    return HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/" + kind + b"; boundary=b\r\n\r\n" + parts


def text(body: bytes, kind: bytes = b"text/plain; charset=utf-8", encoding: bytes = b"8bit") -> bytes:
    return HEAD + b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body


def nested(depth: int) -> bytes:
    opened = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(depth)
    )
    return HEAD + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + opened + b"--b%d\r\n\r\ndeep\r\n" % depth


PARAMETERS = {  # SEC-49
    "semicolons in a content type": header(b'Content-Type: multipart/mixed; x="' + b";" * 90_000),
    "semicolons in every part": multipart(
        (b"--b\r\nContent-Type: text/plain" + b";" * 20_000 + b"\r\n\r\nx\r\n") * 100
    ),
    "semicolons in a disposition": header(b"Content-Disposition: attachment" + b"; a=b" * 18_000),
    "numbered continuations": header(
        b"Content-Type: text/plain; " + b"; ".join(b"name*%d*=a" % n for n in range(6_000))
    ),
    "quotes in a parameter": header(b'Content-Type: text/plain; name="' + b'\\"' * 15_000),
    "percent signs": header(b"Content-Disposition: attachment; filename*=utf-8''" + b"%" * 31_000),
}
FIELDS = {  # SEC-50
    "quotes in an address": header(b"Cc: " + b'"' * 30_000),
    "comments in an address": header(b"Cc: " + b"(" * 31_000),
    "dots in an address": header(b"Cc: " + b"." * 31_000 + b"@x.example"),
    "angle brackets": header(b"Reply-To: " + b"<" * 31_000),
    "commas": header(b"To: " + b"," * 31_000),
    "groups": header(b"To: " + b"a:" * 15_000),
    "thousands of addresses": header(b"Cc: " + b",\r\n ".join(b"a%d@x.example" % n for n in range(1_500))),
    "a date of digits": header(b"Date: " + b"1" * 31_000),
    "a date of comments": header(b"Date: " + b"(a)" * 10_000),
    "a million letters of subject": header(b"Subject: " + b"a" * 1_000_000),
    "encoded words": header(b"Subject: " + b"=?utf-8?q?=41?= " * 1_900),
    "broken encoded words": header(b"Subject: " + b"=?" * 15_000),
    "question marks": header(b"Subject: =?utf-8?q?" + b"?" * 31_000),
    "ten thousand fields": HEAD + b"X: y\r\n" * 10_000 + END,
    "a header without end": HEAD + b"X-" + b"a" * 5_000_000,
    "received lines": HEAD + b"Received: from a by b; Mon, 2 Nov 2026 09:00:00 +0000\r\n" * 900 + END,
    "an empty group of colons": header(b"From: " + b":;" * 15_000),
    "folded blanks": header(b"Subject: a" + b"\r\n " * 9_000),
}
IDS = {  # SEC-51
    "two thousand references": header(b"References: " + b" ".join(b"<%d@x.example>" % n for n in range(2_000))),
    "a reference of three thousand letters": header(b"References: <" + b"a" * 3_000 + b"@x.example>"),
    "brackets without end": header(b"References: " + b"<a@b" * 7_000),
    "at signs": header(b"In-Reply-To: <" + b"@" * 31_000 + b">"),
    "a literal": header(b"Message-ID: <a@[" + b"[" * 30_000 + b"]>"),
    "references in blanks": header(b"References:" + b" " * 31_000 + b"<1@x>"),
}
PARTS = {  # SEC-52
    "three thousand levels": nested(3_000),
    "thirty-one levels": nested(31),
    "three hundred thousand empty parts": multipart(b"--b\r\n\r\n" * 200_000),
    "messages in messages": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 2_000 + b"deep",
    "one boundary inside itself": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 500,
    "half a million lines at depth": nested(29) + b"x\r\n" * 300_000,
    "boundaries that nearly fit": multipart(b"--\r\n-b\r\n--bb\r\n" * 100_000 + b"--b\r\n\r\nend\r\n--b--"),
    "a boundary of nothing": HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n' + b"--\r\n\r\n" * 100_000,
    "digest of nothing": multipart(b"--b\r\n\r\n\r\n" * 50_000, b"digest"),
    "uuencode without end": text(b"begin 644 a\n" + b"M" * 61 + b"\n" + b"begin 644 b\n" * 100_000),
}
CHARSETS = {  # SEC-53
    "punycode": text(b"a-" * 200_000, b"text/plain; charset=punycode"),
    "idna": text(b"a." * 200_000, b"text/plain; charset=idna"),
    "unicode escape": text(b"\\u0041" * 60_000, b"text/plain; charset=unicode_escape"),
    "zip": text(base64.b64encode(b"x\x9c\x03\0\0\0\0\1" * 1_000), b"text/plain; charset=zlib_codec", b"base64"),
    "rot13": text(b"uryyb " * 1_000, b"text/plain; charset=rot13"),
    "utf-32 junk": text(b"\xff" * 400_000, b"text/plain; charset=utf-32LE"),
    "utf-7": text(b"+" * 400_000, b"text/plain; charset=utf-7"),
    "escapes": text(b"\x1b$B\x1b(B" * 60_000, b"text/plain; charset=iso-2022-jp"),
    "tildes": text(b"~{" * 200_000, b"text/plain; charset=hz-gb-2312"),
    "a NUL in the name": text(b"words", b"text/plain; charset=\0utf-8"),
    "a name of ten thousand letters": text(b"words", b"text/plain; charset=" + b"u" * 10_000),
    "no label": text(bytes(range(128, 256)) * 4_000, b"text/plain"),
}
HTML = b"text/html; charset=utf-8"
MARKUP = {  # SEC-54
    "nested": text(b"<div>" * 100_000, HTML),
    "ampersands": text(b"&" * 1_000_000, HTML),
    "attributes": text(b"<p " + b"a=1 " * 200_000 + b">", HTML),
    "links": text(b"<a href=x>" * 50_000, HTML),
    "quotes in quotes": text(b"<blockquote>" * 20_000 + b"x", HTML),
    "end tags": text(b"<form><i>" * 30_000 + b"</div>" * 30_000, HTML),
    "comments": text(b"<!--" * 200_000, HTML),
    "styles": text(b'<p style="' + b"a:b;" * 200_000 + b'">x', HTML),
    "a table": text(b"<table>" + b"<tr><td>x" * 50_000, HTML),
    "a gmail quote in each": text(b'<div class="gmail_quote">x' * 20_000, HTML),
    "less-than signs": text(b"<" * 1_000_000, HTML),
    "pictures": text(b'<img src="cid:%d">' * 20_000, HTML),
}
LINES = {  # SEC-55
    "newlines": text(b"\n" * 1_000_000),
    "quote marks": text(b">" * 1_000_000),
    "a million On": text(b"On a a a " * 100_000),
    "wrote": text(b"On " + b"x" * 500_000 + b" wrote:\n"),
    "wrote over lines": text(b"On Mon\n" * 100_000),
    "underscores": text(b"_" * 1_000_000),
    "hyphens": text(b"-- \n" * 200_000),
    "original message": text(b"-----Original Message" * 40_000),
    "from sent to subject": text(b"From: a\nSent: b\nTo: c\n" * 40_000),
    "blanks": text(b" " * 1_000_000 + b"\n" + b"\t" * 500_000),
    "no-break spaces": text("\u00a0".encode() * 400_000),
    "a link of a million letters": text(b"http://" + b"a/" * 400_000),
    "mixed quotes": text(b"> > >> | > x\n" * 60_000),
    "flowed": text(b"a \n" * 200_000, b"text/plain; format=flowed; delsp=yes"),
    "quoted-printable soft ends": text(b"=\n" * 300_000, encoding=b"quoted-printable"),
    "base64 junk": text(b"=!" * 400_000, encoding=b"base64"),
    "colons": text(b"a: " * 300_000),
    "stars": text(b"*" * 600_000),
}
ATTACKS = PARAMETERS | FIELDS | IDS | PARTS | CHARSETS | MARKUP | LINES


def timed(act: Callable[[], InboundMessage]) -> tuple[InboundMessage, float]:
    begin = time.process_time()
    found = act()
    return found, time.process_time() - begin


@pytest.mark.parametrize("family", [PARAMETERS, FIELDS, IDS, PARTS, CHARSETS, MARKUP, LINES])
def test_each_family_has_five_members_at_least(family: dict[str, bytes]) -> None:
    assert len(family) >= 5


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_costs_no_more_than_its_budget(attack: str) -> None:
    message, taken = timed(lambda: read(ATTACKS[attack]))
    assert taken < BUDGET
    assert not message.verdict_reason.startswith("reading failed"), message.verdict_reason
    assert (message.verdict is Verdict.ACCEPT) == (message.verdict_reason == "")


@pytest.mark.parametrize("attack", PARAMETERS | FIELDS)
def test_the_gate_is_linear(attack: str) -> None:
    begin = time.process_time()
    look(ATTACKS[attack], Limits())
    assert time.process_time() - begin < GATE_BUDGET


@pytest.mark.parametrize(
    "attack",
    [
        "semicolons in a content type", "semicolons in a disposition",
        "a million letters of subject", "ten thousand fields", "a header without end", "three thousand levels",
        "three hundred thousand empty parts",
    ],
)  # fmt: skip
def test_beyond_a_limit_the_mail_goes_to_quarantine_with_its_sender(attack: str) -> None:
    message = read(ATTACKS[attack])
    assert message.verdict is Verdict.QUARANTINE
    assert message.verdict_reason.startswith("L")
    assert message.from_ is not None
    assert message.from_.address == "ana@x.example"


@pytest.mark.parametrize("attack", FIELDS | IDS)
def test_within_the_limits_no_header_hides_the_words(attack: str) -> None:
    message = read(ATTACKS[attack])
    if message.verdict is Verdict.ACCEPT:
        assert message.text.strip() == "The words."


def test_only_so_many_references_are_followed() -> None:
    assert len(read(IDS["two thousand references"]).references) <= Limits().references


@pytest.mark.parametrize("attack", CHARSETS)
def test_a_charset_cannot_make_text_grow(attack: str) -> None:
    assert len(read(CHARSETS[attack]).text) <= len(CHARSETS[attack])


def test_utf_7_cannot_smuggle_a_script() -> None:
    message = read(text(b"+ADw-script+AD4-alert(1)+ADw-/script+AD4- words", b"text/html; charset=utf-7"))
    assert "<script" not in message.html
    assert "words" in message.text


@pytest.mark.parametrize("attack", MARKUP)
def test_html_grows_three_times_at_most(attack: str) -> None:
    assert len(read(MARKUP[attack]).html) <= 3 * len(MARKUP[attack]) + 2_000


def test_nothing_is_unpacked_but_winmail() -> None:
    bomb = base64.encodebytes(b"PK\3\4" + b"\0" * 50_000)
    mail = multipart(
        b"--b\r\n\r\nsee file\r\n--b\r\nContent-Type: application/zip; name=bomb.zip\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + bomb + b"--b--\r\n"
    )
    assert [(a.filename, a.size) for a in read(mail).attachments] == [("bomb.zip", 50_004)]
