"""The ways in: the SMTP and LMTP listener, and the mailboxes that are watched.

Puts parts together and opens doors; what comes in by them is in `ingest`. Whoever opens a door closes it.
"""

from __future__ import annotations

import random
import ssl
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from maild.app import App
from maild.daemon.accounts import imap_account_of
from maild.desk.queues import Accepted, Spool
from maild.domain.mail import RawMail
from maild.ingest.brands import by_brand
from maild.ingest.imap import ImapWatcher
from maild.ingest.own_addresses import is_ours
from maild.ingest.smtp import Listener, ListenerLimits
from maild.ingest.spool import SpoolLane


async def open_listener(app: App, spool: SpoolLane) -> tuple[Listener | None, dict[str, int]]:
    """Listen for mail where the configuration says; None when nowhere. With the ports that really opened, by kind."""
    settings, ports = app.config.listener, dict[str, int]()
    if not (settings.smtp or settings.lmtp):
        return None, ports

    def own(path: str) -> str | None:
        if not is_ours(path, app.directory):
            return None
        found = app.directory.own(path)
        return found.address if found else app.directory.default_mailbox.address

    listener = Listener(
        CallingSpool(app, spool.call),
        own=own,
        tls_context=_server_tls(app),
        limits=ListenerLimits(
            message_octets=settings.max_size,
            connections=settings.max_connections,
            connections_per_address=settings.max_per_address,
            recipients=settings.max_recipients,
        ),
        hostname=settings.hostname,
        clock=app.now,
    )
    if settings.smtp:
        ports["smtp"] = await listener.start_smtp(*host_port(settings.smtp))
    if settings.lmtp:
        if settings.lmtp.startswith("/"):
            await listener.start_lmtp(settings.lmtp)
        else:
            ports["lmtp"] = await listener.start_lmtp(*host_port(settings.lmtp))
    return listener, ports


def watchers_of(app: App, spool: SpoolLane) -> list[ImapWatcher]:
    """One watcher for each mailbox that is fetched by IMAP; none is connected yet."""
    return [
        ImapWatcher(
            imap_account_of(app.config, mailbox, mailbox.imap, app.folder),
            CallingSpool(app, spool.call),
            app.store.cursors,
            clock=app.now,
            rng=random.Random(),  # noqa: S311 - jitter, not a secret
        )
        for mailbox in app.config.mailbox
        if mailbox.imap is not None
    ]


class CallingSpool:
    """The spool as the intakes see it: a mail is safe for each brand it is for, and then the lane is called."""

    def __init__(self, app: App, call: Callable[[], None]) -> None:
        self._app = app
        self._spool: Spool = app.store.spool
        self._call = call

    def __getattr__(self, name: str) -> Any:
        return getattr(self._spool, name)

    async def accept(self, mail: RawMail) -> Accepted:
        """Make the mail durable, then call the lane."""
        # asked anew for each mail: brands and teams may have changed since the door was opened
        first, *others = [await self._spool.accept(one) for one in by_brand(mail, self._app.directory)]
        self._call()
        return replace(first, fresh=first.fresh or any(other.fresh for other in others))


def _server_tls(app: App) -> ssl.SSLContext | None:
    """What STARTTLS is offered with; None when there is no certificate."""
    settings = app.config.listener
    if not settings.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(app.path(settings.tls_certificate), app.path(settings.tls_key or settings.tls_certificate))
    return context


def host_port(text: str) -> tuple[str, int]:
    """`[::1]:25` or `127.0.0.1:25`, as the configuration has checked it."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)
