"""Makes the calls of outside services: signed, with a time limit, tried again until they are taken or a day is over.

Goes to configured addresses only, follows no redirect, reads no answer. One service that is down makes no other wait
for longer than its time limit.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from maild.desk.queues import CallQueue, CallState, WebhookCall

log = logging.getLogger(__name__)

AT_A_TIME = 20
"""Calls under way at once."""

WAITS = (1, 5, 15, 60, 180, 360)
"""Minutes between tries; the last one again and again."""

GIVE_UP = timedelta(hours=24)
"""After that the news is no news, and the operator has a line in the log."""

LEASE_SECONDS = 120
"""Longer than the longest time limit, so that nobody else makes a call that is under way."""

AGAIN = frozenset({408, 425, 429})
"""Refusals that may pass, besides those of 500 and more (RFC 9110 section 15, RFC 6585 section 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Somebody who wants to be told. `limit` is in seconds."""

    url: str
    secret: bytes = field(repr=False)
    limit: float


def signature(secret: bytes, body: bytes, at: datetime) -> str:
    """`t=SECONDS,v1=HEX`: HMAC-SHA256 over the time, a dot and the body, so that an old call cannot be sent again."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={hmac.new(secret, b'%d.' % seconds + body, sha256).hexdigest()}"


class CallLane:
    """Makes what is due; `services` are those of the configuration by name."""

    def __init__(
        self, queue: CallQueue, services: Mapping[str, Service], *, now: Callable[[], datetime], transport: Any = None
    ) -> None:
        self._queue = queue
        self._services = services
        self._now = now
        self._transport = transport

    async def __call__(self) -> int:
        """Make every call that is due; how many were taken."""
        import httpx2  # only who calls services pays for the library

        taken = 0
        down: set[str] = set()
        # no proxies and no netrc of the environment: the configuration alone says where calls go
        async with httpx2.AsyncClient(transport=self._transport, trust_env=False, follow_redirects=False) as client:
            while due := await self._queue.claim(limit=AT_A_TIME, now=self._now(), lease_seconds=LEASE_SECONDS):
                taken += sum(await asyncio.gather(*(self._make(client, call, down) for call in due)))
        return taken

    async def _make(self, client: Any, call: WebhookCall, down: set[str]) -> bool:
        service = self._services.get(call.webhook)
        if service is None:
            await self._settle(call, "the configuration has no such webhook any more", again=False)
            return False
        if call.webhook in down:
            await self._settle(call, "not tried: the service has just failed", again=True)
            return False
        error, again = await _post(client, service, call, self._now())
        if error and again:
            down.add(call.webhook)
        await self._settle(call, error, again=again)
        return not error

    async def _settle(self, call: WebhookCall, error: str, *, again: bool) -> None:
        now = self._now()
        if not error:
            await self._queue.settle(call, state=CallState.DONE, due_at=None, error="")
        elif again and now - call.created_at < GIVE_UP:
            wait = timedelta(minutes=WAITS[min(call.attempts, len(WAITS)) - 1])
            await self._queue.settle(call, state=CallState.WAITING, due_at=now + wait, error=error)
        else:
            log.error("webhook %s was not told of ticket %d: %s", call.webhook, call.ticket, error)
            await self._queue.settle(call, state=CallState.FAILED, due_at=None, error=error)


async def _post(client: Any, service: Service, call: WebhookCall, now: datetime) -> tuple[str, bool]:
    """What went wrong, "" for nothing, and whether it may go well later."""
    import httpx2

    body = call.body.encode("utf-8", "replace")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "maild",
        # the same on every try, so that the service can tell a repetition
        "X-Maild-Delivery": str(call.id),
        "X-Maild-Signature": signature(service.secret, body, now),
    }
    try:
        async with (
            asyncio.timeout(service.limit),
            client.stream("POST", service.url, content=body, headers=headers, timeout=service.limit) as response,
        ):
            status = int(response.status_code)
    except TimeoutError:
        return f"no answer in {service.limit:g} seconds", True
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        return f"{type(error).__name__}: {error}"[:500], True
    if 200 <= status < 300:
        return "", False
    return f"answered {status}", status >= 500 or status in AGAIN
