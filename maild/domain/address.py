"""Mail addresses as RFC 5321 and RFC 5322 mean them.

Knows how two addresses compare and where a sub-address begins. Never decides who a person is.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

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
        # Asked some thirty times a mail, so in whole strings: of all white space only the space counts as printable.
        local_part, at, domain = text.strip().rpartition("@")
        if not at or not local_part or not domain or len(text) > 1000:
            return None
        if not domain.isprintable() or " " in domain or "<" in domain or ">" in domain:
            return None
        return cls(local_part, domain) if local_part.isprintable() else None

    @property
    def key(self) -> str:
        """What equality of persons is judged by: both sides folded in ASCII only (RFC 5321 section 2.4 in practice)."""
        return f"{fold(self.local_part)}@{fold(self.domain).rstrip('.')}"

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
