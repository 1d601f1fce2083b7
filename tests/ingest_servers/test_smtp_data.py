"""The octets of a mail as they come over the wire, in whatever pieces."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.intake.smtp_data import has_bare_newline, has_longer_line, receive

lines = st.lists(
    st.sampled_from([b"", b".", b"..", b"a", b".a", b"\n", b"\r", b"\n.", b"\r.\n", b".\r", b"\0"]), max_size=8
)
cuts = st.lists(st.integers(1, 5), max_size=40)


def stuffed(content: list[bytes]) -> bytes:
    """RFC 5321 section 4.5.2, line by line, as a client does it."""
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in content) + b".\r\n"


async def received(wire: bytes, sizes: list[int]) -> tuple[bytes, bytes]:
    """The mail, and what is left in the stream."""
    reader = asyncio.StreamReader()
    mail = asyncio.create_task(receive(reader))
    for size in sizes:
        if not wire:
            break
        reader.feed_data(wire[:size])
        wire = wire[size:]
        await asyncio.sleep(0)
    if wire:
        reader.feed_data(wire)
    octets = await mail
    reader.feed_eof()
    return octets, await reader.read()


@given(lines, cuts, st.sampled_from([b"", b"QUIT\r\n", b".\r\n", b"\r\n.\r\n"]))
def test_what_was_sent_is_what_is_received(content: list[bytes], sizes: list[int], after: bytes) -> None:
    wire = stuffed(content)
    if b"\r\n.\r\n" in b"".join(line + b"\r\n" for line in content)[:-2]:
        return  # a "line" of the list holds a line end of its own; no client would call that one line
    octets, rest = asyncio.run(received(wire + after, sizes))
    assert octets == b"".join(line + b"\r\n" for line in content)
    assert rest == after


@given(st.lists(st.sampled_from([b"\r", b"\n", b".", b"a", b"\r\n", b"\r\n."]), max_size=30), cuts)
def test_sec_32_only_one_sequence_ends_a_mail(pieces: list[bytes], sizes: list[int]) -> None:
    noise = b"".join(pieces)
    wire = noise + b"\r\n.\r\n"
    end = (b"\r\n" + wire).index(b"\r\n.\r\n")
    octets, rest = asyncio.run(received(wire, sizes))
    assert rest == wire[end + 3 :]
    by_line = (b"\r\n" + wire)[2 : end + 2].split(b"\r\n")
    assert octets == b"\r\n".join(line.removeprefix(b".") for line in by_line)


async def test_a_stream_that_ends_in_the_middle_is_no_mail() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(b"half a mail\r\n.\r")
    reader.feed_eof()
    with pytest.raises(ConnectionResetError):
        await receive(reader)


async def test_a_client_that_left_after_its_last_words_gave_a_mail() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(b"a mail\r\n.\r\nQUIT\r\n")
    reader.feed_eof()
    assert await receive(reader) == b"a mail\r\n"


@given(st.lists(st.integers(0, 12), max_size=8), st.integers(1, 10), st.booleans())
def test_the_longest_line(lengths: list[int], limit: int, ended: bool) -> None:
    octets = b"\r\n".join(b"x" * length for length in lengths) + (b"\r\n" if ended else b"")
    assert has_longer_line(octets, limit) == any(len(line) > limit for line in octets.split(b"\r\n"))


@given(st.lists(st.sampled_from([b"\r\n", b"\r", b"\n", b"a"]), max_size=8))
def test_a_bare_newline(pieces: list[bytes]) -> None:
    octets = b"".join(pieces)
    rest = octets.replace(b"\r\n", b"")
    assert has_bare_newline(octets) == (b"\r" in rest or b"\n" in rest)
