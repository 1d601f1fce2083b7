"""`maild ticket former`: which ticket an old number of a former helpdesk is, read from a file.

Keeps all lines or none. Never opens a ticket.
"""

from __future__ import annotations

import csv
from typing import Any, TextIO

import click

from maild.cli.session import EX_DATAERR, fail, house
from maild.errors import NotFound, Refused
from maild.ingest.former import former_key


@click.command()
@click.argument("name")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.pass_context
def former(ctx: click.Context, name: str, file: TextIO) -> None:
    """Read which ticket an old number of the former helpdesk NAME is: lines OLD,NUMBER in FILE. All lines or none."""
    with house(ctx) as app:
        if name not in {section.name for section in app.config.former}:
            fail(EX_DATAERR, f"there is no former helpdesk {name!r} in the configuration")
        pairs: list[tuple[str, int]] = []
        for at, row in enumerate(csv.reader(file), 1):
            if not row:
                continue
            if len(row) != 2 or not row[1].strip().isascii() or not row[1].strip().isdigit():
                fail(EX_DATAERR, f"{file.name}:{at}: write OLD,NUMBER")
            pairs.append((row[0], int(row[1])))

        def keep(uow: Any) -> None:
            for old, number in pairs:
                if uow.tickets.get(number) is None:
                    raise NotFound("no-ticket", "there is no ticket {number}", number=str(number))
                uow.articles.remember(former_key(name, old), number)

        try:
            app.store.writer.run(keep)
        except Refused as refusal:
            fail(EX_DATAERR, str(refusal))
            return
        click.echo(f"{len(pairs)} old numbers of {name} lead to their tickets")
