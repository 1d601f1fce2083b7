"""What a digest says: the mails it stands for, by ticket, each with what happened, the page, and where replies go.

Reads what was planned and how the tickets are now. Never sends and never takes anything out of the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from maild.desk.ports import UnitOfWork, Waiting
from maild.domain.notice import Notice
from maild.outbound.context import iso

TICKETS = 100
"""Tickets shown in one digest; more is nothing that anybody reads in a mail."""

LINES = 10
"""Things shown of one ticket, the last ones; the ticket has the rest."""

WORDS = 240
"""Characters of what somebody wrote: enough to see what it is about."""


def digest_context(uow: UnitOfWork, items: Sequence[int]) -> dict[str, Any]:
    """The values of a digest, tickets in the order in which something first happened to them."""
    waited = [found for item in items if (found := uow.waiting.get(item)) is not None]
    by_ticket: dict[int, list[Waiting]] = {}
    for one in waited:
        by_ticket.setdefault(one.notice.ticket, []).append(one)
    shown = list(by_ticket.items())[:TICKETS]
    return {
        "count": len(waited),
        "tickets": [_ticket(uow, number, of_it) for number, of_it in shown],
        "more_tickets": len(by_ticket) - len(shown),
    }


def _ticket(uow: UnitOfWork, number: int, waited: Sequence[Waiting]) -> dict[str, Any]:
    last = waited[-1].notice
    planned: dict[str, Any] = last.context["ticket"]
    now = uow.tickets.get(number)
    return {
        "number": number,
        "token": planned["token"],
        "title": now.title if now else planned["title"],
        "state": str(now.state) if now else planned["state"],
        "priority": str(now.priority) if now else planned["priority"],
        "page": last.context["links"]["status"],
        "lines": [_line(one) for one in waited[-LINES:]],
        "more_lines": max(0, len(waited) - LINES),
        "replies": _replies([one.notice for one in waited]),
    }


def _line(waiting: Waiting) -> dict[str, Any]:
    context = waiting.notice.context
    article, sla, delivery = context.get("article"), context.get("sla"), context.get("delivery")
    text = " ".join(str(article["text"]).split()) if article else ""
    return {
        "name": waiting.notice.name,
        "at": iso(waiting.at),
        "who": str(delivery["recipient"] if delivery else context.get("by") or (article["author"] if article else "")),
        "to_you": bool(context.get("to_you")),
        "metric": sla["metric"] if sla else "",
        "due": sla["due"] if sla else None,
        "words": text[:WORDS],
        "cut": len(text) > WORDS,
    }


def _replies(notices: Sequence[Notice]) -> list[dict[str, str]]:
    """Where a reply goes to the customer, and where it is a note: of each the newest address, if there is one."""
    found: dict[str, dict[str, str]] = {}
    for notice in notices:
        reply = notice.context.get("reply")
        if reply:
            found[reply["goes"]] = {"goes": reply["goes"], "to": reply["to"], "address": notice.reply_to}
    return [found[goes] for goes in sorted(found)]
