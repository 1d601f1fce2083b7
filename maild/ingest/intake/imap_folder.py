"""One folder of an IMAP account: what arrives goes into the spool, and only then is it marked, moved or deleted there.

The cursor (UIDVALIDITY and UID) is the queue, never "unread". It never reads what a mail says, and one mail's trouble
never stops the folder.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from maild import points
from maild.domain.mail import RawMail
from maild.ingest.intake.imap_client import BATCH, AccessRefused, Fetched, ImapClient, ImapError

if TYPE_CHECKING:
    import random

    from maild.desk.queues import Cursors, Spool
    from maild.ingest.intake.imap_account import ImapAccount

log = logging.getLogger(__name__)

_IDLE_SECONDS = 240  # servers and routers drop a silent connection after five minutes at the earliest
_FIRST_DELAY = 1.0
_REFUSED_DELAY = 30.0  # a refused login tried at once again locks accounts
_REFUSED_CAP = 900.0
_LOOKS_IN_VAIN = 3  # some servers tell of new mail with every answer
_TRIES = 3  # then a mail goes behind the others, or its header only is taken


class FolderState(StrEnum):
    """What a folder's lane is doing."""

    CONNECTING = "connecting"
    READING = "reading"
    WAITING = "waiting"
    BACKING_OFF = "backing off"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderStatus:
    """How a folder is: for health pages and alarms."""

    mailbox: str
    folder: str
    state: FolderState
    last_good_at: datetime | None
    """When a look into the folder last ended well."""
    last_error: str
    """Of the last look; "" when it ended well."""
    failures: int
    """Looks in a row that failed."""
    stuck: tuple[int, ...]
    """UIDs that could not be taken three times or more."""
    unmarked: int
    """Mails stored here whose mark or move on the server still fails."""


class FolderLane:
    """One folder of one account: connect, look, take, settle, wait; for ever."""

    def __init__(
        self,
        account: ImapAccount,
        folder: str,
        spool: Spool,
        cursors: Cursors,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]],
        rng: random.Random,
    ) -> None:
        self._account = account
        self._name = folder
        self._spool = spool
        self._cursors = cursors
        self._clock = clock
        self._sleep = sleep
        self._rng = rng
        self._state = FolderState.STOPPED
        self._last_good_at: datetime | None = None
        self._last_error = ""
        self._failures = 0
        self._batch = BATCH
        self._validity = -1
        self._cursor = 0
        self._waiting: set[int] = set()
        """Found above the cursor and not yet stored."""
        self._stored: set[int] = set()
        """Stored, or gone, above the cursor."""
        self._unmarked: dict[int, int] = {}
        """Stored, and how often marking it on the server failed."""
        self._tries: dict[int, int] = {}
        """How often taking a mail failed."""
        self._unreadable: dict[int, int] = {}
        """How often because the server cannot give it, or not so that it can be understood."""
        self._odd: dict[int, str] = {}
        """Digest of a mail whose length is not what the server says."""

    def status(self) -> FolderStatus:
        return FolderStatus(
            mailbox=self._account.mailbox,
            folder=self._name,
            state=self._state,
            last_good_at=self._last_good_at,
            last_error=self._last_error,
            failures=self._failures,
            stuck=tuple(sorted(uid for uid, tries in self._tries.items() if tries >= _TRIES)),
            unmarked=sum(tries > 0 for tries in self._unmarked.values()),
        )

    async def run(self) -> None:
        """Until cancelled. Any fault ends the connection, is told once, and is followed by a longer and longer wait."""
        try:
            while True:
                client = ImapClient(self._account)
                try:
                    await self._watch(client)
                except Exception as error:  # the one boundary of this lane
                    delay = self._note(error)
                finally:
                    await client.close()
                self._state = FolderState.BACKING_OFF
                await self._sleep(delay)
        finally:
            self._state = FolderState.STOPPED

    def _note(self, error: Exception) -> float:
        self._failures += 1
        self._last_error = f"{type(error).__name__}: {error}".rstrip(": ")
        log.warning("%s %s: %s", self._account.mailbox, self._name, self._last_error)
        if isinstance(error, AccessRefused):
            first, cap = _REFUSED_DELAY, _REFUSED_CAP
        else:
            first, cap = _FIRST_DELAY, max(_FIRST_DELAY, self._account.poll_seconds)
        exponent = min(self._failures - 1, 20)  # 2**20 seconds is beyond every cap
        return float(min(first * 2**exponent, cap) * self._rng.uniform(0.5, 1))

    async def _watch(self, client: ImapClient) -> None:
        self._state = FolderState.CONNECTING
        await client.connect()
        await self._open(await client.select(self._name))
        while True:
            self._state = FolderState.READING
            await self._look(client)
            if self._failures:
                log.info("%s %s: well again", self._account.mailbox, self._name)
            self._state, self._batch = FolderState.WAITING, BATCH
            self._failures, self._last_error, self._last_good_at = 0, "", self._clock()
            await client.wait(min(self._account.poll_seconds, _IDLE_SECONDS))

    async def _open(self, validity: int) -> None:
        """RFC 3501 section 2.3.1.1: with another UIDVALIDITY no UID means what it meant; all is read again.

        The book knows by content what it has already.
        """
        if validity == self._validity:
            return
        if validity == 0:
            log.warning("%s %s: the server gives no UIDVALIDITY", self._account.mailbox, self._name)
        known = await self._cursors.get(self._account.mailbox, self._name)
        if known is not None and known[0] != validity:
            log.warning("%s %s: UIDVALIDITY changed, all is read again", self._account.mailbox, self._name)
        self._validity = validity
        self._cursor = known[1] if known is not None and known[0] == validity else 0
        for memory in (self._waiting, self._stored, self._unmarked, self._tries, self._unreadable, self._odd):
            memory.clear()

    async def _look(self, client: ImapClient) -> None:
        """Take all there is. What arrives meanwhile is told in answers to other commands: then look again."""
        await self._settle(client)
        news, in_vain = -1, 0
        while news != client.news and in_vain < _LOOKS_IN_VAIN:
            news = client.news
            found = await client.search(self._cursor, self._account.since)
            self._waiting = set(found) - self._stored
            # A mail that failed often goes last, so that the others never wait for it.
            queue = sorted(self._waiting, key=lambda uid: (self._tries.get(uid, 0) >= _TRIES, uid))
            in_vain = 0 if queue else in_vain + 1
            for start in range(0, len(queue), self._batch):
                await self._take_all(client, queue[start : start + self._batch])
                await self._settle(client)

    async def _take_all(self, client: ImapClient, uids: list[int]) -> None:
        try:
            sizes = await client.sizes(uids)
        except ImapError as error:
            self._batch = 1  # next time the one that cannot be asked about is found by asking one by one
            if len(uids) == 1:
                self._failed(uids[0], error, client)
            raise
        for uid in uids:
            try:
                await self._take(client, uid, sizes.get(uid))
            except Exception as error:
                self._failed(uid, error, client)
                raise

    def _failed(self, uid: int, error: Exception, client: ImapClient) -> None:
        self._tries[uid] = self._tries.get(uid, 0) + 1
        if isinstance(error, ImapError) or client.misunderstood:
            self._unreadable[uid] = self._unreadable.get(uid, 0) + 1

    async def _take(self, client: ImapClient, uid: int, size: int | None) -> None:
        """One mail into the spool; returns only when it is stored, or is no longer there."""
        fetched, defect = await self._get(client, uid, size)
        if fetched is None:
            if uid in await client.search(uid - 1, None):
                raise ImapError(f"UID {uid} is there but is not given")
        else:
            await self._store(uid, fetched, defect)
            if not (defect and self._account.action == "delete"):  # what is only there must stay there
                self._unmarked[uid] = 0
        self._stored.add(uid)
        self._waiting.discard(uid)
        for memory in (self._tries, self._unreadable):
            memory.pop(uid, None)
        self._odd.pop(uid, None)

    async def _get(self, client: ImapClient, uid: int, size: int | None) -> tuple[Fetched | None, str]:
        """The mail, and what it lacks; None when it is gone."""
        if size is None and uid not in self._unreadable:
            return None, ""
        if self._unreadable.get(uid, 0) >= _TRIES:
            return await client.fetch_header(uid), "only the header: the server does not give the mail"
        if size is None:
            return None, ""
        if size > self._account.message_octets:
            return await client.fetch_header(uid), f"only the header: {size} octets are more than we take"
        fetched = await client.fetch(uid, size)
        if fetched is not None and len(fetched.octets) != size:
            # Cut short, or a server that counts wrongly: then the very same octets come again (P5).
            digest = hashlib.sha256(fetched.octets).hexdigest()
            if not fetched.octets or self._odd.get(uid) != digest:
                self._odd[uid] = digest
                raise ConnectionError(f"UID {uid} has {len(fetched.octets)} octets, the server says {size}")
            log.warning("%s %s: the server counts UID %d wrongly", self._account.mailbox, self._name, uid)
        return fetched, ""

    async def _store(self, uid: int, fetched: Fetched, defect: str) -> None:
        now = self._clock()
        mail = RawMail(
            octets=fetched.octets,
            source="imap",
            source_key=f"{self._account.mailbox}:{self._name}:{self._validity}:{uid}",
            # It reached us when it reached the mailbox, also when we were down then; never in the future.
            received_at=min(fetched.arrived or now, now),
            mailbox=self._account.mailbox,
            defect=defect,
        )
        await self._spool.accept(mail)
        points.reach("after-accept")

    async def _settle(self, client: ImapClient) -> None:
        """Mark on the server what is stored, then move the cursor. A server that refuses is asked again each time."""
        pending = sorted(self._unmarked)
        for start in range(0, len(pending), BATCH):
            batch = pending[start : start + BATCH]
            try:
                await client.settle(batch)
            except ImapError as error:
                for uid in batch:
                    self._unmarked[uid] += 1
                log.warning("%s %s: not marked on the server: %s", self._account.mailbox, self._name, error)
                break
            for uid in batch:
                del self._unmarked[uid]
        await self._advance()

    async def _advance(self) -> None:
        """The cursor passes what is settled; a mark that keeps failing does not hold it for ever."""
        if not self._stored:
            return
        held = self._waiting | {uid for uid, tries in self._unmarked.items() if tries < _TRIES}
        cursor = max(self._stored)
        if held:
            cursor = min(cursor, min(held) - 1)
        if cursor > self._cursor:
            await self._cursors.put(self._account.mailbox, self._name, self._validity, cursor)
            self._cursor = cursor
            self._stored = {uid for uid in self._stored if uid > cursor}
