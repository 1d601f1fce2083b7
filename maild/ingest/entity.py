"""The MIME tree of a mail, cut from its octets by offsets (RFC 2045, 2046).

Finds header fields and parts in linear time without copying bodies. Never decodes text, never recurses, and stops at
the limits of depth and number.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from maild.ingest.gate import Limits
from maild.ingest.params import Structured, parse

_NAME = bytes(range(0x21, 0x7F)).replace(b":", b"")
_EMPTY = Structured(value="")


@dataclass(frozen=True, slots=True)
class Field:
    """A header field: the name as written, the body as octets, unfolded (RFC 5322 section 2.2.3)."""

    name: str
    body: bytes

    @property
    def key(self) -> str:
        """The name in lower case."""
        return self.name.lower()


@dataclass(slots=True, kw_only=True)
class Entity:
    """A mail or a body part: its fields, where its body lies in `octets`, and what is in it."""

    octets: bytes = field(repr=False)
    fields: tuple[Field, ...]
    start: int
    end: int
    depth: int
    content_type: str = "text/plain"
    type_field: Structured = _EMPTY
    disposition_field: Structured = _EMPTY
    children: list[Entity] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The octets after the header, still transfer-encoded."""
        return self.octets[self.start : self.end]

    @property
    def disposition(self) -> str:
        """`attachment`, `inline` or "" when the part does not say (RFC 2183)."""
        return self.disposition_field.value

    def first(self, key: str) -> bytes:
        """The body of the first field of that lower-case name, or nothing."""
        return next((f.body for f in self.fields if f.key == key), b"")


def read_tree(octets: bytes, limits: Limits) -> Entity:
    """The whole mail as a tree. Always gives at least the root, whatever the octets are."""
    root = _entity(octets, 0, len(octets), 0, "text/plain", limits)
    waiting = [root]
    count = 1
    while waiting:
        node = waiting.pop()
        if not node.content_type.startswith("multipart/"):
            continue
        if node.depth >= limits.depth:
            root.defects.append("parts nested too deeply")
            continue
        default = "message/rfc822" if node.content_type == "multipart/digest" else "text/plain"
        for start, end in _sections(node):
            if count >= limits.parts:
                root.defects.append("too many parts")
                break
            node.children.append(_entity(octets, start, end, node.depth + 1, default, limits))
            count += 1
        waiting.extend(node.children)
    return root


def _entity(octets: bytes, start: int, end: int, depth: int, default: str, limits: Limits) -> Entity:
    fields, body, defects = _header(octets, start, end, root=depth == 0, limits=limits)
    node = Entity(octets=octets, fields=fields, start=body, end=end, depth=depth, defects=defects)
    node.content_type = default
    for item in fields:
        key = item.key
        if key == "content-type" and node.type_field is _EMPTY:
            node.type_field = parse(item.body)
            node.content_type = _media_type(node.type_field.value, default)
        elif key == "content-disposition" and node.disposition_field is _EMPTY:
            node.disposition_field = parse(item.body)
    return node


def _media_type(value: str, default: str) -> str:
    kind, slash, subtype = value.partition("/")
    kind, subtype = kind.strip(), subtype.strip()
    if slash and kind and subtype:
        return f"{kind}/{subtype}"
    if kind == "text" or not kind:
        return default if not kind else "text/plain"
    if kind == "multipart":
        return "multipart/mixed"
    return "text/plain" if not slash else "application/octet-stream"


def _header(
    octets: bytes, start: int, end: int, *, root: bool, limits: Limits
) -> tuple[tuple[Field, ...], int, list[str]]:
    """Fields and the offset of the body. A line that is no field ends the header when text follows it."""
    fields: list[Field] = []
    defects: list[str] = []
    position = start
    if root:
        if octets.startswith(b"\xef\xbb\xbf"):
            position = 3
        while octets[position : position + 1] in (b"\r", b"\n"):
            position += 1
        if octets.startswith((b"From ", b">From "), position):
            newline = octets.find(b"\n", position, end)
            position = newline + 1 if newline >= 0 else end
    name = ""
    lines: list[bytes] = []
    while position < end:
        newline = octets.find(b"\n", position, end)
        after = newline + 1 if newline >= 0 else end
        line = octets[position : newline if newline >= 0 else end].rstrip(b"\r")
        if not line:
            position = after
            break
        if line[0] in b" \t":
            if name:
                lines.append(b" " + line.lstrip(b" \t"))
            position = after
            continue
        label, colon, value = line.partition(b":")
        label = label.rstrip(b" \t")
        if colon and label and not label.translate(None, _NAME):
            if name:
                fields.append(Field(name, b"".join(lines).strip()))
            name, lines = label.decode("ascii"), [value]
            position = after
            continue
        defects.append("header line that is no field")
        if not _field_follows(octets, after, end):
            break
        position = after
    if name:
        fields.append(Field(name, b"".join(lines).strip()))
    if len(fields) > limits.fields:
        defects.append("too many header fields")
        fields = fields[: limits.fields]
    return tuple(fields), position, defects


def _field_follows(octets: bytes, position: int, end: int) -> bool:
    """Whether the next line still looks like a header field."""
    newline = octets.find(b"\n", position, end)
    line = octets[position : newline if newline >= 0 else end]
    label, colon, _ = line[:100].partition(b":")
    return bool(colon) and bool(label) and not label.translate(None, _NAME)


def _sections(node: Entity) -> list[tuple[int, int]]:
    """Offsets of the parts between the delimiter lines (RFC 2046 section 5.1.1); the preamble is left out."""
    boundary = node.type_field.parameters.get("boundary", b"").rstrip()
    if not boundary:
        return []
    octets, end = node.octets, node.end
    mark = b"--" + boundary
    sections: list[tuple[int, int]] = []
    opened = -1
    position = node.start
    while (found := octets.find(mark, position, end)) >= 0:
        position = found + len(mark)
        if found > node.start and octets[found - 1] not in b"\r\n":
            continue
        newline = octets.find(b"\n", position, end)
        rest = octets[position : newline if newline >= 0 else end].rstrip()
        if rest not in (b"", b"--"):
            continue
        if opened >= 0:
            stop = found
            if octets[stop - 1 : stop] == b"\n":
                stop -= 2 if octets[stop - 2 : stop - 1] == b"\r" else 1
            sections.append((opened, max(opened, stop)))
        opened = newline + 1 if newline >= 0 else end
        position = opened
        if rest == b"--":
            opened = -1
            break
    if opened >= 0:
        node.defects.append("closing boundary missing")
        sections.append((opened, end))
    return sections
