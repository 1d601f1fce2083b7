"""The walk over the parts of a mail: words where a careful mail client shows words, and all else files (RFC 2046).

Text of attached mails is never taken for the sender's, and every leaf ends in a body or as a file. Never follows a
reference out of the mail (message/external-body, message/partial).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from maild.ingest.gate import Limits
from maild.ingest.header.words import decode_words
from maild.ingest.letters.charset import decode
from maild.ingest.letters.flowed import unflow
from maild.ingest.letters.richtext import enriched_to_text
from maild.ingest.letters.transfer import content_of, encoding_of
from maild.ingest.letters.uuencode import find_files, without_files
from maild.ingest.parts import special
from maild.ingest.parts.bodies import Segment, choose
from maild.ingest.parts.disposition import filename, is_body
from maild.ingest.parts.entity import Entity, read_tree

# Alternatives for devices; the same words stand in the plain and HTML parts.
_DEVICE_FORMS = frozenset({"text/watch-html", "text/x-amp-html", "text/x-pmrtf"})
_ENRICHED = frozenset({"text/enriched", "text/richtext"})


@dataclass(slots=True, kw_only=True)
class File:
    """A leaf that is no body, before it gets its final name."""

    entity: Entity
    content: bytes
    filename: str
    content_type: str
    content_id: str | None = None
    resource_fork: bool = False


@dataclass(slots=True, kw_only=True)
class Walked:
    """What the walk found."""

    segments: list[Segment] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    used: dict[int, str] = field(default_factory=dict)
    """What became of an entity, by its `id`: text, html, attachment, or something a reader of the tree understands."""
    calendars: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def walk(root: Entity, hint: str | None, limits: Limits) -> Walked:
    """Body segments and files of a mail. `hint` is the charset of the mail for octets without a label."""
    return _Walk(root, hint, limits).result


class _Walk:
    """One pass over the tree, children before parents, so that a container can choose among finished bodies."""

    def __init__(self, root: Entity, hint: str | None, limits: Limits) -> None:
        self.result = Walked()
        self._hint = hint
        self._limits = limits
        self._room = limits.text
        self._bodies: dict[int, list[Segment]] = {}
        self._texts = 0
        self._words = False
        order: list[tuple[Entity, Entity | None]] = []
        waiting: list[tuple[Entity, Entity | None]] = [(root, None)]
        while waiting:
            node, parent = waiting.pop()
            order.append((node, parent))
            waiting.extend((child, node) for child in reversed(node.children))
        leaves = [(node, parent) for node, parent in order if not node.children]
        for node, parent in leaves:
            self._bodies[id(node)] = self._leaf(node, parent)
        for node, _ in reversed(order):
            if node.children:
                self._bodies[id(node)] = self._container(node)
        self.result.segments = self._bodies[id(root)]

    def _container(self, node: Entity) -> list[Segment]:
        bodies = [self._bodies[id(child)] for child in node.children]
        if node.content_type == "multipart/alternative":
            return choose(bodies)
        return [segment for body in bodies for segment in body]

    def _leaf(self, node: Entity, parent: Entity | None) -> list[Segment]:
        kind = node.content_type
        if kind.startswith("multipart/"):
            return self._broken_multipart(node)
        if parent is not None and parent.content_type == "multipart/alternative" and kind in _DEVICE_FORMS:
            self.result.used[id(node)] = "left out"
            return []
        if is_body(node, parent, self._hint, first=self._texts == 0):
            return self._body(node, kind)
        return self._file(node, parent)

    def _body(self, node: Entity, kind: str) -> list[Segment]:
        content = content_of(node)
        files = [] if kind == "text/html" or b"begin " not in content else find_files(content)
        for file in files:
            self.result.files.append(
                File(
                    entity=node,
                    content=file.content,
                    filename=decode_words(file.name, self._hint),
                    content_type="application/octet-stream",
                )
            )
        if files:
            content = without_files(content, files)
        if not files and (
            node.disposition == "attachment" or (node.disposition == "inline" and filename(node, self._hint))
        ):
            self._keep(node, content)  # shown and offered as a file
        text = self._decoded(node, content)
        self._texts += 1
        self._words |= bool(text.strip())
        if kind == "text/html":
            self.result.used[id(node)] = "html"
            return [Segment(html=text)]
        self.result.used.setdefault(id(node), "text")
        if kind in _ENRICHED:
            text = enriched_to_text(text)
        elif node.type_field.get("format").lower() == "flowed":
            text = unflow(text, delsp=node.type_field.get("delsp").lower() == "yes")
        return [Segment(text=text)]

    def _decoded(self, node: Entity, content: bytes) -> str:
        label = node.type_field.get("charset")
        if not label and node.content_type == "text/html":
            label = special.html_charset(content)
        # L5: a letter has at most four octets, so more octets than that cannot be shown anyway
        text = decode(content[: 4 * self._room], label, hint=self._hint)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > self._room or len(content) > 4 * self._room:
            text = text[: self._room]
            self.result.defects.append("text cut")
        self._room -= len(text)
        return text

    def _broken_multipart(self, node: Entity) -> list[Segment]:
        """A multipart without a single delimiter: the body may be encoded as a whole, else it is text."""
        if encoding_of(node) and node.depth < self._limits.depth:
            # RFC 2045 section 6.4 forbids to encode a composite; some mailers do it
            inner = self._inner(node.type_raw() + b"\n\n" + content_of(node), node.depth + 1)
            if inner.segments or inner.files:
                return inner.segments
        self.result.defects.append("multipart without parts")
        text = self._decoded(node, node.body)
        self.result.used[id(node)] = "text"
        return [Segment(text=text)] if text.strip() else []

    def _inner(self, octets: bytes, depth: int) -> Walked:
        """Walk a tree that was packed into a part; its files and defects join ours."""
        root = read_tree(octets, self._limits, depth=depth)
        inner = _Walk(root, self._hint, self._limits).result
        self.result.files += inner.files
        self.result.defects += [*root.defects, *inner.defects]
        self.result.calendars += inner.calendars
        if root.finding.reason:
            self.result.defects.append(root.finding.reason)
        return inner

    def _file(self, node: Entity, parent: Entity | None) -> list[Segment]:
        kind = node.content_type
        content = content_of(node)
        fork = kind == "application/applefile" and parent is not None and len(parent.children) > 1
        self._keep(node, content, resource_fork=fork)
        opener = _OPENERS.get(kind)
        if opener is None and special.is_tnef(filename(node, self._hint), content):
            opener = _Walk._tnef
        elif opener is None and special.is_cms(filename(node, self._hint), kind):
            opener = _Walk._cms
        return opener(self, node, content) if opener is not None else []

    def _keep(self, node: Entity, content: bytes, *, resource_fork: bool = False) -> None:
        content_id = decode_words(node.first("content-id"), self._hint).strip().strip("<>").strip()
        self.result.files.append(
            File(
                entity=node,
                content=content,
                filename=filename(node, self._hint)
                or special.name_within(node.content_type, content, self._hint)
                or special.name_beside(node, self._hint),
                content_type=node.content_type,
                content_id=content_id or None,
                resource_fork=resource_fork,
            )
        )

    def _tnef(self, node: Entity, content: bytes) -> list[Segment]:
        from maild.ingest.parts.tnef import open_tnef

        opened = open_tnef(content)
        if opened is None:
            self.result.defects.append("winmail.dat could not be opened")
            return []
        self.result.defects += opened.defects
        if opened.calendar:
            self.result.calendars.append(opened.calendar)
        for file in opened.files:
            self.result.files.append(
                File(
                    entity=node,
                    content=file.content,
                    filename=file.filename,
                    content_type=file.content_type,
                    content_id=file.content_id,
                )
            )
        self.result.used[id(node)] = "opened"
        if self._words or not (opened.text or opened.html):
            return []
        return [Segment(text=opened.text, html=opened.html)]

    def _cms(self, node: Entity, content: bytes) -> list[Segment]:
        from maild.ingest.parts.smime import Cms, open_cms

        found, entity = open_cms(content)
        if entity and node.depth < self._limits.depth:
            self.result.used[id(node)] = "opened"
            self.result.defects.append("S/MIME signature not checked")
            return self._inner(entity, node.depth + 1).segments
        if found is Cms.ENCRYPTED:
            self.result.defects.append("encrypted (S/MIME)")
            return [Segment(text=special.ENCRYPTED)]
        return []

    def _pgp(self, node: Entity, content: bytes) -> list[Segment]:
        self.result.defects.append("encrypted (OpenPGP)")
        return [Segment(text=special.ENCRYPTED)]

    def _calendar(self, node: Entity, content: bytes) -> list[Segment]:
        self.result.calendars.append(decode(content, node.type_field.get("charset") or "utf-8"))
        return []

    def _external(self, node: Entity, content: bytes) -> list[Segment]:
        return [Segment(text=special.external_reference(node))]

    def _partial(self, node: Entity, content: bytes) -> list[Segment]:
        """RFC 2046 section 5.2.2: the first fragment starts with the header of the whole; others are bare text."""
        if node.type_field.get("number") == "1" and node.depth < self._limits.depth:
            return self._inner(content, node.depth + 1).segments
        return [Segment(text=self._decoded(node, content))]


_OPENERS: dict[str, Callable[[_Walk, Entity, bytes], list[Segment]]] = {
    "application/ms-tnef": _Walk._tnef,
    "application/vnd.ms-tnef": _Walk._tnef,
    "application/pkcs7-mime": _Walk._cms,
    "application/x-pkcs7-mime": _Walk._cms,
    "application/pgp-encrypted": _Walk._pgp,
    "text/calendar": _Walk._calendar,
    "text/x-vcalendar": _Walk._calendar,
    "application/ics": _Walk._calendar,
    "message/external-body": _Walk._external,
    "message/partial": _Walk._partial,
}
