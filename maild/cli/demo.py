"""`maild demo`: the whole thing at work, on this machine only."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import click

from maild.cli.session import EX_UNAVAILABLE, fail


@click.command()
@click.option("--once", is_flag=True, help="Play the story, check it, and end with 0 or 1.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep its data here; else in a new folder in /tmp.")
@click.option("--smtp", default=2525, show_default=True, help="Port of the SMTP listener; 0 for any.")
@click.option("--lmtp", default=2424, show_default=True, help="Port of the LMTP listener; 0 for any.")
@click.option("--web", default=8080, show_default=True, help="Port of the portal; 0 for any.")
def demo(once: bool, folder: Path | None, smtp: int, lmtp: int, web: int) -> None:
    """Play a customer's story through a desk of its own, then stay up for you to try."""
    from maild.demo.play import play

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # what no stranger reaches needs no word about strangers; lanes that fail are still told
    logging.getLogger("maild.daemon").setLevel(logging.ERROR)
    place = folder or Path(tempfile.mkdtemp(prefix="maild-demo-"))
    click.echo(f"The desk of this demonstration lives in {place}")
    try:
        sys.exit(asyncio.run(play(place, once=once, smtp=smtp, lmtp=lmtp, web=web, say=click.echo)))
    except OSError as error:
        fail(EX_UNAVAILABLE, f"{error.strerror or error}; other ports: --smtp, --lmtp, --web (0 takes any)")
