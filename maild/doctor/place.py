"""The machine under the desk: files and folders, room on the disk, the database, the clock.

Reads and measures. Never mends, migrates or deletes anything.
"""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from maild.config.model import Config
from maild.doctor.finding import Finding, fault, note, ok, warning
from maild.doctor.logins import certificate_ends
from maild.store.engine import Store

LITTLE_ROOM = 1 << 30
NO_ROOM = 100 << 20
"""Octets free: below the first somebody should look within days, below the second mail is refused within hours."""

DRIFT_SECONDS = 30.0
WRONG_SECONDS = 300.0
"""A clock so far off writes wrong times into mails and promises; so far, logins and signatures fail too."""


def check_files(config: Config, folder: Path, *, now: datetime) -> Iterator[Finding]:
    """The folder that we write to, and the certificate that our listener shows."""
    blobs = folder / config.store.blobs
    there = next(path for path in (blobs, *blobs.parents) if path.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        yield ok("files", f"{blobs} can be written")
    else:
        yield fault("files", f"{blobs} cannot be written", f"give {there} to the user that runs maild")
    if name := config.listener.tls_certificate:
        yield from _shown(folder / name, folder / (config.listener.tls_key or name), now)


def _shown(certificate: Path, key: Path, now: datetime) -> Iterator[Finding]:
    about = "listener certificate"
    try:
        end = datetime.fromtimestamp(ssl.cert_time_to_seconds(_as_shown(certificate, key)["notAfter"]), UTC)
    except OSError as error:  # ssl.SSLError among them
        yield fault(about, f"{certificate}: {error}", "check tls_certificate and tls_key of [listener], or renew it")
        return
    yield certificate_ends(about, end, now)


def _as_shown(certificate: Path, key: Path) -> dict[str, Any]:
    """What a client would see: a handshake in memory, because nothing else reads a certificate's fields for us."""
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.check_hostname = False
    theirs.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    theirs.load_verify_locations(certificate)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client, server = theirs.wrap_bio(back, there), ours.wrap_bio(there, back, server_side=True)
    for side in (client, server, client, server):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    found: dict[str, Any] = client.getpeercert() or {}
    return found


def check_room(config: Config, folder: Path) -> Iterator[Finding]:
    """Free room where mail is kept."""
    for path in dict.fromkeys(((folder / config.store.blobs).parent, folder)):
        if not path.exists():
            continue
        free = shutil.disk_usage(path).free
        text = f"{free >> 20} MiB free at {path}"
        if free < NO_ROOM:
            yield fault("disk", text, "make room: mail is refused when the disk is full, and comes when it is not")
        elif free < LITTLE_ROOM:
            yield warning("disk", text, "make room soon")
        else:
            yield ok("disk", text)


def check_store(store: Store) -> Iterator[Finding]:
    """The database as the engine sees it, and the book of mail held against what is there."""
    damage = store.damage()
    if damage:
        yield fault("database", "; ".join(damage[:3]), "stop maild, keep the files, restore the last backup")
        return
    yield ok("database", "the engine finds no damage")
    audit = store.lanes.audit()
    if audit.problems:
        text = ", ".join(f"{name} {count}" for name, count in audit.problems.items())
        yield fault("book", f"does not balance: {text}", "report it, with this line")
    else:
        yield ok("book", f"balances: {audit.accepted} mails")
    held = store.lanes.unsent().get("held", 0)
    if held:
        yield warning("outbox", f"{held} mails are held", "maild outbox list --state held, then release or drop them")


def check_clock(offset: float | None, server: str) -> Finding:
    """`offset` is how many seconds our clock is behind the time server's; None when that did not answer."""
    if offset is None:
        return note("clock", f"{server} does not tell the time here", "see that something keeps the clock right")
    text = f"{abs(offset):.1f} s {'behind' if offset > 0 else 'ahead of'} {server}"
    if abs(offset) > WRONG_SECONDS:
        return fault("clock", text, "set the clock and have it kept (systemd-timesyncd, chrony)")
    if abs(offset) > DRIFT_SECONDS:
        return warning("clock", text, "have it kept right (systemd-timesyncd, chrony)")
    return ok("clock", text)
