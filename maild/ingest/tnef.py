"""winmail.dat (MS-OXTNEF): the body and the files that Outlook packed into one attachment.

Never raises on damaged data: what could be read before the damage is kept. The original stays with the caller.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TnefFile:
    """One file inside, byte for byte. `content_id` is without angle brackets, None when there is none."""

    filename: str
    content_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tnef:
    """What a winmail.dat held; every field may be empty."""

    text: str = ""
    html: str = ""
    subject: str = ""
    files: tuple[TnefFile, ...] = ()
    defects: tuple[str, ...] = ()


def open_tnef(octets: bytes) -> Tnef | None:
    """Body and files of a TNEF stream; None when the octets are no TNEF at all."""
    return None
