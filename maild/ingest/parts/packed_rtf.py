"""RTF bodies of Outlook as they are packed in winmail.dat: PR_RTF_COMPRESSED, unpacked (MS-OXRTFCP).

Bounds what comes out and keeps what a damaged stream still gives. Never reads the RTF itself.
"""

from __future__ import annotations

import struct
from typing import Final

MAX_RTF: Final = 8 << 20
"""Octets unpacked at most: four times the text that is looked at (L5), for RTF is wordy."""

_PREFIX: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the dictionary of each stream begins with (MS-OXRTFCP section 2.1.2.1)."""


def decompress(packed: bytes) -> bytes:
    """The RTF inside PR_RTF_COMPRESSED; what could be unpacked when it is damaged, b"" when it is none."""
    if len(packed) < 16:
        return b""
    _, raw_size, kind = struct.unpack_from("<III", packed)
    if kind == 0x414C454D:  # "MELA": stored
        return packed[16 : 16 + min(raw_size, MAX_RTF)]
    if kind != 0x75465A4C:  # "LZFu"
        return b""
    limit = min(raw_size, MAX_RTF)
    window = bytearray(_PREFIX.ljust(4096, b"\0"))
    write = len(_PREFIX)
    out = bytearray()
    at = 16
    end = len(packed)
    while at < end and len(out) < limit:
        flags = packed[at]
        at += 1
        for bit in range(8):
            if at >= end:
                break
            if not flags >> bit & 1:
                window[write] = packed[at]
                out.append(packed[at])
                write = (write + 1) & 4095
                at += 1
                continue
            if at + 1 >= end:
                return bytes(out)
            reference = packed[at] << 8 | packed[at + 1]
            at += 2
            offset, length = reference >> 4, (reference & 15) + 2
            if offset == write:  # how the end is marked
                return bytes(out[:limit])
            for step in range(length):
                octet = window[(offset + step) & 4095]
                window[write] = octet
                out.append(octet)
                write = (write + 1) & 4095
    return bytes(out[:limit])
