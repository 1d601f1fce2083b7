"""winmail.dat (MS-OXTNEF): the body and the files that Outlook packed into one attachment.

Never raises on damaged data: what could be read before the damage is kept. The original stays with the caller.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from maild.ingest.letters.charset import decode
from maild.ingest.letters.codepages import label
from maild.ingest.parts import mapi, meeting
from maild.ingest.parts.mapi import Properties, read_properties
from maild.ingest.parts.packed_rtf import decompress
from maild.ingest.parts.rtf import Rtf, read_rtf

SIGNATURE: Final = struct.pack("<I", 0x223E9F78)
MAX_FILES: Final = 500
"""As many as parts of a mail (L3)."""
MAX_DEPTH: Final = 4
"""Messages inside messages that are opened."""

_MESSAGE, _ATTACHMENT = 1, 2
_OEM_CODEPAGE: Final = 0x00069007
_KEPT: Final = {
    0x00078008: "message_class",
    0x00018004: "subject",
    0x0002800C: "body",
    0x00030006: "start",
    0x00030007: "end",
}
"""Attributes kept as they are: attMessageClass, attSubject, attBody, attDateStart, attDateEnd."""
_MESSAGE_PROPERTIES, _ATTACHMENT_PROPERTIES = 0x00069003, 0x00069005
_BEGIN_FILE, _FILE_TITLE, _FILE_DATA, _FILE_TRANSPORT_NAME = 0x00069002, 0x00018010, 0x0006800F, 0x00069001


@dataclass(frozen=True, slots=True, kw_only=True)
class TnefFile:
    """One file inside, byte for byte. `content_id` is without angle brackets, None when there is none."""

    filename: str
    """As the sender named it, not yet safe; "" when it has no name."""
    content_type: str
    """As the sender named it; "" when it did not."""
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tnef:
    """What a winmail.dat held; every field may be empty."""

    text: str = ""
    html: str = ""
    """As received, not cleaned."""
    subject: str = ""
    calendar: str = ""
    """What a meeting request asks, written as iCalendar; "" for other messages."""
    files: tuple[TnefFile, ...] = ()
    defects: tuple[str, ...] = ()


@dataclass(slots=True)
class _File:
    title: bytes = b""
    transport_name: bytes = b""
    data: bytes = b""
    properties: Properties = field(default_factory=Properties)


@dataclass(slots=True)
class _Stream:
    """The attributes of one TNEF stream."""

    codepage: str = "windows-1252"
    message_class: bytes = b""
    subject: bytes = b""
    body: bytes = b""
    start: bytes = b""
    end: bytes = b""
    properties: Properties = field(default_factory=Properties)
    files: list[_File] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def open_tnef(octets: bytes) -> Tnef | None:
    """Body and files of a TNEF stream; None when the octets are no TNEF at all."""
    if not octets.startswith(SIGNATURE):
        return None
    top = _read_stream(octets)
    text, html = _words(top)
    files: list[TnefFile] = []
    waiting = [(top, 0)]
    while waiting and len(files) < MAX_FILES:
        stream, depth = waiting.pop(0)
        for file in stream.files[:MAX_FILES]:
            inner = _embedded(file) if depth < MAX_DEPTH else None
            if inner is None:
                files.append(_named(file, stream.codepage))
                continue
            files += _as_mail(inner)
            waiting.append((inner, depth + 1))
    return Tnef(
        text=text,
        html=html,
        subject=_subject(top),
        calendar=_calendar(top),
        files=tuple(files[:MAX_FILES]),
        defects=tuple(dict.fromkeys(top.defects)),
    )


def _read_stream(octets: bytes) -> _Stream:
    stream = _Stream()
    at = 6  # signature and key
    while at + 9 <= len(octets):
        level, name, size = struct.unpack_from("<BII", octets, at)
        if level not in (_MESSAGE, _ATTACHMENT):
            stream.defects.append("winmail.dat: something else follows the last attribute")
            break
        data = octets[at + 9 : at + 9 + size]
        at += 9 + size + 2
        if len(data) < size:
            stream.defects.append("winmail.dat: cut off")
        elif at <= len(octets) and sum(data) & 0xFFFF != int.from_bytes(octets[at - 2 : at], "little"):
            stream.defects.append("winmail.dat: wrong checksum")
        if level == _MESSAGE:
            _take_message_attribute(stream, name, data)
        else:
            _take_file_attribute(stream, name, data)
    return stream


def _take_message_attribute(stream: _Stream, name: int, data: bytes) -> None:
    if name == _OEM_CODEPAGE:
        stream.codepage = label(int.from_bytes(data[:4], "little")) or stream.codepage
    elif name in _KEPT:
        setattr(stream, _KEPT[name], data)
    elif name == _MESSAGE_PROPERTIES:
        stream.properties = read_properties(data)
        if not stream.properties.whole:
            stream.defects.append("winmail.dat: a list of properties is cut off")


def _take_file_attribute(stream: _Stream, name: int, data: bytes) -> None:
    last = stream.files[-1] if stream.files else None
    # Each file begins with its rendering data; some writers leave that out.
    again = last is not None and ((name == _FILE_TITLE and last.title) or (name == _FILE_DATA and last.data))
    if last is None or name == _BEGIN_FILE or again:
        if len(stream.files) >= MAX_FILES:
            return
        last = _File()
        stream.files.append(last)
    if name == _FILE_TITLE:
        last.title = data
    elif name == _FILE_TRANSPORT_NAME:
        last.transport_name = data
    elif name == _FILE_DATA:
        last.data = data
    elif name == _ATTACHMENT_PROPERTIES:
        last.properties = read_properties(data)


def _html_label(octets: bytes, codepage: int, default: str) -> str:
    """The code page that came with the HTML, else the one it names itself."""
    if told := label(codepage):
        return told
    _, found, rest = octets[:2_000].lower().partition(b"charset=")
    name = rest.lstrip(b"\"' ")[:40].decode("ascii", "replace")
    return "".join(itertools.takewhile(lambda c: c.isalnum() or c in "-_", name)) if found and name else default


def _string(octets: bytes, charset: str, *, unicode: bool = False) -> str:
    if unicode:
        return octets.decode("utf-16-le", "replace").rstrip("\0")
    return decode(octets.rstrip(b"\0"), charset)


def _property(properties: Properties, identifier: int, charset: str) -> str:
    return _string(properties.octets(identifier), charset, unicode=properties.is_unicode(identifier))


def _subject(stream: _Stream) -> str:
    subject = _property(stream.properties, mapi.SUBJECT, stream.codepage) or _string(stream.subject, stream.codepage)
    return " ".join(subject.split())


def _calendar(stream: _Stream) -> str:
    properties = stream.properties
    return meeting.as_icalendar(
        message_class=_property(properties, mapi.MESSAGE_CLASS, stream.codepage)
        or _string(stream.message_class, stream.codepage),
        summary=_subject(stream),
        start=meeting.of_filetime(properties.octets(mapi.START_DATE)) or meeting.of_fields(stream.start),
        end=meeting.of_filetime(properties.octets(mapi.END_DATE)) or meeting.of_fields(stream.end),
        organizer=_property(properties, mapi.SENDER_ADDRESS, stream.codepage),
        name=_property(properties, mapi.SENDER_NAME, stream.codepage),
    )


def _words(stream: _Stream) -> tuple[str, str]:
    """Text and HTML of the body: what is stored as such, else what the compressed RTF holds."""
    properties = stream.properties
    markup = properties.octets(mapi.BODY_HTML)
    codepage = _html_label(markup, properties.number(mapi.INTERNET_CODEPAGE), stream.codepage)
    text = _property(properties, mapi.BODY, stream.codepage) or _string(stream.body, stream.codepage)
    html = _property(properties, mapi.BODY_HTML, codepage)
    packed = properties.octets(mapi.RTF_COMPRESSED)
    if packed and not (text.strip() and html):
        rtf = read_rtf(unpacked) if (unpacked := decompress(packed)) else Rtf()
        html = html or rtf.html
        text = text if text.strip() else rtf.text
    return text.replace("\r\n", "\n").replace("\r", "\n"), html


def _named(file: _File, charset: str) -> TnefFile:
    properties = file.properties
    name = (
        _property(properties, mapi.ATTACH_LONG_FILENAME, charset)
        or _string(file.transport_name, charset)
        or _string(file.title, charset)
        or _property(properties, mapi.ATTACH_FILENAME, charset)
        or _property(properties, mapi.DISPLAY_NAME, charset)
    )
    extension = _property(properties, mapi.ATTACH_EXTENSION, charset)
    if name and extension.startswith(".") and "." not in name:
        name += extension
    return TnefFile(
        filename=name,
        content_type=_property(properties, mapi.ATTACH_MIME_TAG, charset).strip().lower(),
        content=file.data or properties.octets(mapi.ATTACH_DATA),
        content_id=_property(properties, mapi.ATTACH_CONTENT_ID, charset).strip().strip("<>") or None,
    )


def _embedded(file: _File) -> _Stream | None:
    """The message inside an attachment, when it is one (PR_ATTACH_METHOD, or its data says so)."""
    data = file.properties.octets(mapi.ATTACH_DATA)
    return _read_stream(data) if data.startswith(SIGNATURE) else None


def _as_mail(stream: _Stream) -> list[TnefFile]:
    """The words of a message inside as an .eml of our making; its files are listed beside it."""
    text, html = _words(stream)
    subject = _subject(stream)
    if not (text.strip() or html or subject):
        return []
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = "".join(c for c in subject if c.isprintable())[:200]
    mail.set_content(_encodable(text))
    if html:
        mail.add_alternative(_encodable(html), subtype="html")
    return [TnefFile(filename=f"{subject or 'message'}.eml", content_type="message/rfc822", content=mail.as_bytes())]


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
