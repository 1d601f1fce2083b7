"""`maild inspect`: shows how mails are read, without configuration and without writing anything.

Every file gives exactly one answer, in the order given; a mail that breaks or stops the reader is answered too.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from maild.domain.mail import InboundMessage, Verdict
from maild.ingest import inspection


@click.command()
@click.option("--own", multiple=True, metavar="ADDRESS", help="One of our own addresses; may be repeated.")
@click.option("--mail-from", metavar="PATH", help="The reverse path the mail came with; <> for the null path.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, in the order of the files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def inspect(own: tuple[str, ...], mail_from: str | None, as_json: bool, files: tuple[Path, ...]) -> None:
    """Show how mails are read: senders, kind and why, new words, parts and attachments."""
    ours = frozenset(own)
    reverse_path = None if mail_from is None else mail_from.strip().removeprefix("<").removesuffix(">")
    out = click.get_binary_stream("stdout")
    for file in files:
        try:
            message = _read(file.read_bytes(), ours, reverse_path)
        except OSError as error:
            message = InboundMessage(verdict=Verdict.REJECT, verdict_reason=f"cannot read the file: {error.strerror}")
        if as_json:
            line = json.dumps(inspection.facts(message, file=str(file)), ensure_ascii=False) + "\n"
        else:
            line = inspection.page(message, file=str(file))
        out.write(line.encode("utf-8", "backslashreplace"))
        out.flush()


def _read(octets: bytes, own: frozenset[str], reverse_path: str | None) -> InboundMessage:
    from maild.ingest.parse import read

    return read(octets, own=own, reverse_path=reverse_path)
