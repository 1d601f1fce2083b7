"""What we show to servers: passwords, access tokens, certificates, and whether they can be read.

Reads files of the operator's only. Never connects, and never keeps or prints a secret.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

from maild.config.kinds import Secret
from maild.config.model import Config
from maild.config.servers import Imap, SmtpAccount
from maild.tls import client_context


def accounts(config: Config) -> Iterator[tuple[str, Imap | SmtpAccount]]:
    """Every account on a server that is configured, with its key in the file."""
    yield "smtp", config.smtp
    for i, mailbox in enumerate(config.mailbox, 1):
        if mailbox.smtp is not None:
            yield f"mailbox[{i}].smtp", mailbox.smtp
        if mailbox.imap is not None:
            yield f"mailbox[{i}].imap", mailbox.imap


def tls_of(account: Imap | SmtpAccount, folder: Path) -> ssl.SSLContext | None:
    """How connections of the account are protected; None when they are not. OSError for a file that is no use."""
    if account.tls == "none":
        return None
    ca_file, certificate, key = (
        str(folder / name) if name else "" for name in (account.ca_file, account.client_certificate, account.client_key)
    )
    return client_context(
        ca_file=ca_file,
        minimum=account.tls_minimum,
        certificate=certificate,
        key=key,
        verified=account.tls != "opportunistic",
    )


def unusable(config: Config, folder: Path) -> list[str]:
    """A sentence for each secret or certificate that cannot be used: what a daemon would fail at later."""
    problems: list[str] = []
    for key, account in accounts(config):
        if account.password is not None:
            problems += _unreadable(f"{key}.password", account.password, folder)
        if account.token is not None and account.token.file:
            problems += _unreadable(f"{key}.token", Secret(file=account.token.file, env=""), folder)
        try:
            tls_of(account, folder)
        except OSError as error:
            problems.append(f"{key}: ca_file, client_certificate or client_key: {error}")
    for i, webhook in enumerate(config.webhook, 1):
        problems += _unreadable(f"webhook[{i}].secret", webhook.secret, folder)
    return problems


def _unreadable(key: str, secret: Secret, folder: Path) -> list[str]:
    try:
        return [] if secret.read(folder) else [f"{key}: {secret.file or secret.env} is empty"]
    except KeyError:
        return [f"{key}: the environment variable {secret.env} is not set"]
    except PermissionError as error:
        return [f"{key}: {error}"]
    except (OSError, UnicodeDecodeError) as error:
        return [f"{key}: {folder / secret.file} cannot be read: {error}"]
