"""What watches the house while everybody sleeps: the canary mail, the nightly audit of the book, the alarm.

Tells by another way than mail, because mail may be what is broken. Never mends anything.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from maild.desk.executor import Desk
from maild.desk.ports import Mark, UnitOfWork, Writer
from maild.desk.queues import BookAudit, Lanes
from maild.domain.address import Mailbox
from maild.domain.commands import TellWithheld
from maild.domain.intent import Actor, ActorKind, Cause, Intent
from maild.domain.notice import Notice, NoticeClass
from maild.domain.token import Audience, Token, Tokens, person_digest

log = logging.getLogger(__name__)

AUDIT_EVERY = timedelta(hours=24)

ALARM_SECONDS = 30
"""The operator's program gets so long; one that hangs must not hold up the next look."""

ALARM_AGAIN = timedelta(hours=1)
"""While nothing gets better the alarm is repeated so often."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)

WITHHELD_EVERY = timedelta(hours=24)
HELD_EVERY = timedelta(hours=1)
"""Mail that is held needs a person soon, but a flood that goes on needs him once."""

WITHHELD_AT_MOST = 10_000
"""Mails looked at in one go; the rest is in the next mail."""

REASONS = 20

_WITHHELD = "withheld"
_CANARY = "canary"


class Canary:
    """Sends a mail from ourselves to ourselves, by the whole way out and back in, and looks whether it came."""

    def __init__(
        self,
        *,
        address: str,
        every: timedelta,
        limit: timedelta,
        writer: Writer,
        lanes: Lanes,
        tokens: Tokens,
        now: Callable[[], datetime],
    ) -> None:
        self._address = address
        self._every = every
        self._limit = limit
        self._writer = writer
        self._lanes = lanes
        self._tokens = tokens
        self._now = now
        self._sent: tuple[int, datetime] | None = None
        """The oldest that is waited for: one that leaves later does not make it less late."""
        self._back = 0

    async def __call__(self) -> bool:
        """Look for the last one and send the next when it is time; True when one was planned."""
        number, at = await self._writer.run_async(_last)
        if number:
            if self._sent is None or self._back >= self._sent[0]:
                self._sent = number, at
            for sent in {self._sent[0], number}:
                if self._back < sent and await asyncio.to_thread(self._lanes.arrived, self._message_id(sent)):
                    self._back = sent
        now = self._now()
        if number and now - at < self._every:
            return False
        await self._writer.run_async(lambda uow: self._plan(uow, number + 1, now))
        return True

    def fault(self) -> str:
        """What is wrong; "" while the canary comes back in time."""
        if self._sent is None:
            return ""
        number, at = self._sent
        late = self._now() - at
        if self._back >= number or late <= self._limit:
            return ""
        return f"canary: the mail of {at.isoformat(timespec='seconds')} to {self._address} has not come back"

    def _message_id(self, number: int) -> str:
        return self._tokens.message_id(self._address, self._token(), f"canary{number}")

    def _token(self) -> Token:
        return Token(ticket=0, article=0, audience=Audience.INTERNAL, agent=True, person=person_digest(self._address))

    def _plan(self, uow: UnitOfWork, number: int, now: datetime) -> None:
        # Past the guard, which knows our own addresses as a loop: this one is meant to come back, once each
        uow.outbox.plan(
            [
                Notice(
                    name=_CANARY,
                    klass=NoticeClass.NOTIFICATION,
                    ticket=0,
                    article=0,
                    recipient=Mailbox("", self._address),
                    sender=Mailbox("", self._address),
                    reply_to="",
                    reverse_path="",
                    language="en",
                    context={},
                    dedupe_key=f"{_CANARY}/{number}",
                    cause=f"{_CANARY}:{number}",
                    message_id=self._message_id(number),
                )
            ],
            now=now,
        )
        uow.marks.put(_CANARY, at=now, reached=number)


def _last(uow: UnitOfWork) -> tuple[int, datetime]:
    mark = uow.marks.get(_CANARY)
    return (mark.reached, mark.at) if mark else (0, NEVER)


class Auditor:
    """Compares the book of mail with what is there: when the daemon starts, and then once a day."""

    def __init__(self, lanes: Lanes, *, now: Callable[[], datetime]) -> None:
        self._lanes = lanes
        self._now = now
        self.last: tuple[datetime, BookAudit] | None = None

    async def __call__(self) -> bool:
        """Compare if it is time; True when it was."""
        now = self._now()
        if self.last is not None and now - self.last[0] < AUDIT_EVERY:
            return False
        self.last = now, await asyncio.to_thread(self._lanes.audit)
        problems = self.last[1].problems
        if problems:
            log.error("the book of mail does not balance: %s", problems)
        return True


class WithheldTick:
    """Tells the operator what the guard has not let out: once a day, and within minutes when mail is held."""

    def __init__(self, *, writer: Writer, desk: Desk, now: Callable[[], datetime]) -> None:
        self._writer = writer
        self._desk = desk
        self._now = now

    async def __call__(self) -> bool:
        """Look, and plan the mail if there is something to tell and it is time; True when it was planned."""
        return await self._writer.run_async(self._tell)

    def _tell(self, uow: UnitOfWork) -> bool:
        now, mark = self._now(), uow.marks.get(_WITHHELD)
        since = now - mark.at if mark else WITHHELD_EVERY
        if since < HELD_EVERY:
            return False
        found = uow.outbox.withheld(mark.reached if mark else 0, WITHHELD_AT_MOST)
        held = sum(one.held for one in found)
        if not found or (not held and since < WITHHELD_EVERY):
            return False
        reasons = Counter(f"{one.name}: {_without_address(one.reason)}" for one in found)
        command = TellWithheld(
            refused=len(found) - held,
            held=held,
            reasons=tuple(f"{count} × {reason}" for reason, count in reasons.most_common(REASONS)),
        )
        if not uow.marks.advance(_WITHHELD, mark, Mark(at=now, reached=found[-1].id)):
            return False  # another process tells
        intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="clock"), commands=(command,))
        self._desk.run(uow, intent, cause=Cause(key=f"{_WITHHELD}:{found[-1].id}"), now=now)
        return True


def _without_address(reason: str) -> str:
    """Reasons begin with the address they are about; a thousand victims are one line, not a thousand."""
    first, _, rest = reason.partition(" ")
    return f"(an address) {rest}" if "@" in first else reason


class Alarm:
    """Calls the operator's own program when health turns bad, hourly while it is, and when it is good again."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        causes: Callable[[], Awaitable[Sequence[str]]],
        now: Callable[[], datetime],
    ) -> None:
        self._command = tuple(command)
        self._causes = causes
        self._now = now
        self._told: tuple[str, ...] = ()
        self._told_at: datetime | None = None

    async def __call__(self) -> bool:
        """Look, and call the program if there is something to tell; True when it was called."""
        causes = tuple(await self._causes())
        now = self._now()
        kinds = {cause.split(":")[0] for cause in causes}
        known = {cause.split(":")[0] for cause in self._told}
        again = self._told_at is None or now - self._told_at >= ALARM_AGAIN
        if not causes and not self._told:
            return False
        if causes and kinds <= known and not again:
            return False
        await self._call("\n".join(causes) if causes else "all is well again")
        self._told, self._told_at = causes, now if causes else None
        return True

    async def _call(self, text: str) -> None:
        log.critical("alarm: %s", text.replace("\n", "; "))
        process = await asyncio.create_subprocess_exec(*self._command, stdin=asyncio.subprocess.PIPE)
        try:
            async with asyncio.timeout(ALARM_SECONDS):
                await process.communicate(text.encode() + b"\n")
        except TimeoutError:
            process.kill()
            await process.wait()
            log.exception("the alarm program does not end")
        else:
            if process.returncode:
                log.error("the alarm program has ended with status %d", process.returncode)
