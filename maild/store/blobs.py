"""Octets by their sha256: small ones in a table, large ones in files beside the database.

Keeps each content once and makes it durable before the row that speaks of it. Never changes or deletes octets.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from maild.store.inserts import insert_or_leave
from maild.store.reader import Readers
from maild.store.session import Session
from maild.store.tables import blob
from maild.store.writer import GroupWriter

if TYPE_CHECKING:
    from maild.store.uow import StoreUnitOfWork

SMALL = 64 * 1024
"""Up to here SQLite reads and writes octets faster inside the database than in files of their own."""

REMEMBERED = 1000
"""Files that this process has made durable lately: whoever writes the same again, in the transaction that speaks of
it, costs the writer's thread no sync of its own."""

PUT = insert_or_leave(blob)
GET = select(blob.c.octets).where(blob.c.sha256 == bindparam("digest"))


class BlobFiles:
    """Files named by their sha256 under one directory, spread over 256 folders."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._durable: OrderedDict[bytes, None] = OrderedDict()
        self._gate = threading.Lock()

    def write(self, digest: bytes, octets: bytes) -> None:
        """Durable when it returns: temporary file, fsync, rename, fsync of the folder. OSError when that fails."""
        path = self.path(digest)
        if digest in self._durable and path.exists():
            return
        if not path.parent.is_dir():
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(exist_ok=True)
            _sync_directory(path.parent.parent)
        if not path.exists():
            temporary = path.with_name(f"{path.name}.{token_hex(8)}.tmp")
            try:
                with temporary.open("wb") as file:
                    file.write(octets)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        # Also for a file that was there: whoever renamed it may not have come to this line yet.
        _sync_directory(path.parent)
        with self._gate:
            self._durable[digest] = None
            if len(self._durable) > REMEMBERED:
                self._durable.popitem(last=False)

    def read(self, digest: bytes) -> bytes:
        """The octets; KeyError when the file is gone."""
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            raise KeyError(digest.hex()) from None

    def path(self, digest: bytes) -> Path:
        """Where the octets of this digest are."""
        name = digest.hex()
        return self._directory / name[:2] / name


class BlobRepository:
    """`queues.Blobs` inside a unit of work."""

    def __init__(self, session: Session, files: BlobFiles) -> None:
        self._session = session
        self._files = files

    def put(self, octets: bytes) -> str:
        """Store durably with the surrounding transaction; returns the sha256 in hex."""
        digest = sha256(octets).digest()
        self.put_as(digest, octets)
        return digest.hex()

    def put_as(self, digest: bytes, octets: bytes) -> None:
        """The same for callers who know the digest. A large blob whose file was written before costs no fsync more."""
        large = len(octets) > SMALL
        if large:
            self._files.write(digest, octets)
        values = {"sha256": digest, "size": len(octets), "octets": None if large else octets}
        self._session.change(PUT, values)

    def get(self, sha256: str) -> bytes:
        """The octets; KeyError when there are none."""
        return read_blob(self._session, self._files, bytes.fromhex(sha256))


class BlobStore:
    """`queues.Blobs` outside of any unit of work."""

    def __init__(self, writer: GroupWriter, readers: Readers, files: BlobFiles) -> None:
        self._writer = writer
        self._readers = readers
        self._files = files

    def put(self, octets: bytes) -> str:
        """Store durably; blocks until that is so. Returns the sha256 in hex."""
        digest = sha256(octets).digest()
        if len(octets) > SMALL:
            self._files.write(digest, octets)  # here, not in the writer's thread, where everybody waits

        def write(uow: StoreUnitOfWork) -> None:
            uow.blobs.put_as(digest, octets)

        self._writer.run(write)
        return digest.hex()

    def get(self, sha256: str) -> bytes:
        """The octets; KeyError when there are none."""
        return self._readers.run(lambda session: read_blob(session, self._files, bytes.fromhex(sha256)))


def read_blob(session: Session, files: BlobFiles, digest: bytes) -> bytes:
    """The octets from table or file; KeyError when there are none."""
    row = session.row(GET, {"digest": digest})
    if row is None:
        raise KeyError(digest.hex())
    octets: bytes | None = row[0]
    return files.read(digest) if octets is None else octets


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
