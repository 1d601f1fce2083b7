"""HTML of mails: as text for reading and searching, and cleaned for showing.

What comes out of `clean` can neither run nor fetch anything; plain text is never taken for HTML here, callers escape
it. Both functions are linear on hostile input behind the limits below.
"""

from __future__ import annotations

import html as entities
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import nh3

from maild.html_style import safe_style
from maild.html_text import to_text

__all__ = ["clean", "to_text"]

MAX_HTML: Final = 1 << 20
"""Characters of HTML that are cleaned (L5); above it the words are shown without mark-up."""
MAX_MARKS: Final = 20_000
"""`<` or `&` in one HTML (L5): nh3 needs a second for this many nested elements, and half a minute for 100 000."""
MAX_DEPTH: Final = 200
"""Nested elements (L5); cleaning is quadratic in it."""
MAX_GROWTH: Final = 3
"""Output over input: repaired mark-up can grow elevenfold."""
MAX_ROUNDS: Final = 4
"""Cleaning until nothing changes; real mails need two, an HTML that needs more is made to fool somebody."""

_TAGS_NAMES: Final = (
    "a abbr acronym address b bdi big blockquote br caption center cite code col colgroup dd del details dfn dir div "
    "dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark menu nav ol p pre "
    "q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u "
    "ul var wbr"
)
TAGS: Final = frozenset(_TAGS_NAMES.split())
_DROPPED_WITH_CONTENT_NAMES: Final = (
    "script style title head template noscript svg math object embed iframe frameset noframes applet xmp plaintext "
    "noembed select"
)
_DROPPED_WITH_CONTENT: Final = frozenset(_DROPPED_WITH_CONTENT_NAMES.split())
_MEASURES_NAMES: Final = (
    "align bgcolor border cellpadding cellspacing color colspan dir face height hspace lang rowspan size start type "
    "valign value vspace width nowrap"
)
_MEASURES: Final = frozenset(_MEASURES_NAMES.split())
ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": set(_MEASURES | {"style", "title"}),
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"abbr", "headers", "scope"},
    "th": {"abbr", "headers", "scope"},
}
LINKS: Final = ("http://", "https://", "mailto:", "tel:")
_MEASURE_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#%., -_'")
_TURNERS: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that turn the direction of what follows: a link could read other than it is (CVE-2021-42574)."""
_INVISIBLE_CONTROLS: Final = dict.fromkeys((*range(9), 11, *range(14, 32), *range(127, 160)))
_REMOVED: Final = _TURNERS | _INVISIBLE_CONTROLS


def clean(html: str, picture: Callable[[str], str | None] | None = None) -> str:
    """HTML that is safe to show: keeps links, tables, lists and `cid:` pictures; cleaning again changes nothing.

    With `picture` it is made ready for a page: a second, independent cleaner checks it, each picture gets the URL that
    `picture(content_id)` answers, and what is not shown says so. Beyond the limits above the words alone are kept,
    inside `<pre>`.
    """
    if not html or _is_plain(html):
        return html
    cleaned = _stable(html) if _within_limits(html) else None
    if cleaned is None or len(cleaned) > MAX_GROWTH * len(html) + 1_000 or not _within_limits(cleaned):
        return _plain(html)
    if picture is None:
        return cleaned
    # bleach costs half a second to import and ten times nh3 to run: only where HTML meets a browser.
    from maild.html_gate import checked

    return checked(cleaned, picture)


def _within_limits(html: str) -> bool:
    if len(html) > MAX_HTML or html.count("<") > MAX_MARKS or html.count("&") > MAX_MARKS:
        return False
    return html.count("<") <= MAX_DEPTH or _depth(html) <= MAX_DEPTH


_NEVER_DEEP_NAMES: Final = (
    "br img hr input meta link col area base wbr source embed param p li td th tr dd dt option tbody thead tfoot o:p "
    "!doctype"
)
_NEVER_DEEP: Final = frozenset(_NEVER_DEEP_NAMES.split())
"""Without content, or ended by their own kind: they nest only inside others that are counted."""


def _depth(html: str) -> int:
    """How deep elements may get, over-estimated from the tags alone."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for piece in html.split("<")[1:]:
        closing = piece.startswith("/")
        name = piece[1:32] if closing else piece[:32]
        name = name.partition(">")[0].lower().split(None, 1)[0] if name.partition(">")[0].strip() else ""
        if not name[:1].isalpha() or name in _NEVER_DEEP:
            continue
        if not closing:
            opened[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
    return deepest


def _stable(html: str) -> str | None:
    """Cleaned until another round changes nothing; None when it does not settle."""
    for _ in range(MAX_ROUNDS):
        once = _cleaner().clean(html.translate(_REMOVED))
        if once == html:
            return once
        html = once
    return None


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value an attribute may have, None to drop it."""
    if name == "style":
        return safe_style(value) or None
    if name == "href":
        return value if value.strip().lower().startswith(LINKS) else None
    if name == "src":
        return value if value.strip().lower().startswith("cid:") else None
    if name in _MEASURES:
        return value if len(value) <= 64 and _MEASURE_LETTERS.issuperset(value) else None
    return value


_PRE, _END = "<pre>", "</pre>"


def _plain(html: str) -> str:
    """The words in `<pre>`, where nothing is mark-up."""
    text = to_text(html).translate(_REMOVED)[:MAX_HTML]
    escaped = entities.escape(text, quote=False)
    room = MAX_GROWTH * len(html) + 1_000
    if len(escaped) > room:  # cut, but not inside an entity
        begin, _, last = escaped[:room].rpartition("&")
        escaped = escaped[:room] if ";" in last else begin
    return f"{_PRE}{escaped}{_END}"


def _is_plain(html: str) -> bool:
    """Whether it came from `_plain`, or might have: escaped words without a tag inside, so nothing to clean."""
    if not (html.startswith(_PRE) and html.endswith(_END)):
        return False
    escaped = html[len(_PRE) : -len(_END)]
    text = entities.unescape(escaped)
    return not text.startswith("\n") and entities.escape(text.translate(_REMOVED), quote=False) == escaped
