"""Tells whoever is in charge, once, that an agent's answer has not left for hours.

Looks at each mail of the outbox once, when it is old enough. Never tries, changes or gives up a mail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from maild.desk.executor import Desk
from maild.desk.ports import LateAnswer, UnitOfWork, Writer
from maild.domain.commands import RecordDelivery
from maild.domain.intent import Actor, ActorKind, Cause, Intent
from maild.domain.mail import DeliveryReport, RecipientReport
from maild.errors import Refused

log = logging.getLogger(__name__)

AT_A_TIME = 500
"""Mails looked at in one transaction; the next look follows at once while there are more."""

_MARK = "late"


class LateTick:
    """`after` is how old an answer is that has not left."""

    def __init__(self, *, after: timedelta, writer: Writer, desk: Desk, now: Callable[[], datetime]) -> None:
        self._after = after
        self._writer = writer
        self._desk = desk
        self._now = now

    async def __call__(self) -> int:
        """Tell of everything that has become late; returns how many mails."""
        told = 0
        while True:
            more, found = await self._writer.run_async(self._look)
            told += found
            if not more:
                return told

    def _look(self, uow: UnitOfWork) -> tuple[bool, int]:
        now, mark = self._now(), uow.marks.get(_MARK)
        after = mark.reached if mark else 0
        reached, late = uow.outbox.late(after, before=now - self._after, limit=AT_A_TIME)
        if reached == after:
            return False, 0
        for answer in late:
            self._tell(uow, answer, now)
        uow.marks.put(_MARK, at=now, reached=reached)
        return reached - after >= AT_A_TIME, len(late)

    def _tell(self, uow: UnitOfWork, answer: LateAnswer, now: datetime) -> None:
        report = RecipientReport(final_recipient=answer.recipient, action="delayed", diagnostic=answer.reason)
        command = RecordDelivery(
            ticket=answer.ticket,
            article=answer.article,
            recipient=answer.recipient,
            report=DeliveryReport(recipients=(report,)),
            delayed=True,
        )
        intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="clock"), commands=(command,))
        try:
            with uow.nested():
                self._desk.run(uow, intent, cause=Cause(key=f"late:{answer.id}"), now=now)
        except Refused:
            log.warning("a mail is late and there is no ticket to tell it on", extra={"outbox": answer.id})
