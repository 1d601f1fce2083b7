"""The book of accepted mail, from taking in to claiming: each mail is a committed row first.

Hands mails to one worker at a time by leases. Never reads what is in a mail.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select, update

from maild.desk.queues import Accepted, ClaimedMail, Outcome, Settlement
from maild.domain.mail import Envelope, RawMail
from maild.store.blobs import SMALL, BlobFiles, read_blob
from maild.store.inbound import SETTLE, settlement_values
from maild.store.inserts import insert_or_leave
from maild.store.mapping import strings_from, to_json
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import inbound
from maild.store.types import key, literals
from maild.store.writer import GroupWriter

if TYPE_CHECKING:
    from maild.store.uow import StoreUnitOfWork

FRESH_OCTETS = 16 * 2**20
"""Octets of mails just accepted that are kept at hand, so that the claim that follows at once need not read them."""

ACCEPT = insert_or_leave(inbound)
FIND = select(inbound.c.id).where(inbound.c.intake_key == bindparam("wanted"))
_waiting = inbound.alias("waiting")
CLAIM = (
    update(inbound)
    .where(
        inbound.c.id.in_(
            select(_waiting.c.id)
            .where(
                _waiting.c.outcome.in_(literals(Outcome.WAITING)),
                or_(
                    _waiting.c.lease_until.is_(None),
                    _waiting.c.lease_until <= bindparam("now", type_=inbound.c.lease_until.type),
                ),
            )
            .order_by(_waiting.c.id)
            .limit(bindparam("at_most"))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
    )
    .values(attempts=inbound.c.attempts + 1, lease_until=bindparam("until", type_=inbound.c.lease_until.type))
    .returning(
        inbound.c.id,
        inbound.c.sha256,
        inbound.c.source,
        inbound.c.mailbox,
        inbound.c.reverse_path,
        inbound.c.forward_paths,
        inbound.c.client_ip,
        inbound.c.helo,
        inbound.c.received_at,
        inbound.c.defect,
        inbound.c.attempts,
        inbound.c.confirmed,
        inbound.c.stage,
    )
)
RELEASED = "released"
"""In place of the stage where it was stopped, while a mail that a person has let go on waits."""

RELEASE = (
    update(inbound)
    .where(inbound.c.id == bindparam("wanted"), inbound.c.outcome.in_(literals(Outcome.QUARANTINED)))
    .values(outcome=Outcome.WAITING.value, attempts=0, lease_until=None, settled_at=None, reason="", stage=RELEASED)
)
UNCOUNT = (
    update(inbound)
    .where(inbound.c.id == bindparam("wanted"), inbound.c.outcome.in_(literals(Outcome.WAITING)))
    .values(attempts=inbound.c.attempts - 1)
)
FREE = (
    update(inbound)
    .where(inbound.c.outcome.in_(literals(Outcome.WAITING)), inbound.c.lease_until.is_not(None))
    .values(lease_until=None)
)


class MailSpool:
    """`queues.Spool`."""

    def __init__(self, writer: GroupWriter, readers: Readers, files: BlobFiles) -> None:
        self._writer = writer
        self._readers = readers
        self._files = files
        self._fresh: OrderedDict[bytes, bytes] = OrderedDict()
        self._fresh_size = 0
        self._gate = threading.Lock()

    async def accept(self, mail: RawMail) -> Accepted:
        """Make the mail durable; only after this may anybody be told that we have it."""
        digest = sha256(mail.octets).digest()
        if len(mail.octets) > SMALL:
            await self._readers.in_thread(self._files.write, digest, mail.octets)
        accepted = await self._writer.run_async(lambda uow: _accept(uow, mail, digest))
        return self._remember(accepted, mail, digest)

    def accept_now(self, mail: RawMail) -> Accepted:
        """The same for callers without an event loop."""
        digest = sha256(mail.octets).digest()
        if len(mail.octets) > SMALL:
            self._files.write(digest, mail.octets)
        accepted = self._writer.run(lambda uow: _accept(uow, mail, digest))
        return self._remember(accepted, mail, digest)

    async def hold(self, files: Sequence[bytes]) -> None:
        """Write large files beside the database now, so that the job that keeps them need not make all others wait."""
        for octets in files:
            if len(octets) > SMALL:
                with suppress(OSError):  # the job will tell, if it is still so
                    await self._readers.in_thread(self._files.write, sha256(octets).digest(), octets)

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[ClaimedMail]:
        """Take the oldest waiting mails; the attempt is counted before it is made."""
        values = {"now": now, "until": now + timedelta(seconds=lease_seconds), "at_most": limit}
        rows = await self._writer.run_async(lambda uow: uow.session.rows(CLAIM, values))
        rows.sort(key=lambda row: row.id)
        octets = await self._octets([row.sha256 for row in rows])
        claimed: list[ClaimedMail] = []
        for row in rows:
            if row.sha256 in octets:
                claimed.append(_claimed(row, octets[row.sha256]))
            else:
                lost = Settlement(outcome=Outcome.QUARANTINED, reason="its octets are gone", stage="spool")
                await self.quarantine(row.id, lost, now=now)
        return claimed

    async def uncount(self, mail: int) -> None:
        """Its last attempt says nothing of the mail; it waits until the lease has run out."""
        await self._writer.run_async(lambda uow: uow.session.change(UNCOUNT, {"wanted": mail}))

    async def recover(self) -> int:
        """At start of the only daemon: mails that a dead process had taken are free again. Returns how many."""
        return await self._writer.run_async(lambda uow: uow.session.change(FREE, {}))

    async def release(self, mail: int, *, now: datetime) -> bool:
        """Put a quarantined mail back to waiting with its attempts forgotten; False when it is not in quarantine."""
        values = {"wanted": mail}
        return await self._writer.run_async(lambda uow: uow.session.change(RELEASE, values) == 1)

    async def quarantine(self, mail: int, settlement: Settlement, *, now: datetime) -> None:
        """Settle outside of any unit of work; a mail that was settled meanwhile stays as it is."""
        values = settlement_values(settlement) | {"wanted": mail, "settled_at": now}
        await self._writer.run_async(lambda uow: uow.session.change(SETTLE, values))

    def _remember(self, accepted: Accepted, mail: RawMail, digest: bytes) -> Accepted:
        if accepted.fresh and len(mail.octets) <= SMALL:
            with self._gate:
                if digest not in self._fresh:
                    self._fresh[digest] = mail.octets
                    self._fresh_size += len(mail.octets)
                while self._fresh_size > FRESH_OCTETS:
                    self._fresh_size -= len(self._fresh.popitem(last=False)[1])
        return accepted

    async def _octets(self, digests: list[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        with self._gate:
            for digest in digests:
                octets = self._fresh.pop(digest, None)
                if octets is not None:
                    self._fresh_size -= len(octets)
                    found[digest] = octets
        missing = [digest for digest in digests if digest not in found]
        if missing:
            found |= await self._readers.run_async(lambda session: self._read(session, missing))
        return found

    def _read(self, session: Session, digests: list[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for digest in digests:
            try:
                found[digest] = read_blob(session, self._files, digest)
            except KeyError:
                continue  # the caller quarantines what has no octets
        return found


def _accept(uow: StoreUnitOfWork, mail: RawMail, digest: bytes) -> Accepted:
    uow.blobs.put_as(digest, mail.octets)
    intake_key = key(mail.source, mail.source_key)
    envelope = mail.envelope
    values: dict[str, Any] = {
        "intake_key": intake_key,
        "source": mail.source,
        "source_key": mail.source_key,
        "mailbox": mail.mailbox,
        "received_at": mail.received_at,
        "reverse_path": envelope.reverse_path if envelope else None,
        "forward_paths": to_json(envelope.forward_paths) if envelope else "[]",
        "client_ip": envelope.client_ip if envelope else "",
        "helo": envelope.helo if envelope else "",
        "size": len(mail.octets),
        "sha256": digest,
        "defect": mail.defect,
        "outcome": Outcome.WAITING.value,
        "attempts": 0,
        "reason": "",
        "stage": "",
        "ticket": 0,
        "article": 0,
        "message_id": "",
        "content_key": "",
        "sender": "",
        "subject": "",
        "trace": "{}",
        "confirmed": 0,
    }
    made = uow.session.add(ACCEPT, values)
    if made is not None:
        return Accepted(id=made, fresh=True)
    known = uow.session.value(FIND, {"wanted": intake_key})
    assert known is not None
    return Accepted(id=known, fresh=False)


def _claimed(row: Any, octets: bytes) -> ClaimedMail:
    envelope = None
    if row.reverse_path is not None:
        envelope = Envelope(
            reverse_path=row.reverse_path,
            forward_paths=strings_from(row.forward_paths),
            client_ip=row.client_ip,
            helo=row.helo,
        )
    return ClaimedMail(
        id=row.id,
        octets=octets,
        source=row.source,
        mailbox=row.mailbox,
        envelope=envelope,
        received_at=row.received_at,
        attempts=row.attempts,
        released=row.stage == RELEASED,
        defect=row.defect,
        confirmed=row.confirmed,
    )
