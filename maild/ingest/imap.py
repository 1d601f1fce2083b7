"""The IMAP watcher: each folder of an account is watched in a task and a connection of its own.

A sick folder or mailbox never delays another one. It never touches mail itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from maild.ingest.intake.imap_account import ImapAccount, Security, TokenProvider
from maild.ingest.intake.imap_folder import FolderLane, FolderState, FolderStatus

if TYPE_CHECKING:
    import random

    from maild.desk.queues import Cursors, Spool

__all__ = ["FolderState", "FolderStatus", "ImapAccount", "ImapWatcher", "Security", "TokenProvider"]

_UNHEARD_SECONDS = 3  # a goodbye takes two at most


class ImapWatcher:
    """All folders of one account, each in a task and a connection of its own.

    `clock` gives the time; `sleep` waits between failed connections; `rng` spreads them.
    """

    def __init__(
        self,
        account: ImapAccount,
        spool: Spool,
        cursors: Cursors,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        rng: random.Random,
    ) -> None:
        self.mailbox = account.mailbox
        """Our address whose mail it fetches."""
        self._folders = [
            FolderLane(account, folder, spool, cursors, clock, sleep, rng) for folder in dict.fromkeys(account.folders)
        ]

    @property
    def status(self) -> tuple[FolderStatus, ...]:
        """How each folder is."""
        return tuple(folder.status() for folder in self._folders)

    async def run(self, stop: asyncio.Event) -> None:
        """Watch until `stop` is set. A mail that is being taken then is taken again at the next start."""
        tasks = [asyncio.create_task(folder.run()) for folder in self._folders]
        try:
            await stop.wait()
        finally:
            await _end(tasks)


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel until heard: before Python 3.12 `asyncio.wait_for` loses a cancellation that comes with an answer."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_UNHEARD_SECONDS)
