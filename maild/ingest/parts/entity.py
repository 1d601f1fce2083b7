"""The MIME tree of a mail, cut from its octets by offsets (RFC 2045, 2046).

Finds header fields and parts in linear time without copying bodies. Never decodes text, never recurses, and stops at
the limits of depth and number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from maild.ingest.gate import PASS, Finding, Limits
from maild.ingest.header.fields import Field, read_block
from maild.ingest.header.params import Structured, parse

_EMPTY = Structured(value="")
# RFC 2045 section 5.1: a token; anything else in a type is an attack or a mistake (SEC-40)
_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+/")
_LONGEST_TYPE = 127  # RFC 6838 section 4.2: 127 characters a side at the very most; real types are far shorter
_MOST_MISSES = 100_000  # places that look like a delimiter and are none; a mail of megabytes has a few
_LINE = 1000  # RFC 5322 section 2.1.1: a line has at most 998; a delimiter line is far shorter


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
    finding: Finding = PASS

    @property
    def body(self) -> bytes:
        """The octets after the header, still transfer-encoded."""
        return self.octets[self.start : self.end]

    @property
    def disposition(self) -> str:
        """`attachment`, `inline`, another word, or "" when the part does not say (RFC 2183)."""
        return self.disposition_field.value

    def first(self, key: str) -> bytes:
        """The body of the first field of that lower-case name, or nothing."""
        for item in self.fields:
            if item.key == key:
                return item.body
        return b""

    def type_raw(self) -> bytes:
        """The Content-Type field as one line, to read the same body again as a mail of its own."""
        return b"Content-Type: " + self.first("content-type").replace(b"\n", b" ")

    def walk(self) -> Iterator[Entity]:
        """This entity and all within it, in the order of the mail."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def read_tree(octets: bytes, limits: Limits, *, start: int = 0, end: int | None = None, depth: int = 0) -> Entity:
    """The whole mail as a tree. Always gives at least the root, whatever the octets are.

    `finding` of the root names the limit of L3 that cut the tree short. `start`, `end` and `depth` serve mails within
    mails.
    """
    end = len(octets) if end is None else end
    root = _entity(octets, start, end, depth, "text/plain", limits, root=True)
    waiting = [root]
    count = 1
    while waiting:
        node = waiting.pop()
        if not node.content_type.startswith("multipart/"):
            continue
        if node.depth >= limits.depth:
            root.finding = Finding(limit="L3", reason=f"parts are nested more than {limits.depth} deep")
            continue
        default = "message/rfc822" if node.content_type == "multipart/digest" else "text/plain"
        for first, last in _sections(node, limits.parts + 1 - count):
            if count >= limits.parts:
                root.finding = Finding(limit="L3", reason=f"there are more than {limits.parts} parts")
                break
            node.children.append(_entity(octets, first, last, node.depth + 1, default, limits))
            count += 1
        waiting.extend(node.children)
    return root


def _entity(
    octets: bytes, start: int, end: int, depth: int, default: str, limits: Limits, *, root: bool = False
) -> Entity:
    block = read_block(octets, start, end, limits, root=root)
    node = Entity(
        octets=octets, fields=block.fields, start=block.body_start, end=end, depth=depth, defects=list(block.defects)
    )
    node.content_type = default
    encoding = b""
    for item in block.fields:
        if item.key == "content-type":
            if node.type_field is _EMPTY:
                node.type_field = parse(item.body)
                if node.type_field.contradictory:
                    node.defects.append("a parameter of Content-Type given twice")
                node.content_type = media_type(node.type_field.value, default)
            elif parse(item.body).value != node.type_field.value:
                node.defects.append("two different Content-Type fields")  # SEC-44
        elif item.key == "content-transfer-encoding":
            if encoding and item.body.strip().lower() != encoding:
                node.defects.append("two different Content-Transfer-Encoding fields")
            encoding = encoding or item.body.strip().lower()
        elif item.key == "content-disposition" and node.disposition_field is _EMPTY:
            node.disposition_field = parse(item.body)
    if root and node.type_field is _EMPTY and (boundary := _guess_boundary(node, lines=6)):
        # a mail that lost its Content-Type and starts with a delimiter and a field is multipart all the same
        node.content_type = "multipart/mixed"
        node.type_field = Structured(value="multipart/mixed", parameters={"boundary": boundary})
        node.defects.append("Content-Type missing")
    return node


def media_type(value: str, default: str) -> str:
    """The type a mailer meant: `text` is text/plain, rubbish is octets (RFC 2045 section 5.2)."""
    kind, slash, subtype = value.partition("/")
    kind, subtype = kind.strip(), subtype.strip()
    if not kind:
        return default
    whole = f"{kind}/{subtype}"
    if slash and subtype and len(whole) <= _LONGEST_TYPE and _TOKEN.issuperset(whole) and subtype.count("/") == 0:
        return whole
    if kind in ("text", "multipart", "message"):
        return {"text": "text/plain", "multipart": "multipart/mixed", "message": "message/rfc822"}[kind]
    if kind in ("plain", "html"):
        return f"text/{kind}"
    return "application/octet-stream" if slash else default


def _sections(node: Entity, most: int) -> list[tuple[int, int]]:
    """Offsets of the parts between the delimiter lines (RFC 2046 section 5.1.1); the preamble is left out."""
    boundary = node.type_field.parameters.get("boundary", b"").rstrip()
    sections = _cut(node, boundary, most) if boundary else []
    if not sections and (guessed := _guess_boundary(node, lines=200)) and guessed != boundary:
        node.defects.append("boundary wrong or missing")
        sections = _cut(node, guessed, most)
    return sections


def _cut(node: Entity, boundary: bytes, most: int) -> list[tuple[int, int]]:
    octets, end = node.octets, node.end
    mark = b"--" + boundary
    sections: list[tuple[int, int]] = []
    opened = -1
    closed = False
    position = node.start
    misses = 0
    while (found := octets.find(mark, position, end)) >= 0 and misses < _MOST_MISSES:
        position = found + len(mark)
        misses += 1
        if found > node.start and octets[found - 1] not in b"\r\n":
            continue
        line_end = min(end, position + _LINE)
        newline = octets.find(b"\n", position, line_end)
        rest = octets[position : newline if newline >= 0 else line_end].strip()
        if rest not in (b"", b"--"):
            continue
        misses -= 1
        if opened >= 0:
            stop = found
            if octets[stop - 1 : stop] == b"\n":
                stop -= 2 if octets[stop - 2 : stop - 1] == b"\r" else 1
            sections.append((opened, max(opened, stop)))
            if len(sections) >= most:
                return sections
        elif closed:
            node.defects.append("parts after the closing boundary")  # SEC-44: the union of all readings is kept
        position = opened = newline + 1 if newline >= 0 else line_end
        closed = rest == b"--"
        if closed:
            opened = -1
    if opened >= 0:
        node.defects.append("closing boundary missing")
        if opened < end:
            sections.append((opened, end))
    return sections


def _guess_boundary(node: Entity, *, lines: int) -> bytes:
    """The delimiter that the body itself shows: a line with two dashes that a MIME field follows, used again later."""
    position = node.start
    tried = 0
    for _ in range(lines):
        newline = node.octets.find(b"\n", position, node.end)
        if newline < 0 or tried > 4:  # each trial may search the whole body
            return b""
        line = node.octets[position:newline].rstrip() if newline - position < _LINE else b""
        position = newline + 1
        if line.startswith(b"--") and len(line) > 4 and b" " not in line:
            following = node.octets[position : position + 9].lower()
            tried += 1
            if following.startswith(b"content-") and node.octets.find(b"\n" + line, position, node.end) >= 0:
                return line[2:]
    return b""
