"""Names of attachments: safe, unique, stable, and still readable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.header.names import Names, safe_name


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("Über größe.txt", "Über größe.txt"),
        ("U\u0308ber.txt", "Über.txt"),
        ("報告書.xlsx", "報告書.xlsx"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\..\\boot.ini", "_.._boot.ini"),
        ("/etc/passwd", "_etc_passwd"),
        ("C:\\temp\\a.txt", "C__temp_a.txt"),
        ("a\r\nb.txt", "a b.txt"),
        ("a\x00b.txt", "a b.txt"),
        ("a\tb.txt", "a b.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u200b.htaccess", "htaccess"),
        (".htaccess", "htaccess"),
        ("..", ""),
        ("...", ""),
        ("．．／x", "_x"),
        ("name.", "name"),
        ("  name .txt ", "name .txt"),
        ('a"b<c>d|e?f*.txt', "a_b_c_d_e_f_.txt"),
        ("", ""),
        ("\u202e\u200b", ""),
    ],
)
def test_a_name_is_one_harmless_component(wanted: str, name: str) -> None:
    assert safe_name(wanted) == name


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("ä" * 4000 + ".pdf")
    assert name.endswith("ä.pdf")
    assert len(name.encode()) <= 150


def test_names_are_told_apart_without_regard_to_case() -> None:
    names = Names()
    assert [names.take(n, "text/plain") for n in ("a.txt", "A.TXT", "a.txt", "a-2.txt", "b")] == [
        "a.txt", "A-2.TXT", "a-3.txt", "a-2-2.txt", "b"]  # fmt: skip


def test_parts_without_a_name_get_one_from_their_type() -> None:
    names = Names()
    assert names.take("", "image/png") == "image-1.png"
    assert names.take("", "message/rfc822") == "message-1.eml"
    assert names.take("", "image/png") == "image-2.png"
    assert names.take("", "application/x-something") == "attachment-1.bin"


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(ANY)
def test_safe_whatever_is_wanted(wanted: str) -> None:
    name = safe_name(wanted)
    assert not set(name) & set('/\\:*?"<>|')
    assert not name.startswith(".")
    assert len(name.encode()) <= 150
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)
    assert unicodedata.is_normalized("NFC", name)
    assert safe_name(name) == name


@given(st.lists(ANY, max_size=12))
def test_unique_and_the_same_at_every_reading(wanted: list[str]) -> None:
    first, second = Names(), Names()
    taken = [first.take(w, "application/pdf") for w in wanted]
    assert taken == [second.take(w, "application/pdf") for w in wanted]
    assert len({t.casefold() for t in taken}) == len(wanted)
    assert all(t and len(t.encode()) <= 150 for t in taken)
