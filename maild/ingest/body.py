"""The words the author added, told from quotes, signatures and footers.

Decides what a reply shows first and how much it hides. Never changes or forgets the full text: that is kept elsewhere.
"""

from __future__ import annotations

from maild.domain.mail import NewWords


def new_words(text: str, html: str = "", *, author: str = "", subject: str = "", is_reply: bool = True) -> NewWords:
    """The author's own words in `text` (plain, as shown); `html` is the HTML body as received, a second witness."""
    return NewWords(text=text.strip("\r\n"), folded_lines=0, confidence=0.5)
