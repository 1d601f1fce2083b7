"""`maild trace`: why did this happen to this mail, and why does its ticket stand as it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from maild.cli.quarantine import row_of
from maild.cli.session import EX_NOINPUT, EX_USAGE, as_json, dumps, fail, house, plain
from maild.domain.address import AddrSpec

if TYPE_CHECKING:
    from maild.app import App
    from maild.desk.queues import InboundRow
    from maild.outbound.explanation import Entry, Told

AT_MOST = 200
"""Mails of one ticket that are told of, each way."""


@click.command()
@click.argument("search", required=False, default="")
@click.option("--from", "sender", metavar="ADDRESS", default="", help="Mails of this address, found by index.")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 1000), help="At most so many mails.")
@as_json
@click.pass_context
def trace(ctx: click.Context, search: str, sender: str, limit: int, as_json: bool) -> None:
    """Everything decided about a mail or a ticket, and why it stands as it does.

    SEARCH is a ticket number, a Message-ID (of theirs or ours), the id of a mail (also as inbound:17), a sender, or a
    part of a subject. A number that is both is the ticket.
    """
    if not search and not sender:
        fail(EX_USAGE, "say what to look for: a ticket number, a Message-ID, a sender, or --from ADDRESS")
    with house(ctx) as app:
        number = 0 if sender else _ticket_of(app, search)
        if number:
            _tell_ticket(app, number, as_json)
            return
        rows = _mails(app, search, sender, limit)
        if not rows:
            fail(EX_NOINPUT, f"no mail like {sender or search!r} was ever taken in, and no ticket is called so")
        for row in rows:
            _tell_mail(app, row, as_json)


def _ticket_of(app: App, search: str) -> int:
    """The ticket that the search names: its number in any of the forms people write, or an id of a mail of ours."""
    if "@" in search:
        message_id = search if search.startswith("<") else f"<{search}>"
        known = app.store.read(lambda uow: uow.articles.known_messages([message_id]))
        ours = {one.ticket for one in known if not one.article}
        return ours.pop() if len(ours) == 1 else 0
    digits = search.strip("[]# ").partition("-")[0]
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else 0
    return number if number and app.store.queries.ticket_status(number) is not None else 0


def _mails(app: App, search: str, sender: str, limit: int) -> list[InboundRow]:
    """Mails by what was asked for, newest first. A whole address is that sender's, and no part of another one's."""
    queries = app.store.queries
    whole = search if not sender and AddrSpec.parse(search) is not None else ""
    found = queries.inbound(sender=whole, limit=limit) if whole else []
    return found or queries.inbound(search=search.removeprefix("inbound:"), sender=sender, limit=limit)


def _tell_ticket(app: App, number: int, as_json: bool) -> None:
    found = explained(app, number)
    if found is None:
        fail(EX_NOINPUT, f"there is no ticket {number}")
        return
    why, told = found
    if as_json:
        said = [{**one, "said": text} for one, (_, text) in zip(why["findings"], told.findings, strict=True)]
        click.echo(dumps({"ticket": number, **why, "findings": said}))
        return
    status = app.store.read(lambda uow: uow.tickets.get(number))
    click.echo(f"Ticket {number}: {plain(status.title) if status else ''}")
    for line in finding_lines(told):
        click.echo(line)
    parts = (
        ("Mails that came", told.came),
        ("Rules asked since", told.asked),
        ("Clocks", told.clocks),
        ("Mails that left", told.left),
    )
    for title, entries in parts:
        if entries:
            click.echo(f"\n{title}")
            for line in entry_lines(entries):
                click.echo(line)


def _tell_mail(app: App, found: InboundRow, as_json: bool) -> None:
    row = row_of(found)
    number = found.settlement.ticket
    mails = [
        mail
        for mail in (app.store.queries.outbox_rows(ticket=number, limit=AT_MOST) if number else [])
        if mail["cause"] == f"inbound:{found.id}"
    ]
    about = explained(app, number) if number else None
    if as_json:
        why = {key: about[0][key] for key in ("findings", "clocks")} if about else {}
        click.echo(dumps({**row, "mails": mails, **why}))
        return
    _page(row, mails)
    if about:
        click.echo(f"Ticket {number} now")
        for line in finding_lines(about[1]):
            click.echo(line)
        for line in entry_lines(about[1].clocks):
            click.echo(line)
    click.echo("")


def explained(app: App, number: int) -> tuple[dict[str, Any], Told] | None:
    """Why the ticket stands as it does, as values and in words; None when there is no such ticket."""
    from maild.desk.why import explain
    from maild.outbound.explanation import told, why_context
    from maild.outbound.wording import short_moment

    def read(uow: Any) -> Any:
        ticket = uow.tickets.get(number)
        return ticket and explain(
            ticket,
            history=uow.events.of(number),
            mails=uow.inbound.of_ticket(number, AT_MOST),
            sent=uow.outbox.of_ticket(number, AT_MOST),
            timers=uow.timers.of(number),
            clockwork=app.desk.clockwork,
            directory=app.directory,
            now=app.now(),
        )

    why = app.store.read(read)
    if why is None:
        return None
    values = why_context(why)
    zone = app.config.desk.zone
    return values, told(app.renderer.words("en"), values, lambda moment: short_moment(moment, zone, "en"))


def finding_lines(told: Told) -> Iterator[str]:
    """The answers to what is asked first, a line each."""
    for question, answer in told.findings:
        yield f"  {question:10} {_line(answer)}"


def entry_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Mails or clocks, each with what is told of it below."""
    for entry in entries:
        yield f"  {_line(entry.head)}"
        for label, text in entry.lines:
            yield f"    {_line(label):8}  {_line(text)}"


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _page(row: dict[str, Any], mails: list[dict[str, Any]]) -> None:
    facts: dict[str, Any] = row["trace"]
    click.echo(f"Mail {row['id']}  {plain(row['message_id'])}")
    click.echo(f"  from       {plain(row['sender'])}")
    click.echo(f"  subject    {plain(row['subject'])}")
    click.echo(f"  came       {plain(row['received_at'])} by {row['source']}, {row['size']} octets")
    ticket = f", ticket {row['ticket']}" if row["ticket"] else ""
    reason = f": {plain(row['reason'])}" if row["reason"] else ""
    click.echo(f"  outcome    {row['outcome']}{ticket}{reason}")
    click.echo(f"  kind       {facts.get('kind', '-')}: {plain(facts.get('kind_reasons'))}")
    for line in facts.get("thread", ()):
        click.echo(f"  thread     {plain(line)}")
    identity = facts.get("identity", {})
    if identity:
        score = f", score {identity['score']}" if "score" in identity else ""
        click.echo(f"  trust      {identity['trust']}{score}")
        for (name, points), why in zip(identity.get("parts", {}).items(), identity["reasons"], strict=False):
            click.echo(f"  {points:+9d}  {name}: {plain(why)}")
    for line in facts.get("authentication", {}).get("notes", ()):
        click.echo(f"  checked    {plain(line)}")
    for line in facts.get("rules", ()):
        click.echo(f"  rule       {plain(line)}")
    if facts.get("events"):
        click.echo(f"  events     {plain(facts['events'])}")
    for mail in mails:
        why = mail["suppressed"] or mail["last_error"]
        click.echo(f"  mail       {mail['name']} to {plain(mail['recipient'])}: {mail['state']} {plain(why)}")
    for defect in facts.get("defects", ()):
        click.echo(f"  repaired   {plain(defect)}")
