"""`maild ingest`: mails from files or a pipe into the desk, with the exit codes a mail server knows.

0 means that every mail is safe with us; 75 that at least one could not be stored and should be handed over again.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maild.cli.session import EX_DATAERR, EX_NOINPUT, EX_TEMPFAIL, dumps, fail, house
from maild.desk.queues import Accepted, InboundRow, Outcome
from maild.domain.mail import RawMail
from maild.errors import MaildError

if TYPE_CHECKING:
    from maild.app import App
    from maild.ingest.spool import SpoolLane

CHUNK = 50
"""Mails stored before they are processed: they share commits and readers."""

LOOKS = 100
PAUSE_SECONDS = 0.1
"""How often, and after which pause, to look for mails that a running daemon has taken in hand."""


@click.command()
@click.argument("files", nargs=-1)
@click.option("--mailbox", default="", metavar="ADDRESS", help="Our mailbox that the mails were written to.")
@click.pass_context
def ingest(ctx: click.Context, files: tuple[str, ...], mailbox: str) -> None:
    """Store and process mails: FILES, or - for standard input. One JSON line each."""
    with house(ctx) as app:
        if mailbox and app.directory.own(mailbox) is None:
            fail(EX_DATAERR, f"{mailbox} is none of our mailboxes: {', '.join(app.directory.mailboxes)}")
        sys.exit(asyncio.run(_ingest(app, files or ("-",), mailbox)))


async def _ingest(app: App, files: tuple[str, ...], mailbox: str) -> int:
    from maild.reading import lane_of, reader_of

    code = 0
    async with reader_of(app) as reader:
        lane = lane_of(app, reader)
        for start in range(0, len(files), CHUNK):
            code = await _take(app, lane, files[start : start + CHUNK], mailbox) or code
    return code


async def _take(app: App, lane: SpoolLane, files: tuple[str, ...], mailbox: str) -> int:
    """Accept some files, process until each has its place, and say where, in the order given."""
    code = 0
    accepted: dict[str, Accepted | str] = {}
    for file in files:
        try:
            octets = await asyncio.to_thread(sys.stdin.buffer.read if file == "-" else Path(file).read_bytes)
            accepted[file] = await app.store.spool.accept(_mail(octets, mailbox, app.now()))
        except OSError as error:
            accepted[file] = error.strerror or str(error)
            code = code or EX_NOINPUT
        except MaildError as error:
            accepted[file] = str(error)
            code = EX_TEMPFAIL
    waiting = {found.id for found in accepted.values() if not isinstance(found, str)}
    looks = 0
    while waiting and looks < LOOKS:
        settled = {mail.id for mail, _ in await lane.drain_once()}
        await lane.finish_late()
        if not settled & waiting:
            looks += 1
            waiting = {number for number in waiting if _row(app, number).settlement.outcome is Outcome.WAITING}
            if waiting and not settled:
                await asyncio.sleep(PAUSE_SECONDS)  # another process has them
        waiting -= settled
    for file, found in accepted.items():
        if isinstance(found, str):
            _say(file, "unreadable" if code == EX_NOINPUT else "deferred", reason=found)
            continue
        ended = _row(app, found.id).settlement
        if found.fresh:
            _say(file, str(ended.outcome), ended.ticket, ended.reason, ended.message_id)
        else:
            _say(file, str(Outcome.DUPLICATE), ended.ticket, f"the same octets as mail {found.id}", ended.message_id)
    return code


def _mail(octets: bytes, mailbox: str, now: datetime) -> RawMail:
    return RawMail(
        octets=octets,
        source="pipe",
        source_key=sha256(octets + b"\0" + mailbox.encode()).hexdigest(),
        received_at=now,
        mailbox=mailbox,
    )


def _row(app: App, number: int) -> InboundRow:
    return app.store.queries.inbound(search=str(number), limit=1)[0]


def _say(file: str, outcome: str, ticket: int = 0, reason: str = "", message_id: str = "") -> None:
    line = {"file": file, "outcome": outcome, "ticket": ticket or None, "reason": reason, "message_id": message_id}
    click.echo(dumps(line))
