"""The readable body put together: stretches of text and HTML in the order of the mail, alternatives chosen among.

Plain and HTML are kept side by side. Never cleans HTML and never cuts words out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from maild.ingest.gate import Limits
from maild.markup import to_text

_STUB = 200  # characters; longer texts are never taken for "this mail needs HTML"


@dataclass(slots=True)
class Segment:
    """A stretch of the body in one or both forms, in the order of the mail."""

    text: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The readable body. `html` is not cleaned yet and "" when there is none; `text_is_plain` is False when the text
    was made from the HTML."""

    text: str
    html: str
    text_is_plain: bool


def choose(bodies: list[list[Segment]]) -> list[Segment]:
    """One segment out of alternatives: the words of the last plain one, the last HTML (RFC 2046 §5.1.4)."""
    text, html = "", ""
    for body in bodies:
        if any(s.html.strip() for s in body):
            html = join_html(body)
            if any(s.text.strip() for s in body) and not text.strip() and all(s.text for s in body if s.html):
                text = join_text(body)
        elif any(s.text.strip() for s in body):
            text = join_text(body)
    return [Segment(text=text, html=html)] if text.strip() or html else []


def body_of(all_segments: list[Segment], limits: Limits) -> Body:
    """The body as plain text and as HTML."""
    segments = _without_repetition([s for s in all_segments if s.text.strip() or s.html.strip()])
    html = join_html(segments)[: limits.html] if any(s.html for s in segments) else ""
    pieces: list[str] = []
    plain = True
    for segment in segments:
        text = segment.text
        if segment.html and len(text.strip()) < _STUB:
            shown = to_text(segment.html[: limits.html])
            # ten times as many words in the other form cannot be the same message (RFC 2046 section 5.1.4)
            if not text.strip() or len(shown) > 10 * len(text.strip()) + _STUB:
                text, plain = shown, False
        if text.strip():
            pieces.append(text)
    return Body(text="\n".join(pieces).strip("\n"), html=html, text_is_plain=plain)


def _without_repetition(segments: list[Segment]) -> list[Segment]:
    """Plain and HTML parts with the same words one after the other are what the mailer meant as alternatives."""
    if len(segments) == 2 and not segments[0].html and not segments[1].text:
        plain, shown = "".join(segments[0].text.split()), "".join(to_text(segments[1].html).split())
        if plain and plain == shown:
            return [Segment(text=segments[0].text, html=segments[1].html)]
    return segments


def join_text(segments: list[Segment]) -> str:
    """The plain forms one after the other."""
    return "\n".join(s.text for s in segments if s.text)


def join_html(segments: list[Segment]) -> str:
    """The HTML forms one after the other; stretches that are only plain are shown as plain."""
    if len(segments) == 1:
        return segments[0].html
    return "\n".join(s.html or _plain_as_html(s.text) for s in segments if s.html or s.text.strip())


def _plain_as_html(text: str) -> str:
    """Plain text between HTML parts: shown as it stands."""
    return f'<div style="white-space: pre-wrap">{escape(text)}</div>'
