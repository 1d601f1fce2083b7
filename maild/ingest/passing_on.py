"""A mail of a customer that an agent forwards to the desk: the customer becomes the requester.

Where we are not sure enough of the agent he is asked. Where the original cannot be told for certain the mail is one of
the agent himself. Never takes an address out of a forward for a person of the desk.
"""

from __future__ import annotations

from dataclasses import replace

from maild.desk.executor import Desk
from maild.desk.policy import LEAST, Act
from maild.desk.queues import Settlement
from maild.domain.address import Mailbox
from maild.domain.commands import OpenForCustomer
from maild.domain.confirmation import Doubt
from maild.domain.directory import Directory
from maild.domain.intent import RANK, Actor, ActorKind, Command, Intent, Trust, Words
from maild.domain.mail import Forwarded
from maild.domain.people import Agent
from maild.errors import Refused
from maild.ingest.agent_mail import hold
from maild.ingest.asking import forwards_question, remembered_as
from maild.ingest.identify import Identity
from maild.ingest.journey import Journey, carry_out, words_of
from maild.ingest.language import detect
from maild.ingest.orders import Orders, read_orders
from maild.ingest.quoting.header_block import separator

MAX_COVER = 400
"""Lines in which the note above a forward is looked for, as many as the reader looks at."""


def from_forwarder(
    desk: Desk, directory: Directory, journey: Journey, identity: Identity, agent: Agent
) -> Settlement | None:
    """A ticket of the customer, or a question to the agent; None where the mail is the agent's own matter."""
    original = journey.message.forwarded
    if original is None or not original.certain or not _is_customer(directory, original.from_):
        return None
    orders = read_orders(
        _cover(journey.message.reply.text, original), directory, written=journey.mail.received_at, zone=agent.zone
    )
    sign = remembered_as(journey, agent)
    doubt = _doubt(journey, identity, orders, sign)
    if doubt is not None:
        question = forwards_question(journey, agent, doubt, orders)
        if question is None:
            return None
        return hold(desk, journey, agent, 0, doubt, because=identity.missing, question=question)
    if orders.problems:
        return hold(desk, journey, agent, 0, "not-understood", "; ".join(orders.problems))
    message, note = journey.message, orders.words
    opening = OpenForCustomer(
        requester=original.from_,
        mailbox=journey.mailbox,
        words=_customers_words(journey, original),
        note=Words(text=note, new_text=note) if note else None,
        language=detect(original.text),
        may_acknowledge=message.may_reply and not journey.authentication.failed,
        teams=journey.teams(directory),
    )
    commands: tuple[Command, ...] = (opening, *orders.commands)
    actor = Actor(kind=ActorKind.AGENT, name=agent.name, address=agent.address, via="mail", trust=identity.trust)
    try:
        with journey.uow.nested():
            settlement = carry_out(desk, directory, journey, Intent(actor=actor, commands=commands), stage="orders")
    except Refused as refusal:
        detail = " ".join(refusal.fields.values())
        return hold(desk, journey, agent, 0, refusal.code, detail, because=str(refusal))
    for name in (sign, message.message_id):
        if name and settlement.ticket:
            journey.uow.articles.remember(name, settlement.ticket)
    return settlement


def _customers_words(journey: Journey, original: Forwarded) -> Words:
    """What the customer wrote, under his own id: that of the forward would show him the agent's mail program (P19)."""
    words = words_of(journey, new_text=original.text)
    return replace(words, subject=original.subject or words.subject, message_id=original.message_id)


def _doubt(journey: Journey, identity: Identity, orders: Orders, sign: str) -> Doubt | None:
    if journey.owned is not None:
        return None
    least = Trust.SIGNED if orders.lines else LEAST[ActorKind.AGENT, Act.OPEN_FOR]
    if RANK[identity.trust] < RANK[least]:
        return Doubt.NOT_SIGNED
    return Doubt.REPEATED if journey.uow.articles.known_messages([sign]) else None


def _is_customer(directory: Directory, mailbox: Mailbox) -> bool:
    own = directory.own(mailbox.address) is not None
    return bool(mailbox.key) and not own and directory.agent_by_address(mailbox.address) is None


def _cover(text: str, original: Forwarded) -> str:
    """What stands above the original."""
    kept: list[str] = []
    for line in text.split("\n")[:MAX_COVER]:
        if separator(line.strip()) is not None or original.from_.address in line:
            break
        kept.append(line)
    return "\n".join(kept).strip()
