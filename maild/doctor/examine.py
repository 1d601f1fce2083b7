"""The whole examination, in the order in which an operator mends things: configuration, machine, domains, servers.

Looks and tells; one thing that cannot be looked at keeps nobody from looking at the next. Changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from maild import config as configuration
from maild.app import rulebook_of
from maild.config import build
from maild.config.credentials import unusable
from maild.config.database import open_store_of, store_exists
from maild.config.model import Config
from maild.config.servers import Mailbox, SmtpAccount
from maild.config.versions import standing
from maild.daemon.accounts import imap_account_of, smarthost_of
from maild.doctor.domains import check_domains
from maild.doctor.finding import Finding, fault, has_fault, note, ok
from maild.doctor.logins import check_imap, check_smtp
from maild.doctor.place import check_clock, check_files, check_room, check_store
from maild.doctor.time_server import offset_to
from maild.errors import ConfigError, MaildError
from maild.store.errors import StoreDamaged

if TYPE_CHECKING:
    from maild.ingest.trust.dns_lookup import Dns


async def examine(
    given: Path | None, *, now: Callable[[], datetime], dns: Dns | None, time_port: int = 123
) -> AsyncIterator[Finding]:
    """All findings, each as soon as it is known. Without `dns` nobody outside of this machine is asked anything."""
    config, place, findings = _configuration(given, now().year)
    for finding in findings:
        yield finding
    if config is None or has_fault(findings):
        return
    for finding in await asyncio.to_thread(_machine, config, place, now()):
        yield finding
    folder = place.parent
    for finding in _watched(config):
        yield finding
    if dns is None:
        return
    if server := config.watch.time_server:
        yield check_clock(await offset_to(server, now=now, port=time_port), server)
    for finding in await asyncio.to_thread(check_domains, config, build.signer(config, folder), dns, now=now()):
        yield finding
    for found in asyncio.as_completed(list(_logins(config, folder, now()))):
        for finding in await found:
            yield finding


def _configuration(given: Path | None, year: int) -> tuple[Config | None, Path, list[Finding]]:
    """The configuration with its place, when it can be read at all; and what is wrong with the operator's files."""
    do = "mend it as it says"
    try:
        place = configuration.find(given)
        source = standing(place)
        config = configuration.load(source, year=year)
    except ConfigError as error:
        return None, Path(), [fault("configuration", problem, do) for problem in error.problems]
    folder = place.parent
    problems = unusable(config, folder)
    for read in (partial(build.tokens, config, folder), partial(build.signer, config, folder),
                 partial(rulebook_of, config, source)):  # fmt: skip
        try:
            read()
        except ConfigError as error:
            problems += error.problems
    told = [fault("configuration", problem, do) for problem in problems]
    return config, place, told or [ok("configuration", f"{place} and its rules can be used")]


def _machine(config: Config, place: Path, now: datetime) -> list[Finding]:
    folder = place.parent
    found = [*check_files(config, folder, now=now), *check_room(config, folder)]
    if not store_exists(config.store, folder):
        return [*found, note("database", "is not there yet", "the first maild run makes it")]
    try:
        store = open_store_of(place, migrate=False)
        try:
            return [*found, *check_store(store)]
        finally:
            store.close()
    except StoreDamaged as error:
        return [*found, fault("database", str(error), "stop maild, keep the files, restore the last backup")]
    except (MaildError, ValueError) as error:
        return [*found, fault("database", str(error), "check [store], and that its server runs")]


def _watched(config: Config) -> list[Finding]:
    found: list[Finding] = []
    if not config.watch.alarm:
        do = "set alarm in [watch]: a program that reaches you by another way than mail"
        found.append(note("watch", "nobody hears of it when mail does not work", do))
    if config.watch.canary is None:
        do = "set canary in [watch]"
        found.append(note("watch", "nobody looks whether mail goes out and comes back", do))
    if config.trust.mode == "none":
        do = "set mode in [trust] (docs/trust.md)"
        found.append(note("trust", "nobody checks who sends mail", do))
    return found


def _logins(config: Config, folder: Path, now: datetime) -> Iterator[asyncio.Future[list[Finding]]]:
    """Every account once, all at the same time."""
    directory = build.directory(config)
    accounts: list[tuple[str, Mailbox, SmtpAccount]] = []
    if shared := [mailbox for mailbox in config.mailbox if mailbox.smtp is None]:
        accounts.append(("smtp", shared[0], config.smtp))
    accounts += [(f"smtp {m.address}", m, m.smtp) for m in config.mailbox if m.smtp is not None]
    for about, mailbox, settings in accounts:
        own = directory.own(mailbox.address)
        assert own is not None  # the directory is made of these mailboxes
        smarthost = smarthost_of(settings, folder)
        yield asyncio.ensure_future(check_smtp(about, smarthost, own.probe_path, now=now))
    for mailbox in config.mailbox:
        if mailbox.imap is not None:
            account = imap_account_of(config, mailbox, mailbox.imap, folder)
            yield asyncio.ensure_future(check_imap(f"imap {mailbox.address}", account, now=now))
