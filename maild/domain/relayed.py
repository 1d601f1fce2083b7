"""The id that a relay says it has given a mail of ours: some replace the Message-ID on the way (P14).

Reads the answer to DATA and makes the form by which such an id is kept and found again. Never judges what an id
proves: known ids find a ticket and give nobody any power.
"""

from __future__ import annotations

MIN_LETTERS = 16
"""Shorter ids are queue names of servers that leave our Message-ID alone, and could be met by chance."""

MAX_LETTERS = 200

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")

_GLUE = "<>[]();:,.\"'"


def reported_id(answer: str) -> str:
    """What to remember of `250 Ok 0102018f…-000000` or `250 2.0.0 OK <id@relay.example>`; "" when it names no id.

    A relay that names the left side only writes its own domain behind it, which it does not tell: kept without one.
    """
    words = answer[:1000].split()
    for word in words:
        if word.startswith("<") and word.rstrip(_GLUE).count("@") == 1:
            return _form(word.strip(_GLUE).partition("@")[0])
    lower = [word.strip(_GLUE).lower() for word in words]
    if "queued" in lower:  # `queued as 4XyZ…` is a queue's name for the mail, which keeps its Message-ID
        return ""
    return next((form for word in reversed(words) if (form := _form(word.strip(_GLUE)))), "")


def relayed_form(message_id: str) -> str:
    """The form under which a relay's id is kept, of a Message-ID that a reply names; "" when it cannot be one."""
    return _form(message_id.strip().strip("<>").partition("@")[0])


def _form(left: str) -> str:
    fits = MIN_LETTERS <= len(left) <= MAX_LETTERS and _LETTERS.issuperset(left)
    return f"<{left}@*>" if fits and any(letter.isdigit() for letter in left) else ""
