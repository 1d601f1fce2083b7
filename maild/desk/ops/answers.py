"""Answers that rules send: words from the configuration, in the language of the ticket.

They count as no response of an agent. Never sends: the guard decides whether the mail leaves.
"""

from __future__ import annotations

from maild.desk.operations import Surface, operation
from maild.desk.ops.tickets import write
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.commands import SendAnswer
from maild.domain.events import RuleAnswered, TicketOpened
from maild.domain.intent import Words
from maild.domain.ticket import ArticleKind
from maild.errors import InvalidInput, NotFound


@operation("auto-answer", SendAnswer, needs=Act.AUTO_ANSWER, surfaces=Surface.RULE)
def send_answer(work: Work, command: SendAnswer) -> None:
    """Answer the requester with fixed words, unless it was no person who opened the ticket."""
    ticket = work.ticket(command.ticket)
    texts = work.directory.answers.get(command.answer)
    if texts is None:
        raise NotFound("no-answer", "there is no answer {name}", name=command.answer)
    stored = [] if ticket.number == work.opened else [stored.event for stored in work.uow.events.of(ticket.number)]
    history = [*stored, *(event for event, _ in work.events)]
    if any(isinstance(e, TicketOpened) and e.ticket == ticket.number and not e.acknowledge for e in history):
        raise InvalidInput("no-person", "who opened ticket {number} gets no automatic mail", number=str(ticket.number))
    text = texts.get(ticket.language) or next(iter(texts.values()))
    text = text.replace("{number}", str(ticket.number))
    article = write(work, ticket, ArticleKind.CORRESPONDENCE, Words(text=text, new_text=text, automatic=True))
    work.emit(RuleAnswered(ticket=ticket.number, article=article.id, answer=command.answer))
