"""Is this mail yours: asking the person in whose name it came, and his answer (SEC-15).

He is asked once, at the address that is stored for him. Never does what the mail wants: with a yes it is taken again.
"""

from __future__ import annotations

from maild.desk.operations import Surface, operation
from maild.desk.policy import Act
from maild.desk.work import Work
from maild.domain.address import Mailbox
from maild.domain.commands import AnswerQuestion, AskWriter, OwnAddress
from maild.domain.confirmation import ANSWER_WITHIN, Confirmation, Question
from maild.domain.events import AddressAdded, AddressProven, WriterAnswered, WriterAsked
from maild.domain.people import Proof
from maild.errors import InvalidInput


@operation("ask", AskWriter, needs=Act.TELL, surfaces=Surface.INSIDE)
def ask_writer(work: Work, command: AskWriter) -> None:
    """Ask whether a held mail is his."""
    ask(work, command.ticket, command.question)


@operation("confirm", AnswerQuestion, needs=Act.CONFIRM, surfaces=Surface.MAIL | Surface.PORTAL)
def answer_question(work: Work, command: AnswerQuestion) -> None:
    """His answer, given once and in time. Whether it is he who answers is proven by what only he was sent."""
    confirmation = work.uow.confirmations.get(command.confirmation)
    if confirmation is None or not work.uow.confirmations.answer(confirmation.id, yes=command.yes, now=work.at):
        raise InvalidInput("question-over", "the question was answered before, or is too old")
    work.emit(
        WriterAnswered(
            ticket=confirmation.ticket, confirmation=confirmation.id, mail=confirmation.mail, yes=command.yes
        )
    )


@operation("own-address", OwnAddress, needs=Act.CONFIRM, surfaces=Surface.INSIDE)
def own_address(work: Work, command: OwnAddress) -> None:
    """An address of the customer who acts, new or known; refused when it is somebody else's by now."""
    people, mailbox = work.uow.people, Mailbox("", command.address)
    owner = people.by_address(mailbox.key)
    if owner is not None and owner.id != work.actor.contact:
        raise InvalidInput("address-taken", "{address} belongs to another customer", address=mailbox.address)
    fact = AddressProven if owner is not None else AddressAdded
    if owner is None:
        people.add_address(work.actor.contact, mailbox.address, command.proof)
    elif people.proof(mailbox.key) is Proof.NONE:
        people.prove(mailbox.key, command.proof)
    else:
        return
    work.emit(fact(ticket=command.ticket, contact=work.actor.contact, address=mailbox.address, proof=command.proof))


def ask(work: Work, ticket: int, question: Question, *, article: int = 0) -> None:
    """Keep the question and state that it is asked; a mail that is taken again is not asked about again."""
    if work.uow.confirmations.asked_about(question.mail):
        return
    confirmation = Confirmation(
        mail=question.mail,
        ticket=ticket,
        article=article,
        agent=question.agent,
        contact=question.contact,
        address=question.address,
        doubt=question.doubt,
        asked_at=work.now,
        expires_at=work.now + ANSWER_WITHIN,
    )
    work.emit(
        WriterAsked(
            ticket=ticket,
            confirmation=work.uow.confirmations.add(confirmation, secret=question.secret),
            mail=question.mail,
            agent=question.agent,
            contact=question.contact,
            address=question.address,
            doubt=question.doubt,
            sender=question.sender,
            subject=question.subject,
            does=question.does,
            orders=question.orders,
            received_at=work.at,
            secret=question.secret,
        )
    )
