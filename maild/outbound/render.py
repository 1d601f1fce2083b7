"""Notices in words: Jinja2 templates, packaged or overridden, in the reader's language and zone.

A template sees plain JSON only and runs in a sandbox. When one fails, the built-in plain text stands in and says so:
a mail is never lost to a template.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from maild.domain.notice import Notice
from maild.outbound.compose import Rendered
from maild.outbound.sandbox import Sandbox
from maild.outbound.wording import FILTERS, GLOBALS

LANGUAGES = ("en", "pt", "es")

OUTPUT_LIMIT = 1_000_000
"""Characters of one rendered part: above any answer, below what mail clients choke on (SEC-34)."""

SUBJECT_LIMIT = 250
"""Characters of a subject: what every client shows and no relay refuses."""


def templates_root() -> Path:
    """The packaged templates in a wheel, those of the repository in a checkout."""
    packaged = Path(str(files("maild") / "_templates"))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "templates"


CANARY = "canary"
"""The one mail without a template: nobody reads it."""

_CANARY_TEXT = (
    "The desk has sent this mail to itself, to see whether mail goes out and comes back. Nothing is to be done.\n"
)


class Renderer:
    """Renders notices. `override` is a folder laid out like `templates/`; its files go before the packaged ones."""

    def __init__(self, override: Path | None = None) -> None:
        roots = [root / "mail" for root in (override, templates_root()) if root is not None]
        self._environment = Sandbox(
            loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(root) for root in roots]),
            undefined=jinja2.StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".html")),
            auto_reload=False,
            cache_size=-1,  # a fixed set of files, each compiled once
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._environment.filters |= FILTERS
        self._environment.globals |= GLOBALS
        self._words = {
            language: json.loads(self._environment.get_template(f"_layout/words.{language}.json").render())
            for language in LANGUAGES
        }

    def render(self, notice: Notice) -> Rendered:
        """Subject, text and HTML. Never raises: `problem` tells what failed, and the plain built-in text stands in."""
        if notice.name == CANARY:
            return Rendered(subject="Canary", text=_CANARY_TEXT)
        try:
            return self.render_strictly(notice.name, notice.language, notice.context)
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            problem = f"template {notice.name}/{notice.language}: {type(error).__name__}: {error}"
            return Rendered(
                subject=_plain_subject(notice.context), text=_plain_text(notice.context), html="", problem=problem
            )

    def render_strictly(self, name: str, language: str, context: dict[str, Any]) -> Rendered:
        """The same, but a failing template raises."""
        base = self._base(language)
        values = {**context, "language": base, "words": self._words[base]}
        subject, text, html = (
            self._part(name, language, part, values) for part in ("subject.txt", "body.txt", "body.html")
        )
        return Rendered(subject=" ".join(subject.split())[:SUBJECT_LIMIT], text=text, html=html)

    def words(self, language: str) -> dict[str, Any]:
        """The word list of a language, overridden sentences included."""
        found: dict[str, Any] = self._words[self._base(language)]
        return found

    def _part(self, name: str, language: str, part: str, values: dict[str, Any]) -> str:
        template = self._environment.select_template([f"{name}/{form}/{part}" for form in _fallbacks(language)])
        output = template.render(values)
        if len(output) > OUTPUT_LIMIT:
            raise ValueError(f"{template.name} makes {len(output)} characters, at most {OUTPUT_LIMIT} may leave")
        return output

    def _base(self, language: str) -> str:
        return next(form for form in _fallbacks(language) if form in self._words)


def _fallbacks(language: str) -> list[str]:
    """`pt_BR`, then `pt`, then `en`."""
    form = language.replace("-", "_")
    return list(dict.fromkeys((form, form.partition("_")[0], "en")))


def _plain_subject(context: dict[str, Any]) -> str:
    ticket = context.get("ticket") or {}
    desk = context.get("desk") or {}
    subject = f"{ticket.get('token', '')} {ticket.get('title', '')}".strip() or str(desk.get("name", ""))
    return " ".join(subject.split())[:SUBJECT_LIMIT]


def _plain_text(context: dict[str, Any]) -> str:
    """What stands in for a failing template: the facts without any words around them, readable in any language."""
    ticket, article = context.get("ticket") or {}, context.get("article") or {}
    held, delivery = context.get("held") or {}, context.get("delivery") or {}
    links = context.get("links") or {}
    blocks = [
        str(article.get("text", "")),
        "\n".join(str(v) for v in (*held.values(), *delivery.values()) if v),
        f"{ticket.get('token', '')} {ticket.get('title', '')}".strip(),
        "\n".join(str(link) for link in links.values()),
        str((context.get("desk") or {}).get("name", "")),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"
