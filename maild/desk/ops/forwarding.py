"""A customer's mail sent on to somebody outside the desk, because a rule says so.

States that it was forwarded, with the words that are. Never sends: the guard decides whether the mail leaves.
"""

from __future__ import annotations

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.address import Mailbox
from maild.domain.commands import ForwardMail
from maild.domain.events import MailForwarded
from maild.domain.ticket import Article, ArticleKind, ArticleSender, Ticket
from maild.errors import InvalidInput, NotFound


@operation("forward", ForwardMail, needs=Act.FORWARD, surfaces=Surface.RULE)
def forward(work: Work, command: ForwardMail) -> None:
    """Send the customer's last words with their files to an address of `[rules] forward_to`, never back to himself."""
    address = work.directory.forward_to.get(command.address)
    if address is None:
        raise NotFound("no-forward", "{address} is not in forward_to", address=command.address)
    ticket = work.ticket(command.ticket)
    article = _last_words(work, ticket)
    if article is None:
        raise InvalidInput("no-words", "ticket {number} has no words of a customer", number=str(ticket.number))
    writers = {ticket.requester, article.contact}
    known = (Mailbox("", one.address).key for writer in writers for one in work.uow.people.addresses(writer))
    if command.address in known:
        raise InvalidInput("wrote-himself", "{address} wrote it himself", address=command.address)
    work.emit(MailForwarded(ticket=ticket.number, article=article.id, address=address))


def _last_words(work: Work, ticket: Ticket) -> Article | None:
    """What the customer last wrote himself; neither an absence note nor the words of a stranger."""
    written = work.uow.articles.get(work.article) if work.article else None
    if written is not None and written.ticket == ticket.number and _is_customers(written):
        return written
    return next((one for one in reversed(work.uow.articles.of(ticket.number)) if _is_customers(one)), None)


def _is_customers(article: Article) -> bool:
    by_customer = article.sender is ArticleSender.CUSTOMER and article.kind is ArticleKind.CORRESPONDENCE
    return by_customer and article.verified and not article.automatic and bool(article.contact)
