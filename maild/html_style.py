"""What an inline style says about the words inside: hidden, shown again, kept line by line, marked as a quote.

Reads `style` attributes only; style sheets are not followed, for a mail cannot rely on them either.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

MAX_STYLE: Final = 4_000
"""Characters of one style looked at: the longest of real mails stay below 2000."""

_WATCHED: Final = (
    "display",
    "visib",
    "font",
    "opacity",
    "height",
    "white-space",
    "border-left",
    "margin",
    "mso-element",
)


class Look(NamedTuple):
    """`gone` is final (display, opacity, height); `faint` is inherited and may be taken back further in (`plain`)."""

    gone: bool = False
    faint: bool = False
    plain: bool = False
    verbatim: bool | None = None
    """White space is kept (True), collapsed (False), or as outside (None)."""
    barred: bool = False
    """A bar on the left: how quotes are drawn."""
    tight: bool = False
    """No margin: a paragraph that is only a line."""


_NOTHING: Final = Look()


def look(style: str) -> Look:
    """The meaning of one `style` attribute."""
    return _read(style[:MAX_STYLE]) if any(word in style.lower() for word in _WATCHED) else _NOTHING


@lru_cache(maxsize=512)  # the same few styles come again and again in one mail
def _read(style: str) -> Look:
    told: dict[str, str] = {}
    for declaration in style.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            told[name.strip()] = value.replace("!important", "").strip()
    size = told.get("font-size", "")
    visibility = told.get("visibility", "")
    space = told.get("white-space", "")
    low = _is_zero(told.get("max-height", "")) or _is_zero(told.get("height", ""))
    return Look(
        gone=told.get("display") == "none"
        or _is_zero(told.get("opacity", ""))
        or (low and told.get("overflow") == "hidden"),
        faint=_is_zero(size) or visibility in ("hidden", "collapse"),
        plain=(bool(size) and not _is_zero(size)) or visibility == "visible",
        verbatim=space.startswith(("pre", "break-spaces")) if space and space != "inherit" else None,
        barred=_bar(told),
        tight=_is_tight(told),
    )


def _is_zero(value: str) -> bool:
    number = value.rstrip("%abcdefghijklmnopqrstuvwxyz ")
    return bool(number) and not number.strip("0.")


def _bar(told: dict[str, str]) -> bool:
    border = told.get("border-left") or told.get("border-left-width") or ""
    return bool(border) and "none" not in border and not _is_zero(border.split()[0])


def _is_tight(told: dict[str, str]) -> bool:
    margins = told.get("margin", "").split()
    top = told.get("margin-top") or (margins[0] if margins else "")
    bottom = told.get("margin-bottom") or (margins[2] if len(margins) > 2 else margins[0] if margins else "")
    return _is_zero(top) and _is_zero(bottom)


_PROPERTIES_NAMES: Final = (
    "background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width "
    "border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius "
    "border-right border-right-color border-right-style border-right-width border-spacing border-style border-top "
    "border-top-color border-top-style border-top-width border-width caption-side clear color direction display "
    "empty-cells float font font-family font-size font-style font-variant font-weight height letter-spacing "
    "line-height list-style list-style-type margin margin-bottom margin-left margin-right margin-top max-height "
    "max-width min-height min-width overflow padding padding-bottom padding-left padding-right padding-top "
    "table-layout text-align text-decoration text-indent text-transform vertical-align visibility white-space width "
    "word-break word-spacing word-wrap"
)
PROPERTIES: Final = frozenset(_PROPERTIES_NAMES.split())
"""What a mail may say about its looks: nothing that moves out of its frame, loads, or runs."""
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#%., -_'!+")
_COLOURS: Final = ("rgb", "rgba", "hsl", "hsla")
MAX_DECLARATIONS: Final = 2_000
"""Characters of a style that is kept; a longer one is dropped whole."""


@lru_cache(maxsize=512)
def safe_style(style: str) -> str:
    """The declarations that may stay, written one way; "" when none may. Nothing in them can name a resource."""
    if len(style) > MAX_DECLARATIONS:
        return ""
    kept = []
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        value = " ".join(value.replace('"', "'").split())
        if colon and name in PROPERTIES and value and _is_harmless(value):
            kept.append(f"{name}: {value}")
    return "; ".join(kept)


def _is_harmless(value: str) -> bool:
    if _LETTERS.issuperset(value):
        return True
    # The only functions are colours: a word of the list, one pair of brackets, plain letters inside.
    before, bracket, rest = value.partition("(")
    inside, closing, after = rest.partition(")")
    if not (bracket and closing and _LETTERS.issuperset(before) and _LETTERS.issuperset(inside)):
        return False
    return before.rpartition(" ")[2].lower() in _COLOURS and _is_harmless(after)
