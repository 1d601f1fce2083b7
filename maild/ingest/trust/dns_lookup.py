"""Questions to the DNS with a limit on time and number, for the checks of who sent a mail.

A name that is not there is an empty answer; a server that does not answer is `DnsUnavailable`. Blocks: never call it on
the event loop.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, Protocol

MAX_QUESTIONS = 40
"""For one mail: SPF takes at most 10 and their addresses, DKIM 5, DMARC 2 (RFC 7208 section 4.6.4)."""

SECONDS_A_QUESTION = 5.0
SECONDS_A_MAIL = 15.0
"""A mail whose domain answers so slowly is judged by what is known by then; RFC 7208 section 4.6.4 asks for 20 at
least for SPF alone, but a helpdesk must go on."""

MAX_TEXT = 4_096
"""Octets of a TXT answer that is read: a key of 8,192 bit has 1,500; larger ones only make us calculate."""


class DnsUnavailable(Exception):
    """No answer in time, or none that can be understood: try again later."""


class Dns(Protocol):
    """Whoever answers: the system's resolver, or a table in tests."""

    def query(self, name: str, kind: str, *, timeout: float) -> list[Any]:
        """Values of the records: bytes for TXT, text for A, AAAA and PTR, (preference, host) for MX; [] for none."""


class SystemDns:
    """The resolver of the machine, with a small cache."""

    def query(self, name: str, kind: str, *, timeout: float) -> list[Any]:
        """Ask the configured name servers."""
        import dns.exception
        import dns.resolver

        try:
            answer = _resolver().resolve(name, kind, lifetime=timeout, search=False, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, OSError, UnicodeError, ValueError) as error:
            raise DnsUnavailable(f"{kind} {name}: {type(error).__name__}") from None
        return [_value(record, kind) for record in answer] if answer.rrset is not None else []


@functools.cache
def _resolver() -> Any:
    import dns.resolver

    resolver = dns.resolver.Resolver()
    resolver.cache = dns.resolver.LRUCache(2_000)
    return resolver


def _value(record: Any, kind: str) -> Any:
    match kind:
        case "TXT":
            return b"".join(record.strings)
        case "MX":
            return (record.preference, record.exchange.to_text(omit_final_dot=True))
        case "PTR":
            return record.target.to_text(omit_final_dot=True)
        case _:
            return record.address


class Questions:
    """The questions of one mail: each asked once, all within one limit."""

    def __init__(self, dns: Dns, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._dns = dns
        self._monotonic = monotonic
        self._until = monotonic() + SECONDS_A_MAIL
        self._known: dict[tuple[str, str], list[Any]] = {}

    def ask(self, name: str, kind: str) -> list[Any]:
        """The values; DnsUnavailable when there is no answer or no time left."""
        asked = (name.rstrip(".").lower(), kind)
        if asked in self._known:
            return self._known[asked]
        left = self._until - self._monotonic()
        if left <= 0 or len(self._known) >= MAX_QUESTIONS:
            raise DnsUnavailable("too many questions for one mail")
        found = self._dns.query(asked[0], kind, timeout=min(left, SECONDS_A_QUESTION))
        self._known[asked] = found
        return found

    def texts(self, name: str) -> list[bytes]:
        """TXT records of bearable length."""
        return [text for text in self.ask(name, "TXT") if len(text) <= MAX_TEXT]
