"""Whether a part is words to be shown or a file, and the name it gives itself (RFC 2183).

As mailers write it, which is often otherwise than they should. Looks at fields only, never at what a part holds.
"""

from __future__ import annotations

from maild.ingest.parts.entity import Entity

# text/* that is data, not words: shown as a file even when it says inline
_TEXT_FILES = frozenset({
    "text/calendar", "text/x-vcalendar", "text/vcard", "text/x-vcard", "text/directory", "text/csv", "text/rtf",
    "text/rfc822-headers", "text/rfc822-header", "text/xml", "text/css", "text/javascript", "text/x-patch",
    "text/x-diff", "text/tab-separated-values",
})  # fmt: skip


def is_body(node: Entity, parent: Entity | None, hint: str | None, *, first: bool) -> bool:
    """Whether a part is words of the sender rather than a file of his; `first` while none before it was."""
    kind = node.content_type
    if not kind.startswith("text/") or kind in _TEXT_FILES:
        return False
    name = filename(node, hint)
    within = parent.content_type if parent is not None else ""
    if within == "multipart/report" and parent is not None and parent.children[0] is node:
        return True  # RFC 6522 section 3: the first part is for people, whatever it calls itself
    if _is_exchange_text(name):
        return True
    if node.disposition == "attachment" or (node.disposition not in ("", "inline") and name):
        # RFC 2183 section 2.8: an unknown disposition is an attachment. A mail that is nothing but one text is
        # shown all the same.
        return parent is None
    if within == "multipart/related" and parent is not None and _related_root(parent) is not node:
        # some mailers take related for mixed: a bare text that nothing can refer to is part of the body
        return not (name or node.first("content-id") or node.first("content-location"))
    if not name or within in ("multipart/alternative", "multipart/related"):
        return True
    # a name on the first text is how some mailers label the body; later ones are files
    return first and kind in ("text/plain", "text/html") and _names_a_text(name)


def filename(node: Entity, hint: str | None) -> str:
    """The name a part gives itself, Content-Disposition first (RFC 2183 section 2.3), as written."""
    if not node.disposition_field.parameters and not node.type_field.parameters:
        return ""
    return node.disposition_field.text("filename", hint) or node.type_field.text("name", hint)


def _is_exchange_text(name: str) -> bool:
    """Exchange names the words between and after the files of a mail `ATT00001.txt` or `ATT00001.htm`."""
    stem, _, extension = name.lower().rpartition(".")
    return stem[:3] == "att" and len(stem) == 8 and stem[3:].isdigit() and extension in ("txt", "htm", "html")


def _names_a_text(name: str) -> bool:
    """Whether a name is one that a mailer gives to the words themselves."""
    extension = name.lower().rpartition(".")[2] if "." in name else ""
    return extension in ("", "txt", "text", "htm", "html", "asc")


def _related_root(parent: Entity) -> Entity:
    """The part of a multipart/related that the others belong to: `start`, else the first (RFC 2387 section 3.2)."""
    start = parent.type_field.get("start").strip("<> ")
    for child in parent.children if start else ():
        if child.first("content-id").decode("latin_1").strip("<> ") == start:
            return child
    return parent.children[0]
