"""`maild quarantine`: what could not be processed, its octets untouched."""

from __future__ import annotations

import asyncio
import sys

import click

from maild.cli.session import EX_NOINPUT, as_json, fail, house, show_rows
from maild.desk.queues import InboundRow, Outcome


@click.group()
def quarantine() -> None:
    """Mails that need a person."""


@quarantine.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@as_json
@click.pass_context
def list_(ctx: click.Context, limit: int, as_json: bool) -> None:
    """Mails in quarantine, newest first, with the reason."""
    with house(ctx) as app:
        rows = app.store.queries.inbound(outcome=Outcome.QUARANTINED, limit=limit)
        show_rows(map(row_of, rows), ("id", "received_at", "sender", "subject", "reason"), as_json=as_json)


@quarantine.command()
@click.argument("mail", type=int)
@click.pass_context
def show(ctx: click.Context, mail: int) -> None:
    """The octets of a mail as they came in, on standard output."""
    with house(ctx) as app:
        found = next(iter(app.store.queries.inbound(search=str(mail), outcome=Outcome.QUARANTINED, limit=1)), None)
        if found is None or found.id != mail:
            fail(EX_NOINPUT, f"mail {mail} is not in quarantine")
            return
        sys.stdout.buffer.write(app.store.blobs.get(found.sha256))


@quarantine.command()
@click.argument("mail", type=int, nargs=-1, required=True)
@click.pass_context
def release(ctx: click.Context, mail: tuple[int, ...]) -> None:
    """Process mails again, with their true date; a running daemon takes them at once."""
    with house(ctx) as app:
        for number in mail:
            if asyncio.run(app.store.spool.release(number, now=app.now())):
                click.echo(f"mail {number} is waiting again")
            else:
                fail(EX_NOINPUT, f"mail {number} is not in quarantine")


def row_of(row: InboundRow) -> dict[str, object]:
    """A mail of the book as plain values."""
    return {
        "id": row.id,
        "source": row.source,
        "mailbox": row.mailbox,
        "received_at": row.received_at,
        "settled_at": row.settled_at,
        "size": row.size,
        "sha256": row.sha256,
        "reverse_path": row.reverse_path,
        "forward_paths": list(row.forward_paths),
        "attempts": row.attempts,
        "outcome": str(row.settlement.outcome),
        "reason": row.settlement.reason,
        "stage": row.settlement.stage,
        "ticket": row.settlement.ticket or None,
        "message_id": row.settlement.message_id,
        "sender": row.settlement.sender,
        "subject": row.settlement.subject,
        "trace": row.settlement.trace,
    }
