"""When a mail that was not taken is tried again, and what an answer says about that.

Reads the answers of servers, which are bounded and believed within limits. Never keeps anything and never sends.
"""

from __future__ import annotations

from datetime import timedelta

from maild.domain.address import fold
from maild.domain.notice import DeliveryResult
from maild.domain.undeliverable import status_of

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(minutes=30)
"""RFC 5321 section 4.5.4.1 asks for 30 minutes between tries at least; the first few may come sooner, because
greylisting and restarts are over in minutes."""

LONGEST_HINT = timedelta(hours=4)
"""A server that asks for more is asked again by then: it may have meant something else."""

_UNITS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
}  # fmt: skip
_BEFORE = frozenset({"in", "for", "after", "within", "least", "wait", "retry", "delay", "another"})
"""Words after which a number with a unit is a time to wait: `try again in 5 minutes`, `Greylisted for 300 seconds`."""

_MOST_WORDS = 60
_GREY = ("greylist", "graylist", "grey-list", "gray-list", "greylst")

_ABOUT_THE_MAIL = frozenset({"1", "2", "6"})
"""Subjects of RFC 3463 section 3.1: address, mailbox, content. Others tell of the system, the way or its policy."""


def back_off(attempts: int, *, spread: float, hint: timedelta | None = None) -> timedelta:
    """1, 2, 4 … 30 minutes, not before the `hint`; up to a quarter longer by `spread`, which is 0 to 1.

    So a queue does not come back all at once.
    """
    wait = min(FIRST_RETRY * (1 << min(max(attempts - 1, 0), 10)), LONGEST_RETRY)
    return max(wait, hint or timedelta(0)) * (1 + spread / 4)


def hint_of(text: str) -> timedelta | None:
    """How long the answer asks us to wait, in whole seconds up to LONGEST_HINT; None when it does not say."""
    words = [word.strip(".,;:!()[]'\"=") for word in fold(text).replace("=", " ").split()[:_MOST_WORDS]]
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        seconds = _clock(word) if before in _BEFORE else None
        if seconds is None and before in _BEFORE:
            seconds = _counted(word, words[at + 1] if at + 1 < len(words) else "")
        if seconds:
            return min(timedelta(seconds=seconds), LONGEST_HINT)
    return None


def is_greylisted(text: str) -> bool:
    """Whether the answer only asks us to come back: it says nothing about how busy its server is."""
    folded = fold(text)
    return any(word in folded for word in _GREY)


def is_about_the_domain(result: DeliveryResult) -> bool:
    """Whether a temporary refusal would meet every other mail to the same domain as well."""
    if result.delivered or result.permanent or not 400 <= result.code < 500 or is_greylisted(result.text):
        return False
    status = status_of("", result.text)
    return not status or status.split(".")[1] not in _ABOUT_THE_MAIL


def _clock(word: str) -> int | None:
    """Seconds of `00:05:00`, as milter-greylist writes them."""
    parts = word.split(":")
    if len(parts) != 3 or not all(len(part) == 2 and part.isascii() and part.isdigit() for part in parts):
        return None
    hours, minutes, seconds = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds


def _counted(word: str, after: str) -> int | None:
    """Seconds of `300 seconds`, `5 min` or `300s`; a number without a unit is none."""
    digits = word[: len(word) - len(word.lstrip("0123456789"))]
    if not digits or len(digits) > 6:
        return None
    unit = _UNITS.get(word[len(digits) :] or after)
    return int(digits) * unit if unit else None
