"""Notices in words: Jinja2 templates, packaged or overridden, in the reader's language and zone.

A template sees plain JSON only and runs in a sandbox. When one fails, the built-in plain text stands in and says so:
a mail is never lost to a template.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from babel.core import Locale
from babel.dates import format_date
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from maild.domain.mail import REPLY_MARKER
from maild.domain.notice import Notice
from maild.outbound.compose import Rendered
from maild.outbound.explanation import Told, fill, told

LANGUAGES = ("en", "pt", "es")

_LOCALES = {"en": "en_GB", "pt": "pt_PT", "es": "es_ES"}
"""Whose way of writing dates is used: 24 hours and the day before the month, so that nobody misreads a date."""

OUTPUT_LIMIT = 1_000_000
"""Characters of one rendered part: above any answer, below what mail clients choke on (SEC-34)."""

SUBJECT_LIMIT = 250
"""Characters of a subject: what every client shows and no relay refuses."""


def templates_root() -> Path:
    """The packaged templates in a wheel, those of the repository in a checkout."""
    packaged = Path(str(files("maild") / "_templates"))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "templates"


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox without the operators that make gigabytes out of nothing (SEC-34)."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on small numbers only."""
        if operator == "**" or not all(isinstance(v, int | float) for v in (left, right)):
            raise SecurityError(f"the operator {operator} is for numbers only")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Methods of texts that pad or multiply are not for templates."""
        if isinstance(obj, str) and attr in _PADDING:
            return False
        return super().is_safe_attribute(obj, attr, value)


CANARY = "canary"
"""The one mail without a template: nobody reads it."""

_CANARY_TEXT = (
    "The desk has sent this mail to itself, to see whether mail goes out and comes back. Nothing is to be done.\n"
)

_PADDING = frozenset({"ljust", "rjust", "center", "zfill", "expandtabs", "format", "format_map", "replace", "join"})
_DANGEROUS_FILTERS = ("format", "center", "replace", "urlize", "wordwrap", "indent", "pprint", "xmlattr")


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
        for name in _DANGEROUS_FILTERS:
            del self._environment.filters[name]
        self._environment.filters |= {
            "when": _when, "quoted": _quoted, "paragraphs": _paragraphs, "file_names": _file_names, "person": _person,
            "fill": fill, "without_re": _without_re,
        }  # fmt: skip
        self._environment.globals |= {
            "marker": _marker, "facts": _facts, "explained": _explained, "happened": _happened,
        }  # fmt: skip
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


@jinja2.pass_context
def _when(context: jinja2.runtime.Context, moment: str | None) -> str:
    return format_moment(moment, str(context["zone"]), str(context["language"]))


@lru_cache(maxsize=1024)
def format_moment(moment: str | None, zone: str, language: str) -> str:
    """A stored moment, in the reader's zone and language: `Monday 24 November 2025, 15:30 (WET)`; "" for none."""
    if not moment:
        return ""
    local = datetime.fromisoformat(moment).astimezone(_zone(zone))
    return f"{_day(local.date(), language)}, {local:%H:%M} ({local:%Z})"


@lru_cache(maxsize=1024)
def short_moment(moment: str | None, zone: str, language: str) -> str:
    """The same for lists: `24 Nov 2025, 15:30`; "" for none."""
    if not moment:
        return ""
    local = datetime.fromisoformat(moment).astimezone(_zone(zone))
    return f"{format_date(local.date(), 'medium', _locale(language))}, {local:%H:%M}"


@lru_cache(maxsize=256)
def _day(day: date, language: str) -> str:
    return format_date(day, "full", _locale(language))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, "en_GB"))


def _marker(words: dict[str, Any]) -> str:
    """The line above which a reply is written; everything from it on is cut off when the reply comes back."""
    begin, end = REPLY_MARKER
    return f"{begin}{words['marker']}{end}"


def _quoted(text: str) -> str:
    """Text set in by two spaces, so that it cannot pass for words of ours."""
    return "\n".join("  " + line if line else "" for line in str(text).split("\n"))


def _paragraphs(text: str) -> Markup:
    """Plain text as HTML: blank lines make paragraphs, line ends and leading spaces stay."""
    made: list[str] = []
    for block in str(text).replace("\r\n", "\n").split("\n\n"):
        lines = [_leading_spaces(line) for line in block.strip("\n").split("\n")]
        if any(lines):
            made.append('<p style="margin:0 0 1em 0">' + "<br>\n".join(lines) + "</p>")
    return Markup("\n".join(made))  # noqa: S704 - every line was escaped above


def _leading_spaces(line: str) -> str:
    kept = line.lstrip(" \t")
    return "&nbsp;" * min(len(line) - len(kept), 40) + str(escape(kept))


def _explained(words: dict[str, Any], why: dict[str, Any], zone: str, language: str) -> Told:
    """The explanation of a ticket in words; in lists of times the short form of a moment is read at once."""
    return told(words, why, lambda moment: short_moment(moment, zone, language))


def _without_re(title: str) -> str:
    """The title without the reply mark that is put before it again."""
    while title[:3].lower() == "re:":
        title = title[3:].lstrip()
    return title


def _file_names(listed: list[dict[str, Any]]) -> str:
    return ", ".join(f"{file['filename']} ({_size(file['size'])})" for file in listed)


def _facts(
    words: dict[str, Any], ticket: dict[str, Any], requester: dict[str, Any], zone: str, language: str
) -> list[tuple[str, str]]:
    """The lines of the table below an agent's mail; empty values are left out."""
    labels = words["labels"]
    lines = [
        (labels["ticket"], f"{ticket['token']} {ticket['title'] or words['no_subject']}"),
        (labels["customer"], _person(requester)),
        (labels["state"], words["states"][ticket["state"]]),
        (labels["priority"], words["priorities"][ticket["priority"]]),
        (labels["promised"], format_moment(ticket["promised"], zone, language)),
        (labels["owner"], ticket["owner"] or words["nobody"]),
        (labels["team"], ticket["team"]),
        (labels["category"], ticket["category"]),
        (labels["request_type"], ticket["request_type"]),
        (labels["tags"], ", ".join(ticket["tags"])),
        (labels["follows"], str(ticket["follows"] or "")),
    ]
    return [(label, value) for label, value in lines if value]


def _happened(words: dict[str, Any], line: dict[str, Any], zone: str, language: str) -> str:
    """One line of a digest in words."""
    said = words["happened"]
    name = line["name"] if line["name"] != "assigned" or line["to_you"] else "assigned-team"
    return fill(
        said.get(name, said["other"]),
        who=line["who"] or words["somebody"],
        metric=words["metrics"].get(line["metric"], ""),
        due=format_moment(line["due"], zone, language),
    )


def _size(octets: int) -> str:
    """A file size as people read it."""
    if octets < 1024:
        return f"{octets} B"
    return f"{octets / 1024:.0f} kB" if octets < 1024 * 1024 else f"{octets / 1024 / 1024:.1f} MB"


def _person(value: dict[str, Any]) -> str:
    """Name and address, as far as they are known."""
    return f"{value['name']} <{value['address']}>" if value.get("name") else str(value["address"])


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
