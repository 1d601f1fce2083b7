"""Targets of links in mails: which of them a text names, and which two spellings are one.

Reads attribute values only. Never follows a link.
"""

from __future__ import annotations

from typing import Final

MAX_TARGET: Final = 2_000
"""Characters of a link target: what browsers agree to open."""

_SCHEMES: Final = ("http://", "https://", "mailto:", "tel:", "ftp://", "sms:", "callto:", "xmpp:", "geo:")


def target_of(href: str) -> str:
    """What a link leads to; "" for what no person would follow from a text."""
    href = "".join(href.split())
    if len(href) > MAX_TARGET or not href.lower().startswith(_SCHEMES):
        return ""
    return href.replace("<", "%3C").replace(">", "%3E")


def bare(target: str) -> str:
    """What two spellings of one target have in common."""
    target = target.strip().strip("<>").lower()
    for scheme in _SCHEMES:
        target = target.removeprefix(scheme)
    return target.removeprefix("www.").partition("?subject=")[0].rstrip("/").replace(" ", "").replace("\u00a0", "")
