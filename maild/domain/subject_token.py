"""The subject token `[#10427-K7QP]`: a ticket number with the short check that people read aloud and type.

Finds it in subjects as mail clients leave them, and reads what was typed. A check carries 20 bits and opens nothing by
itself; whether it fits is never said here, because that takes the keys of `token`.
"""

from __future__ import annotations

import hmac

_CHECK_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 letters and digits without 0 O 1 I, so that a check can be read out on the phone."""

_CHECK_LENGTH = 4

_DASHES = ("-", "\u2010", "\u2011", "\u2013")
"""What mail clients and telephones make of the hyphen before a check."""


def check_of(secret: bytes, number: int) -> str:
    """The four letters that go with a number under this secret: 20 bits of a MAC."""
    digest = hmac.digest(secret, b"check:%d" % number, "sha256")
    value = int.from_bytes(digest[:8], "big")
    return "".join(_CHECK_LETTERS[(value >> (5 * i)) & 31] for i in range(_CHECK_LENGTH))


def find_subject_tokens(subject: str) -> list[tuple[int, str]]:
    """All `[#NUMBER-CHECK]` in a subject, first to last, whatever is glued to them. Bounded by the subject's length."""
    found: list[tuple[int, str]] = []
    at = subject.find("#")
    while at >= 0:
        end = at + 1
        while end < len(subject) and end - at <= 12 and subject[end] in "0123456789":
            end += 1
        if end > at + 1 and subject[end : end + 1] in _DASHES:
            check = upper(subject[end + 1 : end + 1 + _CHECK_LENGTH])
            if is_check(check):
                found.append((int(subject[at + 1 : end]), check))
        at = subject.find("#", at + 1)
    return found


def parse_typed_token(text: str) -> tuple[int, str] | None:
    """A number with its check as a person types it (`10427-k7qp`, `#10427 K7QP`, `[#10427-K7QP]`), or None."""
    for dash in _DASHES[1:]:
        text = text.replace(dash, "-")
    kept = "".join(c for c in upper(text) if c in _CHECK_LETTERS or c in "01" or c in "-# ")
    words = kept.replace("-", " ").replace("#", " ").split()
    if len(words) != 2 or not words[0].isascii() or not words[0].isdigit() or len(words[0]) > 12:
        return None
    return (int(words[0]), words[1]) if is_check(words[1]) else None


def upper(text: str) -> str:
    """Upper case of ASCII letters only: `str.upper()` makes S of a long s, and two letters of one."""
    return "".join(c.upper() if c.isascii() else c for c in text)


def is_check(text: str) -> bool:
    return len(text) == _CHECK_LENGTH and all(c in _CHECK_LETTERS for c in text)
