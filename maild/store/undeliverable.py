"""Addresses that have not taken our mail.

One row an address, found by its folded form. Never judges for how long an address rests.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select, update

from maild.desk.ports import Conflict
from maild.domain.address import Mailbox
from maild.domain.undeliverable import Undeliverable
from maild.store.inserts import insert_or_leave
from maild.store.session import Session
from maild.store.tables import undeliverable
from maild.store.types import key

GET = select(undeliverable).where(undeliverable.c.key == bindparam("wanted"))
ADD = insert_or_leave(undeliverable)
_others = [column.name for column in undeliverable.c if column.name != "key"]
AGAIN = (
    update(undeliverable)
    .where(
        undeliverable.c.key == bindparam("wanted"),
        undeliverable.c.failures == bindparam("read"),
        undeliverable.c.since == bindparam("read_since", type_=undeliverable.c.since.type),
    )
    .values({name: bindparam(name) for name in _others})
)
ALLOW = delete(undeliverable).where(undeliverable.c.key == bindparam("wanted"))


class UndeliverableRepository:
    """`ports.Undeliverables` on one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, address_key: str) -> Undeliverable | None:
        """What is known of this folded address; None when nothing ever failed."""
        row = self._session.row(GET, {"wanted": key(address_key)})
        return record_from(row) if row else None

    def put(self, record: Undeliverable, before: Undeliverable | None) -> None:
        """Write down, in place of what was known of the address; raises Conflict when that is no longer so."""
        values = {
            "key": key(Mailbox("", record.address).key),
            "address": record.address,
            "status": record.status,
            "failures": record.failures,
            "since": record.since,
            "until": record.until,
        }
        if before is None:
            written = self._session.change(ADD, values)
        else:
            read = {"wanted": values["key"], "read": before.failures, "read_since": before.since}
            written = self._session.change(AGAIN, values | read)
        if written != 1:
            raise Conflict(f"mail to {record.address} has failed meanwhile")

    def allow(self, address_key: str) -> bool:
        """Forget what is known: automatic mail goes there again. False when nothing was."""
        return self._session.change(ALLOW, {"wanted": key(address_key)}) == 1


def record_from(row: Any) -> Undeliverable:
    """One row of `undeliverable`."""
    return Undeliverable(
        address=row.address, status=row.status, failures=row.failures, since=row.since, until=row.until
    )
