"""Meeting requests that Outlook packs into winmail.dat, written as the iCalendar that they stand for (MS-OXCICAL).

Only says again what the message says; never answers and never looks into a recurrence.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Final

_METHODS: Final = {
    "ipm.schedule.meeting.request": "REQUEST",
    "ipm.microsoft schedule.mtgreq": "REQUEST",
    "ipm.schedule.meeting.canceled": "CANCEL",
    "ipm.microsoft schedule.mtgcncl": "CANCEL",
    "ipm.schedule.meeting.resp": "REPLY",
    "ipm.microsoft schedule.mtgresp": "REPLY",
    "ipm.appointment": "PUBLISH",
}
"""How the message class begins (MS-OXOCAL section 2.2.4; attMessageClass has the older spelling) -> iTIP method."""
_FILETIME_ZERO: Final = datetime(1601, 1, 1, tzinfo=UTC)
_WRITTEN: Final = "%Y%m%dT%H%M%S"


def of_filetime(octets: bytes) -> str:
    """A FILETIME (100 nanoseconds since 1601, UTC) as iCalendar writes it; "" when it is none."""
    if len(octets) != 8:
        return ""
    ticks = int.from_bytes(octets, "little")
    try:
        return (_FILETIME_ZERO + timedelta(microseconds=ticks // 10)).strftime(_WRITTEN) + "Z" if ticks else ""
    except OverflowError:
        return ""


def of_fields(octets: bytes) -> str:
    """The DTR structure of attDateStart: local time of the sender, so without zone; "" when it is none."""
    if len(octets) < 12:
        return ""
    try:
        year, month, day, hour, minute, second = struct.unpack_from("<6H", octets)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).strftime(_WRITTEN)
    except ValueError:
        return ""


def as_icalendar(*, message_class: str, summary: str, start: str, end: str, organizer: str, name: str) -> str:
    """The request as iCalendar; "" when the message is no meeting or has no time."""
    known = message_class.strip().lower()
    method = next((method for begin, method in _METHODS.items() if known.startswith(begin)), "")
    if not method or not start:
        return ""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", f"SUMMARY:{_escaped(summary)}"]
    lines.append(f"DTSTART:{start}")
    if end:
        lines.append(f"DTEND:{end}")
    if "@" in organizer and method != "REPLY":  # the sender of an answer is not who asked
        shown = "".join(c for c in name if c.isprintable() and c != '"')
        lines.append(f'ORGANIZER;CN="{shown}":mailto:{_escaped(organizer)}')
    return "\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""])


def _escaped(value: str) -> str:
    """RFC 5545 section 3.3.11; a line of a stranger must not become a property."""
    value = " ".join(value.split()).replace("\\", "\\\\")
    return value.replace(";", "\\;").replace(",", "\\,")
