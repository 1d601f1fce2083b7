"""The book of mail held against what is really there: each entry to its ticket, article and octets, and back.

Compares rows, so that an error in the code that keeps the book shows. Never mends anything.
"""

from __future__ import annotations

from sqlalchemy import Select, exists, func, or_, select, text

from maild.desk.queues import BookAudit, Outcome
from maild.store.session import Session
from maild.store.tables import article, blob, inbound, ticket
from maild.store.types import literals

_PLACED = literals(Outcome.OPENED, Outcome.APPENDED)

WITHOUT_TICKET = (
    select(func.count())
    .select_from(inbound.outerjoin(ticket, ticket.c.number == inbound.c.ticket))
    .where(inbound.c.outcome.in_(_PLACED), ticket.c.number.is_(None))
)
WITHOUT_ARTICLE = (
    select(func.count())
    .select_from(inbound.outerjoin(article, article.c.id == inbound.c.article))
    .where(
        inbound.c.outcome.in_(_PLACED),
        # A bounce or a mail of orders alone has no article; a mail that opened a ticket always has
        or_(inbound.c.article != 0, inbound.c.outcome.in_(literals(Outcome.OPENED))),
        or_(article.c.id.is_(None), article.c.inbound != inbound.c.id),
    )
)
STRAY_ARTICLES = (
    select(func.count())
    .select_from(article.outerjoin(inbound, inbound.c.id == article.c.inbound))
    .where(article.c.inbound != 0, or_(inbound.c.id.is_(None), inbound.c.outcome.not_in(_PLACED)))
)
EMPTY_TICKETS = select(func.count()).select_from(ticket).where(~exists().where(article.c.ticket == ticket.c.number))
WITHOUT_OCTETS = (
    select(func.count())
    .select_from(inbound.outerjoin(blob, blob.c.sha256 == inbound.c.sha256))
    .where(blob.c.sha256.is_(None))
)
WITHOUT_REASON = (
    select(func.count())
    .select_from(inbound)
    .where(
        inbound.c.outcome.in_(literals(Outcome.QUARANTINED, Outcome.DISCARDED, Outcome.DUPLICATE)),
        text("reason = ''"),
    )
)
UNKNOWN_PLACE = select(func.count()).select_from(inbound).where(inbound.c.outcome.not_in(literals(*Outcome)))
ENTRIES = select(func.count()).select_from(inbound)


def audit(session: Session) -> BookAudit:
    """Compare everything, at one moment; reads the book, the tickets and the articles once each."""

    def count(statement: Select[int]) -> int:
        return session.value(statement) or 0

    return BookAudit(
        accepted=count(ENTRIES),
        without_ticket=count(WITHOUT_TICKET),
        without_article=count(WITHOUT_ARTICLE),
        stray_articles=count(STRAY_ARTICLES),
        empty_tickets=count(EMPTY_TICKETS),
        without_octets=count(WITHOUT_OCTETS),
        without_reason=count(WITHOUT_REASON),
        unknown_place=count(UNKNOWN_PLACE),
    )
