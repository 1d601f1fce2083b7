"""A rating by mail: a reply to the closing mail that is one word and nothing else.

Takes it from nobody but who was asked, by the reply address that he alone was sent. Whatever else he writes is words.
"""

from __future__ import annotations

from maild.desk.executor import Desk
from maild.desk.queues import Outcome, Settlement
from maild.domain.commands import RateTicket
from maild.domain.intent import Actor, ActorKind, Intent, Trust
from maild.domain.lifecycle import ENDED
from maild.domain.mail import Kind
from maild.ingest.identify import Identity
from maild.ingest.journey import Journey
from maild.ingest.thread import ThreadMatch

GOOD = frozenset({"good", "bom", "boa", "bem", "bien", "bueno", "buena", "\N{THUMBS UP SIGN}"})
BAD = frozenset({"bad", "mau", "má", "mal", "malo", "mala", "\N{THUMBS DOWN SIGN}"})

LOOKED_AT = 200
"""Characters of a reply: a longer one is no rating, whatever it begins with."""

_SKINS = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""What may stand behind a thumb: how it is drawn, and its five colours."""


def read_rating(text: str) -> bool | None:
    """Good, bad, or None for words that are no rating; those that merely begin like one are none."""
    words = text.split() if len(text) <= LOOKED_AT else []
    if len(words) != 1:
        return None
    word = words[0].strip(".,;:!\"'*_()#" + _SKINS).lower()
    return True if word in GOOD else False if word in BAD else None


def rating_by_mail(desk: Desk, journey: Journey, match: ThreadMatch, identity: Identity) -> Settlement | None:
    """What becomes of a mail that rates; None for every other one."""
    message = journey.message
    if match.token is None or identity.contact is None or identity.agent or identity.trust is not Trust.SIGNED:
        return None
    if message.kind is not Kind.MESSAGE or any(not one.inline for one in message.attachments):
        return None
    good = read_rating(message.reply.text)
    if good is None:
        return None
    ticket = journey.uow.tickets.get(match.ticket)
    asked = journey.uow.ratings.last_of(match.ticket, identity.contact.id)
    if ticket is None or ticket.state not in ENDED or asked is None or not asked.open(journey.now):
        return None
    actor = Actor(
        kind=ActorKind.CONTACT,
        contact=identity.contact.id,
        address=identity.mailbox.key if identity.mailbox else "",
        via="mail",
        trust=identity.trust,
    )
    intent = Intent(actor=actor, commands=(RateTicket(ticket=match.ticket, rating=asked.id, good=good),))
    desk.run(journey.uow, intent, cause=journey.cause, now=journey.now, at=journey.mail.received_at)
    return Settlement(
        outcome=Outcome.DISCARDED, stage="rating", ticket=match.ticket,
        reason=f"rates the closed ticket: {'good' if good else 'bad'}",
    )  # fmt: skip
