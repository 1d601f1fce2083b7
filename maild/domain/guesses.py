"""Wrong tokens, counted by where they come from: somebody who guesses is heard of before he is lucky.

Counts in memory, within bounds. Never slows down, refuses or answers anybody: whoever guesses learns nothing from it.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(hours=1)
"""Wrong tokens of one source are counted together for so long, from its first one on."""

KEPT = timedelta(hours=2)
"""A source that guesses is remembered for so long, so that who is told once an hour hears of each."""

MAX_SOURCES = 4096
"""Sources remembered, about a megabyte; beyond them the one that has been silent longest is forgotten."""

MAX_SOURCE = 253
"""Characters of a source: no domain is longer (RFC 1035 section 2.3.4)."""

EVERYWHERE = 10
"""So many times the limit of one source, from all together, are a guesser who changes his name."""

V4_NETWORK, V6_NETWORK = 24, 64
"""Bits of the networks that addresses are counted by: what one customer of a provider commonly has for himself."""

HOUSE = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)
"""Addresses of a house's own (RFC 1918, RFC 4193): a proxy or mail server of ours, behind which is everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesser:
    """A source of many wrong tokens: a domain of senders, a network, or "" for all sources together."""

    source: str
    count: int
    last: datetime


@dataclass(slots=True, kw_only=True)
class _Window:
    since: datetime
    last: datetime
    count: int


class Guesses:
    """The count. `limit` wrong tokens in an hour from one source are too many. May be used from any thread."""

    def __init__(self, limit: int, own_networks: Sequence[str] = ()) -> None:
        self._limit = limit
        self._own = (*HOUSE, *(ipaddress.ip_network(network) for network in own_networks))
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._lock = Lock()

    def count(self, *sources: str, now: datetime, times: int = 1) -> None:
        """So many wrong tokens have come, from one who is known by these `sources`; "" among them says nothing."""
        if times < 1:
            return
        with self._lock:
            for source in ("", *(source[:MAX_SOURCE] for source in sources if source)):
                window = self._windows.pop(source, None)
                if window is None or self._is_over(source, window, now):
                    window = _Window(since=now, last=now, count=0)
                window.count += times
                window.last = now
                self._windows[source] = window
            while len(self._windows) > MAX_SOURCES:
                self._windows.popitem(last=False)

    def guessers(self, now: datetime) -> list[Guesser]:
        """Who has sent too many, the worst first; the sum of all sources is the first one when it is too many."""
        with self._lock:
            found = [
                Guesser(source=source, count=window.count, last=window.last)
                for source, window in self._windows.items()
                if self._is_many(source, window) and not self._is_over(source, window, now)
            ]
        return sorted(found, key=lambda one: (bool(one.source), -one.count))

    def network(self, address: str) -> str:
        """The network that a peer is counted by; "" for one of our own house and for what is no address."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return ""
        if isinstance(found, ipaddress.IPv6Address):
            found = found.ipv4_mapped or found
        if any(found in network for network in self._own):
            return ""
        if isinstance(found, ipaddress.IPv4Address):
            return str(ipaddress.IPv4Network((int(found), V4_NETWORK), strict=False))
        return str(ipaddress.IPv6Network((int(found), V6_NETWORK), strict=False))

    def fault(self, now: datetime) -> str:
        """What to warn of; "" while nobody guesses. Names no source: who guesses may read it too."""
        if not self.guessers(now):
            return ""
        return "guessing: many reply addresses, ids, checks or links that are none of ours; the operator was told whose"

    def _is_many(self, source: str, window: _Window) -> bool:
        return window.count >= (self._limit if source else self._limit * EVERYWHERE)

    def _is_over(self, source: str, window: _Window, now: datetime) -> bool:
        return now - window.since >= (KEPT if self._is_many(source, window) else WINDOW)
