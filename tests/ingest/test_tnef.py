"""winmail.dat: body and files come out, damage keeps what is whole, and nothing hostile costs more than its octets."""

from __future__ import annotations

import email
import struct
import time
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.parts import mapi
from maild.ingest.parts.invitation import read_invitation
from maild.ingest.parts.packed_rtf import decompress
from maild.ingest.parts.rtf import read_rtf
from maild.ingest.parts.tnef import MAX_FILES, Tnef, open_tnef
from tests.helpers import tnef as build

PDF = bytes(range(256)) * 5 + b"odd"


def opened(octets: bytes) -> Tnef:
    found = open_tnef(octets)
    assert found is not None
    return found


def test_body_subject_and_files_come_out_byte_for_byte() -> None:
    found = opened(
        build.stream(
            build.attribute(build.MESSAGE, build.SUBJECT, b"Printer\0"),
            build.attribute(build.MESSAGE, build.BODY, b"It burns.\r\nAna\0"),
            build.file(b"a.pdf", PDF),
            build.file(b"EMPTY.TXT", b""),
        )
    )
    assert (found.subject, found.text) == ("Printer", "It burns.\nAna")
    assert [(f.filename, f.content) for f in found.files] == [("a.pdf", PDF), ("EMPTY.TXT", b"")]
    assert found.defects == ()


def test_long_names_types_and_content_ids_win_over_the_short_title() -> None:
    found = opened(
        build.stream(
            build.file(
                b"FATURA~1.PDF",
                PDF,
                build.property_(
                    mapi.ATTACH_LONG_FILENAME, build.UNICODE, "Fatura nº 7 – maio.pdf\0".encode("utf-16")[2:]
                ),
                build.property_(mapi.ATTACH_MIME_TAG, build.STRING, b"application/pdf\0"),
                build.property_(mapi.ATTACH_CONTENT_ID, build.STRING, b"<p1@x.example>\0"),
            )
        )
    )
    (file,) = found.files
    assert file.filename == "Fatura nº 7 – maio.pdf"
    assert (file.content_type, file.content_id) == ("application/pdf", "p1@x.example")


@pytest.mark.parametrize(
    ("codepage", "octets", "word"),
    [
        (1252, b"caf\xe9", "café"),
        (1251, "Привет".encode("cp1251"), "Привет"),
        (932, "日本語".encode("cp932"), "日本語"),
        (65001, "žluť".encode(), "žluť"),
        (20866, "Привет".encode("koi8-r"), "Привет"),
        (28592, "žluť".encode("iso8859-2"), "žluť"),
    ],
)
def test_words_are_decoded_by_the_code_page_of_the_stream(codepage: int, octets: bytes, word: str) -> None:
    body = build.attribute(build.MESSAGE, build.BODY, octets + b"\0")
    assert opened(build.stream(body, codepage=codepage)).text == word


def test_html_is_decoded_by_its_own_code_page_or_what_it_says_itself() -> None:
    html = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"></head>Привет</html>'
    markup = build.property_(mapi.BODY_HTML, build.BINARY, html.encode("koi8-r"))
    codepage = build.property_(mapi.INTERNET_CODEPAGE, build.LONG, 20866)
    assert "Привет" in opened(build.stream(build.message_properties(markup, codepage))).html
    assert "Привет" in opened(build.stream(build.message_properties(markup))).html


def test_named_and_repeated_properties_do_not_lead_astray() -> None:
    many = struct.pack("<HH", 0x101F, 0x8002) + b"\x11" * 16 + struct.pack("<II", 0, 7)
    many += struct.pack("<I", 2) + (struct.pack("<I", 4) + "a\0".encode("utf-16-le")) * 2
    numbers = struct.pack("<HH", 0x1003, 0x0E0F) + struct.pack("<III", 2, 7, 8)
    found = opened(
        build.stream(
            build.message_properties(
                build.named("Keywords", build.STRING, b"abc"),
                many,
                numbers,
                build.property_(mapi.BODY, build.UNICODE, "found\0".encode("utf-16-le")),
            )
        )
    )
    assert found.text == "found"


def test_a_file_may_be_stored_as_property_and_may_lack_its_beginning() -> None:
    data = build.property_(mapi.ATTACH_DATA, build.BINARY, PDF)
    only_properties = build.attribute(build.FILE, build.FILE_PROPERTIES, build.properties(data))
    bare = [
        build.attribute(build.FILE, kind, value)
        for name in (b"one", b"two")
        for kind, value in ((build.FILE_TITLE, name + b"\0"), (build.FILE_DATA, name))
    ]
    assert [f.content for f in opened(build.stream(only_properties)).files] == [PDF]
    assert [(f.filename, f.content) for f in opened(build.stream(*bare)).files] == [("one", b"one"), ("two", b"two")]


def test_a_message_inside_becomes_a_mail_and_its_files_stand_beside_it() -> None:
    inner = build.stream(
        build.attribute(build.MESSAGE, build.SUBJECT, b"Original\0"),
        build.attribute(build.MESSAGE, build.BODY, "Olá".encode("cp1252") + b"\0"),
        build.file(b"in.txt", b"inner"),
    )
    outer = build.file(
        b"Untitled", b"", build.property_(mapi.ATTACH_DATA, build.OBJECT, build.inside(inner)),
        build.property_(mapi.ATTACH_METHOD, build.LONG, mapi.METHOD_EMBEDDED_MESSAGE),
    )  # fmt: skip
    found = opened(build.stream(build.attribute(build.MESSAGE, build.BODY, b"see below\0"), outer))
    assert found.text == "see below"
    assert [(f.filename, f.content_type) for f in found.files] == [("Original.eml", "message/rfc822"), ("in.txt", "")]
    mail = email.message_from_bytes(found.files[0].content, policy=policy.default)
    assert mail["Subject"] == "Original"
    assert mail.get_content().strip() == "Olá"


NINE = bytes.fromhex("00e0ba4c7352dd01")  # some FILETIME of 2026


def test_a_meeting_request_is_written_as_calendar() -> None:
    asked = build.message_properties(
        build.property_(mapi.MESSAGE_CLASS, build.STRING, b"IPM.Schedule.Meeting.Request\0"),
        build.property_(mapi.SUBJECT, build.UNICODE, "Visit; floor 2\nBEGIN:VALARM\0".encode("utf-16-le")),
        struct.pack("<HH", 0x0040, mapi.START_DATE) + NINE,
        build.property_(mapi.SENDER_NAME, build.STRING, b"Kim\0"),
        build.property_(mapi.SENDER_ADDRESS, build.STRING, b"kim@x.example\0"),
    )
    found = read_invitation(opened(build.stream(asked)).calendar)
    assert found is not None
    assert (found.method, found.summary, found.organizer) == (
        "REQUEST",
        "Visit; floor 2 BEGIN:VALARM",
        "Kim <kim@x.example>",
    )
    assert found.start.endswith("+00:00")


def test_an_old_cancellation_has_the_time_of_its_sender() -> None:
    kind = build.attribute(build.MESSAGE, 0x00078008, b"IPM.Microsoft Schedule.MtgCncl\0")
    start = build.attribute(build.MESSAGE, 0x00030006, struct.pack("<7H", 2026, 11, 10, 14, 30, 0, 2))
    found = read_invitation(opened(build.stream(kind, start)).calendar)
    assert found is not None
    assert (found.method, found.start) == ("CANCEL", "2026-11-10T14:30:00")


def test_other_messages_have_no_calendar() -> None:
    note = build.attribute(build.MESSAGE, 0x00078008, b"IPM.Microsoft Mail.Note\0")
    start = build.attribute(build.MESSAGE, 0x00030006, struct.pack("<7H", 2026, 99, 10, 14, 30, 0, 2))
    meeting = build.attribute(build.MESSAGE, 0x00078008, b"IPM.Microsoft Schedule.MtgReq\0")
    assert opened(build.stream(note)).calendar == ""
    assert opened(build.stream(meeting, start)).calendar == ""


@pytest.mark.parametrize("cut", [1, 3, 10, 40, 200])
def test_a_cut_stream_keeps_what_came_before(cut: int) -> None:
    body = build.attribute(build.MESSAGE, build.BODY, b"text\0")
    whole = build.stream(body, build.file(b"a", b"1"), build.file(b"b", PDF))
    found = opened(whole[:-cut])
    assert found.text == "text"
    assert found.files[0].content == b"1"


def test_damage_is_told() -> None:
    wrong = build.attribute(build.MESSAGE, build.BODY, b"text\0", checksum=1)
    assert opened(build.stream(wrong)).defects == ("winmail.dat: wrong checksum",)
    assert "something else follows" in opened(build.stream() + b"garbage" * 10).defects[0]
    assert opened(build.stream(wrong)).text == "text"


def test_other_octets_are_no_tnef() -> None:
    assert open_tnef(b"") is None
    assert open_tnef(b"PK\3\4") is None


FROM_HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fmodern\fcharset204 Courier;}}"
    rb"{\colortbl\red0;}\uc1\pard{\*\htmltag19 <html>}{\*\htmltag50 <body>}\htmlrtf {\htmlrtf0 "
    rb"{\*\htmltag64 <p>}\htmlrtf \par \htmlrtf0 Caf\'e9 \u8364? {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 bold"
    rb"{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 \{x\}{\*\htmltag244 <o:p>}{\*\htmltag252 </o:p>}{\f1\'cf\'f0}"
    rb"{\*\htmltag72 </p>}{\*\htmltag58 </body>}}"
)


def test_rtf_made_from_html_gives_the_html_back() -> None:
    assert read_rtf(FROM_HTML).html == "<html><body><p>Café € <b>bold</b>{x}<o:p></o:p>Пр</p></body>"


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi\pard Hello\par World\par}", "Hello\nWorld"),
        (rb"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}", "Привет"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset128 B;}}\f1\'93\'fa\'96{\'7b}\f0 x}", "日本x"),
        (rb"{\rtf1 {\*\generator W;}{\info{\title no}}{\pict 00ff}{\stylesheet{\s1 no;}}yes}", "yes"),
        (rb"{\rtf1 a\tab b\emdash\ldblquote c\rdblquote\~d\_e}", "a\tb—“c”\u00a0d\u2011e"),
        (rb"{\rtf1\uc2 x\u26085??y\uc1\u-10179?\u-8704?z}", "x日y😀z"),
        (rb"{\rtf1 a\bin5 {{{{{b}", "ab"),
        (rb"{\rtf1 {\field{\*\fldinst HYPERLINK x}{\fldrslt link}}}", "link"),
        (rb"{\rtf1\fromtext line1\par line2}", "line1\nline2"),
        (rb"{\rtf1 open {\b never closed", "open never closed"),
        (rb"no rtf at all", "no rtf at all"),
    ],
)
def test_words_of_rtf(rtf: bytes, text: str) -> None:
    assert read_rtf(rtf).text == text


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("length", [0, 7, 8, 9, 5000])
def test_packed_rtf_is_unpacked(stored: bool, length: int) -> None:
    rtf = (rb"{\rtf1 hello}" * 400)[:length]
    assert decompress(build.packed_rtf(rtf, stored=stored)) == rtf


def test_packed_rtf_of_the_specification() -> None:
    # MS-OXRTFCP section 3.1.1, with references into what was written before.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompress(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_body_comes_from_rtf_when_nothing_else_is_there() -> None:
    packed = build.property_(mapi.RTF_COMPRESSED, build.BINARY, build.packed_rtf(FROM_HTML))
    assert "Café €" in opened(build.stream(build.message_properties(packed))).html


@given(st.binary(max_size=400))
def test_no_octets_make_it_raise(octets: bytes) -> None:
    open_tnef(octets)
    open_tnef(build.stream() + octets)
    open_tnef(build.stream(build.attribute(build.MESSAGE, build.MESSAGE_PROPERTIES, octets)))
    decompress(octets)
    decompress(struct.pack("<III", len(octets), 1 << 30, 0x75465A4C) + b"\0" * 4 + octets)
    read_rtf(octets)


@given(st.data())
def test_no_flipped_octet_makes_it_raise(data: st.DataObject) -> None:
    whole = bytearray(
        build.stream(
            build.message_properties(build.property_(mapi.RTF_COMPRESSED, build.BINARY, build.packed_rtf(FROM_HTML))),
            build.file(b"a", PDF, build.property_(mapi.ATTACH_DATA, build.OBJECT, build.inside(build.stream()))),
        )
    )
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert open_tnef(bytes(whole)) is not None


ZEROS = b"\0" * 300_000
PROMISE = struct.pack("<IIII", 0, 0xFFFFFFFF, 0x75465A4C, 0)
HOSTILE = {
    "lengths that lie": build.stream(*[struct.pack("<BII", 2, build.FILE_DATA, 0xFFFFFFFF)] * 1_000),
    "a property counted four thousand million times": build.stream(
        build.attribute(build.MESSAGE, build.MESSAGE_PROPERTIES, struct.pack("<IHHI", 1, 0x101F, 1, 0xFFFFFFFF) + ZEROS)
    ),
    "a hundred thousand files": build.stream(*[build.attribute(build.FILE, build.BEGIN_FILE, b"")] * 100_000),
    "braces": build.stream(
        build.message_properties(build.property_(mapi.RTF_COMPRESSED, build.BINARY, build.packed_rtf(b"{" * 300_000)))
    ),
    "a promise of four GiB of RTF": build.stream(
        build.message_properties(
            build.property_(mapi.RTF_COMPRESSED, build.BINARY, PROMISE + ZEROS)
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_streams_cost_little_and_give_little(name: str) -> None:
    octets = HOSTILE[name]
    begin = time.process_time()
    found = opened(octets)
    assert time.process_time() - begin < 3  # a few tenths; a loop without bound would not come back
    assert len(found.files) <= MAX_FILES
    assert sum(len(f.content) for f in found.files) <= len(octets)
    assert len(found.text) + len(found.html) <= 10 * len(octets)


def test_messages_inside_messages_end_somewhere() -> None:
    message = build.stream(build.file(b"leaf", b"x"))
    for _ in range(50):
        data = build.property_(mapi.ATTACH_DATA, build.OBJECT, build.inside(message))
        message = build.stream(build.file(b"m", b"", data))
    assert len(opened(message).files) == 1
