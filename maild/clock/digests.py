"""The tick of the digests: looks whose waiting mail is due, and has the desk gather it.

Each person is a transaction of his own, so that one that fails never holds up the others. The cost of a tick is what is
due. However long nobody looked, a person gets one digest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from maild.desk.executor import Desk
from maild.desk.ports import UnitOfWork, Writer
from maild.domain.commands import GatherDigest
from maild.domain.intent import Actor, ActorKind, Cause, Intent

log = logging.getLogger(__name__)

DUE_AT_A_TIME = 200
"""Mails looked at in one go; the next go follows at once while there are more."""


class DigestTick:
    """Gathers every digest that is due, once."""

    def __init__(self, *, writer: Writer, desk: Desk, now: Callable[[], datetime]) -> None:
        self._writer = writer
        self._desk = desk
        self._now = now

    async def __call__(self) -> int:
        """Gather what is due; returns how many people were told."""
        told = 0
        while True:
            now = self._now()
            due = await self._writer.run_async(partial(_due, now=now))
            done = 0
            for recipient in due:
                try:
                    await self._writer.run_async(partial(self._gather, recipient=recipient, now=now))
                    done += 1
                except Exception:
                    log.exception("the digest of %s cannot be made", recipient)
            told += done
            if not done:
                return told

    def _gather(self, uow: UnitOfWork, *, recipient: str, now: datetime) -> None:
        intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="clock"), commands=(GatherDigest(recipient=recipient),))
        self._desk.run(uow, intent, cause=Cause(key=f"digest:{recipient}:{now.isoformat()}"), now=now)


def _due(uow: UnitOfWork, *, now: datetime) -> list[str]:
    return uow.waiting.due(now=now, limit=DUE_AT_A_TIME)
