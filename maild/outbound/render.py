"""Notices in words: Jinja2 templates, packaged or overridden, in the reader's language and zone.

A template sees plain JSON only and runs in a sandbox. When one of the operator's fails, the packaged one stands in, and
for that the built-in plain text: a mail is never lost to a template.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import jinja2

from maild.domain.notice import Notice
from maild.outbound.compose import Rendered
from maild.outbound.sandbox import OUTPUT_LIMIT, Sandbox, begin
from maild.outbound.wording import FILTERS, GLOBALS

LANGUAGES = ("en", "pt", "es")

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


FAILURES = (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError)
"""What a template may fail with."""


class Renders(Protocol):
    """Whoever makes words of notices, whatever templates he uses."""

    def render(self, notice: Notice) -> Rendered:
        """Subject, text and HTML. Never raises: `problem` tells what failed, and other words stand in."""

    def words(self, language: str) -> dict[str, Any]:
        """The word list of a language, overridden sentences included."""


class Renderer:
    """Renders notices. Each of `overrides` is a folder laid out like `templates/`; its files go before those of the
    folders behind it, and the packaged ones come last."""

    def __init__(self, *overrides: Path) -> None:
        self._overridden = bool(overrides)
        self._environment = Sandbox(
            loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(r / "mail") for r in (*overrides, templates_root())]),
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
        begin()
        self._words = {
            language: json.loads(self._environment.get_template(f"_layout/words.{language}.json").render())
            for language in LANGUAGES
        }

    def render(self, notice: Notice) -> Rendered:
        """Subject, text and HTML. Never raises: `problem` tells what failed, and the packaged words stand in for those
        of an operator, the plain built-in text for the packaged ones."""
        if notice.name == CANARY:
            return Rendered(subject="Canary", text=_CANARY_TEXT)
        try:
            return self.render_strictly(notice.name, notice.language, notice.context)
        except FAILURES as error:
            problem = f"template {notice.name}/{notice.language}: {type(error).__name__}: {error}"
        standing_in = _packaged().render(notice) if self._overridden else None
        if standing_in is None or standing_in.problem:
            return Rendered(
                subject=_plain_subject(notice.context), text=_plain_text(notice.context), html="", problem=problem
            )
        return replace(standing_in, problem=problem)

    def render_strictly(self, name: str, language: str, context: dict[str, Any]) -> Rendered:
        """The same, but a failing template raises one of `FAILURES`."""
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
        begin()
        output = template.render(values)
        if len(output) > OUTPUT_LIMIT:
            raise ValueError(f"{template.name} makes {len(output)} characters, at most {OUTPUT_LIMIT} may leave")
        return output

    def _base(self, language: str) -> str:
        return next(form for form in _fallbacks(language) if form in self._words)


class Renderers:
    """Renders each notice with the templates of the mailbox it leaves from. `by_mailbox` are folders by folded address;
    what is not in one comes from `override`, the desk's own folder, and then from the packaged templates."""

    def __init__(self, override: Path | None, by_mailbox: Mapping[str, Path]) -> None:
        desks = (override,) if override is not None else ()
        self._desk = Renderer(*desks)
        self._by_mailbox = {key: Renderer(folder, *desks) for key, folder in by_mailbox.items()}

    def render(self, notice: Notice) -> Rendered:
        """Subject, text and HTML; never raises."""
        return self._by_mailbox.get(notice.sender.key, self._desk).render(notice)

    def become(self, fresh: Renderers) -> None:
        """Render the next mail with the templates of others."""
        self._desk, self._by_mailbox = fresh._desk, fresh._by_mailbox

    def words(self, language: str) -> dict[str, Any]:
        """The word list of a language, overridden sentences included."""
        return self._desk.words(language)


@cache
def _packaged() -> Renderer:
    return Renderer()


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
