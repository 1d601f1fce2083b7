"""Whether the servers that we fetch from and send by let us in, and for how long their certificates are good.

Logs in and out as the daemon does. Never fetches, sends or changes anything.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from aiosmtplib import errors

from maild.doctor.finding import Finding, fault, ok, warning
from maild.ingest.intake.imap_account import ImapAccount
from maild.ingest.intake.imap_client import AccessRefused, ImapClient, ImapError
from maild.outbound.smtp_client import LOGIN_CODES, Down, Smarthost, connect, quit_politely

SOON = timedelta(days=14)
"""A certificate that ends sooner should have been renewed: automatic renewal happens a month before."""


async def check_smtp(about: str, smarthost: Smarthost, sender: str, *, now: datetime) -> list[Finding]:
    """Greeting, TLS, login, and whether `sender` may be the reverse path of our mail. No recipient is named."""
    where = f"{smarthost.host}:{smarthost.port}"
    try:
        client = await connect(smarthost)
    except Down as down:
        return [fault(about, f"{where}: {down}", _advice(down.code))]
    found = [ok(about, f"{where} lets us in" + (f" as {smarthost.user}" if smarthost.user else ""))]
    try:
        found += _certificate(about, client.get_transport_info("ssl_object"), now)
        response = await client.execute_command(b"MAIL FROM:<" + sender.encode("ascii") + b">")
        if response.code != 250:
            do = 'let maild send with it, or set reverse_path = "mailbox" for the mailbox'
            found.append(fault(about, f"{where} refuses {sender} as sender: {response.code} {response.message}", do))
    except (errors.SMTPException, OSError) as error:
        found.append(warning(about, f"{where} has ended the session: {error}", "ask who runs it"))
    finally:
        await quit_politely(client)
    return found


async def check_imap(about: str, account: ImapAccount, *, now: datetime) -> list[Finding]:
    """TLS, login, and each folder."""
    where = f"{account.host}:{account.port}"
    client = ImapClient(account)
    try:
        await client.connect()
        found = [ok(about, f"{where} lets us in as {account.user}")]
        found += _certificate(about, client.ssl_object, now)
        for folder in account.folders:
            try:
                await client.select(folder)
            except ImapError as error:
                found.append(fault(about, f"{where}: {error}", "check folders of the mailbox"))
    except AccessRefused as error:
        return [fault(about, f"{where} refuses {account.user}: {error}", _advice(535))]
    except (OSError, TimeoutError, ImapError) as error:
        return [fault(about, f"{where}: {error or type(error).__name__}", _advice(0))]
    finally:
        await client.close()
    return found


def certificate_ends(about: str, end: datetime, now: datetime) -> Finding:
    """How many days are left of a certificate."""
    days = (end - now).days
    if end <= now:
        return fault(about, f"the certificate has ended on {end:%Y-%m-%d}", "renew it")
    if end - now < SOON:
        return warning(about, f"the certificate ends in {days} days", "renew it; see why that was not done by itself")
    return ok(about, f"the certificate is good for {days} days")


def _certificate(about: str, ssl_object: Any, now: datetime) -> Iterator[Finding]:
    shown = ssl_object.getpeercert() if ssl_object is not None else None
    if shown:  # {} where nobody vouches for it
        end = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)
        yield certificate_ends(about, end, now)


def _advice(code: int) -> str:
    if code in LOGIN_CODES:
        return "check user and password, or the token; the account may want an app password"
    return "check host, port, tls and the firewall of this machine"
