"""`maild outbox`: mail that leaves."""

from __future__ import annotations

import asyncio
from functools import partial

import click

from maild.cli.session import EX_NOINPUT, as_json, fail, house, show_rows
from maild.desk.ports import UnitOfWork
from maild.domain.address import Mailbox


@click.group()
def outbox() -> None:
    """Mail on its way out."""


@outbox.command("list")
@click.option("--state", default="", help="Only this state, such as deferred, failed, suppressed.")
@click.option("--ticket", default=0, help="Only of this ticket.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@as_json
@click.pass_context
def list_(ctx: click.Context, state: str, ticket: int, limit: int, as_json: bool) -> None:
    """Mails, newest first, with what the next server said."""
    with house(ctx) as app:
        rows = app.store.queries.outbox_rows(state=state, ticket=ticket, limit=limit)
        columns = ("id", "state", "name", "recipient", "ticket", "attempts", "next_attempt_at", "last_error")
        show_rows(rows, columns, as_json=as_json)


@outbox.command()
@click.argument("mail", type=int, nargs=-1, required=True)
@click.pass_context
def retry(ctx: click.Context, mail: tuple[int, ...]) -> None:
    """Try failed or deferred mails again now, with the same octets."""
    with house(ctx) as app:
        for number in mail:
            if asyncio.run(app.store.outbox.retry(number, now=app.now())):
                click.echo(f"mail {number} is due now")
            else:
                fail(EX_NOINPUT, f"mail {number} is not waiting and has not failed")


@outbox.command()
@click.argument("address", nargs=-1, required=True)
@click.pass_context
def allow(ctx: click.Context, address: tuple[str, ...]) -> None:
    """Send automatic mail again to addresses that had failed."""
    with house(ctx) as app:
        for one in address:
            if app.store.writer.run(partial(_allow, Mailbox("", one).key)):
                click.echo(f"{one} gets automatic mail again")
            else:
                fail(EX_NOINPUT, f"{one} is not held back")


def _allow(key: str, uow: UnitOfWork) -> bool:
    return uow.undeliverables.allow(key)
