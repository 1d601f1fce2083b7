"""A customer says whether he is content with how his ticket was closed, and may change his mind while he can.

Leaves the ticket as it is: a rating reopens nothing and stops no clock. Its comment is a note that no
customer ever sees.
"""

from __future__ import annotations

from maild.desk.operations import Surface, operation
from maild.desk.ops.tickets import write
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import RateTicket
from maild.domain.events import TicketRated
from maild.domain.intent import Words
from maild.domain.rating import MAX_COMMENT, Rating
from maild.domain.ticket import ArticleKind, Channel, Ticket
from maild.errors import InvalidInput


@operation("rate", RateTicket, needs=Act.RATE, surfaces=Surface.MAIL | Surface.PORTAL)
def rate(work: Work, command: RateTicket) -> None:
    """His rating, from nobody but who was asked and while he can; the same once more states nothing."""
    ticket, article = work.ticket(command.ticket), 0
    rating = work.uow.ratings.get(command.rating)
    his = rating is not None and (rating.ticket, rating.contact) == (ticket.number, work.actor.contact)
    if rating is None or not his or not rating.open(work.now):
        raise InvalidInput("rating-over", "the time for this rating is over")
    # a form that comes twice at once: the second finds the ticket changed and begins again
    work.hold(ticket)
    comment = command.comment.strip()[:MAX_COMMENT]
    if rating.good is command.good and comment in ("", _last_comment(work, ticket, rating)):
        return  # also a form that was sent twice
    if comment:
        contact = work.uow.people.get(rating.contact)
        channel = Channel.PORTAL if work.actor.via == "portal" else Channel.MAIL
        words = Words(text=comment, new_text=comment, channel=channel)
        article = write(work, ticket, ArticleKind.COMMENT, words, contact=contact).id
    work.uow.ratings.rate(rating, good=command.good, now=work.at)
    work.emit(
        TicketRated(
            ticket=ticket.number,
            rating=rating.id,
            contact=rating.contact,
            agent=rating.agent,
            good=command.good,
            article=article,
            tell=not command.good and (rating.good is not False or bool(comment)),
        )
    )


def _last_comment(work: Work, ticket: Ticket, rating: Rating) -> str:
    """What he has last said beside a rating; "" when he has said nothing."""
    for one in reversed(work.uow.articles.of(ticket.number)):
        if one.kind is ArticleKind.COMMENT and one.verified and one.contact == rating.contact:
            return one.new_text
    return ""
