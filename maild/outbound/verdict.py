"""What the answer to a mail means: for the mail itself, for those behind it, and for whoever must hear of it.

Decides between sent, again, failed and not now. Never touches the queue or the network.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from maild.domain.notice import DeliveryResult, OutboxItem, OutboxState
from maild.errors import Refused
from maild.outbound.breaker import Destinations
from maild.outbound.retry import back_off, hint_of, is_about_the_domain
from maild.outbound.transport import CLOSING, Transport

log = logging.getLogger(__name__)

DOMAIN_FAILURES, DOMAIN_REST_SECONDS, LONGEST_DOMAIN_REST_SECONDS = 3, 60.0, 1800.0
"""So many mails in a row that a domain does not take for now, and its other mails wait: as long as a mail would."""

LEAST_REST_SECONDS = 1.0
"""A mail that was not tried is not looked at more often."""

OnFailed = Callable[[OutboxItem, DeliveryResult], Awaitable[None]]


class Verdicts:
    """`via` is the server of a mail; `rng` the jitter. For `on_failed` see Relay."""

    def __init__(
        self,
        via: Callable[[OutboxItem], Transport],
        *,
        on_failed: OnFailed | None,
        give_up: timedelta,
        rng: random.Random,
    ) -> None:
        self._via = via
        self._on_failed = on_failed
        self._give_up = give_up
        self._rng = rng
        self._domains = Destinations(
            failures=DOMAIN_FAILURES, first=DOMAIN_REST_SECONDS, longest=LONGEST_DOMAIN_REST_SECONDS
        )

    def admit(
        self, items: Sequence[OutboxItem], now: datetime
    ) -> tuple[list[OutboxItem], list[tuple[OutboxItem, DeliveryResult]]]:
        """Those that may be tried, and those whose server or domain takes nothing for now."""
        ready: list[OutboxItem] = []
        waiting: list[tuple[OutboxItem, DeliveryResult]] = []
        for item in items:
            domain = _domain(item)
            if self._via(item).rest() > 0:
                waiting.append((item, _untried(item.last_error or "its server is away")))
            elif not self._domains.admit(domain, now.timestamp()):
                waiting.append((item, _untried(f"{domain} takes no mail for now: {self._domains.why(domain)}")))
            else:
                ready.append(item)
        return ready, waiting

    def learn(self, item: OutboxItem, result: DeliveryResult, now: datetime) -> None:
        """What the result says of the domain that the mail goes to, for the mails behind it."""
        domain = _domain(item)
        if not result.tried or result.code in (0, CLOSING):
            self._domains.undecided(domain)  # that was our server, or the way there
        elif is_about_the_domain(result):
            asked = hint_of(result.text) or timedelta(0)
            self._domains.bad(domain, now.timestamp(), result.text, at_least=asked.total_seconds())
        else:
            self._domains.good(domain)

    async def judge(
        self, item: OutboxItem, result: DeliveryResult, now: datetime
    ) -> tuple[OutboxItem, DeliveryResult, datetime | None]:
        """What the result means for the mail: when it is tried again, if ever, and who must hear of it."""
        if result.tried:
            _tell(item, result)
        if result.delivered:
            return item, result, None
        if result.after_data:
            # handed over once without an answer: once more with the same octets, then it stays visible (REL-51)
            again = item.state is not OutboxState.OUTCOME_UNKNOWN
            return item, result, now + self._back_off(item.attempts) if again else None
        if not result.permanent and now - item.created_at >= self._give_up:
            result = replace(result, permanent=True, tried=True, text=f"given up after {self._give_up}: {result.text}")
            _tell(item, result)
        if not result.permanent:
            return item, result, now + self._wait(item, result, now)
        try:
            if self._on_failed is not None and item.notice.name != "undelivered":
                await self._on_failed(item, result)
        except Refused:
            log.warning("a mail has failed and there is no ticket to tell it on", extra={"outbox": item.id})
        except Exception:
            log.exception("nobody could be told that a mail has failed; it is tried again", extra={"outbox": item.id})
            return item, replace(result, permanent=False), now + self._back_off(item.attempts)
        return item, result, None

    def _wait(self, item: OutboxItem, result: DeliveryResult, now: datetime) -> timedelta:
        if result.tried:
            return back_off(item.attempts, spread=self._rng.random(), hint=hint_of(result.text))
        # All that wait for the same come back in the order in which they stand
        rest = max(self._via(item).rest(), self._domains.rest(_domain(item), now.timestamp()))
        return timedelta(seconds=max(rest, LEAST_REST_SECONDS))

    def _back_off(self, attempts: int) -> timedelta:
        return back_off(attempts, spread=self._rng.random())


def _domain(item: OutboxItem) -> str:
    return item.notice.recipient.key.rpartition("@")[2]


def _untried(why: str) -> DeliveryResult:
    return DeliveryResult(delivered=False, permanent=False, code=0, text=why, tried=False)


def _tell(item: OutboxItem, result: DeliveryResult) -> None:
    """One line a try in the mail log."""
    word = "sent" if result.delivered else "failed" if result.permanent else "deferred"
    log.info(
        "%s %s to %s: %s %s", word, item.notice.name, item.notice.recipient.address, result.code or "", result.text,
        extra={"outbox": item.id, "ticket": item.notice.ticket, "attempt": item.attempts},
    )  # fmt: skip
