"""Header text: encoded words as mailers really write them (RFC 2047), raw octets, RFC 6532."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.header.words import decode_words


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        (b"=?iso-8859-1?Q?a_b?=", "a b"),
        (b"=?iso-8859-1?Q?=A1Hola,_se=F1or!?=", "¡Hola, señor!"),
        # blanks between two encoded words are not shown (section 6.2)
        (b"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?=   =?utf-8?q?b?= c", "ab c"),
        (b"=?utf-8?q?a?= and =?utf-8?q?b?=", "a and b"),
        (b"=?utf-8?q?a_?= =?utf-8?q?b?=", "a b"),
        # a letter cut in two
        (b"=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße"),
        (b"=?utf-8?B?R3LD?= =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),
        (b"=?GB2312?B?xPo=?= =?gb2312?B?usM=?=", "您好"),
        (b"=?gb2312?B?xPq6?= =?gb2312?B?ww==?=", "您好"),
        # two charsets side by side
        (b"=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=", "éé"),
        # stateful encodings start anew in each word
        (b"=?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?= =?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?=", "テストテスト"),
        # damage
        (b"=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
        (b"=?utf-8?B?R3LD vMOf ZQ==?=", "Grüße"),
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe und mehr?=", "Grüße und mehr"),
        (b"=?utf-8?Q?=3D=3F?=", "=?"),
        (b"=?utf-8?Q?what??=", "what?"),
        (b"=?utf-8?Q?is it? yes?=", "is it? yes"),
        (b"=?utf-8?q?=?=", "="),
        (b"=?utf-8?Q?=C3=BC=?=", "ü="),
        (b"=?utf-8?Q?100=25_=zz?=", "100% =zz"),
        (b"=?utf-8?q??=", ""),
        (b"x =?utf-8?q??= y", "x  y"),
        (b"=?utf-8?q?really?=3F?=", "really??"),
        # base64 cut without regard to letters
        (b"=?utf-8?B?R3LDv?= =?utf-8?B?MOfZQ==?=", "Grüße"),
        (b"=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        (b"=?nonsense", "=?nonsense"),
        (b"a =? b ?= c", "a =? b ?= c"),
        (b"=?utf-8?B?R3LDvMOfZQ==", "Grüße"),
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe", "Grüße"),
        (b"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?q?Gr=c3=bc=c3=9fe?=", "Grüße"),
        (b"=?UTF8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b'=?"utf-8"?Q?Gr=C3=BC=C3=9Fe?=', "Grüße"),
        (b"=?unknown?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?us-ascii?Q?Gr=FC=DFe?=", "Grüße"),
        (b"=?utf-8?Q?Gr=FC=DFe?=", "Grüße"),
        (b"=?iso-8859-1?Q?=93hi=94_=80?=", "“hi” €"),
        # no blank around the word
        (b"Re:=?utf-8?q?=C3=BC?=", "Re:ü"),
        (b"=?utf-8?q?=C3=BC?=x", "üx"),
        (b"[=?utf-8?q?=C3=BC?=]", "[ü]"),
        (b"=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        (b'"=?utf-8?q?=C3=BC?="', '"ü"'),
        # raw octets
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        ("Grüße =?utf-8?q?=C3=BC?=".encode(), "Grüße ü"),
        ("Привет, мир".encode("koi8-r"), "Привет, мир"),
        (b"\x1b$B%F%9%H\x1b(B", "テスト"),
        (b"=?ISO-2022-JP?Q?=1B$B%F%9%H=1B(B?=", "テスト"),
        (b"=?utf-7?Q?Gr+APw-e?=", "Grüe"),
        # two encodings, one on the other
        (b"=?utf-8?Q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=", "=?utf-8?q?x?="),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?= test", "日本 test"),
    ],
)
def test_header_text_is_shown_as_it_was_meant(raw: bytes, shown: str) -> None:
    assert decode_words(raw) == shown


def test_raw_octets_follow_the_charset_of_the_mail() -> None:
    assert decode_words("Čtvrtek".encode("cp1250"), "windows-1250") == "Čtvrtek"


def test_a_very_long_subject_takes_no_time() -> None:
    raw = b"=?utf-8?q?" * 3000
    assert len(decode_words(raw)) <= len(raw)


@given(st.binary(max_size=400))
def test_any_octets_can_be_shown(raw: bytes) -> None:
    decode_words(raw).encode("utf-8")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=60))
def test_what_the_standard_library_encodes_is_read_back(text: str) -> None:
    from email.header import Header

    wire = Header(text, "utf-8").encode().replace("\n", "").encode()
    assert decode_words(wire) == text
