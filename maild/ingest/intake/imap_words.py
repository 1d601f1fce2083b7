"""The words of IMAP (RFC 3501): folder names and UID sets as they are written, FETCH answers as they are read.

Pure functions over lines. Never trusts a line: only numbers and dates of known shape come out.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import re2
from aioimaplib import aioimaplib as lib

UID_MAX = 0xFFFF_FFFF  # RFC 3501 section 2.3.1.1: unsigned 32 bits

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ITEM = re2.compile(rb"^[0-9]+ FETCH \(")
UID = re2.compile(rb"(?:^|[ (])UID ([0-9]{1,10})(?:[ )]|$)")
SIZE = re2.compile(rb"RFC822\.SIZE ([0-9]{1,12})")
_ARRIVED = re2.compile(
    rb'INTERNALDATE "([ 0-9][0-9])-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4})"'
)
VALIDITY = re2.compile(rb"\[UIDVALIDITY ([0-9]{1,10})\]")


def encoded_folder(name: str) -> str:
    """A folder name in modified UTF-7 (RFC 3501 section 5.1.3), quoted. Errors: ValueError on a control character."""
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in name):
        raise ValueError("a folder name holds a control character")
    out: list[str] = []
    foreign = ""
    for character in f"{name}\0":  # the end mark flushes the last foreign run
        if character != "\0" and not " " <= character <= "~":
            foreign += character
            continue
        if foreign:
            packed = base64.b64encode(foreign.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            out.append(f"&{packed}-")
            foreign = ""
        if character != "\0":
            out.append("&-" if character == "&" else character)
    quoted: str = lib.quoted("".join(out))
    return quoted


def uid_set(uids: Iterable[int]) -> str:
    """UIDs as an IMAP set, runs joined: 3:5,9."""
    runs: list[list[int]] = []
    for uid in sorted(uids):
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in runs)


def items(lines: Sequence[bytes]) -> Iterable[tuple[bytes, bytes | None]]:
    """Each message of a FETCH answer: its words and its literal; a literal is the only bytearray among the lines."""
    words, literal = b"", None
    for line in lines:
        if isinstance(line, bytearray):
            literal = bytes(line)
        elif _ITEM.match(line):
            if words:
                yield words, literal
            words, literal = bytes(line), None
        elif words:
            words += b" " + bytes(line)
    if words:
        yield words, literal


def arrival(words: bytes) -> datetime | None:
    found = _ARRIVED.search(words)
    if not found:
        return None
    day, month, year, rest = (group.decode() for group in found.groups())
    try:
        number = _MONTHS.index(month.title()) + 1
        return datetime.strptime(f"{year}-{number:02}-{day.strip()} {rest}", "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def search_date(day: date) -> str:
    """A date for SEARCH, which knows English months only."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
