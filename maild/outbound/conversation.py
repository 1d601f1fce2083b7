"""By which ids and title a mail of ours hangs on those before it, so that every mail client shows one conversation.

Never names an id that proves anything, and to a customer neither id nor title of anybody else's mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from maild.desk.ports import UnitOfWork
from maild.domain.address import AddrSpec
from maild.domain.directory import Directory
from maild.domain.ticket import Article, ArticleSender, Ticket
from maild.outbound.audience import Reader
from maild.outbound.wire import is_message_id

REFERENCES = 8
"""Last ids kept beside the first one in a customer's References: enough for every client, not too long for relays."""

JOINED = 50
"""Tickets merged into one that are looked at for the reader's own."""


def conversation(
    uow: UnitOfWork, directory: Directory, reader: Reader, ticket: Ticket | None, article: Article | None
) -> tuple[str, tuple[str, ...]]:
    """In-Reply-To and References. A customer's mails hang on what he has written himself: he knows nothing of the mails
    of others, who may have come into the ticket by a merge. All other mails hang on one root a ticket.

    The root is the id of no mail and proves nothing: it only lets every mail client show one conversation.
    """
    if ticket is None:
        return "", ()
    ids = _own_ids(uow, reader, ticket)
    if not ids:
        spec = AddrSpec.parse(ticket.mailbox) or AddrSpec.parse(directory.default_mailbox.address)
        root = f"<ticket.{ticket.number}@{spec.domain if spec else 'localhost'}>"
        return root, (root,)
    own_words = article.message_id if article and article.sender is ArticleSender.CUSTOMER else ""
    return own_words if own_words in ids else ids[-1], ids


def _own_ids(uow: UnitOfWork, reader: Reader, ticket: Ticket) -> tuple[str, ...]:
    """The ids of a customer's own mails in the ticket, else in the one of his that was merged into it."""

    def his(number: int) -> tuple[str, ...]:
        ids = uow.articles.last_message_ids(number, reader.contact, REFERENCES)
        return tuple(dict.fromkeys(i for i in ids if is_message_id(i)))

    if reader.agent is not None or not reader.contact:
        return ()
    return his(ticket.number) or next(filter(None, map(his, _joined(uow, ticket.number))), ())


def as_known_to(uow: UnitOfWork, reader: Reader, ticket: Ticket) -> Ticket:
    """The ticket under the title that the reader knows it by: whoever came into it by a merge, that of his own one.

    The other title is what somebody else has written.
    """
    if not reader.contact or reader.contact == ticket.requester:
        return ticket
    joined = map(uow.tickets.get, _joined(uow, ticket.number))
    own = next((one for one in joined if one is not None and one.requester == reader.contact), None)
    return replace(ticket, title=own.title) if own is not None else ticket


def _joined(uow: UnitOfWork, number: int) -> Iterator[int]:
    """The tickets that go on in this one, those that were merged into them included."""
    ahead = uow.tickets.merged_into(number)
    for one in islice(ahead, JOINED):
        yield one
        ahead += uow.tickets.merged_into(one)
