"""Laws of reading: what holds for every mail, whatever its octets are."""

from __future__ import annotations

import hashlib
import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.domain.mail import InboundMessage, Verdict
from maild.ingest.gate import Limits
from maild.ingest.header.names import safe_name
from maild.ingest.inspection import facts
from maild.ingest.parse import read

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*/*.eml"))
FRAGMENTS = [
    b"Content-Type: ", b"multipart/mixed; boundary=b", b"text/plain; charset=", b"message/rfc822", b"--b", b"--b--",
    b"\n", b"\r\n", b"\n\n",
    b"From: ", b"a@b.example", b"<", b">", b'"', b"=?utf-8?q?", b"?=", b"utf-16", b"iso-2022-jp",
    b"Content-Transfer-Encoding: base64", b"quoted-printable", b"Content-Disposition: attachment; filename*0*=", b"%41",
    b"begin 644 x", b"end", b"\x1b$B", b"\xff\xfe", b"\x00", b"Subject: ", b"cid:", b"application/ms-tnef", b";",
    b"application/pkcs7-mime", b"text/calendar", b"text/html", b"<p>", b"<table>", b"multipart/alternative; boundary=b",
    b"multipart/report; report-type=delivery-status; boundary=b", b"message/delivery-status", b"\x78\x9f\x3e\x22",
    b"format=flowed", b"Date: ", b"References: ", b"\xc3\xbc", b"\xe9", b"On Tue, Ana wrote:", b"> ",
]  # fmt: skip
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def obeys(message: InboundMessage) -> None:
    """What every answer of the reader must be."""
    assert not message.verdict_reason.startswith("reading failed"), message.verdict_reason
    line = json.dumps(facts(message, file="x"), ensure_ascii=False)
    line.encode("utf-8")
    assert "\\u0000" not in line
    names = [a.filename for a in message.attachments]
    assert all(name and safe_name(name) == name for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    for attachment in message.attachments:
        assert attachment.size == len(attachment.content)
        assert attachment.sha256 == hashlib.sha256(attachment.content).hexdigest()
    if message.from_doubtful:
        assert not message.may_reply
    assert len(message.references) <= 50
    if message.text.strip():
        assert message.reply.text.strip()


@QUICK
@given(st.binary(max_size=2000))
def test_no_octets_make_reading_fail(octets: bytes) -> None:
    message = read(octets)
    obeys(message)
    assert read(octets) == message


@QUICK
@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=5), max_size=60))
def test_no_heap_of_mail_fragments_makes_reading_fail(pieces: list[bytes]) -> None:
    obeys(read(b"".join(pieces)))


@settings(parent=QUICK, max_examples=120)
@given(st.data())
def test_no_damage_to_a_mail_makes_reading_fail(data: st.DataObject) -> None:
    octets = bytearray(data.draw(st.sampled_from(GOLDEN)).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(octets)))
        match data.draw(st.sampled_from(["cut", "insert", "change", "repeat"])):
            case "cut":
                del octets[place : place + data.draw(st.integers(1, 200))]
            case "insert":
                octets[place:place] = data.draw(st.sampled_from(FRAGMENTS))
            case "change":
                octets[place : place + 1] = data.draw(st.binary(min_size=1, max_size=1))
            case _:
                octets[place:place] = octets[max(0, place - 100) : place]
    obeys(read(bytes(octets)))


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=80)
FILES = st.lists(st.tuples(WORDS, st.binary(max_size=400)), max_size=4)


@QUICK
@given(WORDS, WORDS, FILES, st.sampled_from(["base64", "quoted-printable"]))
def test_what_the_standard_library_packs_comes_out_again(
    subject: str, text: str, files: list[tuple[str, bytes]], encoding: str
) -> None:
    mail = EmailMessage()
    mail["From"] = "Ana <ana@example.org>"
    mail["Subject"] = "S" + subject.replace("\r", "").replace("\n", "") + "E"
    mail.set_content(f"A{text}Z", cte=encoding)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=f"x{name}y.bin")
    message = read(mail.as_bytes())
    obeys(message)
    assert message.text == f"A{text}Z"
    assert [a.content for a in message.attachments] == [content for _, content in files]
    assert message.from_ is not None
    assert message.from_.address == "ana@example.org"
    assert not message.from_doubtful


@QUICK
@given(st.binary(max_size=500), st.sampled_from(["7bit", "8bit", "binary", "x-unknown", ""]))
def test_a_part_carried_as_it_is_stays_as_it_is(content: bytes, encoding: str) -> None:
    wire = (
        b"Content-Type: multipart/mixed; boundary=qwertz\r\n\r\n"
        b"--qwertz\r\nContent-Type: application/pdf; name=a.pdf\r\n"
        + (b"Content-Transfer-Encoding: " + encoding.encode() + b"\r\n" if encoding else b"")
        + b"\r\n"
        + content
        + b"\r\n--qwertz--\r\n"
    )
    assert [a.content for a in read(wire).attachments] == [content]


@pytest.mark.parametrize(
    ("octets", "limits", "limit"),
    [
        (b"Subject: x\n\n" + b"y" * 2000, Limits(message=1000), "L1"),
        (b"Subject: " + b"x" * 300 + b"\n\ny", Limits(field=200), "L2"),
        (b"X: y\n" * 300 + b"\n", Limits(header_block=1000), "L2"),
        (b"X: y\n" * 30 + b"\n", Limits(fields=20), "L2"),
        (b"Content-Type: a/b" + b";" * 70 + b"\n\n", Limits(), "L2"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20, Limits(parts=10), "L3"),
        (
            b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(9)),
            Limits(depth=5),
            "L3",
        ),
    ],
)
def test_a_mail_beyond_the_limits_is_quarantined_and_still_shown(octets: bytes, limits: Limits, limit: str) -> None:
    message = read(octets, limits=limits)
    obeys(message)
    assert message.verdict is Verdict.QUARANTINE
    assert message.verdict_reason.startswith(limit)


def test_a_mail_cut_at_the_size_limit_gives_no_cut_files() -> None:
    mail = EmailMessage()
    mail.set_content("Words")
    mail.add_attachment(b"x" * 5000, maintype="application", subtype="pdf", filename="a.pdf")
    message = read(mail.as_bytes(), limits=Limits(message=3000))
    assert message.text == "Words"
    assert message.attachments == ()
