"""Renders every notice in every language with its sample, and says what is wrong before a customer sees it.

Looks at the packaged templates and at those of the override folder alike. Never changes a file.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from maild.domain.address import fold
from maild.domain.mail import REPLY_MARKER
from maild.outbound.compose import Rendered
from maild.outbound.render import FAILURES, LANGUAGES, Renderer, templates_root

PARTS = ("subject.txt", "body.txt", "body.html")

_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "area", "base", "source", "wbr"})
_PROBE = "<b>&{{ 7*7 }}</b>"
"""Put into every text a stranger can choose: it must come out as it is, and escaped in HTML (SEC-34)."""


def notice_names() -> list[str]:
    """All notices that have templates."""
    return sorted(path.stem for path in (templates_root() / "samples").glob("*.json"))


def sample(name: str) -> dict[str, Any]:
    """The sample values of a notice: what a template for it may use."""
    loaded: dict[str, Any] = json.loads((templates_root() / "samples" / f"{name}.json").read_text("utf-8"))
    return loaded


def check_templates(*overrides: Path, private: Collection[str] = ()) -> list[str]:
    """All problems found, one sentence each with file or notice and language; an empty list when all is well.

    Each of `overrides` goes before those behind it, and all before the packaged templates. `private` are the addresses
    of agents, which no customer may read (P19).
    """
    problems = [problem for override in overrides for problem in _strange_files(override)]
    try:
        renderer = Renderer(*overrides)
    except FAILURES as error:
        return [*problems, f"_layout: {_say(error)}"]
    for name, language in written(*overrides):
        problems += (f"{name}/{language}: {text}" for text in _problems(renderer, name, language, private))
    return problems


def written(*overrides: Path) -> list[tuple[str, str]]:
    """Every notice with every language that there are words in, regions of the operator's included."""
    regions = {
        (path.parent.parent.name, path.parent.name)
        for override in overrides
        for path in (override / "mail").glob("*/*_*/*")
        if _without_region(path.parent.name) in LANGUAGES
    }
    return sorted({(name, language) for name in notice_names() for language in LANGUAGES} | regions)


def _problems(renderer: Renderer, name: str, language: str, private: Collection[str]) -> Iterator[str]:
    for part in PARTS:
        if language in LANGUAGES and not (templates_root() / "mail" / name / language / part).is_file():
            yield f"{part} is missing"
    values = sample(name)
    try:
        rendered = renderer.render_strictly(name, language, values)
        hostile = renderer.render_strictly(name, language, _with_probe(values))
        for other in _variations(values):
            renderer.render_strictly(name, language, other)
    except FAILURES as error:
        yield _say(error)
        return
    yield from _shape(rendered, for_agents="reply" in values, has_ticket=values["ticket"] is not None)
    if "reply" not in values:
        everything = fold(f"{rendered.subject}\n{rendered.text}\n{rendered.html}")
        yield from (f"tells customers the address {one} of an agent" for one in private if fold(one) in everything)
    if "49" in hostile.subject and "49" not in rendered.subject:
        yield "a stranger's text is taken for a template"
    if "<b>&" in hostile.html:
        yield "body.html shows a stranger's text without escaping it"


def _variations(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The sample with each switch turned, each list empty and each number nothing, one at a time: what is wrong in a
    line that the sample does not reach is found too."""
    places: list[tuple[Any, ...]] = [(key,) for key in values]
    while places:
        place = places.pop()
        inner: Any = values
        for key in place:
            inner = inner[key]
        if isinstance(inner, dict):
            places += [(*place, key) for key in inner]
        elif isinstance(inner, bool):
            yield _with(values, place, not inner)
        elif isinstance(inner, list):
            yield _with(values, place, [])
        elif isinstance(inner, int):
            yield _with(values, place, 0)


def _with(values: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    return {key: _with(inner, place[1:], value) if key == place[0] else inner for key, inner in values.items()}


def _shape(rendered: Rendered, *, for_agents: bool, has_ticket: bool) -> Iterator[str]:
    if not rendered.subject.strip():
        yield "the subject is empty"
    if not rendered.text.strip():
        yield "body.txt is empty"
    if not rendered.html.strip():
        yield "body.html is empty"
    begin, end = REPLY_MARKER
    first = rendered.text.lstrip().split("\n")[0]
    if for_agents and not (first.startswith(begin) and first.endswith(end)):
        yield "body.txt does not begin with the line above which answers are written: {{ marker(words) }}"
    if for_agents and begin not in rendered.html:
        yield "body.html lacks the line above which answers are written: {{ marker(words) }}"
    balance = _Balance()
    balance.feed(rendered.html)
    balance.close()
    yield from (f"body.html: {problem}" for problem in balance.problems())
    for word in ("src=", "<script", "<iframe", "<form", "@import", "url("):
        if word in rendered.html.lower():
            yield f"body.html fetches or runs something ({word}): mail clients block it, and it tracks readers"


def _with_probe(values: Any) -> Any:
    """The sample with the probe behind every text that people write."""
    written = {"title", "text", "author", "name", "subject", "reason", "diagnostic", "filename", "who", "words", "to"}
    if isinstance(values, dict):
        return {
            key: value + _PROBE if key in written and isinstance(value, str) else _with_probe(value)
            for key, value in values.items()
        }
    return [_with_probe(value) for value in values] if isinstance(values, list) else values


def _strange_files(override: Path) -> Iterator[str]:
    """Files that nothing will ever read: most are a slip of the pen in a folder's name."""
    if not override.is_dir():
        yield f"{override} is not a folder"
        return
    root = override / "mail"
    known = {f"{name}/{language}/{part}" for name in notice_names() for language in LANGUAGES for part in PARTS}
    shared = {path.name for path in (templates_root() / "mail" / "_layout").iterdir()}
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        name = path.relative_to(root).as_posix()
        layout, _, file = name.partition("/")
        regional = _of_language(name)
        if path.is_file() and regional not in known and not (layout == "_layout" and file in shared):
            yield f"{path}: no notice, language or part of this name"


def _of_language(name: str) -> str:
    """`answer/pt_BR/body.txt` as `answer/pt/body.txt`: a region may have texts of its own."""
    pieces = name.split("/")
    if len(pieces) == 3:
        pieces[1] = _without_region(pieces[1])
    return "/".join(pieces)


def _without_region(language: str) -> str:
    return language.partition("_")[0]


class _Balance(HTMLParser):
    """Whether every element that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self._problems.append(f"</{tag}> closes nothing, or in the wrong order")

    def problems(self) -> list[str]:
        """What was found; only the first few, the rest follows from them."""
        return [*self._problems, *(f"<{tag}> is not closed" for tag in self._open)][:3]


def _say(error: Exception) -> str:
    place = getattr(error, "name", None)
    line = getattr(error, "lineno", None)
    where = f"{place}, line {line}: " if place and line else ""
    return f"{where}{type(error).__name__}: {error}"
