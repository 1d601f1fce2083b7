"""Transfer encodings: exact where they are right, forgiving where gateways broke them."""

from __future__ import annotations

import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.letters.transfer import base64_octets, quoted_printable_octets
from maild.ingest.letters.uuencode import find_files, without_files


@given(st.binary(max_size=500), st.integers(1, 76), st.sampled_from([b"\n", b"\r\n", b"\r", b" \n", b"\n\n"]))
def test_base64_is_exact_however_its_lines_are_cut(content: bytes, width: int, end: bytes) -> None:
    wire = base64.b64encode(content)
    lines = end.join(wire[i : i + width] for i in range(0, len(wire), width))
    assert base64_octets(lines) == content
    assert base64_octets(lines.rstrip(b"=\r\n ")) == content


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_pieces_encoded_one_after_the_other(pieces: list[bytes]) -> None:
    assert base64_octets(b"\n".join(base64.b64encode(p) for p in pieces if len(p) % 3)) == b"".join(
        p for p in pieces if len(p) % 3
    )


@given(st.binary(max_size=400))
def test_quoted_printable_is_exact(content: bytes) -> None:
    assert quoted_printable_octets(quopri.encodestring(content, quotetabs=True)) == content


def uuencoded(name: str, content: bytes) -> bytes:
    lines = [binascii.b2a_uu(content[i : i + 45]) for i in range(0, len(content), 45)]
    return b"begin 644 " + name.encode() + b"\n" + b"".join(lines) + b"`\nend\n"


@given(st.binary(min_size=1, max_size=300), st.booleans())
def test_uuencoded_files_are_cut_out_exactly(content: bytes, stripped: bool) -> None:
    block = uuencoded("a b.txt", content)
    if stripped:  # gateways take blanks off the ends of lines
        block = b"\n".join(line.rstrip(b" ") for line in block.split(b"\n"))
    body = b"before\n" + block + b"after\n"
    files = find_files(body)
    assert [(f.name, f.content) for f in files] == [(b"a b.txt", content)]
    assert without_files(body, files) == b"before\nafter\n"


@pytest.mark.parametrize(
    "body", [b"begin 644 x\n", b"begin 644 x\nplain words, nothing else\nend\n", b"I begin 644 x\n#86)C\nend\n"]
)
def test_words_are_no_files(body: bytes) -> None:
    assert find_files(body) == []


def test_two_files_and_a_missing_end() -> None:
    body = uuencoded("one", b"1" * 50) + b"between\n" + uuencoded("two", b"2" * 50).removesuffix(b"`\nend\n")
    files = find_files(body)
    assert [(f.name, f.content) for f in files] == [(b"one", b"1" * 50), (b"two", b"2" * 50)]
    assert without_files(body, files) == b"between\n"
