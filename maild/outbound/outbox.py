"""The relay lane: takes planned mail from the outbox, writes it, hands it over, and writes down what became of it.

Every step is a committed row before the network is touched, so a kill at any point costs at most one extra copy of the
same octets. Never makes a mail up: what is not in the outbox is not sent.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from maild.desk.queues import OutboxQueue
from maild.domain.notice import DeliveryResult, Notice, OutboxItem
from maild.outbound.compose import compose
from maild.outbound.render import Renders
from maild.outbound.transport import Transport
from maild.outbound.verdict import OnFailed, Verdicts
from maild.outbound.wire import Unsendable, wire_address

log = logging.getLogger(__name__)

LEASE_SECONDS = 1800
"""Longer than the slowest delivery (10 minutes for the answer after the dot) behind a window of others."""

POLL_SECONDS = 5.0
"""How often the queue is looked at without being asked: wake-ups are hints, polling is the truth."""

DRAIN_SECONDS = 20.0
"""How long a stop waits for mails on their way; what is cut off then is OUTCOME_UNKNOWN at the next start."""

SETTLE_TRIES, SETTLE_PAUSE = 30, 1.0
"""A store that is busy gets half a minute to take the results: what is not written down would be sent once more."""

_WINDOW_PER_CONNECTION = 8
"""Mails in hand for each connection: enough to share the commits, few enough to lose little to a kill."""


class Relay:
    """One lane. `read_file` gives an attachment's octets by sha256; `now` the time; `rng` the jitter.

    `sign` puts a signature on what was composed for a sender. `by_mailbox` are the servers of single mailboxes, by the
    folded address that their mail is from; one that is down keeps no other waiting.

    `on_failed` is awaited before a mail is settled as failed for good; when it raises anything but Refused, the mail is
    tried again later and so is the telling. It is not asked about notices of failure themselves: a bounce of a bounce
    tells nobody.
    """

    def __init__(
        self,
        queue: OutboxQueue,
        transport: Transport,
        renderer: Renders,
        read_file: Callable[[str], bytes],
        now: Callable[[], datetime],
        *,
        sign: Callable[[str, bytes, datetime], bytes] | None = None,
        by_mailbox: Mapping[str, Transport] | None = None,
        on_failed: OnFailed | None = None,
        connections: int = 4,
        give_up: timedelta = timedelta(days=5),
        rng: random.Random | None = None,
    ) -> None:
        self._queue = queue
        self._transport = transport
        self._renderer = renderer
        self._read_file = read_file
        self._now = now
        self._sign = sign
        self._by_mailbox = dict(by_mailbox or {})
        self._window = connections * _WINDOW_PER_CONNECTION
        self._verdicts = Verdicts(
            self._via,
            on_failed=on_failed,
            give_up=give_up,
            rng=rng or random.Random(),  # noqa: S311 - spreads retries, guards no secret
        )
        self._hint = asyncio.Event()

    def wake(self) -> None:
        """Hint that there may be work. From other threads: `loop.call_soon_threadsafe(relay.wake)`."""
        self._hint.set()

    def trouble(self) -> dict[str, tuple[float, str]]:
        """Servers that give us no session, by name: for how many seconds, and what was said."""
        transports = (self._transport, *self._by_mailbox.values())
        return {transport.name: found for transport in transports if (found := transport.trouble) is not None}

    async def drain_once(self, now: datetime) -> int:
        """Claim, send and settle one batch; returns how many mails were claimed."""
        items = await self._claim(self._window, now)
        ready, waiting = self._verdicts.admit(items, now)
        prepared, failed = await self._prepare(ready, now)
        results = [*waiting, *failed, *await asyncio.gather(*(self._transmit(item) for item in prepared))]
        await self._settle(results, now)
        return len(items)

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set; then finish what is on its way, for a while."""
        done: asyncio.Queue[tuple[OutboxItem, DeliveryResult]] = asyncio.Queue()
        flying: set[asyncio.Task[None]] = set()
        settler = asyncio.create_task(self._settle_as_they_come(done))
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._hint.clear()
                room = self._window - len(flying)
                claimed = await self._start(room, flying, done) if room > 0 else 0
                if settler.done():
                    settler.result()
                if claimed < room:
                    await self._rest(stopped, settler)
                elif flying:
                    await asyncio.wait({*flying, stopped, settler}, return_when=asyncio.FIRST_COMPLETED)
            if flying:
                await asyncio.wait(flying, timeout=DRAIN_SECONDS)
            await asyncio.wait({asyncio.create_task(done.join()), settler}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*flying, settler, stopped):
                task.cancel()
            await asyncio.gather(*flying, settler, stopped, return_exceptions=True)
            for transport in (self._transport, *self._by_mailbox.values()):
                await transport.close()

    async def _start(
        self, room: int, flying: set[asyncio.Task[None]], done: asyncio.Queue[tuple[OutboxItem, DeliveryResult]]
    ) -> int:
        now = self._now()
        items = await self._claim(room, now)
        ready, waiting = self._verdicts.admit(items, now)
        prepared, failed = await self._prepare(ready, now)
        for result in (*waiting, *failed):
            done.put_nowait(result)

        async def fly(item: OutboxItem) -> None:
            done.put_nowait(await self._transmit(item))

        for item in prepared:
            task = asyncio.create_task(fly(item))
            flying.add(task)
            task.add_done_callback(flying.discard)
        return len(items)

    async def _claim(self, limit: int, now: datetime) -> list[OutboxItem]:
        """What is due; nothing while no server takes anything, so that waiting costs no mail an attempt."""
        if self._resting() > 0:
            return []
        return await self._queue.claim(limit=limit, now=now, lease_seconds=LEASE_SECONDS)

    def _resting(self) -> float:
        """Seconds until some server may be asked again; 0 when one may be now."""
        return min(transport.rest() for transport in (self._transport, *self._by_mailbox.values()))

    def _via(self, item: OutboxItem) -> Transport:
        return self._by_mailbox.get(item.notice.sender.key, self._transport)

    async def _rest(self, stopped: asyncio.Task[bool], settler: asyncio.Task[None]) -> None:
        """Until somebody hints, the next mail is due, or it is time to look anyway."""
        due = await self._queue.next_due()
        seconds = POLL_SECONDS if due is None else max((due - self._now()).total_seconds(), self._resting())
        hint = asyncio.create_task(self._hint.wait())
        try:
            await asyncio.wait(
                {hint, stopped, settler},
                timeout=min(max(seconds, 0.2), POLL_SECONDS),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            hint.cancel()

    async def _settle_as_they_come(self, done: asyncio.Queue[tuple[OutboxItem, DeliveryResult]]) -> None:
        while True:
            results = [await done.get()]
            with suppress(asyncio.QueueEmpty):
                while True:
                    results.append(done.get_nowait())
            await self._settle(results, self._now())
            self._hint.set()  # the next mail of the same conversation may have waited for these
            for _ in results:
                done.task_done()

    async def _prepare(
        self, items: Sequence[OutboxItem], now: datetime
    ) -> tuple[list[OutboxItem], list[tuple[OutboxItem, DeliveryResult]]]:
        """Octets for each item, kept and committed as TRANSMITTING; and those that cannot be written at all."""
        if not items:
            return [], []
        ready: list[tuple[OutboxItem, bytes]] = []
        failed: list[tuple[OutboxItem, DeliveryResult]] = []
        for item, outcome in zip(items, await asyncio.to_thread(self._write_all, items, now), strict=True):
            if isinstance(outcome, bytes):
                ready.append((item, outcome))
            else:
                failed.append((item, outcome))
        if not ready:
            return [], failed
        ours = await self._queue.rendered(ready)
        return [replace(item, octets=octets) for item, octets in ready if item.id in ours], failed

    def _write_all(self, items: Sequence[OutboxItem], now: datetime) -> list[bytes | DeliveryResult]:
        return [self._write(item, now) for item in items]

    def _write(self, item: OutboxItem, now: datetime) -> bytes | DeliveryResult:
        if item.octets is not None:
            return item.octets  # every try sends the same octets
        rendered = self._renderer.render(_as_it_leaves(item.notice, now))
        if rendered.problem:
            log.error("a mail leaves in plain words: %s", rendered.problem, extra={"outbox": item.id})
        try:
            octets = compose(item.notice, rendered, self._read_file, now=now)
            return self._sign(item.notice.sender.address, octets, now) if self._sign else octets
        except Unsendable as error:
            return DeliveryResult(delivered=False, permanent=True, code=0, text=str(error))
        except Exception as error:
            # one mail that cannot be written never holds up the others (P32)
            log.exception("a mail cannot be written", extra={"outbox": item.id})
            text = f"cannot be written: {type(error).__name__}: {error}"
            return DeliveryResult(delivered=False, permanent=False, code=0, text=text)

    async def _transmit(self, item: OutboxItem) -> tuple[OutboxItem, DeliveryResult]:
        try:
            recipient = wire_address(item.notice.recipient.address)
            results = await self._via(item).deliver(item.notice.reverse_path, [recipient], item.octets or b"")
            self._verdicts.learn(item, results[recipient], self._now())
            return item, results[recipient]
        except Exception as error:
            log.exception("the transport has failed in an unforeseen way", extra={"outbox": item.id})
            text = f"unforeseen: {type(error).__name__}: {error}"
            return item, DeliveryResult(delivered=False, permanent=False, code=0, text=text, after_data=True)

    async def _settle(self, results: Sequence[tuple[OutboxItem, DeliveryResult]], now: datetime) -> None:
        if not results:
            return
        judged = [await self._verdicts.judge(item, result, now) for item, result in results]
        settled = [(item, result) for item, result, _ in judged]
        for left in range(SETTLE_TRIES - 1, -1, -1):
            try:
                return await self._queue.settle(settled, now=now, retry_at=[retry_at for *_, retry_at in judged])
            except Exception:
                if not left:
                    raise
                log.exception("results cannot be written down yet: %d mails", len(settled))
            await asyncio.sleep(SETTLE_PAUSE)


def _as_it_leaves(notice: Notice, now: datetime) -> Notice:
    """An acknowledgement that waited beyond the time that it tells promises nothing: that time is over."""
    ticket = notice.context.get("ticket") if notice.name == "acknowledgement" else None
    if not ticket or not ticket.get("promised") or datetime.fromisoformat(ticket["promised"]) > now:
        return notice
    return replace(notice, context={**notice.context, "ticket": {**ticket, "promised": None}})
