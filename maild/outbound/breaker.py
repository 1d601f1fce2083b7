"""When not to knock: a half-open breaker for a server, or for a domain behind it, that takes no mail for now.

Closed it lets everybody pass; open it lets nobody; after a rest one may try, and what he meets decides. Never waits and
never sends: it is asked with the time in seconds and told what came of it.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

PROBE_SECONDS = 60.0
"""How long the others wait for the one who tries before they ask again."""

MOST_DOMAINS = 1_000
"""Domains remembered; the one that was heard of longest ago is forgotten first, and then simply tried."""


class Breaker:
    """Opens after so many `failures` in a row; rests `first` seconds, twice as long after each, `longest` at most."""

    def __init__(self, *, failures: int, first: float, longest: float) -> None:
        self._failures = failures
        self._first = first
        self._longest = longest
        self._strikes = 0
        self._until = 0.0
        self._tried_at: float | None = None
        self.since: float | None = None
        """When it opened; None while it is closed."""
        self.why = ""
        """What was said when it failed last."""

    @property
    def closed(self) -> bool:
        """Whether everybody may pass."""
        return self.since is None

    def rest(self, now: float) -> float:
        """Seconds until somebody may pass; 0 when he may now."""
        if self.since is None:
            return 0.0
        if self._tried_at is not None:
            return max(self._tried_at + PROBE_SECONDS - now, 0.0)
        return max(self._until - now, 0.0)

    def admit(self, now: float) -> bool:
        """Whether one may pass now. Of an open breaker whose rest is over only the first who asks may."""
        if self.rest(now) > 0:
            return False
        if self.since is not None:
            self._tried_at = now
        return True

    def good(self) -> None:
        """It went well: everybody may pass."""
        self._strikes, self._until, self._tried_at, self.since, self.why = 0, 0.0, None, None, ""

    def bad(self, now: float, why: str, *, at_least: float = 0.0) -> None:
        """It failed; `at_least` is how long it asked us to stay away. Those who were on their way count as one."""
        self.why = why
        tried, self._tried_at = self._tried_at is not None, None
        if self.since is not None and not tried and now < self._until:
            self._until = max(self._until, now + at_least)
            return
        self._strikes += 1
        over = self._strikes - self._failures
        if over < 0:
            return
        self.since = now if self.since is None else self.since
        # 2**10 times the first rest is beyond every longest one; the bound keeps the number small
        wait = min(self._first * (1 << min(over, 10)), self._longest)
        self._until = now + max(wait, at_least)

    def undecided(self) -> None:
        """The one who tried came back without having met anybody: the next may try."""
        self._tried_at = None


class Destinations:
    """A breaker for each domain that mail goes to."""

    def __init__(self, *, failures: int, first: float, longest: float) -> None:
        self._new = partial(Breaker, failures=failures, first=first, longest=longest)
        self._breakers: OrderedDict[str, Breaker] = OrderedDict()

    def admit(self, domain: str, now: float) -> bool:
        """Whether a mail to this domain may be tried now."""
        breaker = self._breakers.get(domain)
        return breaker is None or breaker.admit(now)

    def rest(self, domain: str, now: float) -> float:
        """Seconds until a mail to this domain may be tried; 0 when it may now."""
        breaker = self._breakers.get(domain)
        return breaker.rest(now) if breaker else 0.0

    def why(self, domain: str) -> str:
        """What the domain said when it failed last."""
        breaker = self._breakers.get(domain)
        return breaker.why if breaker else ""

    def good(self, domain: str) -> None:
        """The domain has taken a mail, or has judged one as it should."""
        self._breakers.pop(domain, None)

    def undecided(self, domain: str) -> None:
        """The mail has met nobody of the domain."""
        if breaker := self._breakers.get(domain):
            breaker.undecided()

    def bad(self, domain: str, now: float, why: str, *, at_least: float = 0.0) -> None:
        """The domain takes no mail for now."""
        if domain not in self._breakers:
            self._breakers[domain] = self._new()
            while len(self._breakers) > MOST_DOMAINS:
                self._breakers.popitem(last=False)
        self._breakers.move_to_end(domain)
        self._breakers[domain].bad(now, why, at_least=at_least)
