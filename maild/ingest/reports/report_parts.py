"""The parts of a report by what they are for, their words, and the shape of what is read from them (RFC 6522).

Looks at a bounded number of parts and a bounded start of each. Never looks into the mail that came back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from maild.domain.mail import DeliveryReport, Kind
from maild.ingest.letters.charset import decode
from maild.ingest.letters.transfer import content_of
from maild.ingest.parts.entity import Entity

# Reports have a handful of parts, and what matters of each stands at its start.
_MOST_PARTS = 60
MOST_OCTETS = 256 * 1024
_RETURNED = frozenset({"message/rfc822", "message/global", "message/partial"})
_RETURNED_HEADERS = frozenset(
    {"text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers"}
)
_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status", "text/delivery-status"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a report turned out to be: bounce, delay, mdn, feedback, or auto_reply for a mere confirmation."""

    kind: Kind
    reasons: tuple[str, ...]
    delivery: DeliveryReport | None = None


@dataclass(slots=True)
class Parts:
    """The parts of a report by what they are for."""

    status: list[Entity] = field(default_factory=list)
    disposition: list[Entity] = field(default_factory=list)
    feedback: list[Entity] = field(default_factory=list)
    returned: list[Entity] = field(default_factory=list)
    headers: list[Entity] = field(default_factory=list)
    texts: list[Entity] = field(default_factory=list)
    bare: list[Entity] = field(default_factory=list)


def report_type(root: Entity) -> str:
    """The report-type of a multipart/report (RFC 6522), "" for any other mail."""
    if root.content_type != "multipart/report":
        return ""
    return root.type_field.parameters.get("report-type", b"").decode("ascii", "replace").strip().lower()


def sort(root: Entity) -> Parts:
    """Every leaf outside the returned mail, up to a limit."""
    parts = Parts()
    waiting = list(reversed(root.children))
    count = 0
    while waiting and count < _MOST_PARTS:
        node = waiting.pop()
        count += 1
        kind = node.content_type
        if node.children:
            # of two forms of one text the plain one is read
            plain = [c for c in node.children if c.content_type != "text/html"]
            keep = plain if kind == "multipart/alternative" and _has_words(plain) else node.children
            waiting.extend(reversed(keep))
        elif kind in _STATUS:
            parts.status.append(node)
        elif kind in ("message/disposition-notification", "message/global-disposition-notification"):
            parts.disposition.append(node)
        elif kind == "message/feedback-report":
            parts.feedback.append(node)
        elif kind in _RETURNED:
            parts.returned.append(node)
        elif kind in _RETURNED_HEADERS:
            parts.headers.append(node)
        elif kind in ("text/plain", "text/html"):
            # some mailers paste the returned mail in as a part, header and all
            (parts.bare if node.first("message-id") or node.first("received") else parts.texts).append(node)
    return parts


def _has_words(nodes: Iterable[Entity]) -> bool:
    return any(node.content_type == "text/plain" and node.body.strip() for node in nodes)


def text_of(node: Entity) -> str:
    """The words of a text part; HTML as text."""
    octets = content_of(node)[:MOST_OCTETS]
    charset = node.type_field.parameters.get("charset", b"").decode("ascii", "replace")
    words = decode(octets, charset or None)
    if node.content_type == "text/html":
        from maild.markup import to_text  # heavy; HTML-only notices are rare

        words = to_text(words)
    return words
