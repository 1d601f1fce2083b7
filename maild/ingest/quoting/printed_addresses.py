"""Addresses as mail clients print them for people above a quoted or forwarded mail.

Not the grammar of RFC 5322, which is for header fields: here brackets, links and commas mean what people mean by them.
Never decides whether an address is who it says.
"""

from __future__ import annotations

from typing import Final

import re2

from maild.domain.address import Mailbox

MAX_RECIPIENTS: Final = 20_000
"""Characters of one list of recipients."""

_MAILTO: Final = re2.compile(r"(?i)[<\[(] ?mailto:([^<>\[\]()\s]{1,320}) ?[>\])]")
ANGLED: Final = re2.compile(r"[<\[(]\s*([^\s<>()\[\]\"',;:@]+@[^\s<>()\[\]\"',;:@]+)\s*[>\])]")
_PLAIN: Final = re2.compile(r"[^\s<>()\[\]\"',;:@]+@[^\s<>()\[\]\"',;:@]+")


def mailbox(value: str) -> Mailbox:
    """Name and address as a client printed them: `Ana <a@b>`, `Ana [mailto:a@b]`, `a@b`, or only a name."""
    value = value[:1000].replace("\u200b", "").strip()
    linked = _MAILTO.search(value)
    plain = _MAILTO.sub("", value)
    angled = ANGLED.search(plain)
    if angled:
        return Mailbox(_name(plain[: angled.start()] or plain[angled.end() :]), angled.group(1))
    bare = _PLAIN.search(plain)
    if bare:
        name = _name(plain[: bare.start()])
        return Mailbox(name, bare.group(0).rstrip("."))
    if linked:
        return Mailbox(_name(plain), linked.group(1))
    return Mailbox(_name(plain.partition("<")[0] or plain), "")


def _name(text: str) -> str:
    return text.strip().strip("<>[]()*_;,").strip().strip("\"'").strip()


def mailboxes(value: str) -> tuple[Mailbox, ...]:
    """The list of recipients as printed: parted by semicolons, or else by commas outside quotes and brackets."""
    value = value[:MAX_RECIPIENTS]
    pieces = _parted(value, ";")
    if len(pieces) > 1:
        return tuple(mailbox(piece) for piece in pieces)
    found: list[Mailbox] = []
    carried = ""
    pieces = _parted(value, ",")
    for piece in pieces:
        parsed = mailbox(f"{carried}, {piece}" if carried else piece)
        if not parsed.address and not carried and len(pieces) > 1:
            carried = piece  # "Silva, Ana <ana@example.org>"
            continue
        carried = ""
        found.append(parsed)
    if carried:
        found.append(mailbox(carried))
    return tuple(found)


def _parted(value: str, separator: str) -> list[str]:
    pieces: list[str] = []
    start = depth = 0
    quoted = False
    for position, character in enumerate(value):
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character in "<[(":
            depth += 1
        elif character in ">])":
            depth = max(0, depth - 1)
        elif character == separator and depth == 0:
            pieces.append(value[start:position].strip())
            start = position + 1
    pieces.append(value[start:].strip())
    return [piece for piece in pieces if piece]
