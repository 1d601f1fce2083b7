"""Calls of outside services that rules ask for: what they are told of the ticket, kept until it is delivered.

Plans in the same transaction as the change. Never connects to anything: the lane of calls does.
"""

from __future__ import annotations

import json
from typing import Any

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import CallWebhook
from maild.domain.ticket import Ticket
from maild.errors import NotFound

_TOLD = ("number", "title", "state", "team", "owner", "category", "request_type", "priority", "severity", "product")


@operation("webhook", CallWebhook, needs=Act.CALL_OUT, surfaces=Surface.RULE)
def call_webhook(work: Work, command: CallWebhook) -> None:
    """Tell a configured service of the ticket as it is now; none of the words in it are told."""
    if command.webhook not in work.directory.webhooks:
        raise NotFound("no-webhook", "there is no webhook {name}", name=command.webhook)
    ticket = work.ticket(command.ticket)
    body = {"rule": work.actor.name, "at": work.at.isoformat(), "ticket": _told(work, ticket)}
    work.uow.calls.plan(
        command.webhook, ticket=ticket.number, body=json.dumps(body, ensure_ascii=False), now=work.at
    )  # fmt: skip


def _told(work: Work, ticket: Ticket) -> dict[str, Any]:
    requester = work.uow.people.get(ticket.requester)
    return {
        **{name: getattr(ticket, name) for name in _TOLD},
        "tags": list(ticket.tags),
        "requester": {"name": requester.name, "address": requester.address},
        "opened_at": ticket.created_at.isoformat(),
    }
