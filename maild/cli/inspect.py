"""`maild inspect`: shows how mails are read, without configuration and without writing anything.

Every file gives exactly one answer, in the order given; a mail that breaks or stops the reader is answered too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from maild.domain.mail import InboundMessage, Verdict
from maild.ingest import inspection
from maild.ingest.gate import Limits
from maild.ingest.workers.batch import BatchReader
from maild.ingest.workers.wire import Request


@click.command()
@click.option("--own", multiple=True, metavar="ADDRESS", help="One of our own addresses; may be repeated.")
@click.option("--mail-from", metavar="PATH", help="The reverse path the mail came with; <> for the null path.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, in the order of the files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.pass_context
def inspect(
    ctx: click.Context, own: tuple[str, ...], mail_from: str | None, as_json: bool, files: tuple[Path, ...]
) -> None:
    """Show how mails are read: senders, kind and why, new words, parts and attachments.

    With -c also what would become of them: thread, trust, rules and ticket, as a dry run that writes nothing.
    """
    if ctx.find_root().obj is not None:
        _with_route(ctx, own, mail_from, as_json, files)
        return

    def answer(message: InboundMessage, request: Request) -> bytes:
        if as_json:
            line = json.dumps(inspection.facts(message, file=request.label), ensure_ascii=False) + "\n"
        else:
            line = inspection.page(message, file=request.label)
        return line.encode("utf-8", "backslashreplace")

    reverse_path = None if mail_from is None else mail_from.strip().removeprefix("<").removesuffix(">")
    with BatchReader(answer, own=frozenset(own), reverse_path=reverse_path) as reader:
        for file in files:
            try:
                told = reader.read(_octets(file), label=str(file))
            except OSError as error:
                reason = f"cannot read the file: {error.strerror}"
                unread = InboundMessage(verdict=Verdict.REJECT, verdict_reason=reason)
                told = answer(unread, Request(label=str(file)))
            sys.stdout.buffer.write(told)
            sys.stdout.buffer.flush()


def _with_route(
    ctx: click.Context, own: tuple[str, ...], mail_from: str | None, as_json: bool, files: tuple[Path, ...]
) -> None:
    """The same with a desk at hand. The mails are still read in a child; only their journey is made here."""
    import msgspec

    from maild.cli.route import route_of
    from maild.cli.session import dumps, house
    from maild.ingest.orders import read_orders

    encode = msgspec.msgpack.Encoder().encode
    decode = msgspec.msgpack.Decoder(InboundMessage).decode
    reverse_path = None if mail_from is None else mail_from.strip().removeprefix("<").removesuffix(">")
    with house(ctx) as app:
        ours = app.directory.own_addresses | frozenset(own)
        with BatchReader(lambda message, _: encode(message), own=ours, reverse_path=reverse_path) as reader:
            for file in files:
                try:
                    octets = _octets(file)
                    message = decode(reader.read(octets, label=str(file)))
                except OSError as error:
                    octets, reason = b"", f"cannot read the file: {error.strerror}"
                    message = InboundMessage(verdict=Verdict.REJECT, verdict_reason=reason)
                facts = inspection.facts(message, file=str(file))
                if message.from_ and app.directory.agent_by_address(message.from_.address):
                    facts["commands"] = list(read_orders(message.reply.text, app.directory, written=app.now()).lines)
                facts["route"] = route = route_of(app, octets, message, reverse_path=reverse_path)
                if as_json:
                    click.echo(dumps(facts))
                else:
                    click.echo(inspection.page(message, file=str(file)))
                    for name, value in route.items():
                        click.echo(f"  {name:10} {dumps(value)}")


def _octets(file: Path) -> bytes:
    # One octet more than a mail may have shows that it is too long; a device without an end is not read for ever.
    with file.open("rb") as opened:
        return opened.read(Limits().message + 1)
