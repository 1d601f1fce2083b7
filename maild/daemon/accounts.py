"""Accounts on servers as the lanes need them: the server's name, our protection, and the password or token.

Made from the configuration, once a start. Never connects to anything.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from maild.access_token import AccessTokens
from maild.config.credentials import tls_of
from maild.config.kinds import AccessToken, Secret
from maild.config.model import Config
from maild.config.servers import Imap, Mailbox, SmtpAccount
from maild.ingest.intake.imap_account import ImapAccount, Security
from maild.outbound.smtp_client import Smarthost


def smarthost_of(settings: SmtpAccount, folder: Path) -> Smarthost:
    """A server that takes our mail; files are relative to `folder`."""
    return Smarthost(
        host=settings.host,
        port=settings.port,
        tls=settings.tls,
        tls_context=tls_of(settings, folder),
        user=settings.user,
        password=settings.password.read(folder) if settings.password else "",
        token=_tokens(settings.token, folder),
        hostname=settings.hostname,
        connections=settings.connections,
    )


def imap_account_of(config: Config, mailbox: Mailbox, settings: Imap, folder: Path) -> ImapAccount:
    """A server that mail of the mailbox is fetched from."""
    return ImapAccount(
        mailbox=mailbox.address,
        host=settings.host,
        port=settings.port,
        tls=Security(settings.tls),
        tls_context=tls_of(settings, folder),
        user=settings.user,
        password=settings.password.read(folder) if settings.password else "",
        token=_tokens(settings.token, folder),
        folders=settings.folders,
        after=settings.after,
        poll_seconds=settings.poll_seconds,
        since=settings.since,
        message_octets=config.listener.max_size,
    )


def _tokens(settings: AccessToken | None, folder: Path) -> AccessTokens | None:
    if settings is None:
        return None
    if settings.file:
        return AccessTokens(read=partial(Secret(file=settings.file, env="").read, folder))
    return AccessTokens(command=settings.command)
