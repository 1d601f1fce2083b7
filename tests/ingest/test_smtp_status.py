"""Enhanced status codes from what servers say (RFC 3463)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.reports.smtp_status import derive, explicit, reply_code, stated


@pytest.mark.parametrize(
    ("words", "status"),
    [
        # the code is said
        ("550 5.1.1 <rita@nowhere.example>: Recipient address rejected", "5.1.1"),
        ("550-5.7.26 Unauthenticated email\n550 5.7.26 see https://help.example", "5.7.26"),
        ("550: 5.1.1 <rita@nowhere.example>... User Unknown", "5.1.1"),
        ("550 #5.1.0 Address rejected.", "5.1.0"),
        ("5.2.2 <rita@nowhere.example>... Mailbox Full", "5.2.2"),
        ("Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)", "4.4.1"),
        ("#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##", "5.1.1"),
        ("Remote Server returned '550 5.4.316 Message expired'", "5.4.316"),
        ("ERROR_CODE :550, ERROR_CODE :5.1.1 User Unknown", "5.1.1"),
        ("said: 452-4.2.2 The recipient's inbox is out of storage space", "4.2.2"),
        ("550 5.7.1 Service unavailable, client [198.51.100.7] blocked", "5.7.1"),
        # only a sentence
        ("user unknown", "5.1.1"),
        ("550 No such user here", "5.1.1"),
        ("551 not our customer", "5.1.1"),
        ("450 mailbox full", "4.2.2"),
        ("552 sorry, that mailbox is over quota", "5.2.2"),
        ("Die Nachricht ist zu groß", "5.2.3"),
        ("A caixa de correio está cheia", "5.2.2"),
        ("El buzón está lleno", "5.2.2"),
        ("почтовый ящик переполнен", "5.2.2"),
        ("usuário desconhecido", "5.1.1"),
        ("utilisateur inconnu", "5.1.1"),
        ("宛先不明", "5.1.1"),
        ("收件人不存在", "5.1.1"),
        ("550 Host unknown", "5.1.2"),
        ("Domain name not found: nowhere.example", "5.1.2"),
        ("550 account has been disabled", "5.2.1"),
        ("554 Too many hops", "5.4.6"),
        ("Envelope expired", "5.4.7"),
        ("connect to mail.nowhere.example[198.51.100.7]:25: Connection refused", "5.4.1"),
        ("421 server busy", "4.3.2"),
        ("554 Blocked - see https://blocklist.example", "5.7.1"),
        ("554 Message rejected because of SPF policy", "5.7.23"),
        ("550 relay not permitted", "5.7.1"),
        ("571 No PTR Record found. Reverse DNS required: 203.0.113.22", "5.7.25"),
        ("550 Sender address rejected: Domain not found", "5.1.8"),
        # only a reply code
        ("421 bye", "4.3.2"),
        ("451 hm", "4.3.0"),
        ("552 hm", "5.2.2"),
        ("550 hm", "5.0.0"),
        ("452 4 of them", "4.3.1"),
        # nothing about delivery
        ("Exim 4.9.1 on Debian", ""),
        ("host [4.2.2.1] port 25", ""),
        ("Tuesday at half past five", ""),
        ("we sold 550 of them", ""),
        ("", ""),
    ],
)
def test_status_is_what_the_server_says_or_means(words: str, status: str) -> None:
    assert derive(words) == status


def test_a_mail_that_still_waits_has_a_temporary_status() -> None:
    assert derive("Connection timed out", delayed=True) == "4.4.1"
    assert derive("Connection timed out") == "5.4.1"


def test_the_reply_code_outweighs_the_waiting() -> None:
    assert derive("550 user unknown", delayed=True) == "5.1.1"


@pytest.mark.parametrize(
    ("field", "status"),
    [
        ("5.1.1", "5.1.1"),
        (" 5.2.2 (mailbox full)", "5.2.2"),
        ("5.0.0 (permanent failure)", "5.0.0"),
        ("2.1.5", "2.1.5"),
        ("5.1", ""),
        ("smtp; 550", ""),
        ("5.1.1.1", ""),
    ],
)
def test_status_fields_carry_comments(field: str, status: str) -> None:
    assert stated(field) == status


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    for found in (derive(text), explicit(text), stated(text)):
        assert found == "" or [p.isdigit() for p in found.split(".")] == [True, True, True]
    assert reply_code(text) == "" or reply_code(text).isdigit()
