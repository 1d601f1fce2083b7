"""The way out: the relay of the outbox over our servers, and what becomes of what they refuse.

Puts parts together only; how mail is sent is in `outbound`, what a failure does to a ticket in `desk`.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from maild.app import App
from maild.daemon.accounts import smarthost_of
from maild.domain.address import Mailbox
from maild.domain.commands import RecordDelivery
from maild.domain.intent import Actor, ActorKind, Cause, Intent
from maild.domain.mail import DeliveryReport, RecipientReport
from maild.domain.notice import DeliveryResult, OutboxItem
from maild.outbound.outbox import Relay
from maild.outbound.transport import SmtpTransport


def relay_of(app: App) -> Relay:
    """The relay of an opened house; nothing is connected before there is mail."""
    settings = app.config.smtp
    return Relay(
        app.store.outbox,
        SmtpTransport(smarthost_of(settings, app.folder)),
        app.renderer,
        app.store.blobs.get,
        app.now,
        sign=app.signer,
        by_mailbox={
            Mailbox("", mailbox.address).key: SmtpTransport(smarthost_of(mailbox.smtp, app.folder))
            for mailbox in app.config.mailbox
            if mailbox.smtp is not None
        },
        on_failed=partial(tell_undelivered, app),
        connections=settings.connections,
        give_up=timedelta(hours=settings.give_up_hours),
    )


async def tell_undelivered(app: App, item: OutboxItem, result: DeliveryResult) -> None:
    """A mail that could not be delivered for good is on its ticket, and whoever is in charge hears of it."""
    if not item.notice.ticket:
        return
    recipient = RecipientReport(
        final_recipient=item.notice.recipient.address, action="failed", diagnostic=f"{result.code} {result.text}"
    )
    command = RecordDelivery(
        ticket=item.notice.ticket,
        article=item.notice.article,
        recipient=item.notice.recipient.address,
        report=DeliveryReport(recipients=(recipient,)),
        delayed=False,
    )
    intent = Intent(actor=Actor(kind=ActorKind.SYSTEM, via="outbox"), commands=(command,))
    cause = Cause(key=f"outbox:{item.id}")
    await app.store.writer.run_async(lambda uow: app.desk.run(uow, intent, cause=cause, now=app.now()))
