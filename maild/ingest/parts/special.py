"""Small facts about single kinds of parts: TNEF by look, charset inside HTML, the subject of an attached mail.

Each is one bounded look at octets. Never opens anything.
"""

from __future__ import annotations

from maild.ingest.gate import Limits
from maild.ingest.header.fields import read_block
from maild.ingest.header.words import decode_words
from maild.ingest.parts.entity import Entity

ENCRYPTED = "(This message is encrypted. The encrypted original is attached.)"
_TNEF_SIGNATURE = b"\x78\x9f\x3e\x22"  # MS-OXTNEF section 2.1.3.1, little-endian 0x223E9F78
_META_WINDOW = 1024  # WHATWG HTML: a charset declaration stands within the first 1024 octets


def is_tnef(name: str, content: bytes) -> bool:
    """Whether a file of another type is a winmail.dat all the same."""
    return content.startswith(_TNEF_SIGNATURE) and (name.lower().endswith(".dat") or not name)


def is_cms(name: str, content_type: str) -> bool:
    """Whether octets without a true type are S/MIME by their name (RFC 8551 section 3.2.1)."""
    return content_type == "application/octet-stream" and name.lower().endswith((".p7m", ".p7z"))


def html_charset(content: bytes) -> str:
    """The charset that the HTML declares in its head, "" when it declares none."""
    head = content[:_META_WINDOW].lower()
    position = head.find(b"charset")
    if position < 0 or b"<meta" not in head[:position]:
        return ""
    value = head[position + 7 :].lstrip(b" \t\r\n")
    if not value.startswith(b"="):
        return ""
    value = value[1:].lstrip(b" \t\r\n\"'")
    stop = next((i for i, c in enumerate(value) if c in b" \t\r\n\"';/>"), len(value))
    return value[:stop].decode("latin_1")


def name_within(content_type: str, content: bytes, hint: str | None) -> str:
    """A name for an attached mail after its subject; "" for every other part and when there is no subject."""
    if content_type not in ("message/rfc822", "message/global"):
        return ""
    limits = Limits()
    block = read_block(content, 0, min(len(content), limits.header_block), limits, root=True)
    subject = next((f.body for f in block.fields if f.key == "subject"), b"")
    words = decode_words(subject, hint) if subject else ""
    return f"{words[:100]}.eml" if words else ""


def name_beside(node: Entity, hint: str | None) -> str:
    """A name that other fields give: the end of Content-Location (RFC 2557), or a description that is a file name."""
    location = node.first("content-location").decode("latin_1").partition("?")[0].rstrip("/").rpartition("/")[2]
    for words in (location, decode_words(node.first("content-description"), hint)):
        extension = words.rpartition(".")[2]
        if "." in words and 1 < len(extension) < 6 and extension.isalnum():
            return words
    return ""


def external_reference(node: Entity) -> str:
    """Where a message/external-body says its content is (RFC 2046 section 5.2.3). Nobody goes there."""
    where = node.type_field
    said = [
        f"{key}: {where.text(key)}" for key in ("access-type", "url", "site", "directory", "name") if where.get(key)
    ]
    return f"(A part of this message is kept elsewhere and was not fetched: {', '.join(said)})" if said else ""
