"""By which ids a mail of ours hangs on those before it, so that every mail client shows one conversation.

Never names an id that proves anything, and to a customer none of an agent's mail.
"""

from __future__ import annotations

from maild.desk.ports import UnitOfWork
from maild.domain.address import AddrSpec
from maild.domain.directory import Directory
from maild.domain.ticket import Article, ArticleSender, Ticket
from maild.outbound.audience import Reader
from maild.outbound.wire import is_message_id

REFERENCES = 8
"""Last ids kept beside the first one in a customer's References: enough for every client, not too long for relays."""


def conversation(
    uow: UnitOfWork, directory: Directory, reader: Reader, ticket: Ticket | None, article: Article | None
) -> tuple[str, tuple[str, ...]]:
    """In-Reply-To and References. Mails to agents and outsiders hang on one root a ticket, customers' on their own.

    The root is the id of no mail and proves nothing: it only lets every mail client show one conversation.
    """
    if ticket is None:
        return "", ()
    if reader.agent is not None or not reader.contact:
        spec = AddrSpec.parse(ticket.mailbox) or AddrSpec.parse(directory.default_mailbox.address)
        root = f"<ticket.{ticket.number}@{spec.domain if spec else 'localhost'}>"
        return root, (root,)
    ids = uow.articles.last_message_ids(ticket.number, REFERENCES)
    references = tuple(dict.fromkeys(i for i in ids if is_message_id(i)))
    own_words = article.message_id if article and article.sender is ArticleSender.CUSTOMER else ""
    in_reply_to = own_words if own_words in references else references[-1] if references else ""
    return in_reply_to, references
