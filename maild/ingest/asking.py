"""Whom to ask whether a mail is his, and what: the question for mail that is below what its writer may do (SEC-15).

Only somebody whom a sign of ours names, or who belongs to the ticket, is asked, at the address that is stored for him;
the writer of the mail himself hears nothing. Never sends anything.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from maild.domain.commands import MuteTicket, TakeBackAnswer
from maild.domain.confirmation import Doubt, Question
from maild.domain.intent import Trust
from maild.domain.people import Agent, Contact
from maild.domain.token import person_digest
from maild.ingest.identify import Identity
from maild.ingest.journey import Journey
from maild.ingest.orders import Orders
from maild.ingest.thread import ThreadHow, ThreadMatch

OLDEST_ORDER = timedelta(hours=72)
"""Orders that were written longer ago may have been kept by somebody who sends them now (SEC-07)."""


def doubt_about(journey: Journey, match: ThreadMatch, identity: Identity, orders: Orders) -> Doubt | None:
    """Why an agent's mail is not done as it stands; None when it is, or when he has owned it."""
    if journey.owned is not None:
        return None
    if identity.trust is not Trust.SIGNED or match.token is None:
        return Doubt.NOT_SIGNED
    if orders.commands and _is_old(journey):
        return Doubt.TOO_OLD
    signs = signs_of_use(journey, match, identity, orders)
    return Doubt.REPEATED if journey.uow.articles.known_messages(signs) else None


_DONE = "done "

HARMLESS_TWICE = (TakeBackAnswer, MuteTicket)
"""A copy of such an order, sent by whoever has caught it, changes nothing that matters."""


def signs_of_use(journey: Journey, match: ThreadMatch, identity: Identity, orders: Orders) -> list[str]:
    """Names under which an agent's mail is remembered once it has been done, so that it has one effect (SEC-07).

    One is of what his signature covers, and holds whatever ticket it is sent to; one of the words that he gave to a
    mail of ours, and holds whatever date or Message-ID they come with. Some orders are no harm twice.
    """
    assert identity.agent is not None
    message, name = journey.message, identity.agent.name
    files = [attachment.sha256 for attachment in message.attachments]
    signs = [remembered_as(journey, identity.agent)]
    if match.token is not None and not all(isinstance(command, HARMLESS_TWICE) for command in orders.commands or ("",)):
        token = match.token
        answered = f"{token.ticket}/{token.article}/{token.audience}"
        signs.append(_sign("answer", name, answered, message.text, *files))
    return signs


def tells_of_use(name: str) -> bool:
    """Whether a name is one of `signs_of_use`."""
    return name.startswith(_DONE)


def remembered_as(journey: Journey, agent: Agent) -> str:
    """The name for what an agent's signature covers, whatever ticket or Message-ID it is sent with."""
    message = journey.message
    written = message.date.isoformat() if message.date else ""
    files = [attachment.sha256 for attachment in message.attachments]
    return _sign("mail", agent.name, written, message.subject, message.text, *files)


def agents_question(
    journey: Journey, match: ThreadMatch, agent: Agent, doubt: Doubt, orders: Orders
) -> Question | None:
    """What an agent is asked; None where nobody is, or where a yes would lead to nothing."""
    if not _may_ask(journey, match) or journey.new_secret is None or orders.problems:
        return None
    has_words = bool(orders.words or journey.message.attachments)
    if not has_words and not orders.commands:
        return None
    internal = goes_inside(match, agent, orders)
    return Question(
        mail=journey.mail.id,
        agent=agent.name,
        doubt=doubt,
        sender=str(journey.message.from_ or ""),
        subject=journey.message.subject,
        does=("note" if internal else "answer") if has_words else "",
        orders=orders.lines,
        secret=journey.new_secret(),
    )


def forwards_question(journey: Journey, agent: Agent, doubt: Doubt, orders: Orders) -> Question | None:
    """What an agent is asked who seems to pass a customer's mail on; None where nobody is."""
    if journey.new_secret is None or not journey.message.may_reply or orders.problems:
        return None
    message = journey.message
    return Question(
        mail=journey.mail.id, agent=agent.name, doubt=doubt, sender=str(message.from_ or ""), subject=message.subject,
        does="open", orders=orders.lines, secret=journey.new_secret(),
    )  # fmt: skip


def goes_inside(match: ThreadMatch, agent: Agent, orders: Orders) -> bool:
    """Whether an agent's words become a note: on his word, or where no reply address of his own says otherwise."""
    token = match.token
    own = token is not None and token.agent and token.person == person_digest(agent.name)
    return orders.as_note or not own or token is None or bool(token.audience)


def customers_question(journey: Journey, match: ThreadMatch, identity: Identity) -> Question | None:
    """What a customer of the ticket is asked about a mail in his name, or with what only he was sent; None for a mail
    that names or uses nobody of the ticket."""
    if not _may_ask(journey, match) or journey.new_secret is None or identity.mailbox is None:
        return None
    mailbox, people = identity.mailbox, journey.uow.tickets.participants(match.ticket)
    asked, address, doubt = identity.contact, "", Doubt.NOT_PROVEN
    if asked is None and not journey.authentication.failed:
        asked, address, doubt = _holder(journey, match, people), mailbox.address, Doubt.OTHER_ADDRESS
    if asked is None or asked.id not in people or asked.blocked:
        return None
    return Question(
        mail=journey.mail.id, contact=asked.id, address=address, doubt=doubt, sender=mailbox.address,
        secret=journey.new_secret(),
    )  # fmt: skip


def _may_ask(journey: Journey, match: ThreadMatch) -> bool:
    """A person's mail only, one that can be read in one way, and never the answer to a question."""
    message = journey.message
    return message.may_reply and not message.from_doubtful and match.how is not ThreadHow.QUESTION


def _holder(journey: Journey, match: ThreadMatch, people: frozenset[int]) -> Contact | None:
    """The customer to whom the token of a stranger's mail was sent."""
    if match.token is None or match.token.agent:
        return None
    for number in sorted(people):
        contact = journey.uow.people.get(number)
        if person_digest(contact.mailbox.key) == match.token.person:
            return contact
    return None


def _is_old(journey: Journey) -> bool:
    written = journey.message.date
    return written is None or abs(journey.mail.received_at - written) > OLDEST_ORDER


def _sign(*pieces: str) -> str:
    return _DONE + sha256("\0".join(pieces).encode("utf-8", "surrogatepass")).hexdigest()
