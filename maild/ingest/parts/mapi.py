"""MAPI properties as winmail.dat carries them (MS-OXTNEF section 2.1.3.4): a list of tagged values, little-endian.

Reads a list as far as it goes and says when it was cut short. Never trusts a length and never reads beyond the octets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MAX_PROPERTIES: Final = 5_000
"""In one list; Outlook writes some hundred."""

# Property identifiers (MS-OXPROPS), only those that say something about words and files.
MESSAGE_CLASS: Final = 0x001A
SUBJECT: Final = 0x0037
START_DATE: Final = 0x0060
END_DATE: Final = 0x0061
SENDER_NAME: Final = 0x0C1A
SENDER_ADDRESS: Final = 0x0C1F
BODY: Final = 0x1000
RTF_COMPRESSED: Final = 0x1009
BODY_HTML: Final = 0x1013
DISPLAY_NAME: Final = 0x3001
ATTACH_DATA: Final = 0x3701
ATTACH_EXTENSION: Final = 0x3703
ATTACH_FILENAME: Final = 0x3704
ATTACH_METHOD: Final = 0x3705
ATTACH_LONG_FILENAME: Final = 0x3707
ATTACH_MIME_TAG: Final = 0x370E
ATTACH_CONTENT_ID: Final = 0x3712
INTERNET_CODEPAGE: Final = 0x3FDE
MESSAGE_CODEPAGE: Final = 0x3FFD

METHOD_EMBEDDED_MESSAGE: Final = 5

_FIXED: Final = {
    0x0002: 2, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 2, 0x0014: 8, 0x0040: 8,
    0x0048: 16,
}  # fmt: skip
"""Octets of one value by type; in the stream each is padded to a multiple of four."""
_NULL: Final = 0x0001
_OBJECT, _STRING, _UNICODE, _BINARY = 0x000D, 0x001E, 0x001F, 0x0102
_INTERFACE: Final = bytes.fromhex("00000000c000000000000046")
"""How the identifiers of all OLE interfaces end (IID_IMessage, IID_IStorage, IID_IStream)."""
_MANY: Final = 0x1000
_NAMED: Final = 0x8000


@dataclass(slots=True)
class Properties:
    """First value of each property that is not named, as octets, with its type."""

    values: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    whole: bool = True
    """False when the list ended in the middle."""

    def octets(self, identifier: int) -> bytes:
        """The value as it is; for an object without the 16 octets that name its interface, if they are there."""
        kind, value = self.values.get(identifier, (0, b""))
        return value[16:] if kind == _OBJECT and value[4:16] == _INTERFACE else value

    def is_unicode(self, identifier: int) -> bool:
        """Whether it is UTF-16."""
        return self.values.get(identifier, (0, b""))[0] == _UNICODE

    def number(self, identifier: int) -> int:
        """An integer, or 0."""
        kind, value = self.values.get(identifier, (0, b""))
        return int.from_bytes(value[:4], "little") if kind in _FIXED else 0


class _Cut(Exception):
    """The octets end inside a value."""


@dataclass(slots=True)
class _Cursor:
    octets: bytes
    at: int = 0

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int, *, padded: bool = False) -> bytes:
        end = self.at + size
        if end > len(self.octets):
            raise _Cut
        value = self.octets[self.at : end]
        self.at = end + (-size % 4 if padded else 0)
        return value


def read_properties(octets: bytes) -> Properties:
    """The properties of one attMsgProps or attAttachment attribute."""
    found = Properties()
    cursor = _Cursor(octets)
    try:
        count = min(cursor.number(4), MAX_PROPERTIES)
        for _ in range(count):
            _read_one(cursor, found)
    except _Cut:
        found.whole = False
    return found


def _read_one(cursor: _Cursor, found: Properties) -> None:
    kind = cursor.number(2)
    identifier = cursor.number(2)
    named = identifier >= _NAMED
    if named:
        cursor.take(16)
        if cursor.number(4):
            cursor.take(cursor.number(4), padded=True)
        else:
            cursor.take(4)
    many = bool(kind & _MANY)
    kind &= ~_MANY
    value = b""
    if size := _FIXED.get(kind):
        for index in range(cursor.number(4) if many else 1):
            read = cursor.take(size, padded=True)
            value = read if index == 0 else value
    elif kind in (_OBJECT, _STRING, _UNICODE, _BINARY):
        for index in range(cursor.number(4)):
            read = cursor.take(cursor.number(4), padded=True)
            value = read if index == 0 else value
    elif kind != _NULL:
        raise _Cut  # a type of unknown size: nothing behind it can be found
    if not named:
        found.values.setdefault(identifier, (kind, value))
