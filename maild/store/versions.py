"""The versions of the configuration: who put which files in force, when and why, and what the daemon said to it.

Keeps the files themselves, so that a former version can be brought back. Never reads or writes a file, and judges none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select, update

from maild.desk.ports import Writer
from maild.store.inserts import insert_new
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import configuration

ADD = insert_new(configuration)
NEWEST = (
    select(configuration)
    .where(configuration.c.id > 0)  # so that the engine goes by the key
    .order_by(configuration.c.id.desc())
    .limit(bindparam("at_most"))
)
ONE = select(configuration).where(configuration.c.id == bindparam("wanted"))
IN_PLACE = (
    update(configuration)
    .where(configuration.c.id == bindparam("wanted"))
    .values(in_place_at=bindparam("now", type_=configuration.c.in_place_at.type))
)
_newest_so = select(func.max(configuration.c.id)).where(configuration.c.digest == bindparam("wanted"))
ANSWER = (
    update(configuration)
    .where(configuration.c.id == _newest_so.scalar_subquery())
    .values(
        taken_up_at=bindparam("now", type_=configuration.c.taken_up_at.type), answer=bindparam("said")
    )
)  # fmt: skip


class VersionKind(StrEnum):
    """How a version came to be."""

    FOUND = "found"
    """Written by hand, and found in place when the next one was applied."""
    APPLIED = "applied"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version. `restores` is the one that a rollback brought back; 0 else. `answer` is what the daemon said."""

    id: int
    at: datetime
    who: str
    because: str
    kind: VersionKind
    restores: int
    digest: str
    files: Mapping[str, bytes] = field(repr=False)
    in_place_at: datetime | None
    taken_up_at: datetime | None
    answer: str


class VersionBook:
    """The versions on read-only connections, and through the writer."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    def add(
        self,
        files: Mapping[str, bytes],
        *,
        digest: str,
        who: str,
        because: str,
        kind: VersionKind,
        now: datetime,
        restores: int = 0,
    ) -> int:
        """Keep a version before its files are put in place; returns its id. One that is FOUND is in place."""
        values = {
            "at": now, "who": who, "because": because, "kind": kind.value, "restores": restores, "digest": digest,
            "files": msgspec.msgpack.encode(dict(files)), "answer": "",
            "in_place_at": now if kind is VersionKind.FOUND else None, "taken_up_at": None,
        }  # fmt: skip
        made: int = self._writer.run(lambda uow: uow.session.add_new(ADD, values))
        return made

    def in_place(self, version: int, *, now: datetime) -> None:
        """Its files are in place."""
        self._writer.run(lambda uow: uow.session.change(IN_PLACE, {"wanted": version, "now": now}))

    async def answered(self, digest: str, said: str, *, now: datetime) -> None:
        """The daemon works by the files of this digest, or says why not; nothing when no command has put them there."""
        values = {"wanted": digest, "now": now, "said": said}
        await self._writer.run_async(lambda uow: uow.session.change(ANSWER, values))

    def newest(self, limit: int) -> list[Version]:
        """The newest versions, newest first."""
        return self._readers.run(lambda session: [_version(row) for row in _rows(session, limit)])

    def get(self, version: int) -> Version | None:
        """One version, or None."""
        row = self._readers.run(lambda session: session.row(ONE, {"wanted": version}))
        return _version(row) if row else None


def _rows(session: Session, limit: int) -> list[Any]:
    return session.rows(NEWEST, {"at_most": limit})


def _version(row: Any) -> Version:
    return Version(
        id=row.id,
        at=row.at,
        who=row.who,
        because=row.because,
        kind=VersionKind(row.kind),
        restores=row.restores,
        digest=row.digest,
        files=msgspec.msgpack.decode(row.files, type=dict[str, bytes]),
        in_place_at=row.in_place_at,
        taken_up_at=row.taken_up_at,
        answer=row.answer,
    )
