"""`maild ticket`: list, show, and what agents do to tickets."""

from __future__ import annotations

import os
import sys

import click

from maild.cli.former import former
from maild.cli.session import EX_DATAERR, EX_NOINPUT, EX_USAGE, as_json, dumps, fail, house, show_rows
from maild.cli.sla import clock_lines
from maild.cli.ticket_page import print_ticket
from maild.domain.commands import (
    AddAnswer,
    AddNote,
    AssignOwner,
    CallRule,
    CloseTicket,
    LinkTicket,
    MergeTicket,
    MuteTicket,
    ReopenTicket,
    ResumeTicket,
    UnlinkTicket,
    UnmergeTicket,
    WaitFor,
)
from maild.domain.intent import Actor, ActorKind, Cause, Command, Intent, Trust, Words
from maild.domain.lifecycle import Waiting
from maild.domain.ticket import Channel
from maild.errors import Refused

as_agent = click.option("--as", "agent", metavar="AGENT", required=True, help="Agent in whose name you act.")


@click.group()
def ticket() -> None:
    """Look at tickets and work on them."""


ticket.add_command(former)


@ticket.command("list")
@click.option("--state", default="", help="Only this state.")
@click.option("--team", default="", help="Only this team.")
@click.option("--owner", default="", help="Only this agent's.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@as_json
@click.pass_context
def list_(ctx: click.Context, state: str, team: str, owner: str, limit: int, as_json: bool) -> None:
    """Tickets, newest first."""
    with house(ctx) as app:
        rows = app.store.queries.ticket_rows(state=state, team=team, owner=owner, limit=limit)
        show_rows(
            rows, ("number", "state", "priority", "team", "owner", "category", "created_at", "title"), as_json=as_json
        )


@ticket.command()
@click.argument("number", type=int)
@as_json
@click.pass_context
def show(ctx: click.Context, number: int, as_json: bool) -> None:
    """All there is of a ticket: fields, articles, rules, clocks, mails sent."""
    with house(ctx) as app:
        view = app.store.queries.ticket_view(number)
        if view is None:
            fail(EX_NOINPUT, f"there is no ticket {number}")
            return
        mails = app.store.queries.outbox_rows(ticket=number, limit=200)
        if as_json:
            click.echo(dumps({**view, "mails": mails}))
        else:
            print_ticket(view, mails, clock_lines(app, number) or [])


@ticket.command()
@click.argument("number", type=int)
@click.argument("text", required=False)
@click.option("--note", is_flag=True, help="An internal note instead of an answer to the customer.")
@as_agent
@click.pass_context
def reply(ctx: click.Context, number: int, text: str | None, note: bool, agent: str) -> None:
    """Answer the customer with TEXT, or with what stands on standard input."""
    body = text if text is not None else sys.stdin.read()
    words = Words(text=body, new_text=body.strip(), channel=Channel.CLI)
    _run(ctx, agent, AddNote(ticket=number, words=words) if note else AddAnswer(ticket=number, words=words))


@ticket.command()
@click.argument("number", type=int)
@click.argument("reason", default="")
@as_agent
@click.pass_context
def close(ctx: click.Context, number: int, reason: str, agent: str) -> None:
    """The matter is done."""
    _run(ctx, agent, CloseTicket(ticket=number, reason=reason))


@ticket.command()
@click.argument("number", type=int)
@click.argument("owner")
@as_agent
@click.pass_context
def assign(ctx: click.Context, number: int, owner: str, agent: str) -> None:
    """Put OWNER in charge."""
    _run(ctx, agent, AssignOwner(ticket=number, owner=owner))


@ticket.command()
@click.argument("number", type=int)
@click.argument("text", required=False)
@as_agent
@click.pass_context
def note(ctx: click.Context, number: int, text: str | None, agent: str) -> None:
    """Write an internal note: TEXT, or what stands on standard input."""
    body = text if text is not None else sys.stdin.read()
    _run(ctx, agent, AddNote(ticket=number, words=Words(text=body, new_text=body.strip(), channel=Channel.CLI)))


@ticket.command()
@click.argument("number", type=int)
@click.argument("reason", default="")
@as_agent
@click.pass_context
def reopen(ctx: click.Context, number: int, reason: str, agent: str) -> None:
    """The matter is not done after all."""
    _run(ctx, agent, ReopenTicket(ticket=number, reason=reason))


@ticket.command()
@click.argument("number", type=int)
@click.argument("into", type=int)
@as_agent
@click.pass_context
def merge(ctx: click.Context, number: int, into: int, agent: str) -> None:
    """From now on what is written to NUMBER goes to INTO."""
    _run(ctx, agent, MergeTicket(ticket=number, into=into))


@ticket.command()
@click.argument("number", type=int)
@as_agent
@click.pass_context
def unmerge(ctx: click.Context, number: int, agent: str) -> None:
    """Take back that NUMBER was merged: it gets back what was written to it meanwhile."""
    _run(ctx, agent, UnmergeTicket(ticket=number, which=number))


@ticket.command()
@click.argument("number", type=int)
@click.argument("other", type=int)
@as_agent
@click.pass_context
def link(ctx: click.Context, number: int, other: int, agent: str) -> None:
    """NUMBER has to do with OTHER: agents who look at one see the other."""
    _run(ctx, agent, LinkTicket(ticket=number, to=other))


@ticket.command()
@click.argument("number", type=int)
@click.argument("other", type=int)
@as_agent
@click.pass_context
def unlink(ctx: click.Context, number: int, other: int, agent: str) -> None:
    """NUMBER has nothing to do with OTHER after all."""
    _run(ctx, agent, UnlinkTicket(ticket=number, other=other))


@ticket.command()
@click.argument("number", type=int)
@click.argument("waiting", type=click.Choice([w.value for w in Waiting]), required=False)
@click.option("--until", default="", metavar="DATE", help="When the wait is over: 2026-12-03, 3 Dec 14:00, tomorrow.")
@as_agent
@click.pass_context
def wait(ctx: click.Context, number: int, waiting: str | None, until: str, agent: str) -> None:
    """Let the ticket wait for WAITING: customer, third-party or hold, until the customer writes or it is resumed.

    With --until at the latest until that day and time, in the zone of the desk; whoever is in charge is told then.
    Without WAITING it waits for the customer, with --until it is put aside (hold).
    """
    from maild.domain.dates import DateError, read_date

    over = None
    if until:
        with house(ctx) as app:
            now, zone = app.now(), app.directory.zone
        try:
            over = read_date(until, at=now, zone=zone)
        except DateError:
            fail(EX_USAGE, f"{until!r} is no date: write 2026-12-03, 2026-12-03 14:00 or 3 Dec")
    held = Waiting(waiting) if waiting else Waiting.HOLD if over else Waiting.CUSTOMER
    _run(ctx, agent, WaitFor(ticket=number, waiting=held, until=over))


@ticket.command()
@click.argument("number", type=int)
@as_agent
@click.pass_context
def resume(ctx: click.Context, number: int, agent: str) -> None:
    """The ticket waits no more."""
    _run(ctx, agent, ResumeTicket(ticket=number))


@ticket.command()
@click.argument("number", type=int)
@as_agent
@click.pass_context
def mute(ctx: click.Context, number: int, agent: str) -> None:
    """Send the agent nothing more of the ticket but what names him: put in charge, breached, undelivered."""
    _run(ctx, agent, MuteTicket(ticket=number))


@ticket.command()
@click.argument("number", type=int)
@as_agent
@click.pass_context
def unmute(ctx: click.Context, number: int, agent: str) -> None:
    """Send the agent everything of the ticket again."""
    _run(ctx, agent, MuteTicket(ticket=number, muted=False))


@ticket.command("run")
@click.argument("number", type=int)
@click.argument("rule")
@as_agent
@click.pass_context
def run_rule(ctx: click.Context, number: int, rule: str, agent: str) -> None:
    """Call RULE, a rule with on = "manual", for the ticket."""
    _run(ctx, agent, CallRule(ticket=number, rule=rule))


def _run(ctx: click.Context, agent: str, command: Command) -> None:
    with house(ctx) as app:
        if agent not in app.directory.agents:
            fail(EX_DATAERR, f"there is no agent {agent!r}: there are {', '.join(sorted(app.directory.agents))}")
        actor = Actor(kind=ActorKind.AGENT, name=agent, via="cli", trust=Trust.SIGNED)
        cause = Cause(key=f"cli:{os.getpid()}:{app.new_secret()[:8]}")
        try:
            result = app.store.writer.run(
                lambda uow: app.desk.run(uow, Intent(actor=actor, commands=(command,)), cause=cause, now=app.now())
            )
        except Refused as refusal:
            fail(EX_DATAERR, str(refusal))
            return
        done = ", ".join(type(event).__name__ for event in result.events) or "nothing to do: it is so already"
        click.echo(f"ticket {result.ticket}: {done}")
