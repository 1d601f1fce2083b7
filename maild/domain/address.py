"""Mail addresses as RFC 5321 and RFC 5322 mean them.

Knows how two addresses compare and where a sub-address begins. Never decides who a person is.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 1000
"""Characters of an address: RFC 5321 section 4.5.3.1 allows 319, rewritten ones (SRS) are longer."""

_KEPT = 512
"""Addresses whose parts are remembered. A mail names some ten and asks for them a hundred times."""

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def fold(text: str) -> str:
    """Lower-case ASCII letters only: `str.lower()` would merge the Kelvin sign with k, and two people with it."""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


@dataclass(frozen=True, slots=True)
class AddrSpec:
    """`local-part@domain` without angle brackets (RFC 5322 section 3.4.1)."""

    local_part: str
    domain: str

    @classmethod
    def parse(cls, text: str) -> AddrSpec | None:
        """Split at the last `@`; None when a side is empty or a control character or space is inside."""
        return _split(text) if len(text) <= LONGEST else None

    @property
    def key(self) -> str:
        """What equality of persons is judged by: both sides folded in ASCII only (RFC 5321 section 2.4 in practice)."""
        return _folded(self.local_part, self.domain)

    @property
    def user(self) -> str:
        """The local part before a `+detail` (RFC 5233)."""
        return self.local_part.partition("+")[0]

    @property
    def detail(self) -> str | None:
        """The part after the first `+` of the local part (RFC 5233), or None."""
        return self.local_part.partition("+")[2] or None

    def tagged(self, tag: str) -> AddrSpec:
        """The same mailbox with `tag` as its detail."""
        return AddrSpec(f"{self.user}+{tag}", self.domain)

    def __str__(self) -> str:
        return f"{self.local_part}@{self.domain}"


@lru_cache(maxsize=_KEPT)
def _split(text: str) -> AddrSpec | None:
    # In whole strings: of all white space only the space counts as printable.
    local_part, at, domain = text.strip().rpartition("@")
    if not at or not local_part or not domain:
        return None
    if not domain.isprintable() or " " in domain or "<" in domain or ">" in domain:
        return None
    return AddrSpec(local_part, domain) if local_part.isprintable() else None


@lru_cache(maxsize=_KEPT)
def _folded(local_part: str, domain: str) -> str:
    return f"{fold(local_part)}@{fold(domain).rstrip('.')}"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name and an address (RFC 5322 section 3.4). The name is for display only and proves nothing."""

    display_name: str
    address: str

    @property
    def key(self) -> str:
        """The folded address, or the empty string when there is none that can be read."""
        spec = AddrSpec.parse(self.address)
        return spec.key if spec else ""

    def __str__(self) -> str:
        return f"{self.display_name} <{self.address}>" if self.display_name else self.address
