"""What the daemon, the nursery and the workers say to each other, and what they must agree on.

Holds no behaviour of its own and imports no reader: the daemon that uses it reads no mail.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from maild.ingest.gate import Limits

HEAD: Final = struct.Struct("!II")
"""Length of the request that follows, and of the octets behind it."""
TAIL: Final = struct.Struct("!cI")
"""READ, FAILED or ENDED, and the length of what follows."""
READ: Final = b"R"
FAILED: Final = b"F"
"""Followed by the reason; the worker goes on."""
ENDED: Final = b"E"
"""Followed by the reason; the worker has ended."""

ORDER: Final = struct.Struct("!ci")
"""An order and the process it is about; the answer to FORK is the same with the new process."""
FORK: Final = b"F"
"""Comes with the descriptor that the worker shall serve."""
KILL: Final = b"K"
YIELD: Final = b"Y"
"""Let others go first: a mail that takes long must not slow down the short ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How one mail is to be read. `quarantined` is why only its header shall be read, "" for the whole."""

    own: frozenset[str] = frozenset()
    reverse_path: str | None = None
    quarantined: str = ""
    label: str = ""
    """Given back with the answer; the command line puts the file name here."""


def too_long(octets: bytes, limits: Limits) -> str:
    """Why a mail is not even sent to a worker; "" when it is (L1)."""
    return f"message of {len(octets)} octets is larger than {limits.message}" if len(octets) > limits.message else ""


def header_of(octets: bytes, limits: Limits) -> bytes:
    """The header block, cut where it gets longer than a header may be (L2)."""
    window = octets[: limits.header_block]
    ends = [at for mark in (b"\n\n", b"\n\r\n") if (at := window.find(mark)) >= 0]
    if ends:
        return window[: min(ends) + 1]
    # Without an end: whole lines only, so that no field is half a field.
    return window[: window.rfind(b"\n") + 1] if len(octets) > len(window) else window
