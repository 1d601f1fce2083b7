"""The second gate before HTML of a mail meets a browser: bleach over what nh3 let through, links made plain.

Runs only on HTML that was cleaned and measured before; never fetches a picture and never follows a link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from bleach import html5lib_shim
from bleach.css_sanitizer import CSSSanitizer
from bleach.sanitizer import Cleaner

from maild.html_style import PROPERTIES
from maild.markup import ATTRIBUTES, LINKS, TAGS

Token = dict[str, Any]
"""A token of html5lib: `type`, `name`, and `data`, which is a text or the attributes."""

BLOCKED: Final = "[image blocked]"


def checked(html: str, picture: Callable[[str], str | None]) -> str:
    """HTML as bleach lets it through, with the URL of `picture(content_id)` in place of each `cid:` picture."""

    def shown(source: Any) -> _Shown:
        return _Shown(source, picture)

    # A cleaner of bleach keeps state while it works, so each call has its own.
    cleaner = Cleaner(
        tags=TAGS,
        attributes=_is_allowed,
        protocols={scheme.partition(":")[0] for scheme in LINKS} | {"cid"},
        strip=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=PROPERTIES),
        filters=[shown],
    )
    return str(cleaner.clean(html))


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if tag == "a" and name in ("rel", "target"):
        return True
    return name in ATTRIBUTES["*"] or name in ATTRIBUTES.get(tag, ())


class _Shown(html5lib_shim.Filter):  # type: ignore[misc]  # html5lib has no types
    """Last filter: our pictures get their URL, others become words; a link that names another host says its own."""

    def __init__(self, source: Any, picture: Callable[[str], str | None]) -> None:
        super().__init__(source)
        self._picture = picture

    def __iter__(self) -> Iterator[Token]:
        target = ""
        words: list[str] = []
        for token in super().__iter__():
            name, kind = token.get("name"), token["type"]
            if name == "img" and kind in ("StartTag", "EmptyTag"):
                yield self._shown_picture(token)
                continue
            if name == "a" and kind == "StartTag":
                target, words = token["data"].get((None, "href"), ""), []
            elif kind in ("Characters", "Entity", "SpaceCharacters"):
                words.append(str(token.get("data", "")))
            yield token
            if name == "a" and kind == "EndTag":
                if (place := _other_place("".join(words), target)) and target:
                    yield {"type": "Characters", "data": f" [{place}]"}
                target = ""

    def _shown_picture(self, token: Token) -> Token:
        attributes = token["data"]
        source = attributes.get((None, "src"), "")
        url = self._picture(unquote(source[4:])) if source.lower().startswith("cid:") else None
        if url:
            attributes[(None, "src")] = url
            return token
        return {"type": "Characters", "data": attributes.get((None, "alt"), "").strip() or BLOCKED}


def _other_place(words: str, target: str) -> str:
    """The host a link goes to, when its words name another host; else "" (SEC-42)."""
    words = words.strip().lower()
    if "." not in words or " " in words or "@" in words:
        return ""
    named = _host(words if "://" in words else f"http://{words}")
    real = _host(target)
    if not named or "." not in named or not real:
        return ""
    return "" if named.removeprefix("www.") == real.removeprefix("www.") else real


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
