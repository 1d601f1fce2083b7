"""A linear look at the raw octets before any parser sees them (limits L1 to L4).

Counts sizes, fields, parameters and parts and says which limit is exceeded. Never decodes, never recurses, never keeps
anything of the mail.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one mail may cost. Sizes in octets; the defaults are L1 to L6 of the reliability reference."""

    message: int = 25 * 1024 * 1024
    """L1. SMTP servers commonly accept 25 MiB (Gmail, Postfix by habit)."""
    header_block: int = 100 * 1024
    """L2. Postfix's default header_size_limit."""
    field: int = 32 * 1024
    fields: int = 1000
    parameters: int = 64
    """L2. Semicolons in one Content-* field; the standard library is quadratic in them."""
    parts: int = 500
    """L3."""
    depth: int = 30
    addresses: int = 1000
    """L4. Addresses read from one field."""
    references: int = 50
    text: int = 2 * 1024 * 1024
    """L5. Decoded text looked at."""
    html: int = 1024 * 1024
    cpu_seconds: float = 10.0
    """L6, for the worker process."""
    memory: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFinding:
    """The limit a mail exceeds (`L1`..`L4`) and a sentence for the operator; both empty when it may pass."""

    limit: str = ""
    reason: str = ""


_PASS = GateFinding()


def look(octets: bytes, limits: Limits) -> GateFinding:
    """The first limit that `octets` exceed. Costs one pass over the header block and one search for boundaries."""
    if len(octets) > limits.message:
        return GateFinding(limit="L1", reason=f"message of {len(octets)} octets is larger than {limits.message}")
    end = header_end(octets, limits.header_block)
    if end > limits.header_block:
        return GateFinding(limit="L2", reason=f"header block is larger than {limits.header_block} octets")
    return fields_within(octets, 0, end, limits)


def header_end(octets: bytes, limit: int) -> int:
    """Where the header block ends, looked for up to just beyond `limit`."""
    window = limit + 4
    ends = [
        found + len(mark) // 2
        for mark in (b"\n\n", b"\n\r\n")
        if (found := octets.find(mark, 0, window)) >= 0
    ]
    if ends:
        return min(ends)
    return len(octets)


def fields_within(octets: bytes, start: int, end: int, limits: Limits) -> GateFinding:
    """Whether the fields between two offsets keep L2."""
    count = 0
    size = semicolons = 0
    content = False
    for line in octets[start:end].split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            size += len(line)
            semicolons += line.count(b";")
        else:
            count += 1
            size = len(line)
            semicolons = line.count(b";")
            content = line[:8].lower() == b"content-"
        if size > limits.field:
            return GateFinding(limit="L2", reason=f"a header field is larger than {limits.field} octets")
        if content and semicolons > limits.parameters:
            return GateFinding(limit="L2", reason=f"a Content field has more than {limits.parameters} parameters")
    if count > limits.fields:
        return GateFinding(limit="L2", reason=f"more than {limits.fields} header fields")
    return _PASS
