"""The answer to a question of ours: YES or NO of the person who was asked whether a mail is his.

Reads one word at the top of his reply. Takes it from nobody but him, and only with the reply address that he was sent.
"""

from __future__ import annotations

from maild.desk.executor import Desk
from maild.desk.queues import Outcome, Settlement
from maild.domain.commands import AnswerQuestion, TellHeld
from maild.domain.confirmation import Confirmation
from maild.domain.intent import Actor, ActorKind, Intent, Trust
from maild.domain.mail import Kind
from maild.errors import Refused
from maild.ingest.identify import Identity
from maild.ingest.journey import Journey, set_off
from maild.ingest.thread import ThreadHow, ThreadMatch

YES = frozenset({"yes", "y", "sim", "sí", "si", "confirm", "confirmo", "confirmed"})
NO = frozenset({"no", "n", "não", "nao"})

MOST_WORDS = 5
"""Words of a line that still is an answer ("yes, that was me"); a longer one may be about anything."""


def read_answer(text: str) -> bool | None:
    """Yes, no, or None for words that are no answer. A question back, or a long sentence, is none."""
    line = next((one.strip() for one in text[:2000].split("\n") if one.strip()), "")
    words = line.split()
    if not words or "?" in line or len(words) > MOST_WORDS:
        return None
    first = words[0].strip(".,;:!\"'*_()#").lower()
    return True if first in YES else False if first in NO else None


def answer_to_question(desk: Desk, journey: Journey, match: ThreadMatch, identity: Identity) -> Settlement | None:
    """What becomes of a reply to a question; None when it is an ordinary mail of a customer, words and all."""
    if match.how is not ThreadHow.QUESTION or match.token is None:
        return None
    asked = journey.uow.confirmations.get(match.token.article)
    if asked is None or not _is_asked(asked, identity) or journey.message.kind is not Kind.MESSAGE:
        return None
    if journey.authentication.failed:
        return None
    yes = read_answer(journey.message.reply.text)
    if yes is None:
        return _unclear(desk, journey, asked, "answer-unclear") if asked.agent else None
    actor = Actor(
        kind=ActorKind.AGENT if asked.agent else ActorKind.CONTACT,
        name=asked.agent,
        contact=asked.contact,
        address=identity.mailbox.key if identity.mailbox else "",
        via="mail",
        trust=Trust.SIGNED,  # by the reply address, which nobody else was sent, and which serves once
    )
    intent = Intent(actor=actor, commands=(AnswerQuestion(ticket=asked.ticket, confirmation=asked.id, yes=yes),))
    try:
        with journey.uow.nested():
            desk.run(journey.uow, intent, cause=journey.cause, now=journey.now, at=journey.mail.received_at)
    except Refused as refusal:
        return _unclear(desk, journey, asked, refusal.code) if asked.agent else None
    said = "is" if yes else "is not"
    return Settlement(
        outcome=Outcome.DISCARDED, stage="answer", ticket=asked.ticket,
        reason=f"an answer to our question: mail {asked.mail} {said} by the one who was asked",
    )  # fmt: skip


def _is_asked(asked: Confirmation, identity: Identity) -> bool:
    if asked.agent:
        return identity.agent is not None and identity.agent.name == asked.agent
    return identity.contact is not None and identity.contact.id == asked.contact


def _unclear(desk: Desk, journey: Journey, asked: Confirmation, code: str) -> Settlement:
    """An agent's answer that leads to nothing: he is told what to do."""
    command = TellHeld(ticket=asked.ticket, agent=asked.agent, subject=journey.message.subject, code=code)
    set_off(desk, journey, command)
    reason = f"an answer to our question that leads to nothing: {code}"
    return Settlement(outcome=Outcome.QUARANTINED, stage="answer", reason=reason, ticket=asked.ticket)
