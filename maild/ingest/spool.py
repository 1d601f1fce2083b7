"""The lane between the spool and the desk: claims waiting mail, has it read, and settles it.

No mail can stop the lane: whatever goes wrong with one, it is tried again and then put into quarantine, octets
untouched, and the next one is taken. Never acknowledges anything to anybody: the intakes did that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from maild.desk.ports import Writer
from maild.desk.queues import AlreadySettled, ClaimedMail, Outcome, Settlement, Spool
from maild.domain.authentication import Authentication
from maild.domain.mail import InboundMessage
from maild.errors import Busy, MaildError, Refused
from maild.ingest.authenticate import Authenticates, Unconfigured
from maild.ingest.pipeline import Pipeline
from maild.ingest.workers.supervisor import ReaderUnavailable
from maild.points import reach

log = logging.getLogger(__name__)

BATCH = 50
"""Mails claimed at a time: enough to keep every reader busy while the writer commits."""

LEASE_SECONDS = 120
"""How long a claimed mail is ours; far above the reader's limits."""

MAX_ATTEMPTS = 3
"""A mail that so often was never settled ends the process each time: it is poison (REL-15)."""

PATIENCE_SECONDS = 0.3
"""How long mails behind a slow one wait for their turn; then they overtake it."""

POLL_SECONDS = 5.0
"""How often the lane looks although nobody called it."""


class Reads(Protocol):
    """What reads octets: worker processes in the daemon, a plain call in tests."""

    async def read(
        self, octets: bytes, *, own: frozenset[str] = frozenset(), reverse_path: str | None = None
    ) -> InboundMessage:
        """The mail as read; never raises because of what the mail is."""


class SpoolLane:
    """Takes mail from the spool through the pipeline."""

    def __init__(
        self,
        *,
        spool: Spool,
        writer: Writer,
        reader: Reads,
        pipeline: Pipeline,
        own: frozenset[str],
        now: Callable[[], datetime],
        authenticator: Authenticates | None = None,
        on_settled: Callable[[], None] = lambda: None,
    ) -> None:
        self._spool = spool
        self._writer = writer
        self._reader = reader
        self._pipeline = pipeline
        self._own = own
        self._now = now
        self._authenticator = authenticator or Unconfigured()
        self._on_settled = on_settled
        self._called = asyncio.Event()
        self._late: set[asyncio.Task[Settlement]] = set()

    def call(self) -> None:
        """Say that there may be mail: look at once."""
        self._called.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; then finish what was claimed."""
        while not stop.is_set():
            self._called.clear()
            if await self.drain_once():
                continue
            waits = [asyncio.ensure_future(e.wait()) for e in (self._called, stop)]
            await asyncio.wait(waits, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
        if self._late:
            await asyncio.gather(*self._late, return_exceptions=True)

    async def drain_once(self) -> list[tuple[ClaimedMail, Settlement]]:
        """Process one batch in the order of arrival; returns what was settled in it."""
        mails = await self._spool.claim(limit=BATCH, now=self._now(), lease_seconds=LEASE_SECONDS)
        reads = [asyncio.create_task(self._read(mail)) for mail in mails]
        settling: list[tuple[ClaimedMail, asyncio.Task[Settlement]]] = []
        for mail, read in zip(mails, reads, strict=True):
            await asyncio.wait([read], timeout=PATIENCE_SECONDS)
            task = asyncio.create_task(self._settle(mail, read))
            if read.done():
                settling.append((mail, task))
            else:
                self._late.add(task)
                task.add_done_callback(self._late.discard)
        done = [(mail, await task) for mail, task in settling]
        if done:
            self._on_settled()
        return done

    async def finish_late(self) -> None:
        """Wait for the mails that were overtaken; for callers that want every outcome."""
        if self._late:
            await asyncio.gather(*self._late)

    async def _read(self, mail: ClaimedMail) -> tuple[InboundMessage, Authentication]:
        """The mail as read, and what can be told about its sender: all that takes time, before the decision."""
        reverse_path = mail.envelope.reverse_path if mail.envelope else None
        message = await self._reader.read(mail.octets, own=self._own, reverse_path=reverse_path)
        return message, await self._authenticator.check(mail, message)

    async def _settle(self, mail: ClaimedMail, read: asyncio.Task[tuple[InboundMessage, Authentication]]) -> Settlement:
        try:
            if mail.attempts > MAX_ATTEMPTS:
                return await self._quarantine(mail, f"the process ended {MAX_ATTEMPTS} times while at this mail")
            message, authentication = await read
            reach("before-decision")
            settlement: Settlement = await self._writer.run_async(
                lambda uow: self._pipeline.process(uow, mail, message, self._now(), authentication)
            )
            reach("after-decision")
        except AlreadySettled:
            log.info("mail %d was settled by another process meanwhile", mail.id)
            return Settlement(outcome=Outcome.WAITING, stage="pipeline", reason="settled by another process")
        except Exception as error:
            settlement = await self._failed(mail, error)
        log.info(
            "mail %d %s%s%s", mail.id, settlement.outcome,
            f" ticket {settlement.ticket}" if settlement.ticket else "",
            f": {settlement.reason}" if settlement.reason else "",
        )  # fmt: skip
        return settlement

    async def _failed(self, mail: ClaimedMail, error: Exception) -> Settlement:
        """What the mail is to blame for is quarantined; what it is not is tried again when the lease has run out."""
        if isinstance(error, Refused):
            reason = str(error)
        elif isinstance(error, MaildError | ReaderUnavailable):
            log.warning("mail %d waits: %s", mail.id, error)
            if isinstance(error, Busy):
                await self._spool.uncount(mail.id)
            return Settlement(outcome=Outcome.WAITING, stage="pipeline", reason=str(error))
        else:
            log.error("mail %d goes to quarantine", mail.id, exc_info=error)
            reason = f"processing failed: {type(error).__name__}: {error}"
        return await self._quarantine(mail, reason)

    async def _quarantine(self, mail: ClaimedMail, reason: str) -> Settlement:
        settlement: Settlement = await self._writer.run_async(
            lambda uow: self._pipeline.quarantine(uow, mail, reason, self._now())
        )
        return settlement
