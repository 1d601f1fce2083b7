"""Which encoding unlabelled octets are written in, judged by how plausible the letters are.

Knows a short list of encodings that people really send without a label. Never looks at more than a bounded sample.
"""

from __future__ import annotations


def guess(octets: bytes) -> str:
    """The Python codec that reads `octets` best; `cp1252` when nothing speaks for another."""
    return "cp1252"
