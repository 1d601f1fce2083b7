"""Files of a mail as attachments: safe unique names, digests, and which of them the HTML shows.

A picture is inline because the HTML names it, not because its header says so (RFC 2387, RFC 2557). Never changes an
octet of the content.
"""

from __future__ import annotations

import hashlib
from urllib.parse import unquote

from maild.domain.mail import Attachment
from maild.ingest.header.names import Names
from maild.ingest.parts.mime import File

_MOST_REFERENCES = 2000


def as_attachments(files: list[File], text: str, html: str) -> tuple[tuple[Attachment, ...], dict[int, str]]:
    """The attachments in the order of the mail, and what to say of each entity in the tree."""
    references = _references(html or text)
    names = Names()
    used: dict[int, str] = {}
    taken: dict[int, str] = {}
    # the resource fork of a Macintosh file has the same name as the data, and must not take it away
    for file in sorted(files, key=lambda f: f.resource_fork):
        wanted = f"{file.filename}.applefile" if file.resource_fork and file.filename else file.filename
        taken[id(file)] = names.take(wanted, file.content_type)
    attachments = []
    for file in files:
        inline = _shown(file, references, html)
        used[id(file.entity)] = "inline" if inline else "attachment"
        attachments.append(
            Attachment(
                filename=taken[id(file)],
                content_type=file.content_type,
                size=len(file.content),
                sha256=hashlib.sha256(file.content).hexdigest(),
                inline=inline,
                content_id=file.content_id,
                content=file.content,
            )
        )
    return tuple(attachments), used


def _references(body: str) -> set[str]:
    """Content-IDs that the body refers to with `cid:` (RFC 2392), as written and with percent signs undone."""
    found: set[str] = set()
    lowered = body if "cid:" in body else body.lower() if "CID:" in body else ""
    position = 0
    while len(found) < _MOST_REFERENCES and (start := lowered.find("cid:", position)) >= 0:
        position = start + 4
        stop = position
        while stop < len(body) and stop - position < 300 and body[stop] not in "\"'<>)] \t\n":
            stop += 1
        name = body[position:stop].replace("&amp;", "&")
        found.add(name)
        found.add(unquote(name))
        position = stop
    return found


def _shown(file: File, references: set[str], html: str) -> bool:
    if file.content_id and file.content_id in references:
        return True
    if not html or not file.content_type.startswith(("image/", "audio/", "video/")):
        return False
    location = file.entity.first("content-location").decode("latin_1").strip()
    if location and location in html:
        return True
    # Lotus and old Outlook refer to the file by its bare name
    return bool(file.filename) and (f'src="{file.filename}"' in html or f"src='{file.filename}'" in html)
