"""What templates may call: moments, texts and lists as people read them, in the reader's zone and language.

Turns values into words. Never knows which notice asks.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

import jinja2
from babel.dates import format_date
from markupsafe import Markup, escape

from maild.domain.mail import REPLY_MARKER
from maild.domain.zones import zone_called
from maild.i18n import day_in_words, locale_of_dates
from maild.outbound.explanation import Told, fill, told


@jinja2.pass_context
def _when(context: jinja2.runtime.Context, moment: str | None) -> str:
    return format_moment(moment, str(context["zone"]), str(context["language"]))


@lru_cache(maxsize=1024)
def format_moment(moment: str | None, zone: str, language: str) -> str:
    """A stored moment, in the reader's zone and language: `Monday 24 November 2025, 15:30 (WET)`; "" for none."""
    if not moment:
        return ""
    local = datetime.fromisoformat(moment).astimezone(zone_called(zone))
    return f"{day_in_words(local.date(), language)}, {local:%H:%M} ({local:%Z})"


@lru_cache(maxsize=1024)
def short_moment(moment: str | None, zone: str, language: str) -> str:
    """The same for lists: `24 Nov 2025, 15:30`; "" for none."""
    if not moment:
        return ""
    local = datetime.fromisoformat(moment).astimezone(zone_called(zone))
    return f"{format_date(local.date(), 'medium', locale_of_dates(language))}, {local:%H:%M}"


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
    labels, due = words["labels"], ticket["due"] or {"metric": "", "at": None}
    lines = [
        (labels["ticket"], f"{ticket['token']} {ticket['title'] or words['no_subject']}"),
        (labels["customer"], _person(requester)),
        (labels["state"], words["states"][ticket["state"]]),
        (labels["priority"], words["priorities"][ticket["priority"]]),
        (words["due"].get(due["metric"], ""), format_moment(due["at"], zone, language)),
        (labels["owner"], ticket["owner"] or words["nobody"]),
        (labels["team"], ticket["team"]),
        (labels["category"], ticket["category"]),
        (labels["request_type"], ticket["request_type"]),
        (labels["tags"], ", ".join(ticket["tags"])),
        (labels["follows"], str(ticket["follows"] or "")),
        (labels["see_also"], "; ".join(_briefly(words, other) for other in ticket["see_also"])),
    ]
    return [(label, value) for label, value in lines if value]


def _briefly(words: dict[str, Any], other: dict[str, Any]) -> str:
    """Another ticket on one line."""
    return f"{other['number']} {other['title'] or words['no_subject']} ({words['states'][other['state']]})"


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


@jinja2.pass_context
def _short_day(context: jinja2.runtime.Context, day: str) -> str:
    """A day written `2025-11-24`, as `Mon 24 Nov` in the reader's language."""
    return format_date(date.fromisoformat(day), "EEE d MMM", locale_of_dates(str(context["language"])))


FILTERS = {
    "when": _when, "quoted": _quoted, "paragraphs": _paragraphs, "file_names": _file_names, "person": _person,
    "fill": fill, "without_re": _without_re, "day": _short_day,
}  # fmt: skip
"""By the names that templates use, and the same for functions."""

_PADDING = Markup("&#847;&zwnj;&nbsp;" * 60)  # noqa: S704 - our own letters
"""Nothing that can be seen, as long as the line that mail clients show of a mail in a list: behind a shorter one it
keeps the letter's first words from standing there. Made once: a loop in the template was a sixth of rendering it."""

GLOBALS = {"padding": _PADDING, "marker": _marker, "facts": _facts, "explained": _explained, "happened": _happened}
