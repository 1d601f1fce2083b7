"""`maild outbox`: mail that leaves."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from maild.cli.session import EX_NOINPUT, as_json, dumps, fail, house, plain, show_rows
from maild.desk.ports import UnitOfWork
from maild.domain.address import Mailbox
from maild.domain.commands import TakeBackAnswer
from maild.domain.intent import Actor, ActorKind, Cause, Intent
from maild.domain.notice import OutboxState
from maild.errors import Refused

if TYPE_CHECKING:
    from maild.app import App
    from maild.desk.executor import Desk

ALL = 100_000
"""Held mails released or dropped in one act; more than an hour's limits let pile up in a month."""


@click.group()
def outbox() -> None:
    """Mail on its way out."""


@outbox.command("list")
@click.option("--state", default="", help="Only this state, such as deferred, failed, held, suppressed.")
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
@click.argument("mail", type=int)
@as_json
@click.option("--octets", is_flag=True, help="The mail as it was composed, and nothing else.")
@click.pass_context
def show(ctx: click.Context, mail: int, as_json: bool, octets: bool) -> None:
    """One mail with every try; what it says once it was composed."""
    with house(ctx) as app:
        row = next(iter(app.store.queries.outbox_rows(item=mail, limit=1)), None)
        if row is None:
            fail(EX_NOINPUT, f"there is no mail {mail}")
            return
        composed = app.store.outbox.octets(mail)
        if octets:
            if composed is None:
                fail(EX_NOINPUT, f"mail {mail} was not composed yet, or left longer ago than [store] sent_octets_days")
                return
            sys.stdout.buffer.write(composed)
            return
        if as_json:
            click.echo(dumps(row | {"octets": len(composed) if composed is not None else None}))
            return
        for name, value in row.items():
            if name != "tries":
                click.echo(f"{name.replace('_', ' ')}: {plain(value)}")
        for attempt in row["tries"]:
            click.echo(f"tried {plain(attempt['at'])}: {attempt['code']} {plain(attempt['text'])}")


@outbox.command()
@click.argument("mail", type=int, nargs=-1, required=True)
@click.pass_context
def hold(ctx: click.Context, mail: tuple[int, ...]) -> None:
    """Keep waiting mails from leaving until they are released."""
    with house(ctx) as app:
        for number in mail:
            if app.store.writer.run(partial(_hold, number)):
                click.echo(f"mail {number} is held")
            else:
                fail(EX_NOINPUT, f"mail {number} is not waiting")


@outbox.command()
@click.argument("mail", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are held.")
@click.pass_context
def release(ctx: click.Context, mail: tuple[int, ...], everything: bool) -> None:
    """Let held mails leave; a running daemon sends them within seconds."""
    with house(ctx) as app:
        for number in _named(app, mail, everything):
            if app.store.writer.run(partial(_release, number, app.now())):
                click.echo(f"mail {number} is due now")
            else:
                fail(EX_NOINPUT, f"mail {number} is not held")


@outbox.command()
@click.argument("mail", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are held.")
@click.pass_context
def drop(ctx: click.Context, mail: tuple[int, ...], everything: bool) -> None:
    """Never send mails that have not left. An agent's answer is taken back from all its readers."""
    with house(ctx) as app:
        for number in _named(app, mail, everything):
            if app.store.writer.run(partial(_drop, app.desk, number, app.now())):
                click.echo(f"mail {number} is dropped")
            else:
                fail(EX_NOINPUT, f"mail {number} has left, or is just being sent")


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


def _hold(mail: int, uow: UnitOfWork) -> bool:
    return uow.outbox.hold(mail)


def _release(mail: int, now: datetime, uow: UnitOfWork) -> bool:
    return uow.outbox.release(mail, now=now)


def _drop(desk: Desk, mail: int, now: datetime, uow: UnitOfWork) -> bool:
    found = uow.outbox.find(mail)
    if found is None:
        return False
    notice, state = found
    if notice.name == "answer" and state in (OutboxState.PLANNED, OutboxState.HELD):
        command = TakeBackAnswer(ticket=notice.ticket, article=notice.article)
        intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="cli"), commands=(command,))
        try:
            with uow.nested():
                desk.run(uow, intent, cause=Cause(key=f"drop:{mail}"), now=now)
            return True
        except Refused:
            pass  # another reader has it already: this copy alone is stopped
    return uow.outbox.drop(mail, because="dropped by hand", now=now)


def _named(app: App, mail: tuple[int, ...], everything: bool) -> tuple[int, ...]:
    if bool(mail) is everything:
        raise click.UsageError("name mails, or --all for every held one")
    return tuple(app.store.read(lambda uow: uow.outbox.held(ALL))) if everything else mail
