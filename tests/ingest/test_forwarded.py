"""Forwards of agents: who wrote the original, when, to whom and about what, in many clients and languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.address import Mailbox
from maild.domain.mail import Attachment
from maild.ingest.forwarded import find_forward
from maild.ingest.quoting.printed_addresses import mailbox, mailboxes
from tests.ingest.reply_templates import ATTRIBUTIONS, FORWARDS, HEADERS, OLD, QUOTED

ACME = Mailbox("Acme Support", "support@acme.example")
NINE = datetime(2025, 5, 6, 9, 14, tzinfo=UTC)
ADDRESSED = sorted(name for name, block in HEADERS.items() if "<support@" in block)


@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "quoted"])
@pytest.mark.parametrize("separator", FORWARDS)
def test_forward_in_the_text(separator: str, quoted: bool) -> None:
    body = f"{HEADERS['apple-headers']}\n\n{OLD}"
    if quoted:
        body = "\n".join(f"> {line}".rstrip() for line in body.split("\n"))
    found = find_forward("Fwd: Router", f"Please help.\n\n{separator}\n{body}\n", "", ())
    assert found is not None
    assert (found.from_, found.date, found.subject, found.text) == (ACME, NINE, "Re: Router", OLD)
    assert found.to == (Mailbox("Kim", "kim@customer.example"),)
    assert found.certain


@pytest.mark.parametrize("client", ADDRESSED)
def test_forward_without_separator(client: str) -> None:
    text = f"Please help.\n\n{HEADERS[client]}\n\n{OLD}\n"
    found = find_forward("FW: Router", text, "", ())
    assert found is not None
    assert (found.from_, found.date, found.text, found.certain) == (ACME, NINE, OLD, True)
    assert find_forward("Re: Router", text, "", ()) is None


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_an_answer_is_no_forward(client: str) -> None:
    assert find_forward("Re: Router", f"Yes.\n\n{ATTRIBUTIONS[client]}\n\n{QUOTED}\n", "", ()) is None


def test_a_separator_tells_when_the_subject_was_changed() -> None:
    text = f"Please help.\n\n{FORWARDS[0]}\n{HEADERS['apple-headers']}\n\n{OLD}"
    found = find_forward("A customer", text, "", (), is_reply=False)
    assert found is not None
    assert found.certain


def test_a_forward_inside_the_quote_is_not_this_senders() -> None:
    inner = f"{FORWARDS[0]}\n{HEADERS['apple-headers']}\n\n{OLD}"
    quoted = "\n".join(f"> {line}" for line in inner.split("\n"))
    assert find_forward("Re: Router", f"Yes.\n\n{ATTRIBUTIONS['gmail-en']}\n{quoted}", "", ()) is None


def test_doubt_is_told() -> None:
    no_address = f"{FORWARDS[0]}\nFrom: Acme Support\nDate: 6 May 2025 at 09:14\nTo: Kim\nSubject: Router\n\n{OLD}"
    found = find_forward("Fwd: Router", no_address, "", ())
    assert found is not None
    assert not found.certain
    by_quoting = find_forward("Fwd: Router", f"{ATTRIBUTIONS['gmail-en']}\n\n{QUOTED}", "", ())
    assert by_quoting is not None
    assert (by_quoting.from_.address, by_quoting.text, by_quoting.certain) == ("support@acme.example", OLD, False)


def _mail(subject: str) -> Attachment:
    octets = (
        b"From: Ana Silva <ana@customer.example>\r\nTo: sales@acme.example\r\nDate: Tue, 6 May 2025 09:14:00 +0000\r\n"
        b"Message-ID: <1@customer.example>\r\nSubject: " + subject.encode() + b"\r\n\r\nMy router is broken.\r\n"
    )
    return Attachment(filename="mail.eml", content_type="message/rfc822", size=len(octets), sha256="", content=octets)


def test_attached_original() -> None:
    found = find_forward("Fwd: Router", "Please help.", "", (_mail("Router"),))
    assert found is not None
    assert found.from_ == Mailbox("Ana Silva", "ana@customer.example")
    assert (found.date, found.subject, found.text.strip()) == (NINE, "Router", "My router is broken.")
    assert found.message_id == "<1@customer.example>"
    assert found.certain


def test_two_attached_mails_are_in_doubt() -> None:
    found = find_forward("Fwd: Router", "Please help.", "", (_mail("One"), _mail("Two")))
    assert found is not None
    assert not found.certain


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ana Silva <ana@x.example>", Mailbox("Ana Silva", "ana@x.example")),
        ('"Silva, Ana" <ana@x.example>', Mailbox("Silva, Ana", "ana@x.example")),
        ("Ana Silva [mailto:ana@x.example]", Mailbox("Ana Silva", "ana@x.example")),
        ("Ana Silva <ana@x.example<mailto:ana@x.example>>", Mailbox("Ana Silva", "ana@x.example")),
        ("ana@x.example <mailto:ana@x.example>", Mailbox("", "ana@x.example")),
        ("Ana Silva (ana@x.example)", Mailbox("Ana Silva", "ana@x.example")),
        ("ana@x.example", Mailbox("", "ana@x.example")),
        ("< ana@x.example >", Mailbox("", "ana@x.example")),
        ("Ana Silva", Mailbox("Ana Silva", "")),
        ("", Mailbox("", "")),
    ],
)
def test_mailbox_as_printed(written: str, expected: Mailbox) -> None:
    assert mailbox(written) == expected


def test_recipients_as_printed() -> None:
    outlook = mailboxes("Silva, Ana <ana@x.example>; Bo <bo@x.example>; Help Desk")
    assert outlook == (Mailbox("Silva, Ana", "ana@x.example"), Mailbox("Bo", "bo@x.example"), Mailbox("Help Desk", ""))
    gmail = mailboxes("Ana <ana@x.example>, <bo@x.example>, Cy (c) <cy@x.example>")
    assert [m.address for m in gmail] == ["ana@x.example", "bo@x.example", "cy@x.example"]


@given(st.text(max_size=200), st.text(max_size=400), st.booleans())
def test_nothing_makes_it_raise(subject: str, text: str, is_reply: bool) -> None:
    find_forward(subject, text, "", (), is_reply=is_reply)
    find_forward("Fwd: x", f"{FORWARDS[0]}\nFrom: {text}\nDate: {subject}\nTo: {text}\n\n{text}", "", ())
