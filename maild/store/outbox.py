"""Planned mail as a unit of work sees it: plans, and counts of automatic answers for the guard.

A dedupe key is planned once. Never claims or sends anything.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, func, select, text, update

from maild.desk.ports import LateAnswer, OutgoingMail, Withheld
from maild.domain.notice import Notice, NoticeClass, OutboxState
from maild.store.articles import ADD_REFERENCE, reference
from maild.store.inserts import insert_or_add, insert_or_leave
from maild.store.mapping import notice_from, to_json
from maild.store.session import ByDialect, Session
from maild.store.tables import UNSENT, automatic_tally, outbox
from maild.store.types import key, literals

PLAN = insert_or_leave(outbox)


COUNT_UP = insert_or_add(automatic_tally, "answers")
_NOW = bindparam("now", type_=outbox.c.due_at.type)
_SINCE = outbox.c.created_at >= bindparam("since", type_=outbox.c.created_at.type)
# Literal, so that the engine sees that the partial index answers the question
_AUTOMATIC = {"sqlite": text("automatic = 1"), "postgresql": text("automatic")}
_to_address = {
    dialect: select(func.count())
    .select_from(outbox)
    .where(condition, outbox.c.recipient_key == bindparam("address"), _SINCE)
    for dialect, condition in _AUTOMATIC.items()
}
TO_ADDRESS = ByDialect(_to_address)
NAMED_TO_ADDRESS = ByDialect(
    {dialect: found.where(outbox.c.name == bindparam("only")) for dialect, found in _to_address.items()}
)
IN_TICKET = ByDialect(
    {
        dialect: select(func.count())
        .select_from(outbox)
        .where(condition, outbox.c.ticket == bindparam("about"), _SINCE)
        for dialect, condition in _AUTOMATIC.items()
    }
)
TALLIED = select(cast(func.coalesce(func.sum(automatic_tally.c.answers), 0), BigInteger)).where(
    automatic_tally.c.scope == bindparam("wanted"), automatic_tally.c.minute >= bindparam("first")
)
WITHHELD = (
    select(outbox.c.id, outbox.c.state, outbox.c.name, outbox.c.last_error)
    .where(outbox.c.state.in_(literals(OutboxState.SUPPRESSED, OutboxState.HELD)), outbox.c.id > bindparam("after"))
    .order_by(outbox.c.id)
    .limit(bindparam("at_most"))
)


_ITEM = outbox.c.id == bindparam("wanted")
_waits = outbox.c.state.in_(literals(OutboxState.PLANNED, OutboxState.DEFERRED))
HOLD = update(outbox).where(_ITEM, _waits).values(state=OutboxState.HELD.value, due_at=None, last_error="held by hand")
RELEASE = (
    update(outbox)
    .where(_ITEM, outbox.c.state.in_(literals(OutboxState.HELD, OutboxState.WAITING)))
    .values(state=OutboxState.PLANNED.value, due_at=_NOW, waits_until=None, last_error="")
)
_droppable = outbox.c.state.in_(
    literals(
        OutboxState.PLANNED, OutboxState.DEFERRED, OutboxState.HELD, OutboxState.FAILED, OutboxState.OUTCOME_UNKNOWN,
        OutboxState.WAITING,
    )
)  # fmt: skip
DROP = (
    update(outbox)
    .where(_ITEM, _droppable)
    .values(
        state=OutboxState.DROPPED.value, due_at=None, waits_until=None, settled_at=_NOW, last_error=bindparam("because")
    )
)
TAKE_BACK = DROP.where(outbox.c.attempts == 0)
HELD = (
    select(outbox.c.id)
    .where(text(UNSENT), outbox.c.state.in_(literals(OutboxState.HELD)))
    .order_by(outbox.c.id)
    .limit(bindparam("at_most"))
)
ANSWERS = select(outbox.c.id, outbox.c.state, outbox.c.attempts).where(
    outbox.c.ticket == bindparam("about"), outbox.c.article == bindparam("words"), outbox.c.name == "answer"
)
OF_TICKET = (
    select(outbox).where(outbox.c.ticket == bindparam("about")).order_by(outbox.c.id.desc()).limit(bindparam("at_most"))
)
ITEM = select(outbox.c.notice, outbox.c.state, outbox.c.last_error).where(_ITEM)


LATE = (
    select(outbox.c.id, outbox.c.created_at, outbox.c.name, outbox.c.due_at)
    .where(outbox.c.id > bindparam("after"))
    .order_by(outbox.c.id)
    .limit(bindparam("at_most"))
)


class OutboxRepository:
    """`ports.Outbox` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, notices: Iterable[Notice], *, now: datetime) -> None:
        """Store notices; one whose dedupe key exists is left out."""
        references: list[dict[str, Any]] = []
        tally: Counter[bytes] = Counter()
        for notice in notices:
            values = _values(notice, now)
            if self._session.add(PLAN, values) is None:
                continue
            if values["automatic"] and not notice.held:
                tally.update((_scope(), _scope(name=notice.name), _scope(domain=_domain(notice.recipient.key))))
            if notice.ticket and notice.message_id and not notice.suppressed:
                references.append(reference(notice.message_id, notice.ticket, 0))
        if references:
            self._session.change_each(ADD_REFERENCE, references)
        if tally:
            at = {"minute": _minute(now), "process": os.getpid()}
            self._session.change_each(COUNT_UP, [at | {"scope": k, "answers": n} for k, n in sorted(tally.items())])

    def automatic_to(self, recipient_key: str, since: datetime, name: str = "") -> int:
        """How many automatic answers to this folded address were let through since then; of one notice with `name`."""
        values = {"address": key(recipient_key), "since": since}
        if name:
            return self._session.value(NAMED_TO_ADDRESS, values | {"only": name}) or 0
        return self._session.value(TO_ADDRESS, values) or 0

    def automatic_in(self, ticket: int, since: datetime) -> int:
        """How many automatic answers about this ticket were let through since then."""
        return self._session.value(IN_TICKET, {"about": ticket, "since": since}) or 0

    def automatic_since(self, since: datetime, *, name: str = "", domain: str = "") -> int:
        """How many automatic answers left since then, in all, of a name or to a domain; a minute begun counts whole."""
        return self._session.value(TALLIED, {"wanted": _scope(name=name, domain=domain), "first": _minute(since)}) or 0

    def held(self, limit: int) -> list[int]:
        """Ids of the mails that wait for a person, oldest first."""
        return [row.id for row in self._session.rows(HELD, {"at_most": limit})]

    def hold(self, item: int) -> bool:
        """Keep a waiting mail from leaving until it is released; False when it is not waiting."""
        return self._session.change(HOLD, {"wanted": item}) == 1

    def release(self, item: int, *, now: datetime) -> bool:
        """Let a mail leave now that is held or waits for a digest; False when it is neither."""
        return self._session.change(RELEASE, {"wanted": item, "now": now}) == 1

    def drop(self, item: int, *, because: str, now: datetime) -> bool:
        """Never send a mail that has not left; False when it has, or is just being sent."""
        return self._session.change(DROP, {"wanted": item, "now": now, "because": because}) == 1

    def take_back(self, item: int, *, because: str, now: datetime) -> bool:
        """The same for a mail that was never tried; False when it was."""
        return self._session.change(TAKE_BACK, {"wanted": item, "now": now, "because": because}) == 1

    def find(self, item: int) -> tuple[Notice, OutboxState] | None:
        """The planned mail with its state; None when there is none."""
        row = self._session.row(ITEM, {"wanted": item})
        return (notice_from(row.notice), OutboxState(row.state)) if row else None

    def answers(self, ticket: int, article: int) -> dict[int, bool]:
        """The mails that carry these words of an agent to customers: id, and whether it was ever tried."""
        rows = self._session.rows(ANSWERS, {"about": ticket, "words": article})
        return {row.id: row.attempts > 0 for row in rows}

    def of_ticket(self, ticket: int, limit: int) -> list[OutgoingMail]:
        """The newest mails about a ticket, in whatever state, oldest first."""
        rows = self._session.rows(OF_TICKET, {"about": ticket, "at_most": limit})
        return [_outgoing(row, notice_from(row.notice)) for row in reversed(rows)]

    def late(self, after: int, *, before: datetime, limit: int) -> tuple[int, list[LateAnswer]]:
        """How far mails planned `before` then reach, of at most `limit` behind the id `after`; and the answers among
        them that have not left and go on being tried."""
        reached, late = after, list[LateAnswer]()
        for row in self._session.rows(LATE, {"after": after, "at_most": limit}):
            if row.created_at > before:
                break
            reached = row.id
            if row.name == "answer" and row.due_at is not None:
                late += [_late(row.id, found) for found in self._session.rows(ITEM, {"wanted": row.id})]
        return reached, late

    def withheld(self, after: int, limit: int) -> list[Withheld]:
        """What the guard has refused or held behind this id, in order."""
        rows = self._session.rows(WITHHELD, {"after": after, "at_most": limit})
        return [
            Withheld(id=row.id, held=row.state == OutboxState.HELD, name=row.name, reason=row.last_error)
            for row in rows
        ]


def _outgoing(row: Any, notice: Notice) -> OutgoingMail:
    return OutgoingMail(
        id=row.id,
        created_at=row.created_at,
        name=row.name,
        article=row.article,
        recipient=notice.recipient.address,
        state=OutboxState(row.state),
        cause=notice.cause,
        reason=row.last_error,
        settled_at=row.settled_at,
    )


def _late(item: int, row: Any) -> LateAnswer:
    notice = notice_from(row.notice)
    return LateAnswer(
        id=item,
        ticket=notice.ticket,
        article=notice.article,
        recipient=notice.recipient.address,
        reason=row.last_error,
    )


def _values(notice: Notice, now: datetime) -> dict[str, Any]:
    refused = bool(notice.suppressed)
    waits = refused or bool(notice.held) or notice.waits_until is not None
    state = (
        OutboxState.SUPPRESSED if refused
        else OutboxState.HELD if notice.held
        else OutboxState.WAITING if waits
        else OutboxState.PLANNED
    )  # fmt: skip
    return {
        "dedupe_key": key(notice.dedupe_key),
        "ticket": notice.ticket,
        "article": notice.article,
        "recipient_key": key(notice.recipient.key),
        "name": notice.name,
        "automatic": notice.klass in (NoticeClass.AUTO_ANSWER, NoticeClass.FORWARD) and not refused,
        "notice": to_json(notice),
        "state": state.value,
        "state_before": "",
        "attempts": 0,
        "fence": 0,
        "unknown": 0,
        "created_at": now,
        "due_at": None if waits else max(now, notice.not_before or now),
        "settled_at": now if refused else None,
        "last_error": notice.suppressed or notice.held,
        "waits_until": notice.waits_until if state is OutboxState.WAITING else None,
    }


def _scope(*, name: str = "", domain: str = "") -> bytes:
    """Key of a window: of everything when neither is given."""
    return key(name, domain)


def _domain(recipient_key: str) -> str:
    return recipient_key.rpartition("@")[2]


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
