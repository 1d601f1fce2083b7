"""What stands on the wire is what was planned, whatever strangers wrote (SEC-29, SEC-30, SEC-31)."""

from __future__ import annotations

import time
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.domain.address import Mailbox
from maild.domain.notice import Notice, NoticeClass
from maild.outbound.compose import Rendered, compose
from maild.outbound.wire import Unsendable, body_text, header_text, wire_address
from tests.outbound.fakes import NOON, notice

HOSTILE = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("\r\n\x00\x0b\x0c\x1c\x85\u2028\u2029\u202e\u200f\ufeff\"'\\<>@,;:=?_.() \t-")
    ),
    max_size=120,
)
LONG_ID = "<" + "A" * 80 + "@prod.outlook.example>"


def no_files(sha256: str) -> bytes:
    raise KeyError(sha256)


def parsed(octets: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(octets)


def made(rendered: Rendered | None = None, **values: Any) -> tuple[bytes, EmailMessage]:
    octets = compose(notice(**values), rendered or Rendered(subject="Hello", text="Hi"), no_files, now=NOON)
    return octets, parsed(octets)


def expected_fields(planned: Notice) -> list[str]:
    names = ["From", "To"] + ["Reply-To"] * bool(planned.reply_to) + ["Subject", "Date", "Message-ID"]
    names += ["In-Reply-To"] * bool(planned.in_reply_to) + ["References"] * bool(planned.references)
    if planned.klass is not NoticeClass.CORRESPONDENCE:
        names += ["Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "X-Loop"]
    return names


@given(name=HOSTILE, subject=HOSTILE, text=HOSTILE, html=HOSTILE, klass=st.sampled_from(NoticeClass))
def test_sec_29_exactly_the_planned_fields_and_recipients_whatever_the_words(
    name: str, subject: str, text: str, html: str, klass: NoticeClass
) -> None:
    planned = notice(
        recipient=Mailbox(name, "ana@customer.example"), sender=Mailbox(name, "support@desk.example"), klass=klass,
        in_reply_to=LONG_ID, references=("<first@customer.example>", LONG_ID),
    )  # fmt: skip
    octets = compose(planned, Rendered(subject=subject, text=text, html=html), no_files, now=NOON)
    mail = parsed(octets)
    body_fields = ["MIME-Version", "Content-Type"] + ["Content-Transfer-Encoding"] * (not html)
    assert mail.keys() == expected_fields(planned) + body_fields
    for field, address in (("To", "ana@customer.example"), ("From", "support@desk.example")):
        found: tuple[Address, ...] = mail[field].addresses
        assert [a.addr_spec for a in found] == [address]
        # the standard parser puts a space between two encoded words of a phrase, against RFC 2047 section 6.2
        assert "".join(found[0].display_name.split()) == header_text(name).replace(" ", "")
    assert " ".join(mail["Subject"].split()) == header_text(subject)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == body_text(text).rstrip("\n")
    if html:
        rich = mail.get_body(("html",))
        assert rich is not None
        assert rich.get_content().replace("\r\n", "\n").rstrip("\n") == body_text(html).rstrip("\n")


@given(text=HOSTILE, subject=HOSTILE, name=HOSTILE)
def test_lines_are_short_ascii_and_end_with_crlf_only(text: str, subject: str, name: str) -> None:
    octets, _ = made(Rendered(subject=subject * 9, text=text * 9), recipient=Mailbox(name, "ana@customer.example"))
    assert octets.isascii()
    assert b"\x00" not in octets
    rest = octets.replace(b"\r\n", b"")
    assert b"\r" not in rest
    assert b"\n" not in rest
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998


@given(filename=HOSTILE, content_type=HOSTILE, content=st.binary(max_size=300))
def test_a_file_arrives_byte_for_byte_under_a_harmless_name(filename: str, content_type: str, content: bytes) -> None:
    planned = notice(files=({"sha256": "s", "filename": filename, "content_type": content_type, "size": len(content)},))
    mail = parsed(compose(planned, Rendered(subject="s", text="t", html="<p>t"), lambda sha256: content, now=NOON))
    assert mail.get_content_type() == "multipart/mixed"
    (file,) = mail.iter_attachments()
    assert file.get_payload(decode=True) == content
    assert set(file.keys()) == {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}
    assert (file.get_filename() or "").split() == header_text(filename)[:200].split()


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "image/png; name=x", "nonsense", "a/b\r\nX: y"])
def test_a_type_that_may_not_be_encoded_or_is_none_travels_as_octets(kind: str) -> None:
    planned = notice(files=({"sha256": "s", "filename": "a.eml", "content_type": kind, "size": 3},))
    mail = parsed(compose(planned, Rendered(subject="s", text="t"), lambda sha256: b"abc", now=NOON))
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/octet-stream"


def test_long_ids_stand_unencoded_each_on_a_line() -> None:
    octets, mail = made(in_reply_to=LONG_ID, references=("<first@customer.example>", LONG_ID))
    assert b"References: <first@customer.example>\r\n " + LONG_ID.encode() + b"\r\n" in octets
    assert b"In-Reply-To: " + LONG_ID.encode() + b"\r\n" in octets
    assert mail["Message-ID"] == "<m.token.n1@desk.example>"


@pytest.mark.parametrize(
    ("klass", "submitted", "precedence"),
    [
        (NoticeClass.AUTO_ANSWER, "auto-replied", "auto_reply"),
        (NoticeClass.NOTIFICATION, "auto-generated", "bulk"),
        (NoticeClass.CORRESPONDENCE, None, None),
    ],
)
def test_automatic_mail_says_so_and_a_persons_words_do_not(
    klass: NoticeClass, submitted: str | None, precedence: str | None
) -> None:
    _, mail = made(klass=klass)
    assert (mail["Auto-Submitted"], mail["Precedence"]) == (submitted, precedence)
    assert mail["X-Auto-Response-Suppress"] == ("All" if submitted else None)
    assert mail["X-Loop"] == ("support@desk.example" if submitted else None)
    assert mail["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("ana@customer.example", "ana@customer.example"),
        ("Ana.O'Neil+x@customer.example", "Ana.O'Neil+x@customer.example"),
        ("a..b@docomo.example", "a..b@docomo.example"),
        ('"ana silva"@customer.example', '"ana silva"@customer.example'),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@[192.0.2.1]", "ana@[192.0.2.1]"),
    ],
)
def test_addresses_are_written_as_they_are(address: str, wire: str) -> None:
    assert wire_address(address) == wire


@pytest.mark.parametrize(
    "address",
    [
        "ana@customer.example\r\nRCPT TO:<b@x.example>", "ana\n@customer.example", "ana>@customer.example",
        "ana@customer.example>", "ana@customer .example", "ana b@customer.example", '"a"b"@customer.example',
        "jõao@customer.example", "ana", "@customer.example", "ana@", "ana@exa\x00mple", "ana,ben@customer.example",
        "a" * 300 + "@customer.example", 'ana"@customer.example', " ana@customer.example",
    ],
)  # fmt: skip
def test_sec_30_an_address_that_is_none_is_refused_and_never_shortened(address: str) -> None:
    with pytest.raises(Unsendable):
        wire_address(address)


@given(HOSTILE)
def test_every_address_that_is_accepted_is_the_only_one_a_parser_finds(address: str) -> None:
    try:
        wire = wire_address(address)
    except Unsendable:
        return
    _, mail = made(recipient=Mailbox("", address))
    assert [a.addr_spec for a in mail["To"].addresses] == [wire]


@given(
    local_part=st.text(alphabet="ab.+'\"\\ <>@()", min_size=1, max_size=8),
    domain=st.text(alphabet="ab.-[]:é", min_size=1, max_size=8),
)
@settings(max_examples=200)
def test_near_addresses_too(local_part: str, domain: str) -> None:
    try:
        wire = wire_address(f"{local_part}@{domain}")
    except Unsendable:
        return
    octets, _ = made(recipient=Mailbox("Ana", f"{local_part}@{domain}"))
    assert f'To: "Ana" <{wire}>\r\n'.encode() in octets


def test_a_subject_that_looks_encoded_is_not_decoded_into_something_else() -> None:
    _, mail = made(Rendered(subject="=?utf-8?b?SGk=?=", text="t"))
    assert mail["Subject"] == "=?utf-8?b?SGk=?="


def test_a_mail_takes_less_than_a_millisecond() -> None:
    rendered = Rendered(subject="Ação: " + "x" * 60, text="Olá, água. " * 200, html="<p>Olá, água.</p>" * 200)
    planned = notice(references=(LONG_ID,) * 8)
    best = min(_seconds(planned, rendered) for _ in range(50))
    assert best < 0.001


def _seconds(planned: Notice, rendered: Rendered) -> float:
    start = time.perf_counter()
    compose(planned, rendered, no_files, now=NOON)
    return time.perf_counter() - start
