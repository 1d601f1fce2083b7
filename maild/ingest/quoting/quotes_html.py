"""What the HTML of a mail says about its quotes and signatures: the containers that mail clients put around them.

Looks tags up by name and writes marks into the HTML that survive as lines of its text. Never builds a tree and never
removes anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import re2

from maild.markup import to_text

MAX_FOUND: Final = 40
"""Occurrences of one name that are looked at."""

MAX_CONTAINERS: Final = 20
"""Containers of one mail: an answer to an answer has a few, and the outermost are the first."""

MAX_DEPTH: Final = 50
"""Elements of one name inside one another within a signature or attribution."""

MAX_TAG: Final = 2_000
"""Characters of one start tag."""

MAX_SIGNATURE: Final = 60_000
"""Characters of HTML that one signature or attribution may take; pictures are often inside as data."""


class Mark(StrEnum):
    """Private-use characters that stand alone on a line of the text made from marked HTML."""

    TAIL = "\ue000"
    """Everything below is the mail answered to."""
    SIGNATURE = "\ue001"
    ATTRIBUTION = "\ue002"
    END = "\ue003"
    """End of the signature or attribution."""


_NAMES: Final[dict[str, Mark]] = {
    # Outlook on the desktop, the web and the phone; "x_" in front of a name is another Outlook that quoted it.
    "divRplyFwdMsg": Mark.TAIL,
    "appendonsend": Mark.TAIL,
    "OLK_SRC_BODY_SECTION": Mark.TAIL,
    "stopSpelling": Mark.TAIL,
    "mail-editor-reference-message-container": Mark.TAIL,
    "ms-outlook-mobile-reference-message": Mark.TAIL,
    "border:none;border-top:solid #E1E1E1 1.0pt": Mark.TAIL,
    "border:none;border-top:solid #B5C4DF 1.0pt": Mark.TAIL,
    "border-right: medium none; border-left: medium none; border-top: 1pt solid rgb(225, 225, 225)": Mark.TAIL,
    'id="Signature"': Mark.SIGNATURE,
    'id="x_Signature"': Mark.SIGNATURE,
    "id=Signature": Mark.SIGNATURE,
    "ms-outlook-mobile-signature": Mark.SIGNATURE,
    # Gmail
    "gmail_signature": Mark.SIGNATURE,
    "gmail_attr": Mark.ATTRIBUTION,
    # Thunderbird
    "moz-signature": Mark.SIGNATURE,
    "moz-cite-prefix": Mark.ATTRIBUTION,
    # Apple Mail, Spark, Airmail, Newton, Superhuman
    "AppleMailSignature": Mark.SIGNATURE,
    'name="messageSignatureSection"': Mark.SIGNATURE,
    'name="messageReplySection"': Mark.TAIL,
    "bloop_sign": Mark.SIGNATURE,
    "airmail_on": Mark.ATTRIBUTION,
    "airmail_ext_on": Mark.ATTRIBUTION,
    "cm_quote": Mark.TAIL,
    "cm_signature": Mark.SIGNATURE,
    "sh-signature": Mark.SIGNATURE,
    # Yahoo and AOL
    "yahoo_quoted": Mark.TAIL,
    "yahoo-signature": Mark.SIGNATURE,
    "ymail_android_signature": Mark.SIGNATURE,
    "AOLMsgPart": Mark.TAIL,
    # Proton, Tutanota, Fastmail, Zoho, Zimbra, GMX and WEB.DE, Front, Missive, HEY, Samsung, Mailbird, Yandex
    "protonmail_signature": Mark.SIGNATURE,
    "protonmail_quote": Mark.TAIL,
    "tutanota_quote": Mark.TAIL,
    "fastmail-quote": Mark.TAIL,
    "zmail_extra": Mark.TAIL,
    "__QUOTED_TEXT__": Mark.TAIL,
    "__DIVIDER__": Mark.TAIL,
    "__SIG_P": Mark.SIGNATURE,
    'name="quote"': Mark.TAIL,
    'name="signature"': Mark.SIGNATURE,
    "front-signature": Mark.SIGNATURE,
    "front-blockquote": Mark.TAIL,
    "missive_quote": Mark.TAIL,
    "missive_signature": Mark.SIGNATURE,
    "composer_signature": Mark.SIGNATURE,
    "mb_sig": Mark.SIGNATURE,
    'class="signature"': Mark.SIGNATURE,
    'id="signature"': Mark.SIGNATURE,
    'class="email_signature"': Mark.SIGNATURE,
    'class="email_quote"': Mark.TAIL,
}

_TAG: Final = re2.compile(r"(?i)</?(div|span|p|table|section|pre|blockquote|td|font|a|footer)\b")
_BLOCKQUOTE_WITHIN: Final = 4_000
"""Characters from the start of a container to its blockquote: an attribution stands between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A start tag at `start` whose name tells what it holds; `stop` is where its element ends, or None."""

    start: int
    stop: int | None
    mark: Mark


def containers(html: str) -> list[Container]:
    """All containers of known clients, outermost first and in order."""
    starts: dict[int, Mark] = {}
    for name, mark in _NAMES.items():
        position = html.find(name)
        for _ in range(MAX_FOUND):
            if position < 0:
                break
            start = html.rfind("<", max(0, position - MAX_TAG), position)
            if start >= 0 and html.find(">", start, position) < 0 and html[start + 1 : start + 2].isalpha():
                starts.setdefault(start, mark)
            position = html.find(name, position + len(name))
    found: list[Container] = []
    done = 0
    for start in sorted(starts)[:MAX_CONTAINERS]:
        if start < done:
            continue
        mark = starts[start]
        stop = None
        if mark is Mark.TAIL:
            if "<blockquote" in html[start : start + _BLOCKQUOTE_WITHIN].lower():
                continue  # the quote is a blockquote, whose lines are marked one by one
        else:
            stop = _element_stop(html, start)
            if stop is None or (mark is Mark.ATTRIBUTION and "-----" in html[start:stop]):
                continue  # Gmail names the head of a forward so, too
            done = stop
        found.append(Container(start=start, stop=stop, mark=mark))
    return found


def marked(html: str, found: list[Container]) -> str:
    """The HTML with a line before each quote and around each signature and attribution."""
    pieces: list[str] = []
    done = 0
    for container in found:
        pieces += [html[done : container.start], f"<div>{container.mark}</div>"]
        done = container.start
        if container.stop is not None:
            pieces += [html[done : container.stop], f"<div>{Mark.END}</div>"]
            done = container.stop
    pieces.append(html[done:])
    return "".join(pieces)


def without_marks(html: str) -> str:
    """The HTML without characters that could be taken for our marks."""
    for mark in Mark:
        if mark in html:
            html = html.replace(mark, "")
    return html


def signature_texts(html: str, found: list[Container]) -> list[str]:
    """The words of each signature, without blanks."""
    texts = []
    for container in found:
        if container.mark is Mark.SIGNATURE and container.stop is not None:
            words = "".join(to_text(html[container.start : container.stop]).split())
            if words:
                texts.append(words)
    return texts


def _element_stop(html: str, start: int) -> int | None:
    """Where the element that begins at `start` ends: start and end tags of its name are counted."""
    piece = html[start : start + MAX_SIGNATURE]
    name = ""
    depth = 0
    for match in _TAG.finditer(piece):
        tag = match.group(1).lower()
        name = name or tag
        if tag != name:
            continue
        depth += -1 if piece[match.start() + 1] == "/" else 1
        if depth > MAX_DEPTH:
            return None
        if depth <= 0:
            end = piece.find(">", match.end())
            return start + end + 1 if end >= 0 else None
    return None
