"""Mails, tickets, articles and notices with everything filled in, for tests that care about one thing of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from maild.domain.address import Mailbox
from maild.domain.intent import Actor, ActorKind, Cause
from maild.domain.mail import Envelope, RawMail
from maild.domain.notice import Notice, NoticeClass
from maild.domain.people import Contact
from maild.domain.sla import SlaMetric, SlaStage, SlaTimer, TimerState
from maild.domain.ticket import Article, ArticleKind, ArticleSender, Ticket
from maild.store.engine import Store
from maild.store.uow import StoreUnitOfWork

Opener = Callable[..., Store]
"""Opens the data of a test once more: `open_again(lock=True)`."""

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ANA = Mailbox("Ana Silva", "ana@example.org")
SUPPORT = Mailbox("Support", "support@example.com")


def minutes(count: int) -> datetime:
    """So many minutes after Monday, nine o'clock."""
    return MONDAY + timedelta(minutes=count)


def raw_mail(name: str = "first", **values: Any) -> RawMail:
    """A mail as an intake hands it over; another `name` is another mail."""
    given: dict[str, Any] = {
        "octets": f"From: ana@example.org\r\nSubject: {name}\r\n\r\nHello\r\n".encode(),
        "source": "smtp",
        "source_key": name,
        "received_at": MONDAY,
        "envelope": Envelope(reverse_path="ana@example.org", forward_paths=("support@example.com",)),
    }
    return RawMail(**given | values)


def contact(name: str = "ana") -> Contact:
    """Somebody with an address of his own."""
    return Contact(name=name.title(), address=f"{name}@example.org", language="pt", zone="Europe/Lisbon")


def ticket(requester: int, **values: Any) -> Ticket:
    """A new ticket of this contact."""
    given: dict[str, Any] = {
        "title": "Printer on fire",
        "team": "net",
        "requester": requester,
        "mailbox": SUPPORT.address,
        "language": "pt",
        "created_at": MONDAY,
        "updated_at": MONDAY,
    }
    return Ticket(**given | values)


def article(number: int, **values: Any) -> Article:
    """What the customer wrote in this ticket."""
    given: dict[str, Any] = {
        "ticket": number,
        "kind": ArticleKind.CORRESPONDENCE,
        "sender": ArticleSender.CUSTOMER,
        "author": str(ANA),
        "text": "It burns.\n\n> Does it?",
        "new_text": "It burns.",
        "created_at": MONDAY,
    }
    return Article(**given | values)


def timer(**values: Any) -> SlaTimer:
    """A running clock that will turn yellow an hour after Monday, nine o'clock."""
    given: dict[str, Any] = {
        "metric": SlaMetric.FIRST_RESPONSE,
        "cycle": 1,
        "policy": "gold",
        "state": TimerState.RUNNING,
        "stage": SlaStage.GREEN,
        "started_at": MONDAY,
        "due_at": minutes(120),
        "next_alarm_at": minutes(60),
        "target": 120,
    }
    return SlaTimer(**given | values)


def notice(key: str = "n1", **values: Any) -> Notice:
    """An acknowledgement for Ana; another `key` is another one."""
    given: dict[str, Any] = {
        "name": "acknowledgement",
        "klass": NoticeClass.AUTO_ANSWER,
        "ticket": 10001,
        "article": 1,
        "recipient": ANA,
        "sender": SUPPORT,
        "reply_to": "support+tag@example.com",
        "reverse_path": "",
        "language": "pt",
        "context": {"title": "Printer on fire", "lines": ["a", "b"], "promised": None},
        "dedupe_key": key,
        "message_id": f"<m.{key}@example.com>",
    }
    return Notice(**given | values)


CUSTOMER = Actor(kind=ActorKind.CONTACT, contact=1, address=ANA.address)


def cause(number: int = 1) -> Cause:
    """What a mail sets off."""
    return Cause(key=f"inbound:{number}", inbound=number)


def open_ticket(uow: StoreUnitOfWork, name: str = "ana", **values: Any) -> Ticket:
    """A stored ticket of a stored contact, who is made where there is none."""
    person = contact(name)
    requester = uow.people.by_address(person.mailbox.key) or uow.people.add(person)
    return uow.tickets.add(ticket(requester.id, **values))
