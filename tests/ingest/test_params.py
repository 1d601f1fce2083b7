"""Parameters of MIME fields in all the forms of RFC 2045 and RFC 2231, and in none of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.header.params import parse


@pytest.mark.parametrize(
    ("field", "value", "parameters"),
    [
        (b"text/plain", "text/plain", {}),
        (b"Text/Plain; Charset=UTF-8", "text/plain", {"charset": b"UTF-8"}),
        (b'text/plain; charset="utf-8"; format=flowed', "text/plain", {"charset": b"utf-8", "format": b"flowed"}),
        (b"text/plain;charset=utf-8;", "text/plain", {"charset": b"utf-8"}),
        (b"text/plain; charset = utf-8", "text/plain", {"charset": b"utf-8"}),
        (b"text/plain charset=utf-8", "text/plain", {"charset": b"utf-8"}),
        (b"text/plain (a comment); charset=us-ascii (Plain text)", "text/plain", {"charset": b"us-ascii"}),
        (b'multipart/mixed; boundary="a;b"', "multipart/mixed", {"boundary": b"a;b"}),
        (b'multipart/mixed; boundary="a\\"b"', "multipart/mixed", {"boundary": b'a"b'}),
        (b"multipart/mixed; boundary==_x=y", "multipart/mixed", {"boundary": b"=_x=y"}),
        (b'multipart/mixed; boundary="unclosed', "multipart/mixed", {"boundary": b"unclosed"}),
        (b"multipart/mixed; boundary='single'", "multipart/mixed", {"boundary": b"'single'"}),
        (b"text/html; charset=utf-8; charset=latin1", "text/html", {"charset": b"utf-8"}),
        (b"attachment; filename=my file.pdf", "attachment", {"filename": b"my file.pdf"}),
        (b"attachment; filename=file (1).pdf", "attachment", {"filename": b"file (1).pdf"}),
        (b'attachment; filename="C:\\temp\\a.txt"', "attachment", {"filename": b"C:\\temp\\a.txt"}),
        (b"; charset=utf-8", "", {"charset": b"utf-8"}),
        (b"", "", {}),
        (b";;;", "", {}),
        (b"text/plain; =x; y=; z", "text/plain", {"": b"x", "y": b""}),
    ],
)
def test_value_and_parameters(field: bytes, value: str, parameters: dict[str, bytes]) -> None:
    found = parse(field)
    assert found.value == value
    assert found.parameters == parameters


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b'attachment; filename="report.pdf"', "report.pdf"),
        (b"attachment; filename*=utf-8''na%C3%AFve%20file.txt", "naïve file.txt"),
        (b"attachment; filename*=iso-8859-1'en'na%EFve.txt", "naïve.txt"),
        (b"attachment; filename*=UTF-8'de-DE'Gr%c3%bc%c3%9fe.txt", "Grüße.txt"),
        (b"attachment; filename*=\"utf-8''Gr%C3%BC%C3%9Fe.txt\"", "Grüße.txt"),
        (b"attachment; filename*=''Gr%C3%BC%C3%9Fe.txt", "Grüße.txt"),
        (b"attachment; filename*=Gr%C3%BC%C3%9Fe.txt", "Grüße.txt"),
        # the extended form wins over the plain one, wherever it stands (RFC 6266 section 4.3)
        (b"attachment; filename=\"Gruesse.txt\"; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt", "Grüße.txt"),
        (b"attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt; filename=\"Gruesse.txt\"", "Grüße.txt"),
        # continuations
        (b'attachment; filename*0="long "; filename*1="name"; filename*2=".txt"', "long name.txt"),
        (b"attachment; filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe.txt", "Grüße.txt"),
        (b"attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BC%C3%9Fe.txt", "Grüße.txt"),
        (b"attachment; filename*0*=utf-8''Gr%C3%BC; filename*1=\"%41.txt\"", "Grü%41.txt"),
        (b'attachment; filename*1=".txt"; filename*0="name"', "name.txt"),
        (b'attachment; filename*01="b"; filename*00="a"', "ab"),
        (b'attachment; filename*1="b.txt"; filename*2="c"', "b.txtc"),
        (b'attachment; filename*0="=?utf-8?q?Gr=C3=BC=C3"; filename*1="=9Fe.txt?="', "Grüße.txt"),
        (b"attachment; filename*0*=ISO-2022-JP''%1B%24%42%25%46%25%39%25%48; filename*1*=%1B%28%42.txt", "テスト.txt"),
        (b'attachment; filename="first.txt"; filename*0="a"; filename*1="b.txt"', "ab.txt"),
        # encoded words, which RFC 2047 forbids here and everybody writes
        (b'attachment; filename="=?utf-8?Q?Gr=C3=BC=C3=9Fe.txt?="', "Grüße.txt"),
        (b"attachment; filename==?utf-8?Q?Gr=C3=BC=C3=9Fe.txt?=", "Grüße.txt"),
        (b'attachment; filename="=?utf-8?B?R3LDvMOf?= =?utf-8?B?ZS50eHQ=?="', "Grüße.txt"),
        (b'attachment; filename*="=?utf-8?Q?Gr=C3=BC=C3=9Fe.txt?="', "Grüße.txt"),
        (b'attachment; filename="=?UTF-8?Q?a;_b.txt?="', "a; b.txt"),
        # raw octets
        ('attachment; filename="Grüße.txt"'.encode(), "Grüße.txt"),
        ('attachment; filename="Grüße.txt"'.encode("cp1252"), "Grüße.txt"),
        ('attachment; filename="Счёт на оплату.doc"'.encode("cp1251"), "Счёт на оплату.doc"),
        # percent signs without RFC 2231 are letters
        (b'attachment; filename="100%25.txt"', "100%25.txt"),
        (b'attachment; filename="a\\"b.txt"', 'a"b.txt'),
        (b"attachment", ""),
    ],
)
def test_file_names_in_every_form(field: bytes, name: str) -> None:
    assert parse(field).text("filename") == name


def test_raw_octets_in_a_name_follow_the_charset_of_the_mail() -> None:
    field = 'attachment; filename="绩效管理,究竟谁错了.xls"'.encode("gb2312")
    assert parse(field).text("filename", "GB2312") == "绩效管理,究竟谁错了.xls"


def test_a_parameter_bomb_is_read_only_at_its_start() -> None:
    found = parse(b'multipart/mixed; x="' + b";" * 100_000)
    assert len(found.parameters) <= 64
    assert len(parse(b"multipart/mixed; " + b"a=b; " * 100_000).parameters) == 1
    assert len(parse(b"x;" + b";".join(b"a%d=b" % n for n in range(100_000))).parameters) == 64


@given(st.binary(max_size=300))
def test_any_octets_have_a_value_and_a_name(field: bytes) -> None:
    found = parse(field)
    found.text("filename").encode("utf-8")
    assert found.value == found.value.lower()
