"""`maild run` and `maild migrate`."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING

import click

from maild.cli.session import EX_CONFIG, EX_UNAVAILABLE, fail, house

if TYPE_CHECKING:
    from maild.daemon import Daemon

PARTS = click.Choice(["smtp", "imap", "outbox", "clock", "web"])


@click.command()
@click.option("--with", "with_", multiple=True, type=PARTS, help="Only these parts (may be repeated).")
@click.option("--without", multiple=True, type=PARTS, help="All but these parts (may be repeated).")
@click.option("--verbose", is_flag=True, help="Say more.")
@click.pass_context
def run(ctx: click.Context, with_: tuple[str, ...], without: tuple[str, ...], verbose: bool) -> None:
    """Run everything that is configured, until SIGTERM or Ctrl-C. SIGHUP reads the configuration anew."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # Each mail is several lines; who logged them by which thread is in none of them and would be looked up for each.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for name in ("mail.log", "aioimaplib.aioimaplib", "alembic", "apscheduler", "sqlalchemy.engine", "waitress"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log whole mails, tokens, or every wake-up
    from maild.config.credentials import unusable
    from maild.daemon import PARTS as ALL
    from maild.daemon import Daemon

    parts = frozenset(with_ or ALL) - frozenset(without)
    with house(ctx, lock=True) as app:
        if problems := unusable(app.config, app.folder):
            fail(EX_CONFIG, *problems)
        try:
            asyncio.run(_until_told(Daemon(app, parts=parts)))
        except* OSError as errors:
            fail(EX_UNAVAILABLE, *(str(error) for error in errors.exceptions))


async def _until_told(daemon: Daemon) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, daemon.stop)
    loop.add_signal_handler(signal.SIGHUP, daemon.reload)
    await daemon.run()


@click.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the store to the schema of this release; harmless when it is there already."""
    with house(ctx, migrate=True) as app:
        app.store.migrate()
        click.echo("the store is of this release")
