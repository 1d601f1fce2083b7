"""Invitations as the calendars of the world send them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.mail import Invitation
from maild.ingest.parts.invitation import read_invitation

CALENDAR = """BEGIN:VCALENDAR
PRODID:-//Example//EN
VERSION:2.0
METHOD:{method}
{zones}BEGIN:VEVENT
UID:1@x.example
{lines}
BEGIN:VALARM
SUMMARY:not this
TRIGGER:-PT15M
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def invite(*lines: str, method: str = "REQUEST", zones: str = "", line_end: str = "\r\n") -> Invitation:
    text = CALENDAR.format(method=method, zones=zones, lines="\n".join(lines))
    found = read_invitation(text.replace("\n", line_end))
    assert found is not None
    return found


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "REPLY", "COUNTER", "PUBLISH"])
def test_what_it_asks_and_who(method: str, line_end: str) -> None:
    found = invite(
        "SUMMARY:Visit",
        'ORGANIZER;SENT-BY="mailto:x@x.example";CN="Silva, Ana":MAILTO:ana@x.example',
        method=method,
        line_end=line_end,
    )
    assert (found.method, found.summary, found.organizer) == (method, "Visit", "Silva, Ana <ana@x.example>")


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (
            ["DTSTART:20261123T090000Z", "DTEND:20261123T100000Z"],
            "2026-11-23T09:00:00+00:00",
            "2026-11-23T10:00:00+00:00",
        ),
        (
            ["DTSTART;TZID=Europe/Lisbon:20260723T090000", "DURATION:PT1H30M"],
            "2026-07-23T09:00:00+01:00",
            "2026-07-23T10:30:00+01:00",
        ),
        (
            [
                'DTSTART;TZID="W. Europe Standard Time":20260723T090000',
                "DTEND;TZID=W. Europe Standard Time:20260723T093000",
            ],
            "2026-07-23T09:00:00+02:00",
            "2026-07-23T09:30:00+02:00",
        ),
        (["DTSTART;TZID=E. South America Standard Time:20260115T080000"], "2026-01-15T08:00:00-03:00", ""),
        (["DTSTART;TZID=/mozilla.org/2005/Europe/Berlin:20260115T080000"], "2026-01-15T08:00:00+01:00", ""),
        (["DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"], "2026-12-24", "2026-12-27"),
        (["DTSTART;VALUE=DATE:20261224", "DURATION:P2D"], "2026-12-24", "2026-12-26"),
        (["DTSTART:20261224T0800"], "2026-12-24T08:00:00", ""),
        (["DTSTART;TZID=Nobody/Knows:20261224T080000"], "2026-12-24T08:00:00", ""),
        (["DTSTART;TZID=../../etc/passwd:20261224T080000"], "2026-12-24T08:00:00", ""),
        (["DTSTART:20261399T990000"], "20261399T990000", ""),
        (["DTSTART:soon", "DURATION:PT1H"], "soon", ""),
        (["DTSTART:20261224T080000Z", "DURATION:-PT1H"], "2026-12-24T08:00:00+00:00", ""),
        (["DTSTART:20261224T080000Z", "DURATION:P99999999W"], "2026-12-24T08:00:00+00:00", ""),
        ([], "", ""),
    ],
)
def test_when_it_is(lines: list[str], start: str, end: str) -> None:
    found = invite("SUMMARY:x", *lines)
    assert (found.start, found.end) == (start, end)


def test_a_zone_of_the_mail_itself_counts_when_it_has_one_offset() -> None:
    zone = "BEGIN:VTIMEZONE\nTZID:Here\nBEGIN:STANDARD\nTZOFFSETTO:{}\nEND:STANDARD\nEND:VTIMEZONE\n"
    assert invite("DTSTART;TZID=Here:20260101T080000", zones=zone.format("+0530")).start == "2026-01-01T08:00:00+05:30"
    both = zone.format("+0100") + zone.format("+0200")
    assert invite("DTSTART;TZID=Here:20260101T080000", zones=both).start == "2026-01-01T08:00:00"
    assert invite("DTSTART;TZID=Here:20260101T080000", zones=zone.format("99")).start == "2026-01-01T08:00:00"


@pytest.mark.parametrize(
    ("line", "summary"),
    [
        ("SUMMARY;LANGUAGE=pt:Visita\\, piso 2\\; sala \\\\A\\nnova", "Visita, piso 2; sala \\A nova"),
        ("SUMMARY:a line that is fol\n ded in the middle of a word", "a line that is folded in the middle of a word"),
        ('SUMMARY;X-A="with:colon;and":the words', "the words"),
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Caf=E9 =\nat noon", "Café at noon"),
        ("item1.SUMMARY:grouped", "grouped"),
        ("summary:lower case", "lower case"),
        ("SUMMARY:" + "x" * 5_000, "x" * 1_000),
    ],
)
def test_the_summary_as_it_was_meant(line: str, summary: str) -> None:
    assert invite(line).summary == summary


@pytest.mark.parametrize("component", ["VTODO", "VJOURNAL", "VFREEBUSY"])
def test_tasks_notes_and_free_times_are_read_too(component: str) -> None:
    found = read_invitation(f"BEGIN:VCALENDAR\nBEGIN:{component}\nSUMMARY:Do it\nDUE:20261224T080000Z\nEND:{component}")
    assert found is not None
    assert (found.method, found.summary, found.end) == ("", "Do it", "2026-12-24T08:00:00+00:00")


@pytest.mark.parametrize("text", ["", "Hello", "BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VCARD\nFN:Ana\nEND:VCARD"])
def test_what_is_no_event_is_no_invitation(text: str) -> None:
    assert read_invitation(text) is None


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    read_invitation(text)
    read_invitation(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{text}")
    read_invitation(f"BEGIN:VEVENT\nDTSTART;TZID={text}:20260101T080000\nDURATION:{text}\nSUMMARY:\\{text}\\")


@pytest.mark.parametrize("flood", ["BEGIN:VEVENT\n", "A;", '"', "SUMMARY:x\n ", "DURATION:P1D", "\\"])
def test_floods_end(flood: str) -> None:
    read_invitation("BEGIN:VEVENT\nDTSTART:20260101\nSUMMARY:" + flood * 200_000)
    read_invitation("BEGIN:VEVENT\nDTSTART" + flood * 200_000)
