"""`maild trace`: why did this happen to this mail."""

from __future__ import annotations

from typing import Any

import click

from maild.cli.quarantine import row_of
from maild.cli.session import EX_NOINPUT, as_json, dumps, fail, house, plain


@click.command()
@click.argument("search")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 1000), help="At most so many.")
@as_json
@click.pass_context
def trace(ctx: click.Context, search: str, limit: int, as_json: bool) -> None:
    """Everything decided about a mail: SEARCH is its id, Message-ID, sender, or a part of its subject."""
    with house(ctx) as app:
        rows = app.store.queries.inbound(search=search, limit=limit)
        if not rows:
            fail(EX_NOINPUT, f"no mail like {search!r} was ever taken in")
        for row in map(row_of, rows):
            number = row["ticket"]
            mails = [
                mail
                for mail in (app.store.queries.outbox_rows(ticket=int(str(number)), limit=200) if number else [])
                if mail["cause"] == f"inbound:{row['id']}"
            ]
            if as_json:
                click.echo(dumps({**row, "mails": mails}))
            else:
                _page(row, mails)


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
        click.echo(f"  trust      {identity['trust']}{score}: {plain(identity['reasons'])}")
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
    click.echo("")
