"""Delivery reports and the prose of mailers, without a whole mail around them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.mail import Kind
from maild.ingest.gate import Limits
from maild.ingest.parts.entity import read_tree
from maild.ingest.report import read_report
from maild.ingest.reports import returned
from maild.ingest.reports.bounce_witness import ask
from maild.ingest.reports.bounces import read_prose
from maild.ingest.reports.delivery_status import address, blocks, diagnostic_text, read_fields
from maild.ingest.reports.senders import split_address

NOBODY: frozenset[str] = frozenset()


def read(mail: str, **fields: str) -> Kind | None:
    head = {"From": "MAILER-DAEMON@mx.example", "Subject": "failure notice", **fields}
    found = read_report(read_tree(mail.encode(), Limits()), list(head.items()), mail, reverse_path="<>")
    return found.kind if found else None


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("rfc822; rita@nowhere.example", "rita@nowhere.example"),
        ("RFC822;<rita@nowhere.example>", "rita@nowhere.example"),
        ("<rita@nowhere.example>", "rita@nowhere.example"),
        ("rfc822; rita@nowhere.example (Rita)", "rita@nowhere.example"),
        ("rfc822;rita@nowhere.example&gt", "rita@nowhere.example"),
        ("rfc822; rita@nowhere.example.", "rita@nowhere.example"),
        ("utf-8; j\\x{F6}rg@example.org", "jörg@example.org"),
        ("unknown; rita", "rita"),
        ("system;<>", ""),
        ("x400; /C=us/A= /P=firma/", ""),
        ("", ""),
    ],
)
def test_recipient_fields_name_an_address(field: str, found: str) -> None:
    assert address(field) == found


def test_recipients_without_a_blank_line_between_them() -> None:
    report = read_fields(
        "Reporting-MTA: dns; mx.example\n"
        "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Final-Recipient: rfc822; b@example.org\nAction: delayed\nStatus: 4.4.1\n"
    )
    assert report.reporting_mta == "mx.example"
    assert [(r.final_recipient, r.action, r.status) for r in report.recipients] == [
        ("a@example.org", "failed", "5.1.1"),
        ("b@example.org", "delayed", "4.4.1"),
    ]


def test_a_line_that_is_no_field_continues_the_one_before() -> None:
    assert blocks("Diagnostic-Code: smtp; 550-one\n550-two\n550 three\nStatus: 5.0.0") == [
        [("diagnostic-code", "smtp; 550-one\n550-two\n550 three"), ("status", "5.0.0")]
    ]


def test_a_diagnostic_loses_its_type_only() -> None:
    assert diagnostic_text("smtp; 550 no; really no") == "550 no; really no"
    assert diagnostic_text("550 no; really no") == "550 no; really no"
    assert diagnostic_text("X-Postfix; connect to\n  mx.example") == "connect to mx.example"


@pytest.mark.parametrize(
    ("notice", "recipients"),
    [
        ("<a@example.org>:\n550 user unknown", ["a@example.org"]),
        ("  a@example.org\n    Unrouteable address", ["a@example.org"]),
        ("a@example.org: 550 user unknown", ["a@example.org"]),
        (">>> a@example.org <a@example.org>\n550 user unknown", ["a@example.org"]),
        ("* a@example.org\n* b@example.org", ["a@example.org", "b@example.org"]),
        ("Could not be delivered to: <a@example.org>", ["a@example.org"]),
        ("Final-Recipient: a@example.org", ["a@example.org"]),
        ("550 5.1.1 <a@example.org>... User unknown", ["a@example.org"]),
        ("From: a@example.org\nTo: b@example.org\n<c@example.org>: 550 no", ["c@example.org"]),
        ("Please contact help@example.org\n<a@example.org>: it failed", ["a@example.org"]),
        ("See https://example.org/?who=a@example.org", []),
        ("The message identifier is: 4711@example.org", []),
    ],
)
def test_the_place_of_an_address_says_whether_it_failed(notice: str, recipients: list[str]) -> None:
    found = read_prose(notice.splitlines(), subject="failure notice", not_these=NOBODY)
    assert [r.final_recipient for r in found.recipients if found.certainty > 1] == recipients


def test_the_sender_is_not_the_recipient() -> None:
    lines = ["Sorry support@helpdesk.example, your mail could not be delivered to rita@nowhere.example"]
    found = read_prose(lines, subject="", not_these=frozenset({"support@helpdesk.example"}))
    assert [r.final_recipient for r in found.recipients] == ["rita@nowhere.example"]


@pytest.mark.parametrize(
    "line",
    [
        "--- Below this line is a copy of the message.",
        "------ This is a copy of the message, including all the headers. ------",
        "   ----- Original message -----",
        "Original message follows.",
        "|------------------------- Message text follows: ------------------------|",
        "------- Returned Message --------",
        "Message headers follow:",
        "Ursprüngliche Nachrichtenkopfzeilen:",
        "Cabeçalhos de mensagem originais:",
        "元のメッセージ:",
    ],
)
def test_a_line_announces_what_came_back(line: str) -> None:
    text = f"It failed.\n\n{line}\n\nMessage-ID: <t1@helpdesk.example>\nTo: rita@nowhere.example\n\nHello"
    notice, quoted = returned.split(text)
    assert [n for n in notice if n] == ["It failed."]
    assert quoted is not None
    assert (quoted.message_id, quoted.recipient) == ("<t1@helpdesk.example>", "rita@nowhere.example")


def test_a_header_block_ends_the_notice_without_a_line_between() -> None:
    text = (
        "<a@example.org>: 550 no\n\nReturn-Path: <x@y.example>\nReceived: by z\nMessage-ID: <1@y.example>\nSubject: s"
    )
    notice, quoted = returned.split(text)
    assert "".join(notice) == "<a@example.org>: 550 no"
    assert quoted is not None
    assert quoted.message_id == "<1@y.example>"


def test_a_summary_of_the_mail_does_not_end_the_notice() -> None:
    text = "Your message\n  To: a@example.org\n  Subject: s\ndid not reach:\na@example.org"
    assert returned.split(text) == (text.splitlines(), None)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("<a@b.example>", "<a@b.example>"),
        (" a@b.example ", "<a@b.example>"),
        ("<a@b.example> (added by x)", "<a@b.example>"),
        ("<a\n b@c.example>", "<ab@c.example>"),
        ("two words", ""),
        ("<>", ""),
    ],
)
def test_ids_come_in_angle_brackets(field: str, expected: str) -> None:
    assert returned.message_id(field) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("MAILER-DAEMON <>", ("MAILER-DAEMON", "")),
        ("mailer-daemon", ("mailer-daemon", "mailer-daemon")),
        (
            "postmaster@x.example (Mail Delivery System)",
            ("postmaster@x.example (Mail Delivery System)", "postmaster@x.example"),
        ),
        ("<>", ("", "")),
    ],
)
def test_mailers_write_their_name_as_they_like(field: str, expected: tuple[str, str]) -> None:
    assert split_address(field) == expected


def test_the_witness_knows_forms_that_we_do_not() -> None:
    found = ask(
        {"from": "Mailer-Daemon@provider.example"},
        "Invalid final delivery userid: a@example.org\nOriginal message follows.\n",
    )
    assert [(r.final_recipient, r.action) for r in found] == [("a@example.org", "failed")]


@pytest.mark.parametrize(
    "line",
    ["@" * 200, "a@" * 200, "<" * 300, "a@example.org " * 30, "550 " * 100, " " * 500 + "x", "5.1.1 " * 80, "-" * 400],
)
def test_hostile_notices_cost_linear_time(line: str) -> None:
    text = "could not be delivered\n" + f"{line}\n" * 4000
    start = time.perf_counter()
    assert read(f"Subject: failure notice\n\n{text}") is Kind.BOUNCE
    # about a tenth of a second; a quadratic search would take minutes
    assert time.perf_counter() - start < 5


PIECES = st.sampled_from(
    [
        "could not be delivered to",
        "<a@example.org>:",
        "a@example.org",
        "550 5.1.1 user unknown",
        "--- Below this line is a copy of the message.",
        "Message-ID: <1@example.org>",
        "Received: by x",
        "Final-Recipient: rfc822; a@example.org",
        "Action: delayed",
        "Status: 4.4.1",
        "Disposition: automatic-action/MDN-sent-automatically; deleted",
        '{"notificationType":"Bounce","bounce":[]}',
        "",
        "(generated from b@example.org)",
    ]
)
TYPES = st.sampled_from(
    [
        "text/plain",
        "text/html",
        "message/delivery-status",
        "message/disposition-notification",
        "message/rfc822",
        "text/rfc822-headers",
    ]
)


@given(
    st.lists(st.tuples(TYPES, st.lists(st.one_of(PIECES, st.text())))),
    st.sampled_from(["multipart/report", "multipart/report; report-type=delivery-status", "multipart/mixed"]),
    st.dictionaries(st.sampled_from(["From", "Subject", "X-Failed-Recipients", "Auto-Submitted", "To"]), st.text()),
)
def test_no_report_makes_it_raise(parts: list[tuple[str, list[str]]], kind: str, fields: dict[str, str]) -> None:
    mail = f"Content-Type: {kind}; boundary=b\n\n"
    for name, lines in parts:
        mail += f"--b\nContent-Type: {name}\n\n" + "\n".join(lines) + "\n"
    root = read_tree(f"{mail}--b--\n".encode("utf-8", "replace"), Limits())
    found = read_report(root, list(fields.items()), "\n".join(fields.values()), reverse_path="<>")
    if found and found.delivery:
        known = {"failed", "delayed", "delivered", "relayed", "expanded", ""}
        assert {r.action for r in found.delivery.recipients} <= known
