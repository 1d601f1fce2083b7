"""S/MIME as CMS (RFC 8551, RFC 5652): takes the content out of opaque signed mail and recognises encrypted mail.

Never checks a signature, never decrypts and never decompresses.
"""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from typing import Final


class Cms(StrEnum):
    """What a CMS object is, by its content type."""

    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    COMPRESSED = "compressed"
    CERTIFICATES = "certificates"
    UNKNOWN = "unknown"


_PKCS7: Final = bytes.fromhex("2a864886f70d0107")
_SMIME_TYPES: Final = bytes.fromhex("2a864886f70d01091001")
_TYPES: Final = {
    _PKCS7 + b"\x02": Cms.SIGNED,
    _PKCS7 + b"\x03": Cms.ENCRYPTED,
    _PKCS7 + b"\x04": Cms.ENCRYPTED,
    _PKCS7 + b"\x06": Cms.ENCRYPTED,
    _SMIME_TYPES + b"\x09": Cms.COMPRESSED,
    _SMIME_TYPES + b"\x17": Cms.ENCRYPTED,
}
"""contentType OIDs as DER: signedData, envelopedData, signedAndEnveloped, encrypted, compressed, authEnveloped."""

_SEQUENCE, _SET, _OID, _OCTETS, _INTEGER, _EXPLICIT_0 = 0x30, 0x31, 0x06, 0x04, 0x02, 0xA0
_CONSTRUCTED: Final = 0x20
MAX_NESTED: Final = 32
"""Constructed values inside each other; CMS needs about ten up to the content."""


class _Broken(Exception):
    """Not BER, or not what CMS says."""


def open_cms(octets: bytes) -> tuple[Cms, bytes]:
    """What it is, and the MIME entity inside (b"" when there is none or it cannot be read). Never raises."""
    octets = _binary(octets)
    kind = Cms.UNKNOWN
    try:
        outer = _Walk(octets, 0, len(octets)).enter(_SEQUENCE)
        kind = _TYPES.get(outer.value(_OID), Cms.UNKNOWN)
        if kind is not Cms.SIGNED:
            return kind, b""
        signed = outer.enter(_EXPLICIT_0).enter(_SEQUENCE)
        signed.value(_INTEGER)
        signed.skip()  # digestAlgorithms
        content = signed.enter(_SEQUENCE)
        content.value(_OID)
        if content.at_end():
            return _without_content(signed), b""
        return kind, content.enter(_EXPLICIT_0).octet_string()
    except _Broken:
        return kind, b""


def _without_content(signed: _Walk) -> Cms:
    """A detached signature, or a mere carrier of certificates: that has no signer (RFC 8551 section 3.7)."""
    try:
        while not signed.at_end():
            if signed.tag() == _SET:
                return Cms.CERTIFICATES if signed.enter(_SET).at_end() else Cms.SIGNED
            signed.skip()
    except _Broken:
        pass
    return Cms.SIGNED


def _binary(octets: bytes) -> bytes:
    """The DER inside PEM or bare base64, which some gateways leave as it is."""
    text = octets.lstrip()
    if text.startswith(b"-----BEGIN"):
        text = b"".join(line for line in text.splitlines() if not line.startswith(b"-"))
    elif not text.startswith((b"MI", b"MQ")):
        return octets
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return octets


class _Walk:
    """A place in BER (X.690): reads one value after another. `end` None is the indefinite form, ended by two zeros."""

    def __init__(self, octets: bytes, at: int, end: int | None) -> None:
        self._octets = octets
        self._at = at
        self._end = end

    def at_end(self) -> bool:
        """Whether nothing more is inside."""
        if self._end is None:
            return self._octets[self._at : self._at + 2] in (b"\0\0", b"")
        return self._at >= self._end

    def tag(self) -> int:
        """The tag of the next value, which stays unread."""
        if self._at >= len(self._octets) or (self._end is not None and self._at >= self._end):
            raise _Broken
        return self._octets[self._at]

    def _head(self) -> tuple[int, int, int | None]:
        """Tag, begin and end of the next value; the end is None when it is indefinite."""
        tag = self.tag()
        if tag & 0x1F == 0x1F:
            raise _Broken  # tags above 30 do not occur in CMS
        at = self._at + 1
        if at >= len(self._octets):
            raise _Broken
        length = self._octets[at]
        at += 1
        if length == 0x80:
            return tag, at, None
        if length & 0x80:
            count = length & 0x7F
            if count > 4:
                raise _Broken
            length = int.from_bytes(self._octets[at : at + count], "big")
            at += count
        # A mail that was cut off still gives what is there.
        return tag, at, min(at + length, len(self._octets))

    def enter(self, wanted: int) -> _Walk:
        """The inside of the next value, which must have this tag; this place goes on behind it."""
        tag, begin, end = self._head()
        if tag != wanted:
            raise _Broken
        inside = _Walk(self._octets, begin, end)
        self._at = end if end is not None else self._end_of(begin)
        return inside

    def value(self, wanted: int) -> bytes:
        """The next value, which must be primitive and have this tag."""
        tag, begin, end = self._head()
        if tag != wanted or end is None:
            raise _Broken
        self._at = end
        return self._octets[begin:end]

    def skip(self) -> None:
        """Pass over the next value."""
        _, begin, end = self._head()
        self._at = end if end is not None else self._end_of(begin)

    def _end_of(self, begin: int) -> int:
        """Behind the two zeros that end an indefinite value; the end of everything when they are missing."""
        walk = _Walk(self._octets, begin, None)
        opened = 1
        while opened:
            if walk._at >= len(self._octets):
                return len(self._octets)
            if walk.at_end():
                walk._at += 2
                opened -= 1
                continue
            _, inside, end = walk._head()
            if end is None:
                opened += 1
                if opened > MAX_NESTED:
                    raise _Broken
                walk._at = inside
            else:
                walk._at = end
        return walk._at

    def octet_string(self) -> bytes:
        """The next octet string, put together when it comes in pieces."""
        pieces: list[bytes] = []
        waiting = [self]
        while waiting:
            place = waiting[-1]
            if place.at_end():
                waiting.pop()
                if waiting and place._end is None:
                    waiting[-1]._at = place._at + 2
                continue
            tag, begin, end = place._head()
            if tag == _OCTETS and end is not None:
                pieces.append(self._octets[begin:end])
                place._at = end
            elif tag == _OCTETS | _CONSTRUCTED and len(waiting) < MAX_NESTED:
                if end is not None:
                    place._at = end
                waiting.append(_Walk(self._octets, begin, end))
            else:
                raise _Broken
        return b"".join(pieces)
