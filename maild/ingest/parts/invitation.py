"""Calendar invitations (RFC 5545, RFC 5546): method, time, organiser and summary of the first event.

Never answers an invitation and never expands a recurrence.
"""

from __future__ import annotations

import quopri
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from maild.domain.address import Mailbox
from maild.domain.mail import Invitation
from maild.ingest.letters.charset import decode
from maild.ingest.parts.content_lines import Property, properties

MAX_VALUE: Final = 1_000
"""Characters shown of one value."""
_COMPONENTS: Final = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY")
_ESCAPES: Final = {"n": " ", "N": " "}


@dataclass(slots=True)
class _Calendar:
    """What the first component says, and the offsets of the zones defined beside it."""

    method: str = ""
    component: dict[str, Property] = field(default_factory=dict)
    offsets: dict[str, set[str]] = field(default_factory=dict)


def read_invitation(text: str) -> Invitation | None:
    """What a text/calendar body asks; None when it holds no event, task, note or free time.

    Times are ISO 8601: with offset where the zone is known, without where it is not or the time floats, and a date
    alone for whole days.
    """
    calendar = _read(text)
    if not calendar.component:
        return None
    start = calendar.component.get("DTSTART")
    end = calendar.component.get("DTEND") or calendar.component.get("DUE")
    duration = calendar.component.get("DURATION")
    return Invitation(
        method=calendar.method,
        summary=_text(calendar.component.get("SUMMARY")),
        start=_time(start, calendar),
        end=_time(end, calendar) if end else _after(start, duration, calendar),
        organizer=_person(calendar.component.get("ORGANIZER")),
    )


def _read(text: str) -> _Calendar:
    calendar = _Calendar()
    opened: list[str] = []
    zone = ""
    for name, read in properties(text):
        if name == "BEGIN":
            opened.append(read.value.strip().upper())
        elif name == "END":
            closed = read.value.strip().upper()
            if closed in opened:
                del opened[opened.index(closed) :]
            if closed in _COMPONENTS and calendar.component and calendar.offsets:
                break
        elif name == "METHOD" and len(opened) <= 1:
            calendar.method = read.value.strip().upper()[:MAX_VALUE]
        elif name == "TZID":
            zone = read.value.strip()
        elif name == "TZOFFSETTO":
            calendar.offsets.setdefault(zone, set()).add(read.value.strip())
        elif opened and opened[-1] in _COMPONENTS:
            calendar.component.setdefault(name, read)
    return calendar


def _text(read: Property | None) -> str:
    if read is None:
        return ""
    value = read.value
    if read.parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        octets = quopri.decodestring(value.encode("utf-8", "replace"))
        return " ".join(decode(octets, read.parameters.get("CHARSET")).split())[:MAX_VALUE]
    first, *others = value.split("\\")
    letters = [first]
    after_escape = False
    for piece in others:
        if after_escape:  # the second of two backslashes was the letter
            letters.append(piece)
            after_escape = False
        elif not piece:
            letters.append("\\")
            after_escape = True
        else:
            letters.append(_ESCAPES.get(piece[0], piece[0]) + piece[1:])
    return " ".join("".join(letters).split())[:MAX_VALUE]


def _person(read: Property | None) -> str:
    if read is None:
        return ""
    scheme, colon, rest = read.value.strip().partition(":")
    address = rest if colon and scheme.lower() == "mailto" else read.value.strip()
    return str(Mailbox(read.parameters.get("CN", "").strip(), address))[:MAX_VALUE]


def _time(read: Property | None, calendar: _Calendar) -> str:
    if read is None:
        return ""
    moment, is_day, zone = _moment(read, calendar)
    if moment is None:
        return read.value.strip()[:40]
    return _written(moment, is_day=is_day, zone=zone)


def _written(moment: datetime, *, is_day: bool, zone: tzinfo | None) -> str:
    if is_day:
        return moment.date().isoformat()
    return (moment.replace(tzinfo=zone) if zone else moment.replace(tzinfo=None)).isoformat()


def _after(start: Property | None, duration: Property | None, calendar: _Calendar) -> str:
    """The end, where only a duration is given (RFC 5545 section 3.6.1)."""
    if start is None or duration is None:
        return ""
    moment, is_day, zone = _moment(start, calendar)
    length = _duration(duration.value.strip())
    if moment is None or length is None:
        return ""
    return _written(moment + length, is_day=is_day, zone=zone)


def _moment(read: Property, calendar: _Calendar) -> tuple[datetime | None, bool, tzinfo | None]:
    """The time on the clock of its zone (written as UTC), whether it is a whole day, and the zone when known."""
    value = read.value.strip()
    day, _, clock = value.partition("T")
    if len(day) != 8 or not (day.isascii() and day.isdigit()):
        return None, False, None
    digits = clock.rstrip("Z").ljust(6, "0")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return None, False, None
    try:
        moment = datetime(
            int(day[:4]),
            int(day[4:6]),
            int(day[6:]),
            int(digits[:2]),
            int(digits[2:4]),
            min(int(digits[4:]), 59),
            tzinfo=UTC,
        )
    except ValueError:
        return None, False, None
    if not clock:
        return moment, True, None
    if clock.endswith("Z"):
        return moment, False, UTC
    return moment, False, _zone(read.parameters.get("TZID", ""), calendar)


def _zone(name: str, calendar: _Calendar) -> tzinfo | None:
    """By its name of the zone database, by its Windows name, or by the one offset its definition has."""
    if not name:
        return None
    # zoneinfo opens a file by this name; it refuses paths, but a stranger need not try.
    tail = name.strip("/").split("/")
    candidates = ["/".join(tail[-count:]) for count in (1, 2, 3)] if name.startswith("/") else [name]
    for candidate in candidates:
        if zone := _known_zone(candidate):
            return zone
    offsets = calendar.offsets.get(name, set())
    return _offset(next(iter(offsets))) if len(offsets) == 1 else None


def _known_zone(name: str) -> tzinfo | None:
    if not all(c.isascii() and (c.isalnum() or c in "_+-/ .") for c in name) or ".." in name:
        return None
    # Imported here: most mails have no calendar, and these read files.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from babel.core import get_global

    try:
        return ZoneInfo(str(get_global("windows_zone_mapping").get(name, name)))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _offset(value: str) -> tzinfo | None:
    """`+0100` or `-033000`."""
    sign, digits = value[:1], value[1:].ljust(6, "0")
    if sign not in ("+", "-") or len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:]))
    return timezone(-length if sign == "-" else length) if length < timedelta(hours=24) else None


def _duration(value: str) -> timedelta | None:
    """`P1DT2H30M` (RFC 5545 section 3.3.6); None when it is none or longer than ten years."""
    units = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1}
    seconds, digits = 0, ""
    for letter in value.lstrip("+").removeprefix("P"):
        if letter.isascii() and letter.isdigit() and len(digits) < 9:
            digits += letter
        elif letter in units and digits:
            seconds += int(digits) * units[letter]
            digits = ""
        elif letter != "T":
            return None
    return timedelta(seconds=seconds) if 0 <= seconds <= 315_360_000 else None
