"""Lines such as "Sent from my iPhone" that programs put below a mail, in any language.

Judges one line by itself; never says what is cut.
"""

from __future__ import annotations

from typing import Final

import re2

from maild.ingest.quoting.footer_words import DEVICE_ENDS, DEVICE_STARTS, DEVICES

MAX_DEVICE_LINE: Final = 90
MAX_DEVICE_WORDS: Final = 12
_TARGET: Final = re2.compile(r"\s*[<(\[]\s*(https?|mailto):[^<>()\[\]\s]*\s*[>)\]]|\s*https?://\S+")


def is_device_line(line: str) -> bool:
    """Whether the whole line only says with which device or program the mail was sent."""
    if len(line) > 400:
        return False
    bare = _TARGET.sub("", line).strip("*_<>()[]#|-–—•~ \u200e\u200f")
    if not bare or len(bare) > MAX_DEVICE_LINE:
        return False
    folded = bare.casefold().rstrip(".!")
    if any(stop in folded.replace(", an ", " an ") for stop in (", ", "; ", "? ", ". ", "! ")):
        return False
    words = folded.replace("-", " ").split()
    if len(words) > MAX_DEVICE_WORDS:
        return False
    if folded.startswith(DEVICE_STARTS):
        return _names_device(folded, words) or (len(words) <= 7 and _names_own_thing(folded))
    return folded.endswith(DEVICE_ENDS) and _names_device(folded, words)


def _names_device(folded: str, words: list[str]) -> bool:
    """A known device or program; names of up to four letters only as a whole word ("mac" is no "machine")."""
    for device in DEVICES:
        if device not in folded:
            continue
        if (
            len(device) > 4
            or " " in device
            or not device.isascii()
            or any(word.strip("'.") == device for word in words)
        ):
            return True
    return False


def _names_own_thing(folded: str) -> bool:
    """ "Sent from my TI-85" names a thing of the author's own; "Sent from the warehouse today" tells something."""
    return any(
        f" {own} " in f" {folded} " for own in ("my", "meinem", "meiner", "mon", "ma", "mi", "meu", "mio", "mijn")
    )
