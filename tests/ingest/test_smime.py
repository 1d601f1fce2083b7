"""Opaque S/MIME: the content comes out of every way to write it, and nothing else is believed."""

from __future__ import annotations

import base64
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.parts.smime import Cms, open_cms

ENTITY = b"Content-Type: text/plain\r\n\r\nHello, signed.\r\n"
SIGNED = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
ENVELOPED = bytes.fromhex("06092a864886f70d010703")
AUTHENTICATED = bytes.fromhex("060b2a864886f70d0109100117")
COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
VERSION = b"\x02\x01\x01"
NO_ALGORITHMS = b"\x31\x00"


def der(tag: int, *inside: bytes) -> bytes:
    """A value of definite length."""
    content = b"".join(inside)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def ber(tag: int, *inside: bytes) -> bytes:
    """The same of indefinite length, as streaming signers write it."""
    return bytes([tag, 0x80]) + b"".join(inside) + b"\0\0"


class Encoding(Protocol):
    def __call__(self, tag: int, *inside: bytes) -> bytes: ...


def signed(content: bytes | None, *, write: Encoding = der, signers: bytes = der(0x31, der(0x30, VERSION))) -> bytes:
    """SignedData around an encoded OCTET STRING, or without content."""
    wrapped = write(0x30, DATA, write(0xA0, content)) if content is not None else der(0x30, DATA)
    certificates = der(0xA0, der(0x30, b"\x02\x01\x07" * 50))
    return write(0x30, SIGNED, write(0xA0, write(0x30, VERSION, NO_ALGORITHMS, wrapped, certificates, signers)))


@pytest.mark.parametrize(
    "octets",
    [
        signed(der(0x04, ENTITY)),
        signed(ber(0x24, der(0x04, ENTITY)), write=ber),
        signed(ber(0x24, *[der(0x04, ENTITY[at : at + 5]) for at in range(0, len(ENTITY), 5)]), write=ber),
        signed(der(0x24, der(0x04, ENTITY[:9]), der(0x04, ENTITY[9:]))),
        signed(ber(0x24, ber(0x24, der(0x04, ENTITY[:9])), der(0x04, ENTITY[9:])), write=ber),
        base64.b64encode(signed(der(0x04, ENTITY))),
        b"-----BEGIN PKCS7-----\n" + base64.encodebytes(signed(der(0x04, ENTITY))) + b"-----END PKCS7-----\n",
    ],
    ids=["DER", "BER", "pieces", "pieces of known length", "pieces of pieces", "base64", "PEM"],
)
def test_the_content_of_a_signed_mail_comes_out(octets: bytes) -> None:
    assert open_cms(octets) == (Cms.SIGNED, ENTITY)


def test_long_content_comes_out() -> None:
    assert open_cms(signed(der(0x04, ENTITY * 5_000))) == (Cms.SIGNED, ENTITY * 5_000)


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (signed(None), Cms.SIGNED),
        (signed(None, signers=der(0x31)), Cms.CERTIFICATES),
        (der(0x30, ENVELOPED, der(0xA0, der(0x30, VERSION))), Cms.ENCRYPTED),
        (ber(0x30, AUTHENTICATED, ber(0xA0, ber(0x30, VERSION))), Cms.ENCRYPTED),
        (der(0x30, COMPRESSED, der(0xA0, der(0x30, VERSION))), Cms.COMPRESSED),
        (der(0x30, DATA, der(0xA0, der(0x04, ENTITY))), Cms.UNKNOWN),
        (b"", Cms.UNKNOWN),
        (b"Content-Type: text/plain\r\n\r\nnot CMS", Cms.UNKNOWN),
        (b"\x30\x84\xff\xff\xff\xff", Cms.UNKNOWN),
    ],
)
def test_what_has_no_content_to_show_is_told_by_its_kind(octets: bytes, kind: Cms) -> None:
    assert open_cms(octets) == (kind, b"")


def test_a_cut_mail_shows_what_is_there() -> None:
    octets = signed(der(0x04, ENTITY * 100))
    kind, content = open_cms(octets[:2_000])
    assert kind is Cms.SIGNED
    assert content
    assert (ENTITY * 100).startswith(content)


@pytest.mark.parametrize("hostile", [b"\x30\x80", b"\x24\x80", b"\xa0\x80\x30\x80", b"\x1f", b"\x30\x80" + SIGNED])
def test_nesting_without_end_is_refused(hostile: bytes) -> None:
    assert open_cms(hostile * 200_000)[1] == b""
    assert open_cms(signed(ber(0x24, hostile * 1_000), write=ber))[1] == b""


@given(st.binary(max_size=300), st.integers(0, 60))
def test_no_octets_make_it_raise(octets: bytes, keep: int) -> None:
    open_cms(octets)
    open_cms(signed(ber(0x24, der(0x04, ENTITY)), write=ber)[:keep] + octets)
