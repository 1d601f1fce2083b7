"""winmail.dat streams for tests, written octet by octet after MS-OXTNEF."""

from __future__ import annotations

import struct

MESSAGE, FILE = 1, 2
SUBJECT, BODY, CODEPAGE, MESSAGE_PROPERTIES = 0x00018004, 0x0002800C, 0x00069007, 0x00069003
BEGIN_FILE, FILE_TITLE, FILE_DATA, FILE_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
STRING, UNICODE, BINARY, OBJECT, LONG = 0x001E, 0x001F, 0x0102, 0x000D, 0x0003
EMBEDDED_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
"""The interface that an object of a message inside names (IID_IMessage)."""


def attribute(level: int, name: int, data: bytes, *, checksum: int | None = None) -> bytes:
    """One attribute; a wrong checksum on request."""
    total = sum(data) & 0xFFFF if checksum is None else checksum
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", total)


def property_(identifier: int, kind: int, value: bytes | int) -> bytes:
    """One MAPI property with one value."""
    head = struct.pack("<HH", kind, identifier)
    if isinstance(value, int):
        return head + struct.pack("<I", value)
    return head + struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)


def named(name: str, kind: int, value: bytes) -> bytes:
    """A property with a name in place of a number."""
    written = name.encode("utf-16-le") + b"\0\0"
    written = b"\x11" * 16 + struct.pack("<II", 1, len(written)) + written + b"\0" * (-len(written) % 4)
    return (
        struct.pack("<HH", kind, 0x8001)
        + written
        + struct.pack("<II", 1, len(value))
        + value
        + b"\0" * (-len(value) % 4)
    )


def properties(*all_: bytes) -> bytes:
    """A list of MAPI properties."""
    return struct.pack("<I", len(all_)) + b"".join(all_)


def stream(*attributes: bytes, codepage: int = 1252) -> bytes:
    """A whole winmail.dat."""
    head = struct.pack("<IH", 0x223E9F78, 1) + attribute(MESSAGE, 0x00089006, b"\0\0\1\0")
    return head + attribute(MESSAGE, CODEPAGE, struct.pack("<II", codepage, 0)) + b"".join(attributes)


def file(title: bytes, data: bytes, *more: bytes) -> bytes:
    """The attributes of one file; `more` are its MAPI properties."""
    parts = [attribute(FILE, BEGIN_FILE, b"\0" * 14), attribute(FILE, FILE_TITLE, title + b"\0")]
    parts.append(attribute(FILE, FILE_DATA, data))
    if more:
        parts.append(attribute(FILE, FILE_PROPERTIES, properties(*more)))
    return b"".join(parts)


def message_properties(*all_: bytes) -> bytes:
    """attMsgProps."""
    return attribute(MESSAGE, MESSAGE_PROPERTIES, properties(*all_))


def inside(message: bytes) -> bytes:
    """A message as the object of an attachment."""
    return EMBEDDED_MESSAGE + message


def packed_rtf(rtf: bytes, *, stored: bool = False) -> bytes:
    """PR_RTF_COMPRESSED: stored, or LZFu with letters only (which is allowed) and the mark of the end."""
    if stored:
        return struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf
    out = bytearray()
    for at in range(0, len(rtf), 8):
        run = rtf[at : at + 8]
        if len(run) == 8:
            out += b"\0" + run
        else:
            out += bytes([1 << len(run)]) + run + _end_at(207 + len(rtf))
    if len(rtf) % 8 == 0:
        out += b"\1" + _end_at(207 + len(rtf))
    return struct.pack("<IIII", len(out) + 12, len(rtf), 0x75465A4C, 0) + bytes(out)


def _end_at(position: int) -> bytes:
    return struct.pack(">H", (position & 4095) << 4)
