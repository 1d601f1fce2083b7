"""HTML of mails as plain text: the words a reader would see, in lines, with link targets, cells and list numbers.

Never builds a tree and never recurses, so depth costs nothing; never shows what the HTML hides, unless that is all
there is.
"""

from __future__ import annotations

import html as entities
from functools import lru_cache
from typing import Final

import lxml.etree

from maild.html_writer import TextWriter, TooDeep

_SLICE: Final = 32_768


@lru_cache(maxsize=2)  # the stages of one reading ask for the same words more than once
def to_text(html: str) -> str:
    """The words a reader would see. Link targets follow as `<https://…>`, tabs part cells, quotes are led by `> `.

    Text without any tag keeps its own lines. When everything is hidden, everything is shown: an empty text would
    lose the author's words.
    """
    html = html.replace("\0", "")
    if "<" not in html:
        return entities.unescape(html).strip()
    return _written(html, heed_hidden=True) or _written(html, heed_hidden=False)


def _written(html: str, *, heed_hidden: bool) -> str:
    writer = TextWriter(heed_hidden=heed_hidden)
    parser = lxml.etree.HTMLParser(target=writer, encoding="utf-8", huge_tree=True)
    octets = html.encode("utf-8", "replace")
    try:
        # In slices, for an exception of the target stops the parser only between two of them.
        for begin in range(0, len(octets), _SLICE):
            parser.feed(octets[begin : begin + _SLICE])
        parser.close()
    except TooDeep:
        return _stripped(html)
    except lxml.etree.LxmlError:
        pass  # what was written up to here counts
    return writer.text()


def _stripped(html: str) -> str:
    """All tags cut out by hand, for mark-up too deep for any parser: linear, and no word between tags is lost."""
    pieces = html.split("<")
    kept = [pieces[0], *(piece.partition(">")[2] for piece in pieces[1:])]
    lines = entities.unescape("\n".join(kept)).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())
