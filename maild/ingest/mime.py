"""Which part is the text, which the HTML, which a file: the choice a careful mail client makes (RFC 2046, 2387).

Text of attached mails is never taken for the sender's, and every leaf ends in a body or as an attachment. Never follows
a reference out of the mail (message/external-body, partial).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from html import escape

from maild.domain.mail import Attachment, Part
from maild.ingest.charset import decode
from maild.ingest.entity import Entity
from maild.ingest.flowed import unflow
from maild.ingest.gate import Limits
from maild.ingest.names import Names
from maild.ingest.transfer import content_of, uu_files
from maild.markup import to_text

_BODY = frozenset({"text/plain", "text/html"})
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})


@dataclass(slots=True)
class Segment:
    """A stretch of the body in one or both forms, in the order of the mail."""

    text: str = ""
    html: str = ""


@dataclass(slots=True, kw_only=True)
class File:
    """A leaf that is no body, before it gets its name."""

    entity: Entity
    content: bytes
    filename: str
    content_type: str
    related: bool = False


@dataclass(slots=True, kw_only=True)
class Collected:
    """What the walk found."""

    segments: list[Segment] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    used: dict[int, str] = field(default_factory=dict)
    defects: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The readable body and the files of one mail."""

    text: str
    html: str
    """As received, not cleaned."""
    attachments: tuple[Attachment, ...]
    parts: tuple[Part, ...]
    defects: tuple[str, ...]


def read_content(root: Entity, limits: Limits) -> Content:
    """Walk the tree of a mail."""
    found = Collected()
    _walk(root, found, limits)
    text = "\n".join(s.text or to_text(s.html) for s in found.segments if s.text or s.html)
    html = ""
    if any(s.html for s in found.segments):
        html = "\n".join(s.html or f"<pre>{escape(s.text)}</pre>" for s in found.segments)
    attachments = _attachments(found, html)
    return Content(
        text=text,
        html=html,
        attachments=attachments,
        parts=tuple(_parts(root, found)),
        defects=tuple(dict.fromkeys([*root.defects, *found.defects])),
    )


def charset_hint(root: Entity) -> str | None:
    """The charset label of the first part that has one."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if label := node.type_field.get("charset"):
            return label
        waiting.extend(reversed(node.children))
    return None


def _walk(root: Entity, found: Collected, limits: Limits) -> None:
    """Depth first without recursion; alternatives are one segment."""
    waiting: list[tuple[Entity, Segment | None, bool]] = [(root, None, False)]
    while waiting:
        node, alternative, related = waiting.pop()
        kind = node.content_type
        if node.children and kind.startswith("multipart/"):
            inner = alternative
            if kind == "multipart/alternative" and inner is None:
                inner = Segment()
                found.segments.append(inner)
            for index, child in reversed(list(enumerate(node.children))):
                is_related = related or (kind == "multipart/related" and index > 0)
                waiting.append((child, inner, is_related))
            continue
        _leaf(node, alternative, related, found, limits)


def _leaf(node: Entity, alternative: Segment | None, related: bool, found: Collected, limits: Limits) -> None:
    kind = node.content_type
    content = content_of(node)
    name = filename(node)
    is_body = kind in _BODY or kind.startswith("multipart/")
    if is_body and node.disposition != "attachment" and not (name and found.segments):
        body = decode(content, node.type_field.get("charset"))[: limits.text]
        body = body.replace("\r\n", "\n").replace("\r", "\n")
        if kind == "text/html":
            found.used[id(node)] = "html"
            if alternative is not None:
                alternative.html = alternative.html or body
            else:
                found.segments.append(Segment(html=body))
            return
        found.used[id(node)] = "text"
        for file_name, octets, _, _ in reversed(files := uu_files(content)):
            found.files.append(
                File(entity=node, content=octets, filename=file_name, content_type="application/octet-stream")
            )
        if files:
            kept, position = b"", 0
            for _, _, start, stop in files:
                kept += content[position:start]
                position = stop
            body = decode(kept + content[position:], node.type_field.get("charset")).replace("\r\n", "\n")
        if node.type_field.get("format").lower() == "flowed":
            body = unflow(body, delsp=node.type_field.get("delsp").lower() == "yes")
        if alternative is not None and not alternative.text:
            alternative.text = body
        else:
            found.segments.append(Segment(text=body))
        return
    found.files.append(File(entity=node, content=content, filename=name, content_type=kind, related=related))


def filename(node: Entity) -> str:
    """The name a part gives itself, Content-Disposition first (RFC 2183 section 2.3)."""
    return node.disposition_field.text("filename") or node.type_field.text("name")


def _attachments(found: Collected, html: str) -> tuple[Attachment, ...]:
    names = Names()
    attachments = []
    for item in found.files:
        content_id = item.entity.first("content-id").decode("utf-8", "replace").strip().strip("<>") or None
        inline = bool(content_id and f"cid:{content_id}" in html)
        name = names.take(item.filename, item.content_type)
        found.used.setdefault(id(item.entity), "inline" if inline else "attachment")
        attachments.append(
            Attachment(
                filename=name,
                content_type=item.content_type,
                size=len(item.content),
                sha256=hashlib.sha256(item.content).hexdigest(),
                inline=inline,
                content_id=content_id,
                content=item.content,
            )
        )
    return tuple(attachments)


def _parts(root: Entity, found: Collected) -> list[Part]:
    parts: list[Part] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        parts.append(
            Part(
                depth=node.depth,
                content_type=node.content_type,
                size=node.end - node.start,
                filename=filename(node),
                used_as=found.used.get(id(node), ""),
            )
        )
        waiting.extend(reversed(node.children))
    return parts
