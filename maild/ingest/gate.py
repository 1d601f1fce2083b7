"""A linear look at the raw octets before any parser sees them (limits L1 and L2), and the limits of all that follows.

Counts sizes, fields and parameters and says which limit is exceeded. Never decodes, never recurses, keeps nothing of
the mail. Depth and number of parts (L3) are counted by the walk that finds them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one mail may cost. Sizes in octets; the defaults are L1 to L6 of the threat model."""

    message: int = 25 * 1024 * 1024
    """L1. The large providers accept 25 MiB."""
    header_block: int = 100 * 1024
    """L2. Postfix's default header_size_limit."""
    field: int = 32 * 1024
    """L2. The longest honest field is a References or To of some hundred entries."""
    fields: int = 1000
    """L2."""
    parameters: int = 64
    """L2. Semicolons in one Content-* field; the standard library is quadratic in them."""
    parts: int = 500
    """L3."""
    depth: int = 30
    """L3."""
    addresses: int = 1000
    """L4. Addresses read from one field."""
    references: int = 50
    """L4. The newest ids of References."""
    text: int = 2 * 1024 * 1024
    """L5. Letters of decoded text looked at."""
    html: int = 1024 * 1024
    """L5."""
    cpu_seconds: float = 10.0
    """L6, kept by the worker process."""
    memory: int = 512 * 1024 * 1024
    """L6, kept by the worker process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The limit a mail exceeds (`L1`, `L2` or `L3`) and a sentence for the operator; both empty when it may pass."""

    limit: str = ""
    reason: str = ""


PASS = Finding()


def look(octets: bytes, limits: Limits) -> Finding:
    """The first of L1 and L2 that `octets` exceed. Looks at no more than the header block and a little beyond it."""
    if len(octets) > limits.message:
        return Finding(limit="L1", reason=f"the message has {len(octets)} octets, more than {limits.message}")
    end = _header_end(octets, limits.header_block)
    if end > limits.header_block:
        return Finding(limit="L2", reason=f"the header has more than {limits.header_block} octets")
    return _fields(octets[:end], limits)


def _header_end(octets: bytes, limit: int) -> int:
    """Where the first empty line is; beyond `limit` when there is none up to it."""
    start = len(octets) - len(octets.lstrip(b"\r\n")) if octets[:1] in (b"\r", b"\n") else 0
    ends = [at for mark in (b"\n\n", b"\n\r\n", b"\r\r") if (at := octets.find(mark, start, limit + 4)) >= 0]
    return min(ends) if ends else len(octets)


def _fields(header: bytes, limits: Limits) -> Finding:
    count = size = semicolons = 0
    content = False
    for line in header.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            size += len(line)
        else:
            count += 1
            size = len(line)
            semicolons = 0
            content = line[:8].lower() == b"content-"
        if size > limits.field:
            return Finding(limit="L2", reason=f"a header field has more than {limits.field} octets")
        if content:
            semicolons += line.count(b";")
            if semicolons > limits.parameters:
                return Finding(limit="L2", reason=f"a Content field has more than {limits.parameters} parameters")
    if count > limits.fields:
        return Finding(limit="L2", reason=f"the header has more than {limits.fields} fields")
    return PASS
