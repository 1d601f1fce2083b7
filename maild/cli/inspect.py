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
from maild.ingest.batch import BatchReader
from maild.ingest.gate import Limits
from maild.ingest.wire import Request


@click.command()
@click.option("--own", multiple=True, metavar="ADDRESS", help="One of our own addresses; may be repeated.")
@click.option("--mail-from", metavar="PATH", help="The reverse path the mail came with; <> for the null path.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, in the order of the files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def inspect(own: tuple[str, ...], mail_from: str | None, as_json: bool, files: tuple[Path, ...]) -> None:
    """Show how mails are read: senders, kind and why, new words, parts and attachments."""

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


def _octets(file: Path) -> bytes:
    # One octet more than a mail may have shows that it is too long; a device without an end is not read for ever.
    with file.open("rb") as opened:
        return opened.read(Limits().message + 1)
