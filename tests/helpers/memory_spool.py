"""A spool and its cursors in memory, for tests of the intakes: it can be slow, refuse, and tell when mail came."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from maild.desk.queues import Accepted, ClaimedMail, Settlement
from maild.domain.mail import RawMail
from tests.helpers.waiting import PATIENCE

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class MemorySpool:
    """Keeps mail by its natural key, as the book does."""

    def __init__(self) -> None:
        self.mails: dict[tuple[str, str], RawMail] = {}
        self.tries = 0
        self.repeats = 0
        self.refusing: Exception | None = None
        self.entered = asyncio.Event()
        """Set when a mail is being stored."""
        self.open = asyncio.Event()
        """While cleared, storing takes for ever."""
        self.open.set()
        self._changed = asyncio.Condition()

    @property
    def rows(self) -> list[RawMail]:
        return list(self.mails.values())

    async def accept(self, mail: RawMail) -> Accepted:
        self.tries += 1
        self.entered.set()
        await self.open.wait()
        async with self._changed:
            self._changed.notify_all()
            if self.refusing is not None:
                raise self.refusing
            key = (mail.source, mail.source_key)
            fresh = key not in self.mails
            self.mails.setdefault(key, mail)
            self.repeats += not fresh
            return Accepted(id=list(self.mails).index(key) + 1, fresh=fresh)

    async def until(self, mails: int) -> list[RawMail]:
        """Wait until so many are stored."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: len(self.mails) >= mails)
        return self.rows

    async def until_tried(self, tries: int) -> None:
        """Wait until storing was tried so often."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.tries >= tries)

    def accept_now(self, mail: RawMail) -> Accepted:
        raise NotImplementedError

    async def hold(self, files: Sequence[bytes]) -> None:
        raise NotImplementedError

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[ClaimedMail]:
        raise NotImplementedError

    async def uncount(self, mail: int) -> None:
        raise NotImplementedError

    async def recover(self) -> int:
        raise NotImplementedError

    async def release(self, mail: int, *, now: datetime) -> bool:
        raise NotImplementedError

    async def quarantine(self, mail: int, settlement: Settlement, *, now: datetime) -> None:
        raise NotImplementedError


class MemoryCursors:
    """How far each folder was read."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], tuple[int, int]] = {}
        self._changed = asyncio.Condition()

    async def get(self, mailbox: str, folder: str) -> tuple[int, int] | None:
        return self.values.get((mailbox, folder))

    async def put(self, mailbox: str, folder: str, uidvalidity: int, uid: int) -> None:
        async with self._changed:
            self.values[mailbox, folder] = (uidvalidity, uid)
            self._changed.notify_all()

    async def until(self, mailbox: str, folder: str, uid: int) -> None:
        """Wait until the cursor stands at or past `uid`."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.values.get((mailbox, folder), (0, 0))[1] >= uid)
