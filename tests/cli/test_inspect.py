"""`maild inspect`: always one line a file, in order, also for the worst file, and a page for people."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

MAIL = """From: Ana Silva <ana@customer.example>
To: support@helpdesk.example
Subject: The printer\x1b[2J burns
Message-ID: <1@customer.example>
In-Reply-To: <0@helpdesk.example>
Date: Mon, 2 Nov 2026 09:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

It burns.

> old words
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename=a.pdf
Content-Transfer-Encoding: base64

YWJj
--b--
"""

NAMES = (
    "file outcome message_id in_reply_to references date from sender reply_to to cc subject text html reply_text"
    " attachments kind kind_reasons may_reply bounce language commands defects invitation forwarded folded_lines"
    " confidence"
)
HEAVY = "sqlalchemy flask jinja2 bleach babel pydantic aiosmtpd aioimaplib apscheduler asyncio holidays mailparser"
PAGE = [
    "From         Ana Silva <ana@customer.example>",
    "In-Reply-To  <0@helpdesk.example>",
    "Kind         message",
    "because",
    "| It burns.",
    "lines folded",
    ": > old words",
    "multipart/mixed",
    '"a.pdf"',
    "application/pdf, 3 octets",
]


def inspect(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "maild", "inspect", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()


def lines(*arguments: str | Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in inspect("--json", *arguments).splitlines()]


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    file = tmp_path / "mail.eml"
    file.write_text(MAIL)
    return file


def test_one_line_a_file_in_the_order_given(mail: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.eml"
    empty.touch()
    odd = tmp_path / "nöt utf-8 \udcff.eml"
    odd.write_bytes(b"\xff\0\n" * 10)
    files = [mail, tmp_path / "missing", tmp_path, empty, odd, mail]
    found = lines(*files)
    assert [line["outcome"] for line in found] == ["accept", "reject", "reject", "accept", "accept", "accept"]
    assert [line["file"] for line in found[:4]] == [str(file) for file in files[:4]]
    assert found[0] == found[5]


def test_every_name_is_always_there(mail: Path, tmp_path: Path) -> None:
    for line in lines(mail, tmp_path / "missing"):
        assert set(line) >= set(NAMES.split())


def test_what_a_mail_says(mail: Path) -> None:
    (found,) = lines(mail)
    assert found["from"] == {"name": "Ana Silva", "address": "ana@customer.example"}
    assert found["in_reply_to"] == ["<0@helpdesk.example>"]
    assert found["date"] == "2026-11-02T08:00:00+00:00"
    assert "old words" in str(found["text"])
    assert found["reply_text"] == "It burns."
    assert found["attachments"] == [
        {
            "filename": "a.pdf",
            "content_type": "application/pdf",
            "size": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "inline": False,
            "content_id": None,
        }
    ]
    assert found["kind"] == "message"
    assert found["bounce"] is None
    assert found["commands"] == []


def test_our_addresses_and_the_reverse_path_are_told_by_options(mail: Path) -> None:
    assert lines("--mail-from", "ana@customer.example", mail)[0]["may_reply"] is True
    assert lines("--mail-from", "<>", mail)[0]["may_reply"] is False
    assert lines("--own", "ana@customer.example", "--own", "x@y.example", mail)[0]["kind"] == "own"


def test_a_file_without_end_or_beyond_the_size_is_answered(tmp_path: Path) -> None:
    large = tmp_path / "large.eml"
    with large.open("wb") as opened:
        opened.write(b"Subject: large\n\n")
        opened.truncate(30 << 20)
    found = lines("/dev/zero", large, "/dev/null")
    assert [line["outcome"] for line in found] == ["quarantine", "quarantine", "accept"]
    assert found[1]["subject"] == "large"


def test_the_page_shows_headers_kind_words_and_parts(mail: Path) -> None:
    page = inspect(mail)
    assert [shown for shown in PAGE if shown not in page] == []
    assert "\x1b" not in page


def test_it_starts_without_what_it_does_not_need() -> None:
    code = "import sys, maild.cli.inspect; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.decode().split()
    assert not set(HEAVY.split()) & set(loaded)
